"""A source that fails, and one that can be read again: how long it is left alone, and who hears of it."""

import structlog

from bot.errors import OutOfAllowance, OutOfCredit, Rejected, StaffroomError, Unauthorised
from bot.ports import PostSource
from bot.services.parts import Parts
from bot.services.report import INSTALLATION, clear_report, report, report_over
from bot.services.wording import counted

log = structlog.get_logger(__name__)


async def source_failed(parts: Parts, source: PostSource, problem: StaffroomError) -> None:
    """Leaves it alone for a while, and tells the admin channel once what somebody has to do, where somebody has. A
    refusal of one request, or our own limit, keeps it from nothing else."""
    log.warning("source in trouble", source=source.name, problem=str(problem))
    if not isinstance(problem, OutOfAllowance | Rejected):
        parts.breakers.failed(source.name, problem, parts.clock.now(), parts.random)
    if (key := _key(parts, source, problem)) is not None:
        async with parts.store.transaction() as tx:
            await report(tx, parts, INSTALLATION, key, f"{source.label}: {problem}")


async def source_worked(parts: Parts, source: PostSource) -> None:
    """It answers; who was told that it did not is told this as well."""
    parts.breakers.worked(source.name)
    async with parts.store.transaction() as tx:
        await report_over(tx, parts, INSTALLATION, _access(source), f"{source.label} can be read again.")


async def money_is_short(parts: Parts, source: PostSource, digests: int) -> None:
    """Tells the admin channel once a month what the digests say themselves."""
    problem = (
        f"{source.label}: there is not enough money to read everything, so {counted(digests, 'digest')} came from a "
        "part of it. All channels get a fair part. Raise [budget], or follow fewer topics; /pln budget says what they "
        "cost."
    )
    async with parts.store.transaction() as tx:
        await report(tx, parts, INSTALLATION, _allowance(parts, source), problem)


async def nothing_rejected(parts: Parts, source: PostSource) -> None:
    """All that was asked for was understood: the next refusal is told anew."""
    async with parts.store.transaction() as tx:
        await clear_report(tx, INSTALLATION, _rejected(source))


def _key(parts: Parts, source: PostSource, problem: StaffroomError) -> str | None:
    """What is said once; None for what passes by itself. A limit that is reached every day is said once a month."""
    match problem:
        case OutOfCredit() | Unauthorised():
            return _access(source)
        case Rejected():
            return _rejected(source)
        case OutOfAllowance():
            return _allowance(parts, source)
        case _:
            return None


def _allowance(parts: Parts, source: PostSource) -> str:
    return f"allowance:{source.name}:{parts.clock.now():%Y-%m}"


def _access(source: PostSource) -> str:
    return f"source:{source.name}"


def _rejected(source: PostSource) -> str:
    return f"rejected:{source.name}"
