"""`staffroom audit`: what was taken out of messages and libraries, or updated there, and why. `staffroom purge`: one
post or account, at once."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.config import Config
from bot.domain.admin_acts import AdminAct
from bot.domain.removal import Cause, Removal
from bot.errors import Mistake
from bot.ports import Clock
from bot.services.erasing.purging import in_words, is_account, posts_meant, purge
from bot.services.parts import Parts
from bot.services.people.admin_acts import act_in_words
from bot.services.spreadsheet import as_csv
from bot.services.wording import counted, one_line

HEADER = ("time_utc", "source", "post", "cause", "done", "found_by", "messages", "items")
WORDS = {
    Cause.GONE: "deleted there",
    Cause.PROTECTED: "no longer public there",
    Cause.SUSPENDED: "its account is suspended there",
    Cause.WITHHELD: "withheld there",
    Cause.EDITED: "edited there",
    Cause.PURGED: "purged by an admin",
}
WHEN_EDITED = "A Staffroom that runs changes the messages within a minute; else the next one does when it starts."
USUALLY = timedelta(days=30)


def print_audit(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    clock = clock_of(wiring, config)
    since = day_meant(asked.since) if asked.since else clock.now().date() - USUALLY
    removed, acts = asyncio.run(_since(wiring, config, clock, since))
    lines = [*lines_of(removed, since), "", *lines_of_acts(acts, since)]
    print(table_of(removed), end="") if asked.csv else print("\n".join(lines))
    return 0


async def _since(
    wiring: Wiring, config: Config, clock: Clock, since: date
) -> tuple[Sequence[Removal], Sequence[tuple[str, AdminAct]]]:
    async with beside(wiring, config, clock, "audit") as parts:
        return await removals(parts, since), await admin_acts(parts, since)


def print_purged(wiring: Wiring, asked: Namespace) -> int:
    print(asyncio.run(_purged(wiring, config_of(wiring, asked.config), asked.what)))
    return 0


async def _purged(wiring: Wiring, config: Config, what: str) -> str:
    """Which source a link is of, only that source knows."""
    async with beside(wiring, config, clock_of(wiring, config), "purge", with_sources=True) as parts:
        return await purge_now(parts, what)


async def removals(parts: Parts, since: date) -> list[Removal]:
    """Oldest first, from the beginning of that day (UTC)."""
    async with parts.store.reading() as tx:
        return await tx.removals.since(datetime.combine(since, time.min, UTC))


async def admin_acts(parts: Parts, since: date) -> list[tuple[str, AdminAct]]:
    """What admins decided in each workspace; oldest first."""
    async with parts.store.reading() as tx:
        return await tx.admin_acts.since(datetime.combine(since, time.min, UTC))


def day_meant(text: str) -> date:
    """Raises Mistake."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f"“{one_line(text)}” is no date. Write it as 2026-11-24.") from None


def lines_of(removed: Sequence[Removal], since: date) -> list[str]:
    """As people read it: a line a removal, then how many there were."""
    if not removed:
        return [f"Nothing was taken away or updated since {since.isoformat()}."]
    lines = [f"{each.at:%Y-%m-%d %H:%M} UTC  {one_line(_named(each))}  {_told(each)}" for each in removed]
    return [*lines, "", f"Since {since.isoformat()}: {_summed_up(removed)}."]


def lines_of_acts(acts: Sequence[tuple[str, AdminAct]], since: date) -> list[str]:
    """What admins decided: who it was by their id, empty where nobody knows any more."""
    if not acts:
        return [f"Admins decided nothing since {since.isoformat()}."]
    lines = [
        f"{act.at:%Y-%m-%d %H:%M} UTC  {one_line(workspace)}  {one_line(act.by) or 'somebody'}  {act_in_words(act)}"
        for workspace, act in acts
    ]
    return [f"What admins decided since {since.isoformat()}:", *lines]


def _named(removal: Removal) -> str:
    return f"{removal.post.source}:{removal.post.id}"


def _told(removal: Removal) -> str:
    where = f"{counted(removal.messages, 'message')}, {counted(removal.items, 'saved item')}"
    return f"{_done(removal)}: {WORDS[removal.cause]} ({removal.how}; {where})"


def _done(removal: Removal) -> str:
    if removal.cause is Cause.EDITED:
        return "updated"
    return "erased" if removal.erased else "hidden"


def _summed_up(removed: Sequence[Removal]) -> str:
    done = dict.fromkeys(_done(each) for each in removed)
    posts = {how: len({each.post for each in removed if _done(each) == how}) for how in done}
    return ", ".join(f"{counted(number, 'post')} {how}" for how, number in posts.items())


def table_of(removed: Sequence[Removal]) -> str:
    """As a spreadsheet reads it."""
    return as_csv(
        HEADER,
        [
            (
                f"{each.at:%Y-%m-%dT%H:%M:%SZ}",
                each.post.source,
                each.post.id,
                each.cause.value,
                _done(each),
                each.how,
                each.messages,
                each.items,
            )
            for each in removed
        ],
    )


async def purge_now(parts: Parts, what: str) -> str:
    """Erases in the store, also beside a Staffroom that runs, and says what was done. Raises Mistake."""
    async with parts.store.transaction() as tx:
        posts = await posts_meant(tx, parts, what)
        if is_account(what) and not posts:
            raise Mistake(f"Nothing is kept of {one_line(what)}. Check how the name is spelt.")
        purged = await purge(tx, parts, posts)
    return f"{in_words(purged)} {WHEN_EDITED}" if purged.messages else in_words(purged)
