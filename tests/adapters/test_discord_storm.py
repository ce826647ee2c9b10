"""Everything goes wrong at random, and each delivery is there once: the real adapter on the loopback Discord."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.keys import ChannelKey
from bot.errors import Throttled, Unavailable, Uncertain
from bot.ports import Outgoing
from bot.testing.messages import sentence
from tests.rigs.discord import DiscordRig, discord_rig
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import FIRST_GUILD

FAULTS = (
    "dropped",
    "done, then dropped",
    "done, then an error with an HTML body",
    "an error with an HTML body",
    "nonsense instead of JSON",
    "out of service",
    "bad gateway",
    "the page of a proxy",
    "refused by Cloudflare",
)
PLENTY = 200
"""Tries after which a delivery is given up as lost."""


def with_a_forum(server: DiscordServer) -> None:
    server.world.add_channel(server.guild, "library", Kind.FORUM)


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig(with_a_forum) as rig:
        yield rig


class Weather:
    """Of each two requests one goes wrong, some so that they were done. Whoever sends looks, as the engine does, where
    it is not certain that the delivery is there."""

    def __init__(self, rig: DiscordRig, seed: int) -> None:
        self._rig = rig
        self._luck = random.Random(seed)
        self.uncertain = 0

    async def deliver(self, outgoing: Outgoing) -> str:
        has_to_look = False
        for _each in range(PLENTY):
            self._turn()
            try:
                found = await self._rig.chat.find(outgoing.channel, outgoing.delivery) if has_to_look else None
                reference = found or await self._rig.chat.send(outgoing)
            except Uncertain:
                has_to_look = True
                self.uncertain += 1
            except (Throttled, Unavailable):
                self._rig.clock.advance(timedelta(minutes=11))
            else:
                assert reference
                return reference
        raise AssertionError(f"{outgoing.delivery} was never delivered")

    def _turn(self) -> None:
        faults = self._rig.server.faults
        faults.clear()
        if self._luck.random() < 0.5:
            faults.fail_next(self._luck.choice(FAULTS), after=self._luck.randrange(2))
        if self._luck.random() < 0.1:
            faults.throttle(self._luck.choice((2, 90)), is_global=self._luck.random() < 0.5)


@pytest.mark.parametrize("seed", range(3))
async def test_each_delivery_to_a_channel_is_there_once(rig: DiscordRig, seed: int) -> None:
    weather = Weather(rig, seed)
    sent = [await weather.deliver(Outgoing(f"d-{n}", rig.channel, sentence(f"{n}."))) for n in range(40)]
    there = rig.server.messages("staffroom", "ana")
    assert [read(each).text for each in there] == [f"{number}." for number in range(40)]
    assert [f"{rig.channel.channel}:{each.id}" for each in there] == sent
    assert weather.uncertain > 5


@pytest.mark.parametrize("seed", range(3))
async def test_each_card_under_a_message_is_there_once_in_one_thread(rig: DiscordRig, seed: int) -> None:
    cover = await rig.chat.send(Outgoing("cover", rig.channel, sentence("Digest.")))
    assert cover
    weather = Weather(rig, seed)
    for number in range(15):
        await weather.deliver(Outgoing(f"d-{number}", rig.channel, sentence(f"{number}."), under=cover))
    threads = [each for each in rig.server.guild.channels.values() if each.is_thread]
    assert [[read(each).text for each in thread.written] for thread in threads] == [[f"{n}." for n in range(15)]]


@pytest.mark.parametrize("seed", range(3))
async def test_each_post_of_a_forum_is_there_once(rig: DiscordRig, seed: int) -> None:
    forum = ChannelKey(f"discord:{FIRST_GUILD}", rig.server.guild.channel("library").id)
    weather = Weather(rig, seed)
    for number in range(15):
        await weather.deliver(Outgoing(f"d-{number}", forum, sentence(f"{number}.")))
    posts = rig.server.world.threads_of(rig.server.world.channels[forum.channel])
    assert [[read(each).text for each in post.written] for post in posts] == [[f"{n}."] for n in range(15)]
