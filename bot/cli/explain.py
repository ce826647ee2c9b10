"""`staffroom explain`: what the next digest of a channel would show and why, post by post, and why none came today."""

import asyncio
import json
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.config import Config
from bot.domain.channel import Channel
from bot.domain.digest import Digest, DigestItem
from bot.domain.fate import Ending
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.ports import Clock, Transaction
from bot.services.digest.explained import Explained, account_of, close, explained, left_out, merged, shown, weighty
from bot.services.digest.obstacles import Obstacle, obstacle_today
from bot.services.digest.selection import Selection, select, select_again
from bot.services.parts import Parts
from bot.services.posts.hiding import NO_LONGER
from bot.services.wording import cut, moment_in_words, one_line

LONGEST_BEGINNING = 70
IS_THERE = "Today's digest is there."


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say about a channel. `latest` is the digest that it is about; None for the next one. Where
    somebody asked for a post, `candidates` holds only that, or `about_the_post` says why it is none."""

    channel: Channel
    obstacle: Obstacle | None
    selection: Selection
    candidates: Sequence[Explained]
    latest: Digest | None = None
    about_the_post: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to know: about the channel of that name, or about all but personal ones; about one post, by
    its id or link; about the latest digest instead of the next one."""

    channel: str | None = None
    post: str | None = None
    latest: bool = False


def print_explanation(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    clock = clock_of(wiring, config)
    told = asyncio.run(_explained(wiring, config, clock, Wanted(asked.channel, asked.post, asked.last)))
    print(as_json(told) if asked.json else "\n".join(lines_of(told, clock.now())))
    return 0


async def _explained(wiring: Wiring, config: Config, clock: Clock, wanted: Wanted) -> Sequence[Told]:
    async with beside(wiring, config, clock, "explain") as parts:
        return await explain(parts, config.in_use | {"web"}, wanted)


async def explain(parts: Parts, platforms: Collection[str], wanted: Wanted) -> list[Told]:
    """One for each channel. `platforms` are those that the configuration connects to. Only reads the store. Raises
    Mistake for a channel that is not there, and for somebody's own digest."""
    async with parts.store.reading() as tx:
        connected = {each.id for each in await tx.channels.workspaces() if each.platform in platforms}
        return [
            await _told(tx, parts, channel, wanted, connected=channel.key.workspace in connected)
            for channel in _named(await tx.channels.all(), wanted.channel)
        ]


def _named(channels: Sequence[Channel], name: str | None) -> list[Channel]:
    ours = [channel for channel in channels if channel.owner is None]
    if name is None:
        if not ours:
            raise Mistake("There is no channel yet. Add [[channels]] to the configuration, and start staffroom run.")
        return ours
    folded = name.removeprefix("#").casefold()
    found = [each for each in ours if each.name.removeprefix("#").casefold() == folded]
    found = found or [each for each in ours if each.key.channel.casefold() == folded]
    if not found and any(each.key.channel.casefold() == folded for each in channels):
        raise Mistake("This is somebody's own digest, so only they see why: with /pln me digest preview.")
    if not found:
        names = sorted({each.name for each in ours})
        raise Mistake(f"There is no channel “{name}”.{nearest(name, names)} There are: {', '.join(names) or 'none'}.")
    return found


async def _told(tx: Transaction, parts: Parts, channel: Channel, wanted: Wanted, *, connected: bool) -> Told:
    obstacle = await obstacle_today(tx, parts, channel, connected=connected)
    latest = await tx.digests.latest(channel.key) if wanted.latest else None
    selection = await (select_again(tx, parts, channel, latest) if latest else select(tx, parts, channel))
    told = Told(channel, obstacle, selection, explained(selection), latest)
    if wanted.post is None:
        return told
    found = [each for each in told.candidates if _is_meant(each.candidate.post, wanted.post)]
    words = "" if found else await _why_no_candidate(tx, parts, told, wanted.post)
    return replace(told, candidates=found, about_the_post=words)


def _is_meant(post: Post, asked: str) -> bool:
    return asked in {post.url, f"{post.key.source}:{post.key.id}"} or _id_in(asked) in {post.key.id, post.latest_id}


def _id_in(asked: str) -> str:
    """A link to a post ends with its id."""
    return urlsplit(asked).path.rstrip("/").rpartition("/")[2] if "://" in asked else asked.strip()


async def _why_no_candidate(tx: Transaction, parts: Parts, told: Told, asked: str) -> str:
    channel, span = told.channel, told.selection.span
    keys = [PostKey(source, _id_in(asked)) for source in channel.sources]
    post = next(iter((await tx.posts.get(keys)).values()), None)
    if await tx.posts.absent(keys):
        return f"This post is {NO_LONGER}: staffroom audit says why."
    if post is None:
        return (
            "This post has not been read. Its words, hashtags or author may be followed nowhere, or a limit cut it off."
        )
    if (item := await _shown_as(tx, channel, post.key)) is not None:
        return f"The latest digest showed it as item {item.number}: {item.why}."
    if post.created_at < span.start:
        since = moment_in_words(span.start, now=parts.clock.now(), zone=channel.schedule.zone_info)
        return f"It was written before {since}, where this digest begins. --last explains the latest one."
    return "It matches no topic that this channel follows."


async def _shown_as(tx: Transaction, channel: Channel, post: PostKey) -> DigestItem | None:
    latest = await tx.digests.latest(channel.key)
    return next((item for item in latest.items if item.post == post), None) if latest else None


# --------------------------------------------------------------------------------------------------------- for people


def lines_of(told: Iterable[Told], now: datetime) -> list[str]:
    """As people read it in a terminal: nothing that somebody else wrote can reach beyond its line."""
    return [one_line(line) for each in told for line in _lines(each, now)]


def _lines(told: Told, now: datetime) -> Iterator[str]:
    channel, zone = told.channel, told.channel.schedule.zone_info
    yield f"{channel.name} ({channel.key.workspace}, {channel.key.channel})"
    if told.obstacle:
        yield f"  No digest today so far. It stopped at the {told.obstacle.step}: {told.obstacle.what}"
        yield f"  → {told.obstacle.remedy}"
    else:
        yield f"  {IS_THERE}"
    since = moment_in_words(told.selection.span.start, now=now, zone=zone)
    yield f"  {_which(told, now)} {account_of(told.selection)}"
    yield f"  Written since {since} ({channel.schedule.zone}). Nothing was read for this."
    if told.about_the_post:
        yield f"  {told.about_the_post}"
    piles = {
        "Shown": shown(told.candidates),
        "Found no place, nearest first": close(told.candidates),
        "Say the same": merged(told.candidates),
        "Left out": left_out(told.candidates),
    }
    for title, pile in piles.items():
        if pile:
            yield f"  {title} ({len(pile):,})"
            for each in pile:
                yield from _candidate(told, each, now)
    yield ""


def _which(told: Told, now: datetime) -> str:
    if told.latest is None:
        return "The next digest, if it came now."
    when = moment_in_words(told.latest.composed_at, now=now, zone=told.channel.schedule.zone_info)
    return f"The latest digest, {when}, chosen once more with what is known now."


def _candidate(told: Told, each: Explained, now: datetime) -> Iterator[str]:
    post = each.candidate.post
    when = moment_in_words(post.created_at, now=now, zone=told.channel.schedule.zone_info)
    text = cut(" ".join(post.text.split()), LONGEST_BEGINNING)[0] if each.may_be_quoted else ""
    yield f"    {post.key.source}:{post.key.id} {_author(told, post)} {when}" + (f" “{text}”" if text else "")
    yield f"      {each.words}{_more(told, each)}"
    if each.fate.parts:
        yield f"      score {each.fate.score:.1f}: {_score(each)}"


def _more(told: Told, each: Explained) -> str:
    if each.fate.ending is Ending.SHOWN:
        return f": {_why(told, each.candidate.post.key)}"
    other = each.fate.other
    return f" ({other.source}:{other.id})" if other else ""


def _author(told: Told, post: Post) -> str:
    author = told.selection.audience.authors.get((post.key.source, post.author_id))
    return f"@{author.handle}" if author else "by somebody not looked up yet"


def _why(told: Told, key: PostKey) -> str:
    return next((each.why for each in told.selection.choice.chosen if each.post.key == key), "")


def _score(each: Explained) -> str:
    return ", ".join(f"{name} {amount:+.1f}" for name, amount in weighty(each.fate))


# ------------------------------------------------------------------------------------------------------- for programs


def as_json(told: Iterable[Told]) -> str:
    """The same, complete, as a program reads it."""
    return json.dumps([_channel_as_json(each) for each in told], indent=2)


def _channel_as_json(told: Told) -> dict[str, object]:
    obstacle = told.obstacle
    return {
        "workspace": told.channel.key.workspace,
        "channel": told.channel.key.channel,
        "name": told.channel.name,
        "stopped_at": {"step": obstacle.step, "what": obstacle.what, "remedy": obstacle.remedy} if obstacle else None,
        "since": told.selection.span.start.isoformat(),
        "looked_at": told.selection.choice.looked_at,
        "digest": "latest" if told.latest else "next",
        "about_the_post": told.about_the_post or None,
        "candidates": [_candidate_as_json(told, each) for each in told.candidates],
    }


def _candidate_as_json(told: Told, each: Explained) -> dict[str, object]:
    post, fate = each.candidate.post, each.fate
    return {
        "source": post.key.source,
        "id": post.key.id,
        "url": post.url,
        "written_at": post.created_at.isoformat(),
        "topics": [topic.label for topic in each.candidate.topics],
        "ending": fate.ending,
        "number": fate.number,
        "reason": fate.reason,
        "triggered_by": fate.words or None,
        "other": fate.other.id if fate.other else None,
        "score": round(fate.score, 3),
        "short_by": round(fate.short_by, 3),
        "parts": {name: round(amount, 3) for name, amount in fate.parts},
        "in_words": each.words,
        "why": _why(told, post.key) or None,
    }
