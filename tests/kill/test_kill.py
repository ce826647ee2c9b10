"""Whatever moment the process dies at, after a new start nothing is lost and nothing is doubled."""

import asyncio
import json
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.database.migrate import migrate
from adapters.database.store import open_store
from bot.domain.channel import Slot
from bot.domain.delivery import DeliveryState
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.schedule import SlotKind, SlotState
from bot.domain.search import ALL_ITEMS
from bot.ports import RoomMessage, Transaction
from tests.fakes.clock import FakeClock
from tests.kill.life import (
    ANA,
    ANA_IN_DISCORD,
    CHANNELS,
    DIGEST,
    DUE_AT,
    IN_DISCORD,
    IN_SLACK,
    LISTED,
    LOOK_BACK,
    Order,
)
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_text import read
from tests.rigs.outside_chat.board import Board, notice_board
from tests.rigs.slack_server import SlackServer
from tests.rigs.x_server import XServer
from tests.rigs.x_server_bill import Bill
from tests.rigs.x_server_world import load_world

POSTS = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
SHARES_THE_MORNING = {"bulletin", "slack", "slack-least", "discord", "discord-least"}
"""Until the digest is sent the platform has no part in it: the page dies at those points for all."""
WHO_SAVES = {"web": ANA.key.person, "bulletin": "", "slack": IN_SLACK, "discord": ANA_IN_DISCORD}
MOST_POINTS = 120
UNKEPT = "before keeping an event"
NOT_LOOKED = "A save may be missing"
MOST_ANSWERS = 2
AT_ONCE = 2
"""How many mornings are lived side by side, each with a platform of its own."""


@dataclass
class ItsClock:
    """Says what time it is in the life that is being lived."""

    file: Path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text(encoding="utf-8")) if self.file.exists() else DUE_AT


class Undertaker:
    """Gives each order a process of its own and says how it ended."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def carry_out(self, order: Order) -> int:
        """The signal that ended it, 0 for a natural end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(order.as_line())
        await self._process.stdin.drain()
        end = json.loads(await self._process.stdout.readline())
        assert end["signal"] in {0, signal.SIGKILL}, end
        assert end["signal"] or end["code"] == 0, end
        return int(end["signal"])


@asynccontextmanager
async def undertaker() -> AsyncIterator[Undertaker]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.kill.life", stdin=PIPE, stdout=PIPE)
    try:
        yield Undertaker(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@dataclass
class Trial:
    """A morning with its own database and its own share of the platform."""

    order: Order
    server: XServer
    board: Board
    slack: SlackServer
    discord: DiscordServer
    is_unkept: bool = False
    """Whether the dead process had heard something that it did not keep."""

    @property
    def channel(self) -> ChannelKey:
        return CHANNELS[self.order.platform]

    async def check(self) -> None:
        clock = FakeClock(DUE_AT + timedelta(hours=1))
        async with open_store(self.order.url, clock) as store:
            async with store.reading() as tx:
                slots = await tx.slots.latest(self.channel, SlotKind.MORNING, 9)
                assert [(slot.key, slot.state) for slot in slots] == [(DUE_AT.date().isoformat(), SlotState.COMPOSED)]
                digest = await tx.digests.get(self.channel.workspace, slots[0].id)
                assert digest
                assert len(digest.items) == len({item.post for item in digest.items}) == 5
                today, _ = await tx.ledger.spent(DUE_AT.date())
                assert today >= self.server.bill.total > 0
                assert await tx.events.claim("check", clock.now(), timedelta(minutes=1)) is None
                troubled = await tx.outbox.count_troubled(self.channel.workspace)
                is_known = not await self._is_lost(tx, slots[0])
                saved = await self._saved(tx)
                look_backs = await self._look_backs(tx)
            if self.order.platform == "web":
                messages = await store.room().messages(self.channel, "ana", 99)
                self._check_page(messages, troubled)
                assert _with(LOOK_BACK, [each.message.summary for each in messages if each.message]) == look_backs
                assert saved == [(digest.items[0].post, ("Ana",))]
            elif self.order.platform == "bulletin":
                self._check_board(troubled)
                assert _with(LOOK_BACK, self.board.notes) == look_backs == 0
            elif self.order.platform.startswith("discord"):
                self._check_discord(troubled, is_known=is_known)
                found = _with(LOOK_BACK, self.discord.texts("staffroom", "ben"))
                assert found == look_backs or (look_backs is None and found <= 1)
                if saved or not self._may_be_forgotten():
                    assert saved == ([(digest.items[0].post, ("Ana Souza",))] if is_known else [])
            else:
                self._check_slack(troubled, is_known=is_known)
                found = _with(LOOK_BACK, self.slack.texts("staffroom", "ben"))
                assert found == look_backs or (look_backs is None and found <= 1)
                assert saved == ([(digest.items[0].post, ("Ana",))] if is_known else [])

    async def _is_lost(self, tx: Transaction, slot: Slot) -> bool:
        delivery = await tx.outbox.by_key(slot.channel.workspace, f"slot:{slot.id}:1")
        return delivery is not None and delivery.state is DeliveryState.LOST

    async def _look_backs(self, tx: Transaction) -> int | None:
        """How many have to be there; None where that cannot be known. A morning that was late may have its look back
        before Ana saves something."""
        (slot,) = await tx.slots.latest(self.channel, SlotKind.ROUNDUP, 9)
        assert slot.key == (DUE_AT - timedelta(days=DUE_AT.weekday())).date().isoformat()
        if slot.state is SlotState.QUIET:
            assert self.order.kill_at is not None or self.order.platform == "bulletin"
            return 0
        assert slot.state is SlotState.COMPOSED
        return None if await self._is_lost(tx, slot) else 1

    async def _saved(self, tx: Transaction) -> list[tuple[PostKey | None, tuple[str, ...]]]:
        who = WHO_SAVES[self.order.platform.partition("-")[0]]
        items, _ = await tx.library.find(self.channel.workspace, ALL_ITEMS, saved_by=who, viewer=who, limit=9, offset=0)
        return [(item.post, item.savers) for item in items]

    def _check_page(self, messages: list[RoomMessage], troubled: dict[str, int]) -> None:
        shown = [each for each in messages if each.message and DIGEST in each.message.summary]
        answers = [each for each in messages if each.private_to == "ana"]
        assert len(shown) == 1
        assert "Saved by Ana" in str(shown[0].message)
        assert len(answers) == 1
        assert troubled == {}

    def _check_board(self, troubled: dict[str, int]) -> None:
        digests = [note for note in self.board.notes if DIGEST in note]
        assert len(digests) <= 1
        if not digests:
            assert troubled == {"lost": 1}
            assert len([note for note in self.board.notes if "may be missing" in note]) == 1

    def _check_slack(self, troubled: dict[str, int], *, is_known: bool) -> None:
        """With the history scope we always know whether a message is there; without, it is told where we do not. What
        became of an answer that only Ana sees can never be asked: it is counted."""
        shown = self.slack.texts("staffroom", "ben")
        digests = [text for text in shown if DIGEST in text]
        told = [text for text in shown if "may be missing" in text]
        assert len(digests) <= 1
        assert len(self.slack.texts("staffroom", "ana")) - len(shown) <= 1
        assert troubled.get("lost", 0) <= 1
        if self.order.platform == "slack":
            assert (is_known, told) == (True, [])
        elif told or not digests:
            assert (troubled, len(told)) == ({"lost": 1}, 1)
        if is_known:
            assert "Saved by Ana" in digests[0]

    def _may_be_forgotten(self) -> bool:
        """Only the one tap that nobody but the dead process heard, if the new start comes so late that Discord does not
        tell it again, in a channel where nobody may look who tapped: and then somebody is told."""
        is_least, is_late = self.order.platform == "discord-least", not self.order.soon
        return is_least and is_late and self.is_unkept and len(self._told(NOT_LOOKED)) == 1

    def _told(self, words: str) -> list[str]:
        return [text for text in self.discord.texts("staffroom", "ben") if words in text]

    def _check_discord(self, troubled: dict[str, int], *, is_known: bool) -> None:
        """As on Slack, and a tap that only the dead process heard is told again to one that comes soon. Of the two
        answers that only Ana sees both may be on their way."""
        digests, told = self._told(DIGEST), self._told("One message to")
        assert len(self._told(NOT_LOOKED)) <= (self.order.platform == "discord-least")
        lost = troubled.get("lost", 0)
        assert len(digests) <= 1
        assert set(troubled) <= {"lost"}
        assert lost <= MOST_ANSWERS
        if self.order.platform == "discord":
            assert (is_known, told) == (True, [])
        elif told or not digests:
            assert (troubled, len(told)) == ({"lost": 1}, 1)
        if is_known and self.order.platform == "discord":
            assert "Saved by Ana" in digests[0]
        self._check_answers(lost)
        assert self.discord.invalid == []

    def _check_answers(self, lost: int) -> None:
        """Whatever Discord was told that it is taken is answered once, or what became of it is not known."""
        asked = list(self.discord.world.interactions.values())
        lists = self._private(LISTED)
        assert len([each for each in asked if each.answered.is_set()]) - lost <= lists <= len(asked)
        assert self._private("Saved to the library") <= 1

    def _private(self, words: str) -> int:
        """How many messages with these words only Ana sees."""
        messages = [*self.discord.messages("staffroom", "ana"), *self.discord.messages("me", "ana")]
        return _with(
            words, [read(each).text for each in messages if each.only_for or each.channel != IN_DISCORD.channel]
        )


def _with(words: str, texts: Iterable[str]) -> int:
    return len([text for text in texts if words in text])


@asynccontextmanager
async def loopback_slack(platform: str) -> AsyncIterator[SlackServer]:
    async with SlackServer(FakeClock(DUE_AT)) as server:
        server.pace.is_kept = False
        if platform == "slack-least":
            server.team.scopes -= {"channels:history", "groups:history", "im:history"}
        yield server


@asynccontextmanager
async def loopback_discord(platform: str, clock: ItsClock) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(clock) as server:
        if platform == "discord-least":
            server.world.deny_app(server.guild.channel("staffroom"), "Read Message History")
        yield server


async def all_is_quiet(slack: SlackServer, discord: DiscordServer) -> None:
    """The dead one's socket has closed, and what it did not acknowledge is due again."""
    wire, gateway = slack.wire, discord.gateway
    async with asyncio.timeout(10):
        while wire.sockets or wire._waiting or gateway.connections:  # noqa: ASYNC110, SLF001 - they end by themselves
            await asyncio.sleep(0.001)


class Morning:
    """Lives one life after another in one world, each with a database of its own."""

    def __init__(self, hands: Undertaker, trial: Trial) -> None:
        self._hands, self._trial, self._order = hands, trial, trial.order

    async def points(self) -> list[str]:
        """What a life passes that is left alone."""
        report = Path(self._order.report)
        report.unlink(missing_ok=True)
        assert await self._live("alive", None) == 0
        return list(json.loads(report.read_text(encoding="utf-8")))

    async def die_at(self, point: int, name: str) -> None:
        """What was heard and not kept is come back to soon, and late."""
        is_unkept = name == UNKEPT
        for soon in (False, True) if is_unkept else (point % 4 > 1,):
            ended_by = await self._live(f"killed-at-{point}-{soon:d}", point, soon=soon, is_unkept=is_unkept)
            assert ended_by == signal.SIGKILL

    async def _live(self, name: str, kill_at: int | None, *, soon: bool = False, is_unkept: bool = False) -> int:
        """The signal that ended it. Where one did, another life follows."""
        folder = Path(self._order.report).parent
        file = folder / f"{name}.sqlite"
        shutil.copy(folder / "untouched.sqlite", file)
        self._forget_the_last_one()
        mine = replace(self._order, url=f"sqlite:///{file}", kill_at=kill_at, soon=soon)
        ended_by = await self._hands.carry_out(mine)
        await all_is_quiet(self._trial.slack, self._trial.discord)
        if ended_by:
            await self._hands.carry_out(replace(mine, first=False, kill_at=None))
            await all_is_quiet(self._trial.slack, self._trial.discord)
        await replace(self._trial, order=mine, is_unkept=is_unkept).check()
        return ended_by

    def _forget_the_last_one(self) -> None:
        self._trial.board.notes.clear()
        self._trial.slack.team.channel("staffroom").messages.clear()
        self._trial.slack.wire.retries.clear()
        for message in list(self._trial.discord.world.messages.values()):
            self._trial.discord.world.remove_message(message)
        self._trial.discord.world.interactions.clear()
        self._trial.discord.gateway.forget_sessions()
        self._trial.server.api.bill = Bill()


@asynccontextmanager
async def mornings(platform: str, folder: Path) -> AsyncIterator[Morning]:
    folder.mkdir()
    migrate(f"sqlite:///{folder / 'untouched.sqlite'}")
    moment = folder / "moment"
    async with (
        XServer(FakeClock(DUE_AT + timedelta(hours=1)), load_world(POSTS)) as server,
        notice_board() as board,
        loopback_slack(platform) as slack,
        loopback_discord(platform, ItsClock(moment)) as discord,
        undertaker() as hands,
    ):
        report = str(folder / "report.json")
        order = Order(platform, "", server.url, board.webhook, slack.url, discord.url, report, first=True)
        if platform.startswith("discord"):
            order = replace(order, moment=str(moment))
        yield Morning(hands, Trial(order, server, board, slack, discord))


@pytest.mark.parametrize("platform", ["web", "bulletin", "slack", "slack-least", "discord", "discord-least"])
async def test_whenever_it_dies_nothing_is_lost_and_nothing_is_doubled(platform: str, tmp_path: Path) -> None:
    async def die_in_turn(number: int) -> list[str]:
        async with mornings(platform, tmp_path / str(number)) as morning:
            points = await morning.points()
            assert 20 < len(points) < MOST_POINTS
            first = points.index("before sending") - 1 if platform in SHARES_THE_MORNING else 1
            for point in range(first + number, len(points) + 1, AT_ONCE):
                await morning.die_at(point, points[point - 1])
            assert await morning.points() == points
            return points

    first, *others = await asyncio.gather(*[die_in_turn(number) for number in range(AT_ONCE)])
    assert all(points == first for points in others)
