"""A search: one read of the few best posts of the last days, shown to whoever asked, with what it cost."""

from collections.abc import Sequence
from datetime import timedelta

from bot.commands.context import Answer, Asked
from bot.commands.errands import asked_today
from bot.commands.topics.searching import POSTS, in_quotes, search_yourself
from bot.domain.budget import NOTHING, Money, Purpose, in_words
from bot.domain.content import Content, Say, ShowPost
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.errand import Errand, ErrandKind
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.reading.filter import Filter
from bot.domain.topic import Topic, TopicKind, parse_search
from bot.errors import StaffroomError, Unavailable
from bot.flow.bought import keep
from bot.flow.errands.kind import Finish, Kind, asking, saying, why_nothing_came
from bot.flow.introduce import introduce_freely
from bot.flow.unwind import unwind
from bot.ports import PostSource, Transaction, Want
from bot.services.digest.selection import admitted
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance
from bot.services.wording import counted

NOT_QUITE_TO_THE_EDGE = timedelta(minutes=1)
"""A source refuses what is older than it keeps, by its own clock."""


async def _ask(parts: Parts, errand: Errand) -> Finish:
    source, topic = _sought(parts, errand)
    async with asking(parts, source):
        found, cost = await _read(parts, source, topic, errand)
    await introduce_freely(parts, source, found)
    await unwind(parts, found)

    async def finish(tx: Transaction, asked: Asked) -> Answer:
        shown = await _shown(tx, asked, [post.key for post in found])
        left = asked.parts.spending.searches_per_person - await asked_today(asked, ErrandKind.SEARCH)
        head = _head(source, topic, len(shown), len(found))
        posts = [ShowPost(each.post.key.source, each.post.key.id, "", saves=True) for each in shown]
        price = f"This search cost {in_words(cost)}. " if source.prices.post else ""
        hint = Say(f"Only you see this. {price}You have {_left(left)} today.", "hint")
        return Answer((*head, *posts, *search_yourself(source, topic.label), hint))

    return finish


def _sought(parts: Parts, errand: Errand) -> tuple[PostSource, Topic]:
    """Raises Unavailable where the source is no longer connected, and Mistake."""
    name, words = errand.words
    source = parts.sources.get(name)
    if source is None:
        raise Unavailable(f"The source {name} is not connected.")
    return source, parse_search(words, account_source=name)


async def _read(parts: Parts, source: PostSource, topic: Topic, errand: Errand) -> tuple[list[Post], Money]:
    """The posts in the order the source gave them, stored, and what they cost."""
    now = parts.clock.now()
    async with parts.store.reading() as tx:
        channel = await tx.channels.get(errand.channel)
        ids = await tx.topics.account_ids([topic] if topic.kind is TopicKind.ACCOUNT else [])
    languages = channel.school(parts.school).languages if channel else parts.school.languages
    span = Span(now - source.reach.looks_back + NOT_QUITE_TO_THE_EDGE, now)
    wanted = Filter(languages=tuple(languages), replies=False, top=True)
    want = Want(topic, span, POSTS, ids.get(topic, ""), wanted)
    allowance = SpendingAllowance(
        parts.store, parts.clock, parts.caps, source.name, source.prices, purpose=Purpose.SEARCH, payers=errand.channel
    )
    found: dict[PostKey, Post] = {}
    cost = NOTHING
    async for batch in source.read([want], allowance):
        cost = Money(cost + await keep(parts, allowance, batch))
        found |= {post.key: post for post in batch.posts}
    return list(found.values())[:POSTS], cost


async def _shown(tx: Transaction, asked: Asked, keys: Sequence[PostKey]) -> list[Candidate]:
    """What the rules of the channel let in, in the order in which it was found."""
    stored = await tx.posts.get(keys)
    candidates = [Candidate(stored[key], ()) for key in keys if key in stored]
    return await admitted(tx, asked.parts, await asked.known_channel(), candidates, unseen=False)


def _head(source: PostSource, topic: Topic, shown: int, found: int) -> Content:
    sought = in_quotes(topic)
    left_out = f" {counted(found - shown, 'post')} more did not suit this channel." if found > shown else ""
    if shown:
        heading = Say(f"{counted(shown, 'post')} on {source.label} for {sought}", "heading")
        return (heading, Say(left_out.strip())) if left_out else (heading,)
    if found:
        return (Say(f"Nothing suitable was found on {source.label} for {sought}.{left_out}"),)
    return (Say(f"{source.label} has nothing of the last days for {sought}. Try fewer or other words."),)


def _left(searches: int) -> str:
    return f"{counted(max(searches, 0), 'search', 'searches')} left"


def _give_up(parts: Parts, errand: Errand, problem: StaffroomError) -> Finish:
    name, words = errand.words
    sentence = Say(why_nothing_came(parts.source_label(name), problem))
    source = parts.sources.get(name)
    return saying((sentence, *(search_yourself(source, words) if source else ())))


SEARCH = Kind(_ask, _give_up)
