"""A pause without an end is kept as such by every store."""

from dataclasses import replace

from bot.domain.calendar.openings import UNTIL_RESUMED
from bot.domain.channel import Channel, Workspace
from bot.domain.schedule import Schedule
from bot.ports import Store
from tests.contract.store_examples import MATHS


async def test_a_pause_without_an_end_is_kept(store: Store) -> None:
    channel = replace(Channel(MATHS, "Maths", Schedule("UTC")), paused_until=UNTIL_RESUMED)
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(MATHS.workspace, "web", "Hill"))
        await tx.channels.put(channel)
    async with store.reading() as tx:
        assert await tx.channels.get(MATHS) == channel
