"""Channels and workspaces that no digest can come to: what they cost, and how often that is said."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.domain.keys import ChannelKey
from bot.domain.post import Post
from bot.domain.schedule import SlotKind, SlotState
from bot.ports import Accounts, Allowance
from tests.fakes.source import FakeSource
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, school

DAY = timedelta(days=1)


async def test_nothing_is_read_for_a_workspace_that_took_the_app_away() -> None:
    async with school() as our:
        await our.digest_of()
        our.parts.chats.clear()  # type: ignore[attr-defined]
        reads = len(our.x.asked)
        for day in (1, 2):
            our.write()
            await our.at(HALF_PAST_SEVEN + day * DAY)
        assert len(our.x.asked) == reads
        async with our.store.reading() as tx:
            slots = await tx.slots.latest(STAFF, SlotKind.MORNING, 5)
        assert {each.state for each in slots[:-1]} == {SlotState.SKIPPED}


async def test_a_workspace_that_comes_back_has_its_digest_the_next_morning() -> None:
    async with school() as our:
        await our.digest_of()
        our.parts.chats.clear()  # type: ignore[attr-defined]
        await our.at(HALF_PAST_SEVEN + DAY)
        our.parts.chats["fake"] = our.chat  # type: ignore[index]
        await our.engine.installed()
        await our.at(HALF_PAST_SEVEN + 2 * DAY - timedelta(hours=5))
        our.clock.set(HALF_PAST_SEVEN + 2 * DAY)
        our.write()
        await our.at(HALF_PAST_SEVEN + 2 * DAY)
        assert len(our.digests()) == 2


class SlowSource(FakeSource):
    """While it is asked who wrote a post, something else happens, once."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            await happens()
        return await super().authors(posts, allowance)


async def test_somebody_who_is_forgotten_while_their_digest_is_chosen_gets_none() -> None:
    async with school() as our:
        await our.open_channel()
        our.x = SlowSource(our.clock)
        our.parts.sources["x"] = our.x  # type: ignore[index]
        await our.say("ana", "/pln unfollow #edchat")
        await our.say("ana", "/pln me follow #edchat")
        await our.say("ana", "/pln me schedule 07:30 UTC")

        async def forget() -> None:
            async with our.store.transaction() as tx:
                await tx.channels.remove(ChannelKey(WORKSPACE, "ana"))

        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.x.meanwhile = forget
        await our.at(HALF_PAST_SEVEN)
        assert our.x.meanwhile is None
        assert not [each for each in our.chat.messages if "post from" in each.text]
