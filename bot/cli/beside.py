"""What is kept, for a command that works beside a Staffroom that runs: it reads and writes rows, and reaches nobody."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.cli.configured import sources_of
from bot.cli.plugged import sources
from bot.cli.wiring import Wiring
from bot.config import Config
from bot.plugins import SourceTools
from bot.ports import Clock
from bot.services.parts import Parts


@asynccontextmanager
async def beside(
    wiring: Wiring, config: Config, clock: Clock, worker: str, *, with_sources: bool = False
) -> AsyncIterator[Parts]:
    """`with_sources` knows their prices, their links and what may be told of them. They are opened and asked nothing;
    no chat is."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(wiring.databases.open(config.database_url, clock))
        tools, used = SourceTools(clock, await store.installed_at()), sources_of(config) if with_sources else set()
        opened = {
            name: await stack.enter_async_context(plugin.open(config.plugins[name], tools))
            for name, plugin in sources().items()
            if name in used
        }
        yield Parts(
            store,
            clock,
            worker,
            opened,
            caps=config.caps,
            spending=config.spending,
            zone=config.staffroom.zone,
            config_name=config.origin,
            school=config.school,
        )
