"""A busy morning: searches, look-ups, a topic that comes at once, and a night in which a post vanishes. Whenever the
process dies, everybody who asked is answered once, and X's bill is in the ledger."""

import asyncio
import json
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from adapters.database.migrate import migrate
from adapters.database.store import open_store
from bot.domain.keys import PostKey
from bot.domain.schedule import SlotKind, SlotState
from bot.domain.search import ALL_ITEMS
from bot.ports import RoomMessage, Transaction
from tests.fakes.clock import FakeClock
from tests.kill.life import ANA, BUSY_LIFE, CHANNELS, DIGEST, DUE_AT, LINKED, Order
from tests.kill.test_kill import AT_ONCE, POSTS, ItsClock, Undertaker, undertaker
from tests.rigs.x_parts import page, post, user
from tests.rigs.x_server import XServer
from tests.rigs.x_server_bill import Bill
from tests.rigs.x_server_jobs import Jobs
from tests.rigs.x_server_world import World, load_world

CHANNEL = CHANNELS["busy"]
MOST_POINTS = 200
VANISHES_AT = BUSY_LIFE[-1] - timedelta(hours=1)
NEXT_DAY = DUE_AT + timedelta(days=1)
AFTERWARDS = FakeClock(NEXT_DAY + timedelta(hours=3))
PRICE = "This search cost"


class VanishingWorld(World):
    """One of its posts is deleted in the night."""

    vanishing = ""
    clock: ItsClock

    def why_absent(self, post_id: str) -> str:
        is_it = post_id == self.vanishing and self.clock.now() >= VANISHES_AT
        return "deleted" if is_it else super().why_absent(post_id)


def world(clock: ItsClock) -> VanishingWorld:
    sample = load_world(POSTS)
    found = VanishingWorld(sample.posts, sample.users, sample.media, sample.polls)
    found.clock = clock
    history = post(int(LINKED), "How a Tudor kitchen worked, in ten sources #history", DUE_AT - timedelta(days=2))
    new = post(2097000000000000009, "A lesson on maps, free to use #nowchat", DUE_AT + timedelta(minutes=8))
    found.add_page(page([history, new], users=[user(2244994945, "owlhouse", "Owl House")]))
    return found


@dataclass
class Evening:
    """What is there when all lives are over."""

    digest: list[PostKey]
    messages: list[RoomMessage]
    saved: list[PostKey | None]

    @property
    def heard(self) -> Counter[str]:
        """What Ana was told, each sentence as far as it is the same whenever it is said."""
        said = [each.message.summary for each in self.messages if each.message and each.private_to == ANA.key.person]
        return Counter(summary[:24] for summary in said)

    def shown(self, words: str) -> list[str]:
        aloud = [each for each in self.messages if each.message and not each.private_to]
        return [str(each.message) for each in aloud if words in str(each.message)]


class BusyMornings:
    """Lives one life after another in one world, each with a database of its own."""

    def __init__(self, hands: Undertaker, order: Order, server: XServer, the_world: VanishingWorld) -> None:
        self._hands, self._order, self._server, self._world = hands, order, server, the_world

    async def rehearse(self) -> None:
        """Which posts the digest has is seen once; then one of them is to vanish."""
        _, evening = await self._live("rehearsal", None)
        self._world.vanishing = evening.digest[1].id

    async def undisturbed(self) -> tuple[list[str], Evening]:
        ended_by, evening = await self._live("alive", None)
        assert ended_by == 0
        return list(json.loads(Path(self._order.report).read_text(encoding="utf-8"))), evening

    async def die_at(self, point: int) -> Evening:
        ended_by, evening = await self._live(f"killed-at-{point}", point)
        assert ended_by == signal.SIGKILL
        return evening

    async def _live(self, name: str, kill_at: int | None) -> tuple[int, Evening]:
        folder = Path(self._order.report).parent
        shutil.copy(folder / "untouched.sqlite", folder / f"{name}.sqlite")
        self._server.api.bill = Bill()
        self._server.jobs = Jobs(self._server.clock, self._world)
        self._server.jobs.base = self._server.url
        mine = replace(self._order, url=f"sqlite:///{folder / name}.sqlite", kill_at=kill_at)
        ended_by = await self._hands.carry_out(mine)
        if ended_by:
            await self._hands.carry_out(replace(mine, first=False, kill_at=None))
        return ended_by, await self._evening(mine)

    async def _evening(self, order: Order) -> Evening:
        async with open_store(order.url, AFTERWARDS) as store:
            async with store.transaction() as tx:
                (slot,) = await tx.slots.latest(CHANNEL, SlotKind.MORNING, 9)
                assert slot.state is SlotState.COMPOSED, slot
                digest = await tx.digests.get(CHANNEL.workspace, slot.id)
                assert digest
                await self._check_books(tx)
                who = ANA.key.person
                items, _ = await tx.library.find(
                    CHANNEL.workspace, ALL_ITEMS, saved_by=who, viewer=who, limit=9, offset=0
                )
                if self._world.vanishing:
                    vanished = PostKey("x", self._world.vanishing)
                    assert not await tx.posts.get([vanished]), "erased"
            messages = await store.room().messages(CHANNEL, who, 99)
        assert not self._server.refused
        return Evening([item.post for item in digest.items], messages, [item.post for item in items])

    async def _check_books(self, tx: Transaction) -> None:
        """Nothing is left undone, and nothing costs more than the ledger says."""
        _, this_month = await tx.ledger.spent(NEXT_DAY.date())
        assert this_month >= self._server.bill.total > 0
        lease = timedelta(minutes=1)
        assert await tx.events.claim("check", AFTERWARDS.now(), lease) is None
        assert await tx.errands.claim("check", AFTERWARDS.now(), lease) is None
        assert await tx.outbox.count_troubled(CHANNEL.workspace) == {}


@asynccontextmanager
async def busy_mornings(folder: Path) -> AsyncIterator[BusyMornings]:
    folder.mkdir()
    migrate(f"sqlite:///{folder / 'untouched.sqlite'}")
    moment = folder / "moment"
    clock = ItsClock(moment)
    the_world = world(clock)
    async with XServer(clock, the_world) as server, undertaker() as hands:
        order = Order("busy", "", server.url, "", "", "", str(folder / "report.json"), first=True, moment=str(moment))
        mornings = BusyMornings(hands, order, server, the_world)
        await mornings.rehearse()
        yield mornings


async def test_whenever_it_dies_everybody_is_answered_once_and_everything_is_paid_for(tmp_path: Path) -> None:
    async def die_in_turn(number: int) -> list[str]:
        async with busy_mornings(tmp_path / str(number)) as mornings:
            points, alive = await mornings.undisturbed()
            _check(alive, alive)
            digest_is_shown = points.index("after adding reactions")
            assert digest_is_shown + 40 < len(points) < MOST_POINTS
            for point in range(digest_is_shown + number, len(points) + 1, AT_ONCE):
                _check(await mornings.die_at(point), alive)
            return points

    await asyncio.gather(*[die_in_turn(number) for number in range(AT_ONCE)])


def _check(evening: Evening, alive: Evening) -> None:
    assert evening.heard == alive.heard
    assert len(evening.digest) == len(set(evening.digest)) == 5
    (digest,) = evening.shown(DIGEST)
    assert "no longer available" in digest
    assert len(evening.shown("shown at once")) == 1
    assert evening.saved == [PostKey("x", LINKED)]
