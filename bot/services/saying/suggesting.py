"""Suggesting: what may be typed into an option, while somebody types."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.calendar.regions import known_regions, parts_of_country, said_elsewhere
from bot.domain.catalogue import VERBS, Proposed, verb_named
from bot.domain.channel import Origin
from bot.domain.completing import ENOUGH_TO_GUESS, Completion, Known, as_one, by_commas, by_words, completions, last_of
from bot.domain.department import library_key
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.languages import known_languages
from bot.domain.packs import countries, subjects
from bot.domain.rules import mutes_of
from bot.domain.schedule import FULL_DAY_NAMES, known_zones
from bot.domain.search.entry import tag_facet
from bot.domain.search.kinds import KINDS
from bot.domain.search.words import run_together, words_in
from bot.ports import Suggestion, Transaction, Typing
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed

LETTERS_OF_A_WORD = 4
"""By which topics are near to what somebody looked for."""
MOST_TAGS = 200
"""So many that have the letters, or of all where none has, are looked at."""
SEVERAL_DAYS = (Known("mon-fri", "Monday to Friday"), Known("daily", "Every day"))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a suggestion is made of."""

    tx: Transaction
    parts: Parts
    typing: Typing


async def suggest(parts: Parts, typing: Typing) -> Sequence[Suggestion]:
    """See `bot.ports.Suggest`."""
    try:
        found = await _completions(parts, typing)
    except Exception:
        log.exception("nothing could be suggested", verb=typing.verb, option=typing.option)
        return ()
    return [Suggestion(each.label, each.text) for each in found]


async def _completions(parts: Parts, typing: Typing) -> Sequence[Completion]:
    proposed = _proposed(typing)
    if proposed is None:
        return ()
    known, last_part = _WAYS[proposed]
    async with parts.store.reading() as tx:
        if not await _may_know(tx, typing):
            return ()
        return completions(typing.text, await known(Desk(tx, parts, typing)), last_part)


def _proposed(typing: Typing) -> Proposed | None:
    verb = verb_named(typing.verb)
    named = [option for option in verb.options if option.name == typing.option] if verb else []
    return named[0].proposed if named else None


async def _may_know(tx: Transaction, typing: Typing) -> bool:
    """Nobody is told what stands in another workspace, or in somebody else's own channel."""
    if typing.person.workspace != typing.channel.workspace:
        return False
    channel = await tx.channels.get(typing.channel)
    return channel is None or channel.owner in {None, typing.person.person}


# ------------------------------------------------------------------------------------------------------- what is known


async def _topics(desk: Desk) -> Iterable[Known]:
    """What other channels of the workspace follow, those of most channels first, and what stands in packs."""
    here = {each.topic.label for each in await desk.tx.topics.followed(desk.typing.channel)}
    in_packs = {topic: pack.name for pack in desk.parts.packs for topic in pack.topics}
    others = [Known(label, in_packs.get(label, "")) for label in await _followed_elsewhere(desk)]
    every = {each.value.casefold(): each for each in [*(Known(*pair) for pair in in_packs.items()), *reversed(others)]}
    ranked = dict.fromkeys([*(each.value.casefold() for each in others), *every])
    return [every[key] for key in ranked if key not in {label.casefold() for label in here}]


async def topics_about(
    tx: Transaction, parts: Parts, person: PersonKey, channel: ChannelKey, words: Collection[str]
) -> list[str]:
    """Topics that the channel does not follow yet and whose name, or that of their subject, has one of these words."""
    sought = {word[:LETTERS_OF_A_WORD] for word in words if len(word) >= ENOUGH_TO_GUESS}
    known = await _topics(Desk(tx, parts, Typing(person, channel, "follow", "topics", "")))
    return [each.value for each in known if any(_has_word(each, word) for word in sought)]


def _has_word(known: Known, word: str) -> bool:
    """At the beginning of one: `maths` is in `#mathchat`, too."""
    return any(each.startswith(word) for each in words_in(f"{known.value} {known.name}"))


async def _followed_elsewhere(desk: Desk) -> list[str]:
    """What people follow for themselves alone, or in a channel that not everybody sees, is nobody else's business."""
    workspace = desk.typing.channel.workspace
    ours = [each for each in await desk.tx.channels.all() if each.owner is None and each.key.workspace == workspace]
    shared = {each.key for each in ours if not desk.parts.is_closed(each.key)}
    followers = await desk.tx.topics.followers()
    count = Counter({topic: sum(key in shared for key in keys) for topic, keys in followers.items()})
    return [topic.label for topic, channels in count.most_common() if channels]


async def _followed(desk: Desk) -> Iterable[Known]:
    """What can be unfollowed by a command."""
    followed = await desk.tx.topics.followed(desk.typing.channel)
    return [Known(each.topic.label) for each in followed if each.origin is Origin.COMMAND]


async def _zones(desk: Desk) -> Iterable[Known]:
    """First that of the channel and those of the others in the workspace."""
    channel = await desk.tx.channels.get(desk.typing.channel)
    ours = [each for each in await desk.tx.channels.all() if each.key.workspace == desk.typing.channel.workspace]
    used = [each.schedule.zone for each in ours if each.owner is None]
    first = [*([channel.schedule.zone] if channel else []), desk.parts.zone, *used]
    return map(Known, dict.fromkeys([*first, *known_zones()]))


async def _tags(desk: Desk) -> Iterable[Known]:
    workspace, sought = desk.typing.channel.workspace, last_of(desk.typing.text, by_commas).lstrip("#").strip()
    least = await savers_needed(desk.tx, workspace)
    found = await desk.tx.library.tags(workspace, sought, MOST_TAGS, least)
    if not found and len(sought) >= ENOUGH_TO_GUESS:
        found = await desk.tx.library.tags(workspace, "", MOST_TAGS, least)
    return map(Known, found)


async def _saved(desk: Desk) -> Iterable[Known]:
    """What `/pln saved` knows beside tags."""
    of_departments = await desk.tx.library.has_departments(desk.typing.channel.workspace)
    every = [Known("week in:all", "what colleagues saved this week, in all libraries")] if of_departments else []
    usual = [Known("me", "what you saved"), Known("week", "what colleagues saved this week")]
    return [*usual, *every, *await _tags(desk)]


async def _sought(desk: Desk) -> Iterable[Known]:
    """What a search can have beside words: tags first."""
    workspace = desk.typing.channel.workspace
    sought = last_of(desk.typing.text, by_words).lstrip("#")
    found = await desk.tx.library.tags(workspace, sought, MOST_TAGS, await savers_needed(desk.tx, workspace))
    tags = [Known(tag_facet(tag), tag if " " in tag else "") for tag in found if run_together(tag)]
    topics = [each.topic.label for each in await desk.tx.topics.followed(desk.typing.channel)]
    departments = await desk.tx.library.departments(workspace)
    return [
        *tags,
        *(Known(f"from:{label}", "came with that topic") for label in topics if " " not in label),
        *(Known(f"in:{library_key(name)}", f"in the library of {name}") for name in departments),
        *(Known(f"kind:{kind}") for kind in KINDS),
        Known("by:me", "what you saved"),
    ]


async def _regions(desk: Desk) -> Iterable[Known]:
    last = last_of(desk.typing.text, by_commas)
    alone = {"none": "a digest on public holidays, too", "usual": "those of the whole school"}
    first = alone if last == desk.typing.text else {}
    named = {**first, **await _region_names(), **await asyncio.to_thread(parts_of_country, last)}
    others = {**said_elsewhere(), "none": "no"}
    return [Known(code, name, others.get(code, "")) for code, name in named.items()]


async def _muted(desk: Desk) -> Iterable[Known]:
    return await _kept_out(desk, desk.typing.channel.channel)


async def _blocked(desk: Desk) -> Iterable[Known]:
    return await _kept_out(desk, "")


async def _kept_out(desk: Desk, channel: str) -> Iterable[Known]:
    rules = await desk.tx.rules.of(desk.typing.channel.workspace)
    return [Known(each.label) for each in mutes_of(rules, channel)]


async def _packs(desk: Desk) -> Iterable[Known]:
    return map(Known, subjects(desk.parts.packs))


async def _countries(desk: Desk) -> Iterable[Known]:
    names = await _region_names()
    codes = [code.upper() for code in countries(desk.parts.packs)]
    return [Known(code, names.get(code, ""), said_elsewhere().get(code, "")) for code in codes]


async def _days(desk: Desk) -> Iterable[Known]:
    several = SEVERAL_DAYS if last_of(desk.typing.text, by_words) == desk.typing.text else ()
    return [*several, *(Known(name[:3], name.capitalize()) for name in FULL_DAY_NAMES)]


async def _languages(desk: Desk) -> Iterable[Known]:
    alone = {"any": "every language", "school": "those of the whole school"}
    first = alone if last_of(desk.typing.text, by_words) == desk.typing.text else {}
    return _called({**first, **dict(sorted(known_languages().items(), key=lambda each: each[1]))})


async def _commands(_: Desk) -> Iterable[Known]:
    return [Known(f"{verb.under} {verb.name}".strip(), verb.brief) for verb in VERBS]


async def _region_names() -> Mapping[str, str]:
    """Beside what others wait for: the first time it takes a moment, because a library is imported."""
    return await asyncio.to_thread(known_regions)


def _called(names: Mapping[str, str]) -> Iterable[Known]:
    return [Known(value, name) for value, name in names.items()]


_WAYS: Mapping[Proposed, tuple[Callable[[Desk], Awaitable[Iterable[Known]]], Callable[[str], int]]] = {
    Proposed.TOPICS: (_topics, by_words),
    Proposed.FOLLOWED: (_followed, by_words),
    Proposed.ZONES: (_zones, as_one),
    Proposed.TAGS: (_tags, by_commas),
    Proposed.SAVED: (_saved, as_one),
    Proposed.SOUGHT: (_sought, by_words),
    Proposed.REGIONS: (_regions, by_commas),
    Proposed.MUTED: (_muted, by_words),
    Proposed.BLOCKED: (_blocked, by_words),
    Proposed.PACKS: (_packs, as_one),
    Proposed.COUNTRIES: (_countries, as_one),
    Proposed.DAYS: (_days, by_words),
    Proposed.LANGUAGES: (_languages, by_words),
    Proposed.COMMANDS: (_commands, as_one),
}
