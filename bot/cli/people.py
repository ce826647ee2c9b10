"""`staffroom erase-person` and `staffroom my-data`: what is kept about one person, erased or written out, for whoever
runs Staffroom."""

import asyncio
from argparse import Namespace

from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.cli.writing import require_free
from bot.config import Config
from bot.domain.admin_acts import Decided
from bot.domain.exchange import Written
from bot.domain.keys import PersonKey
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.erasing.forgetting import forget
from bot.services.parts import Parts
from bot.services.people.admin_acts import AT_THE_COMPUTER, decided
from bot.services.people.my_data import AS_JSON, AS_TEXT, my_data
from bot.services.people.people_meant import person_meant
from bot.services.wording import counted


def write_my_data(wiring: Wiring, asked: Namespace) -> int:
    require_free(wiring, asked)
    form = AS_JSON if asked.json else AS_TEXT
    written = asyncio.run(_kept_about(wiring, config_of(wiring, asked.config), asked.who, asked.workspace, form))
    wiring.files.write_private(asked.out, written.text)
    print(f"Written: {asked.out.resolve()}. Give it to that person, and to nobody else.")
    return 0


async def _kept_about(wiring: Wiring, config: Config, who: str, workspace: str | None, form: str) -> Written:
    async with beside(wiring, config, clock_of(wiring, config), "my-data") as parts:
        return await kept_about(parts, who, workspace, form)


def erase(wiring: Wiring, asked: Namespace) -> int:
    print(asyncio.run(_erased(wiring, config_of(wiring, asked.config), asked)))
    return 0


async def _erased(wiring: Wiring, config: Config, asked: Namespace) -> str:
    async with beside(wiring, config, clock_of(wiring, config), "erase") as parts:
        return await erase_person(parts, asked.who, asked.workspace, is_sure=asked.yes)


async def erase_person(parts: Parts, who: str, workspace: str | None, *, is_sure: bool) -> str:
    """Says what was done, or unless `is_sure` what would be. Raises Mistake where nobody or several are meant."""
    async with parts.store.transaction() as tx:
        person = await _meant(tx, who, workspace)
        kept = await tx.people.kept_about(person)
        if not is_sure:
            held = ", ".join(f"{heading} ({len(records):,})" for heading, records in kept.items())
            return f"Kept about {person.person} in {person.workspace}: {held}. To erase it for good, add --yes."
        now = parts.clock.now()
        await forget(tx, parts, person, now)
        await decided(tx, person.workspace, AT_THE_COMPUTER, Decided.ERASED, at=now)
    await parts.store.tidy()
    records = counted(sum(map(len, kept.values())), "record")
    return f"Erased: {records} about {person.person}. What colleagues saved too stays, without them."


async def kept_about(parts: Parts, who: str, workspace: str | None, form: str) -> Written:
    """Raises Mistake likewise."""
    async with parts.store.transaction() as tx:
        person = await _meant(tx, who, workspace)
        await decided(tx, person.workspace, AT_THE_COMPUTER, Decided.LOOKED, at=parts.clock.now())
        return await my_data(tx, parts, person, form)


async def _meant(tx: Transaction, who: str, workspace: str | None) -> PersonKey:
    there = sorted({each.workspace for each in await tx.people.everybody()})
    if workspace is None and len(there) > 1:
        raise Mistake(f"There are several workspaces. Add --workspace and one of: {', '.join(there)}.")
    return await person_meant(tx, workspace or next(iter(there), ""), who)
