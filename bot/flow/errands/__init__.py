"""Errands: what somebody asked for that needs a look at a source. Each is claimed, asked for outside any transaction,
and answered in the one in which it is done: twice by nobody, whatever ends in between."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.commands.context import Around, Asked
from bot.domain.content import say
from bot.domain.errand import Errand, ErrandKind
from bot.domain.people import Standing
from bot.errors import LeaseLost, Mistake, StaffroomError, StoreError, Throttled, Unavailable, Uncertain
from bot.flow.answer import give_later, may_still_wait
from bot.flow.errands.forecast import FORECAST
from bot.flow.errands.kind import Finish, Kind, saying
from bot.flow.errands.look_up import LOOK_UP
from bot.flow.errands.search import SEARCH
from bot.ports import Transaction
from bot.services.parts import Parts

KINDS: Mapping[ErrandKind, Kind] = {
    ErrandKind.SEARCH: SEARCH,
    ErrandKind.LOOK_UP: LOOK_UP,
    ErrandKind.FORECAST: FORECAST,
}
"""How each is done."""

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
MOST_CLAIMS = 5
"""One that takes the process down with it is not tried for ever."""
PAUSE = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=3)
"""Whoever waits longer than that has gone away, and asks again when it suits them."""

SORRY = saying(say("That did not work, and it is our fault. Please try again."))

log = structlog.get_logger(__name__)


async def run_errand(parts: Parts) -> bool:
    """Does the earliest errand that is due. False where there is none."""
    async with parts.store.transaction() as tx:
        errand = await tx.errands.claim(parts.worker, parts.clock.now(), LEASE)
    if errand is None:
        return False
    try:
        await _run(parts, errand)
    except LeaseLost:
        log.info("another worker took the errand over", errand=errand.id)
    return True


async def _run(parts: Parts, errand: Errand) -> None:
    if errand.attempts >= MOST_CLAIMS:
        await _finish(parts, errand, SORRY, in_vain=True)
        return
    try:
        finish = await KINDS[errand.kind].ask(parts, errand)
        await _finish(parts, errand, finish)
    except StoreError:
        raise
    except Mistake as mistake:
        await _finish(parts, errand, saying(say(str(mistake))))
    except StaffroomError as problem:
        log.warning("errand in trouble", errand=errand.id, kind=errand.kind, problem=str(problem))
        await _later_or_say_so(parts, errand, problem)
    except Exception:
        log.exception("errand failed", errand=errand.id, kind=errand.kind)
        await _finish(parts, errand, SORRY, in_vain=True)


async def _finish(parts: Parts, errand: Errand, finish: Finish, *, in_vain: bool = False) -> None:
    """One that brought nothing is not counted against whoever asked."""
    async with parts.store.transaction() as tx:
        answer = await finish(tx, _asked(tx, parts, errand))
        await give_later(tx, parts, errand, answer)
        await tx.errands.done(errand, in_vain=in_vain)


async def _later_or_say_so(parts: Parts, errand: Errand, problem: StaffroomError) -> None:
    at = _tried_again_at(parts, errand, problem)
    if at is None:
        await _finish(parts, errand, KINDS[errand.kind].give_up(parts, errand, problem), in_vain=True)
        return
    async with parts.store.transaction() as tx:
        await tx.errands.later(errand, at)


def _tried_again_at(parts: Parts, errand: Errand, problem: StaffroomError) -> datetime | None:
    """None where waiting helps nobody."""
    now = parts.clock.now()
    if not isinstance(problem, Throttled | Unavailable | Uncertain) or errand.attempts + 1 >= MOST_ATTEMPTS:
        return None
    at = problem.until if isinstance(problem, Throttled) else now + PAUSE * (errand.attempts + 1)
    return at if at <= now + LONGEST_WAIT and may_still_wait(errand, at) else None


def _asked(tx: Transaction, parts: Parts, errand: Errand) -> Asked:
    """The command again, by whoever gave it."""
    around = Around(Standing.ADMIN if errand.is_admin else Standing.MEMBER, groups=frozenset(errand.groups))
    at = parts.clock.now()
    return Asked(tx, parts, errand.person, errand.channel, errand.id, at, around, errand.reply)
