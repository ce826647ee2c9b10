"""Whatever moment the process dies at, after a new start nothing is lost and nothing is doubled."""

import asyncio
import json
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.database.migrate import migrate
from adapters.database.store import open_store
from bot.domain.schedule import SlotKind, SlotState
from bot.ports import RoomMessage
from tests.fakes.clock import FakeClock
from tests.kill.life import ANA, CHANNELS, DUE_AT, Order
from tests.rigs.outside_chat.board import Board, notice_board
from tests.rigs.x_server import XServer
from tests.rigs.x_server_world import Bill, load_world

POSTS = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
MOST_POINTS = 200
DIGEST = "posts from"


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

    async def check(self) -> None:
        clock = FakeClock(DUE_AT + timedelta(hours=1))
        async with open_store(self.order.url, clock) as store:
            async with store.reading() as tx:
                slots = await tx.slots.latest(CHANNELS[self.order.platform], SlotKind.MORNING, 9)
                assert [(slot.key, slot.state) for slot in slots] == [(DUE_AT.date().isoformat(), SlotState.COMPOSED)]
                digest = await tx.digests.get(slots[0].channel.workspace, slots[0].id)
                assert digest
                assert len(digest.items) == len({item.post for item in digest.items}) == 5
                today, _ = await tx.ledger.spent(DUE_AT.date())
                assert today >= self.server.bill.total > 0
                assert await tx.events.claim("check", clock.now(), timedelta(minutes=1)) is None
                troubled = await tx.outbox.count_troubled(slots[0].channel.workspace)
                items, _ = await tx.library.find(
                    "web:local", [], saved_by=ANA.key.person, viewer=ANA.key.person, limit=9, offset=0
                )
            if self.order.platform == "web":
                messages = await store.room().messages(CHANNELS["web"], "ana", 99)
                self._check_page(messages, troubled)
                assert [(item.post, item.savers) for item in items] == [(digest.items[0].post, ("Ana",))]
            else:
                self._check_board(troubled)

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


@pytest.mark.parametrize("platform", ["web", "bulletin"])
async def test_whenever_it_dies_nothing_is_lost_and_nothing_is_doubled(platform: str, tmp_path: Path) -> None:
    untouched = tmp_path / "untouched.sqlite"
    migrate(f"sqlite:///{untouched}")
    world = load_world(POSTS)
    async with (
        XServer(FakeClock(DUE_AT + timedelta(hours=1)), world) as server,
        notice_board() as board,
        undertaker() as hands,
    ):
        order = Order(platform, "", server.url, board.webhook, str(tmp_path / "report.json"), first=True)

        async def trial(name: str, kill_at: int | None) -> int:
            """How many points were passed by a life that was left alone, else 0."""
            file = tmp_path / f"{name}.sqlite"
            shutil.copy(untouched, file)
            board.notes.clear()
            server.bill = Bill()
            mine = replace(order, url=f"sqlite:///{file}", kill_at=kill_at)
            this = Trial(mine, server, board)
            ended_by = await hands.carry_out(mine)
            assert bool(ended_by) is (kill_at is not None)
            if ended_by:
                await hands.carry_out(replace(mine, first=False, kill_at=None))
            await this.check()
            return 0 if ended_by else len(json.loads(Path(mine.report).read_text(encoding="utf-8")))

        points = await trial("alive", None)
        assert 20 < points < MOST_POINTS
        for point in range(1, points + 1):
            await trial(f"killed-at-{point}", point)
