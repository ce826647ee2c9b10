"""What every chat promises when its platform is in trouble, for platforms whose trouble can be played.

Inherited beside `bot.testing.chat_contract`.
"""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.keys import PersonKey
from bot.errors import AdapterError, Throttled, Unavailable, Uncertain
from bot.ports import Abilities
from bot.testing.chat_rig import ChatRig, CutRig, OutageRig, ThrottleRig
from bot.testing.messages import outgoing, sentence
from bot.testing.talk import send, sent


class OutageContract:
    pytestmark = pytest.mark.asyncio

    async def test_an_outage_is_unavailable_and_nothing_is_shown(self, rig: OutageRig) -> None:
        assert rig.outages
        for outage in rig.outages:
            await rig.break_down(outage)
            with pytest.raises(Unavailable):
                await send(rig, f"d-{outage}", "Is anybody there?")
            await rig.mend()
            assert list(await rig.shown("ana")) == [], outage

    async def test_when_it_is_over_the_same_delivery_can_be_sent(self, rig: OutageRig) -> None:
        await rig.break_down(rig.outages[0])
        with pytest.raises(Unavailable):
            await send(rig, "d-1", "Good morning.")
        await rig.mend()
        await send(rig, "d-1", "Good morning.")
        assert len(await rig.shown("ana")) == 1

    async def test_in_an_outage_no_other_exception_escapes(self, rig: OutageRig) -> None:
        reference = await rig.chat.send(outgoing(rig.channel, "d-1", "Good morning."))
        able = rig.chat.abilities(rig.channel.workspace)
        for outage in rig.outages:
            await rig.break_down(outage)
            for attempt in _everything_it_can(rig, able, reference):
                with pytest.raises(AdapterError):
                    await attempt()
            await rig.mend()


class ThrottleContract:
    pytestmark = pytest.mark.asyncio

    async def test_throttled_says_until_when(self, rig: ThrottleRig) -> None:
        until = await rig.throttle()
        with pytest.raises(Throttled) as caught:
            await send(rig, "d-1", "Good morning.")
        assert caught.value.until == until
        assert list(await rig.shown("ana")) == []


class CutContract:
    pytestmark = pytest.mark.asyncio

    @pytest.mark.parametrize("arrives", [True, False])
    async def test_a_cut_after_the_request_left_is_uncertain(self, rig: CutRig, *, arrives: bool) -> None:
        await rig.cut(arrives=arrives)
        with pytest.raises(Uncertain):
            await send(rig, "d-1", "Good morning.")
        assert len(await rig.shown("ana")) == (1 if arrives else 0)


class RecoveryContract:
    """Chats that can find a delivery, on platforms whose connection can be cut."""

    pytestmark = pytest.mark.asyncio

    @pytest.mark.parametrize("arrives", [True, False])
    async def test_after_a_cut_finding_first_makes_neither_a_gap_nor_a_double(
        self, rig: CutRig, *, arrives: bool
    ) -> None:
        await rig.cut(arrives=arrives)
        with pytest.raises(Uncertain):
            await send(rig, "d-1", "Good morning.")
        found = await rig.chat.find(rig.channel, "d-1")
        assert (found is not None) == arrives
        if found is None:
            found = await sent(rig, "d-1", "Good morning.")
        assert found == await rig.chat.find(rig.channel, "d-1")
        assert len(await rig.shown("ana")) == 1


def _everything_it_can(rig: ChatRig, able: Abilities, reference: str | None) -> list[Callable[[], Awaitable[object]]]:
    message = reference or ""
    person = PersonKey(rig.channel.workspace, rig.person_id("ana"))
    attempts: list[tuple[bool, Callable[[], Awaitable[object]]]] = [
        (True, lambda: rig.chat.send(outgoing(rig.channel, "d-2", "Good morning again."))),
        (able.edit, lambda: rig.chat.edit(rig.channel, message, sentence("Good evening."))),
        (able.remove, lambda: rig.chat.remove(rig.channel, message)),
        (able.find, lambda: rig.chat.find(rig.channel, "d-1")),
        (able.seeded_reactions, lambda: rig.chat.seed(rig.channel, message, ["1️⃣"])),
        (able.read_reactions, lambda: rig.chat.reactions(rig.channel, message)),
        (able.home, lambda: rig.chat.publish_home(person, sentence("Good morning."))),
        (able.read_messages, lambda: rig.chat.links(rig.channel, message)),
    ]
    return [attempt for is_able, attempt in attempts if is_able]
