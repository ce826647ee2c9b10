"""`staffroom migrate`, `staffroom backup` and `staffroom restore`: the database itself."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Restored, Wiring
from bot.ports import Clock
from bot.services.erasing.restoring import settle_restored
from bot.services.parts import Parts


def migrate(wiring: Wiring, asked: Namespace) -> int:
    url, databases = config_of(wiring, asked.config).database_url, wiring.databases
    with databases.lock(url):
        done = databases.migrate(url)
    print("\n".join(done) or "The database is up to date.")
    return 0


def backup(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    now = clock_of(wiring, config).now()
    print(wiring.databases.back_up(config.database_url, asked.out, now, replace=asked.replace))
    return 0


def restore(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    clock = clock_of(wiring, config)
    with wiring.databases.restoring(config.database_url, asked.file, clock.now()) as restored:
        done = asyncio.run(_settled(wiring, clock, restored))
    made = f", made {restored.then:%Y-%m-%d %H:%M} UTC," if restored.then else ""
    print(f"The backup {asked.file}{made} is restored.")
    print("\n".join([*done, *restored.told]))
    return 0


async def _settled(wiring: Wiring, clock: Clock, restored: Restored) -> Sequence[str]:
    async with wiring.databases.open(restored.url, clock) as store:
        parts = Parts(store, clock, worker="restore")
        done = await settle_restored(parts, restored.forgotten, restored.erased)
        await store.take_stock()
        return done
