"""One life of a Staffroom: a morning from reading to the library and the look back on it, on the real adapters, in a
process of its own.

    python -m tests.kill.life

reads one order a line and gives each its own forked process. The first order it carries out itself, so that imports and
all else that is done once are paid for once.
"""

import asyncio
import gc
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import event

from adapters.database.store import DatabaseStore, open_store
from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.logs import set_up_logs
from adapters.queue.ticker import IntervalTicker
from adapters.slack.api import Api
from adapters.slack.chat import SlackChat
from adapters.slack.section import SlackSection
from adapters.slack.socket import SocketLine
from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.app import Engine, reconcile, take_over
from bot.domain.actions import save_item
from bot.domain.budget import Caps, dollars
from bot.domain.calendar.openings import Openings
from bot.domain.calendar.school import School
from bot.domain.channel import Channel
from bot.domain.content import ShowDigest
from bot.domain.events import ButtonPressed, CommandGiven, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.schedule import Schedule, WeeklyTime
from bot.domain.topic import parse_topics
from bot.flow.plan import plan_channel
from bot.plugins import ChatTools
from bot.ports import ChatAdapter, Inbox
from bot.services.parts import Parts
from bot.services.web.pages import EnginePages
from tests.fakes.clock import FakeClock
from tests.kill.give_and_take import GIVES_AND_TAKES, give_and_take
from tests.kill.killer import Killer, MortalChat, MortalInbox, MortalSource, MortalStore
from tests.rigs.discord_server_world import FIRST_GUILD, World
from tests.rigs.discord_server_world import TOKEN as DISCORD_TOKEN
from tests.rigs.outside_chat.staffroom_bulletin.chat import BulletinChat
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN
from tests.rigs.x_server import TOKEN

DUE_AT = datetime(2026, 9, 9, 7, 30, tzinfo=UTC)
FIRST_LIFE = [DUE_AT + timedelta(minutes=minutes) for minutes in (-4, 0, 1, 2, 3)]
SECOND_LIFE = [DUE_AT + timedelta(minutes=minutes) for minutes in (12, 14, 16, 25, 45)]
"""The new start comes when what the first life had claimed is free again."""
BUSY_LIFE = [DUE_AT + timedelta(minutes=minutes) for minutes in (-4, 0, 5, 6, 21, 22, 1_200)]
"""In the night after it, what was shown is looked at again."""
BACK_AFTER = [timedelta(minutes=minutes) for minutes in (12, 14, 16, 32)]
SOON_AFTER = [
    *(timedelta(seconds=seconds) for seconds in (20, 50)),
    *(timedelta(minutes=minutes) for minutes in (4, 6, 12, 14, 16, 50)),
]
"""The platform still knows then what it was asked for last."""
THE_REST_AFTER = timedelta(minutes=45)
ROUNDUP = WeeklyTime(DUE_AT.weekday(), (DUE_AT + timedelta(minutes=2)).time())
"""When Ana has saved something, if nobody dies."""
DISCORD = World(FakeClock(DUE_AT))
"""As it begins: its ids are made of its clock."""
IN_DISCORD = ChannelKey(f"discord:{FIRST_GUILD}", DISCORD.guild.channel("staffroom").id)
CHANNELS = {
    "web": ChannelKey("web:local", "staffroom"),
    "busy": ChannelKey("web:local", "staffroom"),
    "bulletin": ChannelKey("bulletin:board", "staff"),
    "slack": ChannelKey("slack:T0SCHOOL", "C0STAFFROOM"),
    "slack-least": ChannelKey("slack:T0SCHOOL", "C0STAFFROOM"),
    "discord": IN_DISCORD,
    "discord-least": IN_DISCORD,
    **GIVES_AND_TAKES,
}
TOPICS = "#edchat #mathchat @countinghousema"
ANA = Person(PersonKey("web:local", "ana"), "Ana")
SENT_FOR = {
    "searches": "/pln search #edchat",
    "saves-a-link": "/pln save https://x.com/i/status/{linked}",
    "saves-a-gone-link": "/pln save https://x.com/i/status/{gone}",
    "follows": "/pln follow #nowchat now",
}
"""What Ana types on the busy morning."""
LINKED, GONE = "2097000000000000001", "2097000000000000002"
IN_SLACK = "U0ANA"
ANA_IN_DISCORD = DISCORD.person("ana").id
FIRST_KEYCAP = "1️⃣"
TYPED_IN_DISCORD, LISTED = "/pln list", "#mathchat — a hashtag"
DIGEST = "posts from"
LOOK_BACK = "The week in the library"


@dataclass(frozen=True)
class Order:
    """`kill_at` counts points from 1; None lets it live. `first` is the life that ends early, not the one after it.
    `moment` is a file where each life says what time it is; a busy one, and one that begins `soon` after, goes on where
    the one before it ended."""

    platform: str
    url: str
    x_url: str
    webhook: str
    slack_url: str
    discord_url: str
    report: str
    first: bool
    kill_at: int | None = None
    moment: str = ""
    soon: bool = False

    def as_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


async def live(order: Order) -> list[str]:
    """Lives through the morning and says which points it passed."""
    moments, killer = _moments(order), Killer(order.kill_at)
    clock = FakeClock(FIRST_LIFE[0] - timedelta(minutes=1) if order.first else moments[0])
    _tell(order, clock.now())
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(order.url, clock))
        changed = _counting_changes(store)
        source = await stack.enter_async_context(MortalSource(_x(order, clock), killer))
        inbox = MortalInbox(store.inbox(), killer)
        chat = await stack.enter_async_context(MortalChat(_chat(order, store, clock, inbox), killer))
        parts = Parts(
            MortalStore(store, killer, changed),
            clock,
            f"worker-{os.getpid()}",
            {"x": source},
            {chat.name: chat},
            Caps(dollars(2), dollars(10)),
            Random(1),
            admin=CHANNELS[order.platform],
        )
        engine = Engine(parts, IntervalTicker())
        async with store.transaction() as tx:
            roundup = None if order.platform == "busy" else ROUNDUP
            channel = Channel(CHANNELS[order.platform], "Staff", Schedule("UTC"), roundup=roundup)
            await reconcile(tx, parts, [(channel, parse_topics(TOPICS, account_source="x"))])
            await take_over(tx, parts)
            if order.first:
                await plan_channel(tx, channel, Openings(School()), clock.now())
        for moment in moments:
            _tell(order, moment)
            clock.set(moment)
            if order.platform in GIVES_AND_TAKES:
                await give_and_take(order.platform, parts, store.inbox())
                await engine.turn_answers()
                continue
            await engine.turn_morning()
            await engine.turn_answers()
            await _act(order, store, clock, inbox)
            await engine.turn_answers()
            if order.platform == "busy":
                await engine.turn_sweep()
                await engine.turn_answers()
    return killer.passed


def _moments(order: Order) -> list[datetime]:
    is_busy = order.platform == "busy"
    if order.first:
        return BUSY_LIFE if is_busy else FIRST_LIFE
    if not is_busy and not (order.soon and order.moment):
        return SECOND_LIFE
    ended = datetime.fromisoformat(Path(order.moment).read_text(encoding="utf-8"))
    if not is_busy:
        return [ended + after for after in SOON_AFTER]
    rest = [each + THE_REST_AFTER for each in BUSY_LIFE if each > ended]
    return [*(ended + after for after in BACK_AFTER), *rest]


def _tell(order: Order, moment: datetime) -> None:
    """In one step, for it may be read at any time."""
    if order.moment:
        new = Path(f"{order.moment}.new")
        new.write_text(moment.isoformat(), encoding="utf-8")
        new.replace(order.moment)


def _counting_changes(store: DatabaseStore) -> Callable[[], int]:
    """How many rows the one connection that writes has changed so far."""
    connections: list[Any] = []
    event.listen(store.engines.writing.sync_engine, "connect", lambda opened, _record: connections.append(opened))
    return lambda: sum(each.driver_connection.total_changes for each in connections)


def _x(order: Order, clock: FakeClock) -> XSource:
    section = XSection(bearer_token=SecretStr(TOKEN), base_url=order.x_url, oembed_url=f"{order.x_url}/oembed")
    return XSource(section, clock)


def _chat(order: Order, store: DatabaseStore, clock: FakeClock, inbox: Inbox) -> ChatAdapter:
    tools = ChatTools(clock, inbox, store.room(), _pages(store, clock), store.vault(), _nothing)
    if order.platform in {"web", "busy", "imports", "undoes", "web-files"}:
        return WebChat(WebSection(port=0), tools)
    if order.platform == "bulletin":
        return BulletinChat(order.webhook, [CHANNELS["bulletin"].channel], clock)
    if order.platform.startswith("discord"):
        return DiscordChat(_discord(order.discord_url), tools)
    section = SlackSection(bot_token=SecretStr(BOT_TOKEN), app_token=SecretStr(APP_TOKEN), base_url=order.slack_url)
    api = Api(section.base_url, clock)
    return SlackChat(api, SocketLine(section, tools, api))


def _discord(url: str) -> DiscordSection:
    gateway_url = f"{url.replace('http', 'ws')}/gateway"
    return DiscordSection(token=SecretStr(DISCORD_TOKEN), api_url=f"{url}/api/v10", gateway_url=gateway_url)


async def _nothing() -> None: ...


def _pages(store: DatabaseStore, clock: FakeClock) -> EnginePages:
    pages = EnginePages()

    async def ready() -> list[object]:
        return []

    pages.serve(Parts(store, clock, "pages"), ready)  # type: ignore[arg-type]
    return pages


async def _act(order: Order, store: DatabaseStore, clock: FakeClock, inbox: MortalInbox) -> None:
    if order.platform == "web":
        await _press_save(store, clock)
    if order.platform == "busy" and clock.now() > DUE_AT:
        await _type(store, clock)
    if order.platform.startswith("slack"):
        await _tap_in_slack(order.slack_url)
    if order.platform.startswith("discord"):
        await _use_discord(order.discord_url, inbox)


async def _type(store: DatabaseStore, clock: FakeClock) -> None:
    """The platform repeats each command until it is taken."""
    for key, words in SENT_FOR.items():
        reply = ReplyHandle(ANA.key.person, DUE_AT + timedelta(hours=2))
        given = CommandGiven(ANA, CHANNELS["busy"], words.format(linked=LINKED, gone=GONE), reply)
        await store.inbox().accept(Event("web:local", f"ana-{key}", given, clock.now()))


async def _tap_in_slack(url: str) -> None:
    """Slack reports again what was not acknowledged, and Ana taps the first keycap once, as soon as she sees it."""
    async with ClientSession(url) as http:
        await http.post("/_rig/redeliver")
        async with http.get("/_rig/shown", params={"channel": CHANNELS["slack"].channel}) as answer:
            shown = await answer.json()
        for post in shown:
            if DIGEST in post["text"] and IN_SLACK not in post["reactions"].get("one", []):
                await http.post("/_rig/act/react", json={"person": "ana", "message": post["ts"], "name": "one"})


async def _use_discord(url: str, inbox: MortalInbox) -> None:
    """As soon as Ana sees the digest she taps the first keycap once. Afterwards she types a command, again as long as
    Discord tells her that nobody took it. For some minutes Discord tells the bot again what it did not keep."""
    async with ClientSession(url) as http:
        shown = await _told(http, f"/_rig/shown?channel={IN_DISCORD.channel}")
        asked = await _told(http, "/_rig/asked")
        for post in [each for each in shown if DIGEST in each["text"]]:
            if ANA_IN_DISCORD not in post["reactions"].get(FIRST_KEYCAP, []):
                tap = {"person": "ana", "message": post["id"], "emoji": FIRST_KEYCAP}
                await _until_kept(http, "react", tap, inbox)
            elif not any(each["acknowledged"] for each in asked):
                typed = {"person": "ana", "channel": "staffroom", "text": TYPED_IN_DISCORD}
                await _until_kept(http, "begin_command", typed, inbox)


async def _told(http: ClientSession, path: str) -> list[dict[str, Any]]:
    async with http.get(path) as answer:
        told: list[dict[str, Any]] = await answer.json()
    return told


async def _until_kept(http: ClientSession, act: str, arguments: Mapping[str, str], inbox: MortalInbox) -> None:
    kept = inbox.kept
    await http.post(f"/_rig/act/{act}", json=arguments)
    await inbox.until(kept + 1)


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
    for number, line in enumerate(sys.stdin):
        order = Order(**json.loads(line))
        end = _in_a_process_of_its_own(order) if number else _at_home(order)
        sys.stdout.write(json.dumps(end) + "\n")
        sys.stdout.flush()


def _at_home(order: Order) -> Mapping[str, int]:
    """What is there by now belongs to all that are forked, and is not looked through by their collectors."""
    _report(order)
    gc.collect()
    gc.freeze()
    return {"signal": 0, "code": 0}


def _in_a_process_of_its_own(order: Order) -> Mapping[str, int]:
    child = os.fork()
    if child == 0:
        _live_and_report(order)
    _, status = os.waitpid(child, 0)
    return _end_of(status)


def _live_and_report(order: Order) -> None:
    code = 1
    try:
        _report(order)
        code = 0
    except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent
        traceback.print_exc()
    os._exit(code)


def _report(order: Order) -> None:
    Path(order.report).write_text(json.dumps(asyncio.run(live(order))), encoding="utf-8")


def _end_of(status: int) -> Mapping[str, int]:
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "code": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    main()
