"""What an errand of one kind is made of, and what all of them need."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.commands.context import Answer, Asked
from bot.domain.content import Content
from bot.domain.errand import Errand
from bot.errors import (
    AdapterError,
    OutOfAllowance,
    OutOfCredit,
    Rejected,
    StaffroomError,
    Unauthorised,
    Unavailable,
)
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.troubles import source_failed, source_worked

Finish = Callable[[Transaction, Asked], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`ask` asks the source, and gives what is done in the errand's last transaction: it keeps what came, and its
    answer is what the person hears. `give_up` is the same for where nothing came of it."""

    ask: Callable[[Parts, Errand], Awaitable[Finish]]
    give_up: Callable[[Parts, Errand, StaffroomError], Finish]


def saying(content: Content) -> Finish:
    """Only says something."""

    async def finish(_: Transaction, __: Asked) -> Answer:
        return Answer(content)

    return finish


@asynccontextmanager
async def asking(parts: Parts, source: PostSource) -> AsyncIterator[None]:
    """Around the request. Raises Unavailable where the source is left alone just now, OutOfCredit where that is until
    somebody has paid or mended something."""
    if parts.breakers.is_open(source.name, parts.clock.now()):
        reason = OutOfCredit if parts.breakers.needs_somebody(source.name) else Unavailable
        raise reason(f"{source.label} is left alone for a while, because it did not work lately.")
    try:
        yield
    except Rejected:
        raise  # what one person asked for is no trouble of anybody else's
    except AdapterError as problem:
        await source_failed(parts, source, problem)
        raise
    await source_worked(parts, source)


def why_nothing_came(label: str, problem: StaffroomError) -> str:
    """For somebody who can mend nothing of it."""
    match problem:
        case OutOfAllowance():
            return f"What may be spent on {label} for this is spent for now. Please try again tomorrow."
        case OutOfCredit() | Unauthorised():
            return f"{label} does not let us read at the moment. Whoever looks after Staffroom has been told."
        case Rejected():
            return f"{label} could not make anything of this."
        case _:
            return f"{label} does not answer just now. Please try again in a few minutes."
