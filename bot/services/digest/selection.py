"""What a channel's next digest would show, from what is stored."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.audience import Audience, AuthorKey
from bot.domain.channel import Channel
from bot.domain.choosing import choose, seen_keys, suitable
from bot.domain.coverage import Span, missing
from bot.domain.digest import Candidate, Choice, Digest
from bot.domain.keys import PostKey
from bot.domain.post import Author, Post
from bot.domain.rules import Rule, RuleKind, muted, mutes_of
from bot.domain.topic import Topic, TopicKind
from bot.ports import Transaction
from bot.services.digest.leanings import taste_in
from bot.services.parts import Parts
from bot.services.people.threshold import needed_by
from bot.services.posts.authors import authors_of

FIRST_LOOK_BACK = timedelta(days=3)
LONGEST_LOOK_BACK = timedelta(days=6, hours=12)
LATE_ARRIVALS = timedelta(hours=1)
"""A post written just before the last digest may have been read only after it."""
SHOWN_LATELY = timedelta(days=14)
"""Whoever posts something again with other words does so within days."""
ELSEWHERE_LATELY = timedelta(days=7)
MANY = 500
"""Candidates among which choosing takes a while."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Selection:
    """`choice` has a fate for each of the candidates, in their order. `topics` are the labels of those that brought
    something suitable, busiest first."""

    candidates: tuple[Candidate, ...]
    audience: Audience
    choice: Choice
    span: Span
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a choice is made, of what was written when. `again` is the digest that it was made for before. What was
    written in the `earlier` window and read again since `reread_since` is looked at once more: it may have done well
    only after its own digest."""

    now: datetime
    span: Span
    earlier: Span | None = None
    reread_since: datetime | None = None
    again: Digest | None = None


async def select(tx: Transaction, parts: Parts, channel: Channel) -> Selection:
    """The choice for a digest that goes out now. Its span ends where reading has got to, never later."""
    now, last = parts.clock.now(), await tx.digests.last(channel.key)
    span = window(last, now)
    if last is None:
        return await _select(tx, parts, channel, _Moment(now, span))
    earlier = Span(max(last.since, now - LONGEST_LOOK_BACK), span.start)
    return await _select(tx, parts, channel, _Moment(now, span, earlier, last.composed_at))


async def select_again(tx: Transaction, parts: Parts, channel: Channel, digest: Digest) -> Selection:
    """The choice for the channel's latest digest, made once more: with the counts, settings and authors known now."""
    made_at = digest.composed_at
    span = Span(digest.since, made_at)
    earlier = Span(span.start - span.length, span.start)
    return await _select(tx, parts, channel, _Moment(made_at, span, earlier, digest.since + LATE_ARRIVALS, digest))


async def _select(tx: Transaction, parts: Parts, channel: Channel, moment: _Moment) -> Selection:
    span = moment.span
    candidates = await _candidates(tx, channel, moment)
    audience = await _audience(tx, parts, channel, moment, [candidate.post for candidate in candidates])
    choice = await _worked_out(lambda: choose(candidates, audience), len(candidates))
    read_until = await _read_until(tx, channel, audience.topics, span)
    return Selection(candidates, audience, choice, Span(span.start, read_until), _busiest_first(candidates, choice))


async def _candidates(tx: Transaction, channel: Channel, moment: _Moment) -> tuple[Candidate, ...]:
    found = await tx.posts.candidates(channel.key, channel.sources, moment.span)
    if moment.earlier is None or moment.reread_since is None:
        return tuple(found)
    late = await tx.posts.candidates(channel.key, channel.sources, moment.earlier)
    return (*found, *(each for each in late if each.read_at and each.read_at > moment.reread_since))


async def _worked_out(work: Callable[[], _Result], posts: int) -> _Result:
    """With many posts it takes a while, in which others have to be answered."""
    return work() if posts < MANY else await asyncio.to_thread(work)


async def _audience(
    tx: Transaction, parts: Parts, channel: Channel, moment: _Moment, posts: Sequence[Post]
) -> Audience:
    now, key = moment.now, channel.key
    rules = await tx.rules.of(key.workspace)
    keys = await _worked_out(lambda: {each for post in posts for each in seen_keys(post)}, len(posts))
    return Audience(
        channel.size,
        now,
        topics=[following.topic for following in await tx.topics.followed(key)],
        languages=channel.school(parts.school).languages,
        mutes=mutes_of(rules, key.channel),
        blocks=mutes_of(rules, ""),
        hidden=await tx.reports.hidden(key.workspace, [post.key for post in posts]),
        strangers_pictures=not any(rule.kind is RuleKind.PICTURES for rule in _rules_here(rules, channel)),
        seen=await tx.digests.seen(key, keys, before=moment.now if moment.again else None),
        shown=await _shown_lately(tx, channel, moment),
        elsewhere=await tx.digests.seen_elsewhere(key, keys, now - ELSEWHERE_LATELY),
        authors=await authors_of(tx, posts),
        savers=await tx.library.savers_of_authors(
            key.workspace, {_author_of(post) for post in posts}, needed_by(rules)
        ),
        taste=await taste_in(tx, channel, now),
    )


def _rules_here(rules: Iterable[Rule], channel: Channel) -> list[Rule]:
    return [rule for rule in rules if rule.channel in {"", channel.key.channel}]


async def _shown_lately(tx: Transaction, channel: Channel, moment: _Moment) -> list[Post]:
    own = {item.post for item in moment.again.items} if moment.again else set[PostKey]()
    keys = [key for key in await tx.digests.shown(channel.key, moment.now - SHOWN_LATELY) if key not in own]
    stored = await tx.posts.get(keys)
    return [stored[key] for key in keys if key in stored]


async def mutes_any(tx: Transaction, channel: Channel, posts: Sequence[Post]) -> bool:
    """Whether one of the posts is by somebody, or says something, that is muted there by now."""
    rules = await tx.rules.of(channel.key.workspace)
    mutes = [*mutes_of(rules, channel.key.channel), *mutes_of(rules, "")]
    authors = await authors_of(tx, posts)
    return any(muted(post, _handle(authors.get(_author_of(post))), mutes) for post in posts)


async def admitted(
    tx: Transaction, parts: Parts, channel: Channel, candidates: Sequence[Candidate], *, unseen: bool
) -> list[Candidate]:
    """Those that no rule of the house, the workspace or the channel keeps out; with `unseen`, only what the channel was
    not shown before."""
    now = parts.clock.now()
    posts = [candidate.post for candidate in candidates]
    audience = await _audience(tx, parts, channel, _Moment(now, Span(now, now)), posts)
    absent = await tx.posts.absent([post.key for post in posts])
    there = [candidate for candidate in candidates if candidate.post.key not in absent]
    return suitable(there, audience if unseen else replace(audience, seen=frozenset()))


def among(posts: Collection[PostKey], selection: Selection) -> Selection:
    """The same with nothing chosen but some of these."""
    chosen = tuple(each for each in selection.choice.chosen if each.post.key in posts)
    return replace(selection, choice=replace(selection.choice, chosen=chosen))


def _author_of(post: Post) -> AuthorKey:
    return post.key.source, post.author_id


def _handle(author: Author | None) -> str:
    return author.handle if author else ""


async def _read_until(tx: Transaction, channel: Channel, topics: Sequence[Topic], span: Span) -> datetime:
    """How far every topic of the channel has been read without a gap, in every source that reads it. An account that
    nobody could find yet is not waited for."""
    reached, known = span.end, await tx.topics.account_ids(topics)
    there = [topic for topic in topics if topic.kind is not TopicKind.ACCOUNT or topic in known]
    for source in channel.sources:
        ours = [topic for topic in there if topic.source in {"", source}]
        for spans in (await tx.coverage.of(source, ours, span.start)).values():
            first_gap = next(iter(missing(span, spans)), None)
            reached = min(reached, first_gap.start if first_gap else span.end)
    return reached


def window(last: Digest | None, now: datetime) -> Span:
    """What is new since the channel's last digest; three days for a first one, and never more than the sources keep.
    Where that one could not read a topic, its time is new again, and nothing before it."""
    if last is None:
        return Span(now - FIRST_LOOK_BACK, now)
    return Span(min(now, max(last.until - LATE_ARRIVALS, last.since, now - LONGEST_LOOK_BACK)), now)


def _busiest_first(candidates: Sequence[Candidate], choice: Choice) -> tuple[str, ...]:
    counts = Counter(
        topic.label
        for candidate in candidates
        if candidate.post.key not in choice.excluded
        for topic in candidate.topics
    )
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))
