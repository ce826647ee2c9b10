"""Compare: once a day, what a source says it counted with what the ledger says was read."""

from datetime import UTC, date, datetime, time, timedelta

import structlog

from bot.domain.budget import NOTHING, Entry, EntryState
from bot.errors import AdapterError
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts
from bot.services.report import INSTALLATION, report, report_over
from bot.services.wording import counted, date_in_words

DAY = timedelta(days=1)
COUNTED_BY = timedelta(hours=6)
"""So long after midnight (UTC) a source has counted the day before."""
ASKED_AGAIN_AFTER = timedelta(hours=1)
DAYS_ASKED_FOR = 3
TOLERATED = 0.05
A_FEW_POSTS = 20
"""So many on a day are no reason to call somebody."""

log = structlog.get_logger(__name__)


class Comparer:
    """Which days were compared stands in the store; how long to wait after a failure is remembered in memory."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._not_before: dict[str, datetime] = {}

    async def turn(self) -> None:
        """Compares the UTC day that ended last, where that was not done yet. What fails is tried again in an hour."""
        now = self._parts.clock.now()
        day = (now.astimezone(UTC) - COUNTED_BY).date() - DAY
        for name, source in self._parts.sources.items():
            if source.prices.post == NOTHING or self._not_before.get(name, now) > now:
                continue
            if not await self._is_due(source, day):
                continue
            try:
                await self._compare(source, day)
            except AdapterError as problem:
                self._not_before[name] = now + ASKED_AGAIN_AFTER
                log.warning("the source did not say what it counted", source=name, problem=str(problem))

    async def _is_due(self, source: PostSource, day: date) -> bool:
        """A day on which Staffroom was installed may have had posts before it."""
        if datetime.combine(day, time(), UTC) < await self._parts.store.installed_at():
            return False
        if self._parts.breakers.is_open(source.name, self._parts.clock.now()):
            return False
        async with self._parts.store.reading() as tx:
            return await tx.notices.told_at(INSTALLATION, _compared(source, day)) is None

    async def _compare(self, source: PostSource, day: date) -> None:
        usage = await source.usage(DAYS_ASKED_FOR)
        async with self._parts.store.transaction() as tx:
            if not await tx.notices.first_time(INSTALLATION, _compared(source, day), self._parts.clock.now()):
                return
            await tx.notices.clear(INSTALLATION, _compared(source, day - DAY))
            if usage is not None and day in usage:
                await self._tell(tx, source, day, usage[day])

    async def _tell(self, tx: Transaction, source: PostSource, day: date, theirs: int) -> None:
        entries = [each for each in await tx.ledger.entries(day, day) if each.reservation.source == source.name]
        least, most = _posts_in(entries, source)
        log.info("compared", source=source.name, day=day.isoformat(), theirs=theirs, ours=least, at_most=most)
        key = f"usage:{source.name}"
        if _differ(theirs, least, most):
            ours = f"{least:,}" if least == most else f"{least:,} to {most:,}"
            problem = (
                f"{source.label} counted {counted(theirs, 'post')} on {date_in_words(day)} (UTC), Staffroom {ours}. "
                f"{_what_to_do(source, theirs, least)}"
            )
            await report(tx, self._parts, INSTALLATION, key, problem)
        else:
            good_news = f"{source.label} and Staffroom counted the same number of posts on {date_in_words(day)} (UTC)."
            await report_over(tx, self._parts, INSTALLATION, key, good_news)


def _compared(source: PostSource, day: date) -> str:
    return f"compared:{source.name}:{day.isoformat()}"


def _posts_in(entries: list[Entry], source: PostSource) -> tuple[int, int]:
    """At least and at most: of a request whose outcome is unknown, nobody knows."""
    settled = sum(each.billed.posts for each in entries if each.billed)
    unknown = sum(each.cost for each in entries if each.state is not EntryState.SETTLED) // source.prices.post
    return settled, settled + unknown


def _differ(theirs: int, least: int, most: int) -> bool:
    """By more than a twentieth of the larger, and by more than a few."""
    difference = max(theirs - most, least - theirs, 0)
    return difference > A_FEW_POSTS and difference > TOLERATED * max(theirs, least)


def _what_to_do(source: PostSource, theirs: int, least: int) -> str:
    if theirs < least:
        return "You may pay less than Staffroom reckons; nothing has to be done. See staffroom budget --csv."
    return (
        f"If other programs use the same project at {source.label}, that is why, and their cost comes on top of "
        "[budget]. If none does, somebody else may have your token: make a new one. See staffroom budget --csv."
    )
