"""A look-up: one post read by its link, and saved for whoever gave it; or its link alone, where it cannot be read."""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked
from bot.commands.library.linking import COMMAND, ONLY_ME, save_known_post, save_page
from bot.domain.budget import Purpose
from bot.domain.content import Say, say
from bot.domain.errand import Errand
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import Mistake, StaffroomError, Unavailable
from bot.flow.bought import keep_found
from bot.flow.errands.kind import Finish, Kind, asking, saying, why_nothing_came
from bot.flow.introduce import introduce_freely
from bot.flow.unwind import unwind
from bot.ports import Found, PostSource, Transaction
from bot.services.parts import Parts
from bot.services.posts.standings import NO_LONGER_THERE
from bot.services.reading.spending import SpendingAllowance


async def _ask(parts: Parts, errand: Errand) -> Finish:
    """What somebody else had looked up meanwhile is not paid for again."""
    wanted = PostKey(*errand.words[:2])
    async with parts.store.reading() as tx:
        known = await tx.posts.with_edition(wanted.source, wanted.id)
    if known is not None:
        return _save(known, private=_is_private(errand))
    source = _source(parts, wanted)
    async with asking(parts, source):
        post, standing = await _look_up(parts, source, wanted, errand)
    if post is None:
        return saying(say(NO_LONGER_THERE[standing]))
    await introduce_freely(parts, source, [post])
    await unwind(parts, [post])
    return _save(post.key, private=_is_private(errand))


def _is_private(errand: Errand) -> bool:
    return ONLY_ME in errand.words[3:]


def _source(parts: Parts, wanted: PostKey) -> PostSource:
    """Raises Unavailable where it is no longer connected."""
    source = parts.sources.get(wanted.source)
    if source is None:
        raise Unavailable(f"The source {wanted.source} is not connected.")
    return source


async def _look_up(parts: Parts, source: PostSource, wanted: PostKey, errand: Errand) -> tuple[Post | None, Standing]:
    """The post, stored, or what has become of it. Raises Unavailable where the source said neither."""
    allowance = SpendingAllowance(
        parts.store, parts.clock, parts.caps, source.name, source.prices, purpose=Purpose.ENQUIRY, payers=errand.channel
    )
    answers = await source.lookup([wanted.id], allowance)
    await keep_found(parts, allowance, answers)
    post = _first(answers, wanted.id)
    standing = next((each.absent[wanted.id] for each in answers if wanted.id in each.absent), Standing.UNKNOWN)
    if post is None and standing not in NO_LONGER_THERE:
        raise Unavailable(f"{source.label} did not say what has become of the post.")
    return post, standing


def _first(answers: Sequence[Found], post: str) -> Post | None:
    return next((each.posts[post] for each in answers if post in each.posts), None)


def _save(post: PostKey, *, private: bool) -> Finish:
    async def finish(_: Transaction, asked: Asked) -> Answer:
        return await save_known_post(asked, post, origin=COMMAND, private=private)

    return finish


def _give_up(parts: Parts, errand: Errand, problem: StaffroomError) -> Finish:
    """The link is saved at least: what somebody wanted to keep is not lost because nobody could look at it."""
    name, _, address = errand.words[:3]
    why = why_nothing_came(parts.source_label(name), problem)

    async def finish(_: Transaction, asked: Asked) -> Answer:
        try:
            saved = await save_page(asked, address, private=_is_private(errand))
        except Mistake as refusal:
            return Answer(say(str(refusal)))
        return Answer((Say(f"{why} Only the link was kept."), *saved.private))

    return finish


LOOK_UP = Kind(_ask, _give_up)
