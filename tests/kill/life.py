"""One life of a Staffroom: a morning from reading to the library, on the real adapters, in a process of its own.

    python -m tests.kill.life

reads one order a line and gives each its own forked process, so that the imports are paid for once.
"""

import asyncio
import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from pydantic import SecretStr

from adapters.database.store import DatabaseStore, open_store
from adapters.logs import set_up_logs
from adapters.queue.ticker import IntervalTicker
from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.app import Engine, reconcile
from bot.domain.actions import save_item
from bot.domain.budget import Caps, dollars
from bot.domain.channel import Channel
from bot.domain.content import ShowDigest
from bot.domain.events import ButtonPressed, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topics
from bot.flow.plan import plan_channel
from bot.plugins import ChatTools
from bot.ports import ChatAdapter
from bot.services.pages import EnginePages
from bot.services.parts import Parts
from tests.fakes.clock import FakeClock
from tests.kill.killer import Killer, MortalChat, MortalSource, MortalStore
from tests.rigs.outside_chat.staffroom_bulletin.chat import BulletinChat
from tests.rigs.x_server import TOKEN

DUE_AT = datetime(2026, 9, 9, 7, 30, tzinfo=UTC)
FIRST_LIFE = [DUE_AT + timedelta(minutes=minutes) for minutes in (-4, 0, 1, 2, 3)]
SECOND_LIFE = [DUE_AT + timedelta(minutes=minutes) for minutes in (12, 14, 16, 25, 45)]
"""The new start comes when what the first life had claimed is free again."""
CHANNELS = {"web": ChannelKey("web:local", "staffroom"), "bulletin": ChannelKey("bulletin:board", "staff")}
TOPICS = "#edchat #mathchat @countinghousema"
ANA = Person(PersonKey("web:local", "ana"), "Ana")


@dataclass(frozen=True)
class Order:
    """`kill_at` counts points from 1; None lets it live. `first` is the life that ends early, not the one after it."""

    platform: str
    url: str
    x_url: str
    webhook: str
    report: str
    first: bool
    kill_at: int | None = None

    def as_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


async def live(order: Order) -> list[str]:
    """Lives through the morning and says which points it passed."""
    clock, killer = FakeClock(FIRST_LIFE[0] - timedelta(minutes=1)), Killer(order.kill_at)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(order.url, clock))
        source = await stack.enter_async_context(MortalSource(_x(order, clock), killer))
        chat = await stack.enter_async_context(MortalChat(_chat(order, store, clock), killer))
        parts = Parts(
            MortalStore(store, killer),
            clock,
            f"worker-{os.getpid()}",
            {"x": source},
            {order.platform: chat},
            Caps(dollars(2), dollars(10)),
            Random(1),
            admin=CHANNELS[order.platform],
        )
        engine = Engine(parts, IntervalTicker())
        async with store.transaction() as tx:
            channel = Channel(CHANNELS[order.platform], "Staff", Schedule("UTC"))
            await reconcile(tx, parts, [(channel, parse_topics(TOPICS, account_source="x"))])
            if order.first:
                await plan_channel(tx, channel, clock.now())
        for moment in FIRST_LIFE if order.first else SECOND_LIFE:
            clock.set(moment)
            await engine.turn_morning()
            await engine.turn_answers()
            if order.platform == "web":
                await _press_save(store, clock)
                await engine.turn_answers()
    return killer.passed


def _x(order: Order, clock: FakeClock) -> XSource:
    section = XSection(bearer_token=SecretStr(TOKEN), base_url=order.x_url, oembed_url=f"{order.x_url}/oembed")
    return XSource(section, clock)


def _chat(order: Order, store: DatabaseStore, clock: FakeClock) -> ChatAdapter:
    if order.platform == "web":
        return WebChat(WebSection(port=0), ChatTools(clock, store.inbox(), store.room(), _pages(store, clock)))
    return BulletinChat(order.webhook, [CHANNELS["bulletin"].channel], clock)


def _pages(store: DatabaseStore, clock: FakeClock) -> EnginePages:
    pages = EnginePages()

    async def ready() -> list[object]:
        return []

    pages.serve(Parts(store, clock, "pages"), ready)  # type: ignore[arg-type]
    return pages


async def _press_save(store: DatabaseStore, clock: FakeClock) -> None:
    """Ana presses Save on the first item as soon as she sees it; the platform repeats the event until it is taken."""
    async with store.reading() as tx:
        shown = await tx.outbox.recent("web:local", DUE_AT - timedelta(days=1))
    for delivery in shown:
        if delivery.message and any(isinstance(part, ShowDigest) for part in delivery.content):
            reply = ReplyHandle(ANA.key.person, DUE_AT + timedelta(hours=2))
            pressed = ButtonPressed(ANA, delivery.channel, delivery.message, save_item(delivery.id, 1).encode(), reply)
            await store.inbox().accept(Event("web:local", "ana-presses-save", pressed, clock.now()))


def main() -> None:
    set_up_logs(level=logging.CRITICAL)
    for line in sys.stdin:
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _live_and_report(order)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps(_end_of(status)) + "\n")
        sys.stdout.flush()


def _live_and_report(order: Order) -> None:
    code = 1
    try:
        Path(order.report).write_text(json.dumps(asyncio.run(live(order))), encoding="utf-8")
        code = 0
    except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent
        traceback.print_exc()
    os._exit(code)


def _end_of(status: int) -> Mapping[str, int]:
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "code": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    main()
