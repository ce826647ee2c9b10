"""Sweep: ask the sources what has become of the posts that are shown or saved, and take away what has vanished.

A post is hidden when it is first missed, and erased when that is confirmed some hours later.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.budget import Purpose
from bot.domain.keys import PostKey
from bot.domain.post import Author, Post
from bot.domain.removal import Cause
from bot.domain.standing import Standing
from bot.domain.vanishing import ABSENT, Belief, belief
from bot.errors import AdapterError, OutOfAllowance, OutOfCredit, StaffroomError, Throttled, Unauthorised
from bot.flow.late_edits import LateEdits
from bot.ports import PostSource, Rechecked, Transaction
from bot.services.erasing.vanished import Trace, bring_back, copies_of, erase, hide, update
from bot.services.parts import Parts
from bot.services.posts.contexts import context_of
from bot.services.reading.spending import SpendingAllowance
from bot.services.reading.troubles import source_failed
from bot.services.report import INSTALLATION, clear_report, report
from bot.services.wording import counted

RECENT = timedelta(days=30)
RECENT_EVERY = timedelta(hours=18)
"""What vanishes has to be taken away within a day: that leaves the time between two looks, and for the work itself."""
OLDER_EVERY = timedelta(days=7)
CONFIRMED_AFTER = timedelta(hours=3)
EARLIEST = datetime(2006, 1, 1, tzinfo=UTC)
"""Before anything that a source has."""

AT_ONCE = 500
"""Posts asked about together."""
IN_A_TRANSACTION = 10
BETWEEN_LOOKS = timedelta(hours=4)
"""Once nothing is due: posts that are asked about together need fewer requests."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
"""Where nothing was found out. They double, because an answer may take a source minutes or hours."""

KNOWN_LIVE = 3
SHOWN_LATELY = timedelta(days=14)
PAUSED_FOR = timedelta(hours=6)
KEPT_IN_MIND = timedelta(hours=12)
"""How long after a pause the same is believed at once."""
LATE_AFTER = timedelta(days=3)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    """Posts to ask about: those that are surely there, those that are `due`, and what they answer or quote. Of these,
    `missed` had vanished before, each with the time it was first missed."""

    posts: Sequence[Post] = ()
    due: frozenset[PostKey] = frozenset()
    known_live: Collection[PostKey] = ()
    missed: Mapping[PostKey, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Finding:
    standing: Standing
    how: str
    is_final: bool


class Sweeper:
    """What it remembers is only how long to leave a source in peace, and which posts it took for surely there in vain;
    it may be lost."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._late_edits = LateEdits(parts)
        self._rests_until: dict[str, datetime] = {}
        self._in_vain: dict[str, int] = {}
        self._distrusted: dict[str, set[PostKey]] = {}

    async def sweep(self) -> bool:
        """Asks each source about some posts, where any are due. False where there was nothing to do."""
        did_something = False
        for name, source in self._parts.sources.items():
            now = self._parts.clock.now()
            if self._rests_until.get(name, now) <= now:
                self._rests_until[name] = now + LONGEST_PAUSE  # what nobody foresaw is not tried at every tick
                await self._late_edits.look(source)
                self._rests_until[name] = await self._sweep(source)
                did_something = did_something or self._rests_until[name] <= self._parts.clock.now()
        return did_something

    async def _sweep(self, source: PostSource) -> datetime:
        """Returns when there is something to do again."""
        now = self._parts.clock.now()
        async with self._parts.store.reading() as tx:
            paused_at = await tx.notices.told_at(INSTALLATION, _paused(source.name))
            due = await _due(tx, source.name, now, self._distrusted.get(source.name, ()))
        if paused_at is not None and now < paused_at + PAUSED_FOR:
            return paused_at + PAUSED_FOR
        if not due.posts:
            return now + BETWEEN_LOOKS
        found: dict[PostKey, _Finding] = {}
        problem = await self._ask(source, due, found)
        verdict = await self._conclude(source, due, found, paused_at)
        await self._say_where_it_is_late(source)
        if verdict is Belief.BELIEVED and problem is None and not due.due.isdisjoint(found):
            self._in_vain.pop(source.name, None)
            return self._parts.clock.now()
        return self._rest(source.name, verdict, problem)

    async def _ask(self, source: PostSource, due: _Due, found: dict[PostKey, _Finding]) -> StaffroomError | None:
        """Adds to what was found, also where the source fails on the way."""
        parts = self._parts
        allowance = SpendingAllowance(
            parts.store, parts.clock, parts.caps, source.name, source.prices, purpose=Purpose.SWEEP
        )
        try:
            async for answer in source.recheck(due.posts, allowance):
                async with parts.store.transaction() as tx:
                    await allowance.settle_in(tx, answer.receipt)
                    said = _said(due, answer)
                    await self._keep_what_is_there(tx, due, answer, said)
                for key, finding in said.items():
                    if key not in found or finding.standing is not Standing.UNKNOWN:
                        found[key] = finding
        except (AdapterError, OutOfAllowance) as problem:
            log.warning("sweep stopped", source=source.name, problem=str(problem))
            if isinstance(problem, OutOfCredit | Unauthorised):
                await source_failed(parts, source, problem)
            return problem
        return None

    async def _keep_what_is_there(
        self, tx: Transaction, due: _Due, answer: Rechecked, said: Mapping[PostKey, _Finding]
    ) -> None:
        now = self._parts.clock.now()
        there = [key for key, finding in said.items() if finding.standing is Standing.PRESENT]
        read_anew = [post for post in answer.posts if post.key in there]
        if read_anew:
            await update(tx, read_anew, Trace(answer.how, now))
        await bring_back(tx, [key for key in there if key in due.missed], now)
        await tx.posts.set_standing([key for key in there if key not in due.missed], Standing.PRESENT, now)
        unknown = [key for key, finding in said.items() if finding.standing is Standing.UNKNOWN]
        await tx.posts.set_standing(unknown, Standing.UNKNOWN, now)

    # ---------------------------------------------------------------------------------------------- what has vanished

    async def _conclude(
        self, source: PostSource, due: _Due, found: Mapping[PostKey, _Finding], paused_at: datetime | None
    ) -> Belief:
        now = self._parts.clock.now()
        verdict = belief({key: each.standing for key, each in found.items()}, due.known_live, due.missed)
        absent = {key: each for key, each in found.items() if each.standing in ABSENT}
        async with self._parts.store.transaction() as tx:
            if verdict is Belief.TOO_MANY and paused_at is not None and now < paused_at + PAUSED_FOR + KEPT_IN_MIND:
                verdict = Belief.BELIEVED
                await report(tx, self._parts, INSTALLATION, f"hidden:{source.name}:{now:%Y-%m-%d}", _hidden(source))
            match verdict:
                case Belief.BELIEVED:
                    await self._all_is_well(tx, source, paused_at)
                case Belief.DOUBTED:
                    await report(tx, self._parts, INSTALLATION, _doubted(source.name), _doubt(source))
                case Belief.TOO_MANY:
                    vanished = [key for key in absent if key not in due.missed]
                    await self._pause(tx, source, len(vanished), len(found))
        self._choose_others_than(source.name, due.known_live if verdict is Belief.DOUBTED else ())
        for some in _in_parts(absent) if verdict is Belief.BELIEVED else ():
            async with self._parts.store.transaction() as tx:
                await self._take_away(tx, due.missed, some)
        return verdict

    def _choose_others_than(self, name: str, doubtful: Collection[PostKey]) -> None:
        """What was taken for surely there may have vanished itself: the next look takes others, as long as there are
        any."""
        earlier = self._distrusted.get(name, set()) if doubtful else set()
        self._distrusted[name] = earlier | set(doubtful)

    async def _take_away(
        self, tx: Transaction, missed: Mapping[PostKey, datetime], absent: Mapping[PostKey, _Finding]
    ) -> None:
        """Each way of finding out is written down as such."""
        now = self._parts.clock.now()
        for how in dict.fromkeys(each.how for each in absent.values()):
            of_this = {key: each for key, each in absent.items() if each.how == how}
            again = [key for key in of_this if key in missed]
            new = {key: each.standing for key, each in of_this.items() if key not in missed}
            copies = await copies_of(tx, again) | await hide(tx, new, Trace(how, now))
            for key in again:
                await tx.posts.set_standing([key], of_this[key].standing, now)
            sure = {
                key: Cause(each.standing)
                for key, each in of_this.items()
                if each.is_final or now - missed.get(key, now) >= CONFIRMED_AFTER
            }
            await erase(tx, sure, Trace(how, now), copies)

    async def _pause(self, tx: Transaction, source: PostSource, vanished: int, of: int) -> None:
        """What is kept in the store outlasts a restart."""
        now, key = self._parts.clock.now(), _paused(source.name)
        await tx.notices.clear(INSTALLATION, key)
        await tx.notices.first_time(INSTALLATION, key, now)
        again = f"{now + PAUSED_FOR:%H:%M} UTC"
        sentence = (
            f"{source.label} says that {vanished} of {counted(of, 'post')} shown or saved here are gone, all at once. "
            f"That may be a fault, so nothing was hidden. It is asked again at {again}, and believed if it says the "
            "same. Nothing has to be done; staffroom purge LINK takes a post away at once."
        )
        await report(tx, self._parts, INSTALLATION, f"vanished:{source.name}:{now:%Y-%m-%d}", sentence)

    async def _all_is_well(self, tx: Transaction, source: PostSource, paused_at: datetime | None) -> None:
        await clear_report(tx, INSTALLATION, _doubted(source.name))
        if paused_at is not None and self._parts.clock.now() >= paused_at + PAUSED_FOR + KEPT_IN_MIND:
            await tx.notices.clear(INSTALLATION, _paused(source.name))

    # ------------------------------------------------------------------------------------------------------ its pace

    def _rest(self, name: str, verdict: Belief, problem: StaffroomError | None) -> datetime:
        """Where little or nothing came of asking."""
        now = self._parts.clock.now()
        if verdict is Belief.TOO_MANY:
            return now + PAUSED_FOR
        if isinstance(problem, Throttled):
            return max(problem.until, now + FIRST_PAUSE)
        in_vain = self._in_vain[name] = self._in_vain.get(name, 0) + 1
        return now + min(FIRST_PAUSE * (1 << min(in_vain - 1, 8)), LONGEST_PAUSE)

    async def _say_where_it_is_late(self, source: PostSource) -> None:
        """Where the money for asking does not suffice, or nobody answers for days."""
        now, key = self._parts.clock.now(), f"sweep-late:{source.name}"
        async with self._parts.store.transaction() as tx:
            if await tx.posts.to_recheck(source.name, now - LATE_AFTER, now - RECENT, 1):
                await report(tx, self._parts, INSTALLATION, key, _late(source))
            else:
                await clear_report(tx, INSTALLATION, key)


# ------------------------------------------------------------------------------------------------------ what is due


async def _due(tx: Transaction, source: str, now: datetime, distrusted: Collection[PostKey]) -> _Due:
    keys = await _keys_due(tx, source, now)
    if not keys:
        return _Due()
    live = await _known_live(tx, source, now, distrusted)
    stored = await tx.posts.get([*live, *keys])
    contexts = await tx.posts.get([found[1] for post in stored.values() if (found := context_of(post))])
    stored |= contexts
    asked = dict.fromkeys([*live, *keys, *contexts])
    posts = [stored[key] for key in asked if key in stored]
    return _Due(posts, frozenset(keys), live, await tx.posts.missed_since(asked))


async def _keys_due(tx: Transaction, source: str, now: datetime) -> list[PostKey]:
    """First those that were missed and wait for confirmation."""
    unconfirmed = await tx.posts.unconfirmed(source, now - CONFIRMED_AFTER, AT_ONCE)
    recent = await tx.posts.to_recheck(source, now - RECENT_EVERY, now - RECENT, AT_ONCE)
    older = await tx.posts.to_recheck(source, now - OLDER_EVERY, EARLIEST, AT_ONCE)
    return list(dict.fromkeys([*unconfirmed, *recent, *older]))[:AT_ONCE]


async def _known_live(tx: Transaction, source: str, now: datetime, distrusted: Collection[PostKey]) -> list[PostKey]:
    """Posts of digests, which were read when they were shown: those of the accounts with most followers, who seldom
    delete anything."""
    since = now - SHOWN_LATELY
    digests = [await tx.digests.shown(channel.key, since) for channel in await tx.channels.all()]
    shown = {key for digest in digests for key in digest if key.source == source}
    absent = await tx.posts.absent(shown)
    stored = await tx.posts.get([key for key in shown if key not in absent])
    authors = await tx.posts.authors(source, {post.author_id for post in stored.values()})
    ranked = sorted(stored.values(), key=lambda post: (-_followers(authors.get(post.author_id)), post.key))
    trusted = [post.key for post in ranked if post.key not in distrusted]
    return (trusted or [post.key for post in ranked])[:KNOWN_LIVE]


def _in_parts(absent: Mapping[PostKey, _Finding]) -> Iterator[dict[PostKey, _Finding]]:
    """Small ones: while one is written nobody else can write."""
    left = list(absent.items())
    for start in range(0, len(left), IN_A_TRANSACTION):
        yield dict(left[start : start + IN_A_TRANSACTION])


def _followers(author: Author | None) -> int:
    return author.followers or 0 if author and not author.protected else -1


def _said(due: _Due, answer: Rechecked) -> dict[PostKey, _Finding]:
    by_id = {post.key.id: post.key for post in due.posts}
    return {
        by_id[id_]: _Finding(standing, answer.how, answer.is_final)
        for id_, standing in answer.standings.items()
        if id_ in by_id
    }


# ---------------------------------------------------------------------------------------------------------- in words


def _paused(source: str) -> str:
    return f"sweep-paused:{source}"


def _doubted(source: str) -> str:
    return f"sweep-doubted:{source}"


def _doubt(source: PostSource) -> str:
    return (
        f"{source.label} says that posts are gone, but says so of posts that are surely there as well. Nothing was "
        "hidden, and it is asked again every hour. Until then, staffroom purge LINK takes a post away at once."
    )


def _hidden(source: PostSource) -> str:
    return f"{source.label} said once more that many posts are gone, so they are hidden now. Nothing has to be done."


def _late(source: PostSource) -> str:
    return (
        f"Some posts that are shown here have not been checked at {source.label} for three days, so deleted ones may "
        "still stand here. Raise sweep_daily_usd under [budget], or see the log for what keeps it."
    )
