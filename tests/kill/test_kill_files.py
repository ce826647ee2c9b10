"""Files that are brought in, taken out again, and sent in a chat. Wherever the process dies, nothing is doubled and
nothing is half, and every file comes, or it is said that nobody knows."""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from bot.domain.channel import Workspace
from bot.domain.events import Person
from bot.domain.exchange import ImportState
from bot.domain.history import What
from bot.domain.keys import PersonKey
from bot.domain.search import ALL_ITEMS, Total, parse_query
from bot.services.library.shelf import Placing, save_link
from tests.fakes.clock import FakeClock
from tests.kill.give_and_take import ANA, ASKED_FOR, GIVES_AND_TAKES, PAGE, ROWS
from tests.kill.life import DUE_AT, Order
from tests.kill.test_kill import AT_ONCE, Undertaker, loopback_slack, undertaker
from tests.rigs.slack_server import SlackServer

AFTERWARDS = FakeClock(DUE_AT + timedelta(hours=3))
BEN = Person(PersonKey(PAGE, "ben"), "Ben")
HIS_PAGE = "https://page.example/7"
MOST_POINTS = 40
NOBODY_KNOWS = "nobody knows whether it arrived"


@dataclass
class Lives:
    """One after another, each with a database of its own."""

    hands: Undertaker
    order: Order
    slack: SlackServer

    async def points(self) -> list[str]:
        """What a life passes that is left alone."""
        assert await self.live("alive", None) == 0
        return list(json.loads(Path(self.order.report).read_text(encoding="utf-8")))

    async def live(self, name: str, kill_at: int | None) -> int:
        """The signal that ended it. Where one did, another life follows."""
        folder = Path(self.order.report).parent
        shutil.copy(folder / "untouched.sqlite", folder / f"{name}.sqlite")
        for channel in self.slack.team.channels.values():
            channel.messages.clear()
        mine = replace(self.order, url=f"sqlite:///{folder / name}.sqlite", kill_at=kill_at)
        ended_by = await self.hands.carry_out(mine)
        if ended_by:
            await self.hands.carry_out(replace(mine, first=False, kill_at=None))
        async with open_store(mine.url, AFTERWARDS) as store:
            await self.check(store)
        return ended_by

    async def check(self, store: DatabaseStore) -> None:
        match self.order.platform:
            case "imports":
                await check_brought(store)
            case "undoes":
                await check_undone(store)
            case "web-files":
                await check_page(store)
            case _:
                await self._check_slack(store)

    async def _check_slack(self, store: DatabaseStore) -> None:
        """Slack cannot be asked for a file that only one person sees: where it is not known, Ana is told."""
        files = [name for each in self.slack.messages("me", "ana") for name, _ in each.files]
        told = [
            each for place in ("me", "staffroom") for each in self.slack.texts(place, "ana") if NOBODY_KNOWS in each
        ]
        assert len(files) == len(set(files))
        lost = await lost_of(store, self.order.platform)
        assert len(ASKED_FOR) - len(files) <= lost == len(told)


async def lost_of(store: DatabaseStore, platform: str) -> int:
    async with store.reading() as tx:
        troubled = await tx.outbox.count_troubled(GIVES_AND_TAKES[platform].workspace)
    assert set(troubled) <= {"lost"}
    return troubled.get("lost", 0)


async def check_page(store: DatabaseStore) -> None:
    """It is looked up on the page whether a file is there."""
    messages = await store.room().messages(GIVES_AND_TAKES["web-files"], "ana", 99)
    files = [each.message.summary for each in messages if each.message and each.message.files]
    assert len(files) == len(set(files)) == len(ASKED_FOR)
    assert await lost_of(store, "web-files") == 0


async def check_brought(store: DatabaseStore) -> None:
    async with store.reading() as tx:
        (done,) = await tx.imports.of(PAGE, "ana")
        assert (done.state, done.done, done.total) == (ImportState.DONE, ROWS, ROWS)
        assert await tx.imports.rows(done, 9) == []
        assert len(await tx.imports.brought(done, 999)) == ROWS
        items, total = await tx.library.find(
            PAGE, parse_query("#maths said"), saved_by=None, viewer="ben", limit=999, offset=0
        )
        assert total.counted == len({item.url for item in items}) == ROWS
        for item in items:
            assert (item.savers, item.tags, len(item.notes)) == (("Ana",), ("maths",), 1)
            changes, _ = await tx.history.of_item(PAGE, item.id, 9, 0)
            assert [each.what for each in changes] == [What.IMPORTED]


async def check_undone(store: DatabaseStore) -> None:
    """What a colleague saved stays, without what the file had said of it."""
    async with store.reading() as tx:
        (undone,) = await tx.imports.of(PAGE, "ana")
        assert (undone.state, undone.done) == (ImportState.UNDONE, ROWS)
        assert await tx.imports.brought(undone, 9) == []
        (left,), total = await tx.library.find(PAGE, ALL_ITEMS, saved_by=None, viewer="ana", limit=999, offset=0)
        assert (total, left.url, left.savers, left.tags, left.notes) == (Total(1), HIS_PAGE, ("Ben",), (), ())
        assert (await tx.library.find(PAGE, parse_query("maths"), saved_by=None, viewer="ana", limit=9, offset=0))[
            1
        ] == Total(0)


async def furnish(order: Order, hands: Undertaker, folder: Path) -> None:
    """What is there before: an import that is done, or a small library."""
    url = f"sqlite:///{folder / 'untouched.sqlite'}"
    migrate(url)
    workspace = GIVES_AND_TAKES[order.platform].workspace
    if order.platform == "undoes":
        await hands.carry_out(replace(order, platform="imports", url=url))
    if order.platform == "imports":
        return
    async with open_store(url, AFTERWARDS) as store:
        async with store.transaction() as tx:
            await tx.channels.put_workspace(Workspace(workspace, workspace.partition(":")[0], "Hill School"))
            who = BEN if order.platform == "undoes" else ANA[workspace]
            await save_link(tx, Placing(who, "web", DUE_AT), HIS_PAGE, "Fractions")
        await store.tidy()


@asynccontextmanager
async def lives(platform: str, folder: Path) -> AsyncIterator[Lives]:
    folder.mkdir()
    async with loopback_slack(platform.removesuffix("-files")) as slack, undertaker() as hands:
        report = str(folder / "report.json")
        order = Order(platform, "", "http://127.0.0.1:9", "", slack.url, "", report, first=True)
        await furnish(order, hands, folder)
        yield Lives(hands, order, slack)


@pytest.mark.parametrize("platform", ["imports", "undoes", "web-files", "slack-files"])
async def test_whenever_it_dies_a_file_is_whole_and_nothing_is_doubled(platform: str, tmp_path: Path) -> None:
    async def die_in_turn(number: int) -> None:
        async with lives(platform, tmp_path / str(number)) as each:
            points = await each.points()
            assert 4 < len(points) < MOST_POINTS
            for point in range(1 + number, len(points) + 1, AT_ONCE):
                assert await each.live(f"killed-at-{point}", point) == signal.SIGKILL

    await asyncio.gather(*[die_in_turn(number) for number in range(AT_ONCE)])
