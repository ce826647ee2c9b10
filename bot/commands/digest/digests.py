"""digest now, digest preview, and what was not chosen for it"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.commands.context import Answer, Asked, in_one
from bot.commands.rights import require_to_bring, why_nothing_is_read
from bot.commands.topics.topics import follows_nothing
from bot.domain.actions import whole_number
from bot.domain.channel import NewSlot
from bot.domain.content import Content, Say, ShowPost, say
from bot.domain.schedule import SlotKind
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.digest.explained import Explained, account_of, close, explained, left_out, merged, nothing_in_words
from bot.services.digest.obstacles import obstacle_ahead
from bot.services.digest.selection import Selection, select
from bot.services.ids import new_id
from bot.services.wording import counted

MOST_DIGESTS = 3
WITHIN = timedelta(minutes=10)
ON_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Pile:
    """Candidates that were not chosen, of one kind. `word` is what stands in the command."""

    word: str
    title: str
    of: Callable[[Sequence[Explained]], list[Explained]]


PILES = (
    Pile("close", "What came close", close),
    Pile("same", "What says the same", merged),
    Pile("out", "What was left out", left_out),
)


async def digest(asked: Asked, words: str) -> Answer:
    which, _, rest = words.strip().casefold().partition(" ")
    if which == "now":
        return await _now(asked)
    if which in {"preview", ""}:
        return await _preview(asked)
    for pile in PILES:
        if pile.word == which:
            return await _page(asked, pile, max(whole_number(rest.strip()), 1))
    raise Mistake(f"Say /pln digest now or /pln digest preview.{nearest(which, ['now', 'preview'])}")


async def _now(asked: Asked) -> Answer:
    await require_to_bring(asked)
    if why_not := await why_nothing_is_read(asked):
        raise Mistake(f"{why_not} The next digest comes by itself: see /pln list.")
    if not await asked.tx.topics.followed(asked.channel):
        return Answer(follows_nothing(asked))
    if asked.is_outside:
        return Answer(asked.invitation())
    if (soon := await _comes_or_came(asked)) is not None:
        return Answer(say(soon))
    slot = NewSlot(new_id(), asked.channel, SlotKind.NOW, asked.event, asked.at)
    await asked.tx.slots.plan(slot)
    where = "to you alone" if asked.is_own else "into this channel"
    return Answer(say(f"Reading what is new. The digest comes {where} in a moment."))


async def _comes_or_came(asked: Asked) -> str | None:
    """One at a time, and not one after another: each is read for, and everybody here gets it."""
    coming = await asked.tx.slots.next_due(asked.channel)
    if coming is not None and (coming.kind is SlotKind.NOW or coming.due_at <= asked.at):
        return "A digest is on its way already. It comes in a moment."
    latest = await asked.tx.slots.latest(asked.channel, SlotKind.NOW, MOST_DIGESTS)
    if len(latest) == MOST_DIGESTS and asked.at - latest[-1].due_at < WITHIN:
        return f"There were {MOST_DIGESTS} within a few minutes, so please wait a little before you ask for another."
    return None


async def _preview(asked: Asked) -> Answer:
    if not await asked.tx.topics.followed(asked.channel):
        return Answer(follows_nothing(asked))
    channel = await asked.known_channel()
    selection = await select(asked.tx, asked.parts, channel)
    obstacle = await obstacle_ahead(asked.tx, asked.parts, channel)
    head = _chosen(selection) if selection.choice.chosen else _nothing(asked, selection)
    account = [Say(account_of(selection))] if len(selection.candidates) > len(selection.choice.chosen) else []
    ahead = [Say(obstacle.in_words)] if obstacle else []
    return Answer((*head, *account, *ahead, *_ways_on(asked, selection), Say(_ONLY_YOU, "hint")))


_ONLY_YOU = "Only you see this. Nothing was read for it."


def _chosen(selection: Selection) -> Content:
    chosen = selection.choice.chosen
    heading = f"Preview: {counted(len(chosen), 'post')}, chosen from {selection.choice.looked_at:,}"
    return (
        Say(heading, "heading"),
        *(ShowPost(each.post.key.source, each.post.key.id, each.why, asks=each.asks) for each in chosen),
    )


def _nothing(asked: Asked, selection: Selection) -> Content:
    if selection.candidates:
        return say(f"Nothing new to show: {nothing_in_words(selection)}")
    now = "/pln me digest now" if asked.is_own else "/pln digest now"
    return say(f"Nothing new has been read for these topics yet. Type {now} to read what has come since.")


def _ways_on(asked: Asked, selection: Selection) -> Content:
    everything = explained(selection)
    return tuple(
        in_one([(pile.title, asked.again("digest", pile.word).encode()) for pile in PILES if pile.of(everything)])
    )


async def _page(asked: Asked, pile: Pile, number: int) -> Answer:
    """Ten of a pile, each with what became of it. It is chosen anew each time: what has come since is counted in."""
    selection = await select(asked.tx, asked.parts, await asked.known_channel())
    every = pile.of(explained(selection))
    first = (number - 1) * ON_A_PAGE
    page = every[first : first + ON_A_PAGE]
    if not page:
        return Answer(say("There is nothing more to show here. See /pln digest preview."))
    heading = f"{pile.title}: {_which(first, len(page), len(every))}"
    more = [("The next ones", asked.again("digest", pile.word, str(number + 1)).encode())]
    ways = [*(more if first + ON_A_PAGE < len(every) else []), ("Preview", asked.again("digest", "preview").encode())]
    return Answer((Say(heading, "heading"), *map(_in_short, page), *in_one(ways)))


def _which(first: int, count: int, of: int) -> str:
    return counted(of, "post") if count == of else f"{first + 1:,} to {first + count:,} of {of:,} posts"


def _in_short(each: Explained) -> ShowPost:
    key = each.candidate.post.key
    return ShowPost(key.source, key.id, each.words, amount="beginning" if each.may_be_quoted else "author")
