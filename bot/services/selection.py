"""What a channel's next digest would show, from what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.channel import Channel
from bot.domain.choosing import choose, seen_keys
from bot.domain.coverage import Span, missing
from bot.domain.digest import Candidate, Choice, Digest
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.rules import MUTES, Rule, RuleKind, muted
from bot.ports import Transaction

FIRST_LOOK_BACK = timedelta(days=3)
LONGEST_LOOK_BACK = timedelta(days=6, hours=12)
LATE_ARRIVALS = timedelta(hours=1)
"""A post written just before the last digest may have been read only after it."""
VOICES = 2
"""How many people of a channel have to ask for less of somebody."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`topics` are the labels of those that brought candidates, busiest first."""

    choice: Choice
    span: Span
    topics: tuple[str, ...]


async def select(tx: Transaction, channel: Channel, now: datetime) -> Selection:
    """The choice for a digest that goes out now. Its span ends where reading has got to, never later."""
    span = window(await tx.digests.last(channel.key), now)
    found = await tx.posts.candidates(channel.key, channel.sources, span)
    unwanted = await _unwanted(tx, channel, [candidate.post for candidate in found])
    candidates = [candidate for candidate in found if candidate.post.key not in unwanted]
    keys = {key for candidate in candidates for key in seen_keys(candidate.post)}
    seen = await tx.digests.seen(channel.key, keys)
    choice = choose(candidates, size=channel.size, now=now, seen=seen, less=await _less_of(tx, channel))
    return Selection(
        replace(choice, looked_at=len(found)),
        Span(span.start, await _read_until(tx, channel, span)),
        _busiest_first(candidates),
    )


async def without_muted(tx: Transaction, channel: Channel, selection: Selection) -> Selection:
    """The same without what the channel turns out to mute, now that more authors are known."""
    chosen = selection.choice.chosen
    unwanted = await _unwanted(tx, channel, [each.post for each in chosen])
    fitting = tuple(each for each in chosen if each.post.key not in unwanted)
    return replace(selection, choice=replace(selection.choice, chosen=fitting))


async def _unwanted(tx: Transaction, channel: Channel, posts: Sequence[Post]) -> set[PostKey]:
    """What the channel or its workspace mutes, and what is reported."""
    workspace = channel.key.workspace
    mutes = [rule for rule in await tx.rules.of(workspace) if _applies(rule, channel)]
    hidden = set(await tx.reports.hidden(workspace, [post.key for post in posts]))
    if not mutes:
        return hidden
    handles = await _handles(tx, posts) if any(rule.kind is RuleKind.ACCOUNT for rule in mutes) else {}
    return hidden | {
        post.key for post in posts if muted(post, handles.get((post.key.source, post.author_id), ""), mutes)
    }


def _applies(rule: Rule, channel: Channel) -> bool:
    return rule.kind in MUTES and rule.channel in {"", channel.key.channel}


async def _handles(tx: Transaction, posts: Sequence[Post]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for source in {post.key.source for post in posts}:
        known = await tx.posts.authors(source, {post.author_id for post in posts if post.key.source == source})
        found.update({(source, author.id): author.handle for author in known.values()})
    return found


async def _less_of(tx: Transaction, channel: Channel) -> set[tuple[str, str]]:
    return {author for author, voices in (await tx.rules.less_of(channel.key)).items() if enough(voices, channel)}


def enough(voices: int, channel: Channel) -> bool:
    """Whether so many people who ask for less of somebody get less. One is enough where only one person reads."""
    return voices >= (1 if channel.owner else VOICES)


async def _read_until(tx: Transaction, channel: Channel, span: Span) -> datetime:
    """How far every topic of the channel has been read without a gap, in every source that reads it."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    reached = span.end
    for source in channel.sources:
        ours = [topic for topic in topics if topic.source in {"", source}]
        for spans in (await tx.coverage.of(source, ours, span.start)).values():
            first_gap = next(iter(missing(span, spans)), None)
            reached = min(reached, first_gap.start if first_gap else span.end)
    return reached


def window(last: Digest | None, now: datetime) -> Span:
    """What is new since the channel's last digest; three days for a first one, and never more than the sources keep."""
    if last is None:
        return Span(now - FIRST_LOOK_BACK, now)
    return Span(min(now, max(last.until - LATE_ARRIVALS, now - LONGEST_LOOK_BACK)), now)


def _busiest_first(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    counts = Counter(topic.label for candidate in candidates for topic in candidate.topics)
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))
