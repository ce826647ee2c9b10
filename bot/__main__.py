"""Where everything meets: the command line, and the one place that knows every adapter.

Adapters and the reader of the configuration are imported where they are used, because `--help` has to be there at once.
"""

import argparse
import asyncio
import glob
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from importlib.metadata import entry_points, version
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from bot.errors import ConfigMistakes, Mistake, StaffroomError

if TYPE_CHECKING:
    from bot.config import ChannelSettings, Config
    from bot.domain.channel import Channel
    from bot.domain.check import Check
    from bot.domain.keys import ChannelKey
    from bot.domain.topic import Topic
    from bot.plugins import ChatPlugin, SourcePlugin
    from bot.ports import Clock
    from bot.services.pages import EnginePages
    from bot.services.parts import Parts

UNUSABLE = 2
STOPPED = 130

DEMO_FOLDER = Path("staffroom-demo")
DEMO_TOPICS = "#edchat, #edtech, #mathchat, #scichat, #litchat, #newteachers"
DEMO_CHANNEL = "staffroom"
DEMO_DATABASE = "staffroom.sqlite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 `doctor` found something wrong, 2 something cannot be used, 130 stopped by hand."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.act(asked))
    except StaffroomError as problem:
        print(problem, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="staffroom",
        description="Brings a school's Twitter/X learning network into the rooms where its staff talk.",
    )
    parser.add_argument("--version", action="version", version=f"staffroom {version('staffroom')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="try it now: invented posts, a page on this computer, no account")
    demo.set_defaults(act=_demo)
    demo.add_argument(
        "--posts", type=Path, metavar="FILE", help="your own posts: pages of X API v2, .jsonl or .jsonl.gz"
    )
    demo.add_argument("--topics", metavar="TOPICS", help="what to follow, such as '#edtech,@account,\"exit ticket\"'")
    demo.add_argument("--port", type=int, default=8321, help="the page's port (default: %(default)s; 0: any free one)")
    demo.add_argument(
        "--folder", type=Path, default=DEMO_FOLDER, help="where the demo keeps its state (default: ./%(default)s)"
    )
    demo.add_argument("--reset", action="store_true", help="forget the earlier demo and start over")

    for name, act, what in (
        ("run", _run, "run it for your school"),
        ("doctor", _doctor, "check that all is well, and say what to do where it is not"),
        ("migrate", _migrate, "bring the database to this version"),
    ):
        command = commands.add_parser(name, help=what)
        command.set_defaults(act=act)
        command.add_argument(
            "--config", type=Path, default=Path("config.toml"), metavar="FILE", help="default: ./%(default)s"
        )
    commands.choices["doctor"].add_argument("--json", action="store_true", help="print the checks as JSON")
    return parser


# ------------------------------------------------------------------------------------------------------------ commands


def _demo(asked: argparse.Namespace) -> int:
    from bot.domain.topic import parse_topics

    topics = parse_topics(DEMO_TOPICS if asked.topics is None else asked.topics, account_source="sample")
    if not topics:
        raise Mistake(f"--topics names none. Write some, such as '{DEMO_TOPICS}'.")
    if asked.reset and asked.posts:
        _check_posts(asked.posts)
    if asked.reset:
        _forget_demo((asked.folder / DEMO_DATABASE).resolve())
    config = _read_config(_demo_config(asked), "the demo", {})
    return asyncio.run(_serve(config, _Demo(topics, new_topics=asked.topics is not None, own_posts=asked.posts)))


def _demo_config(asked: argparse.Namespace) -> str:
    """JSON strings are TOML strings."""
    from tzlocal import get_localzone_name

    sample = f"[sample]\nposts = {json.dumps(str(asked.posts.resolve()))}\n" if asked.posts else ""
    database = json.dumps(f"sqlite:///{(asked.folder / DEMO_DATABASE).resolve()}")
    local = get_localzone_name()
    zone = json.dumps(local if local in available_timezones() else "UTC")
    return f"[staffroom]\nzone = {zone}\n[database]\nurl = {database}\n[web]\nport = {asked.port}\n{sample}"


def _check_posts(file: Path) -> None:
    """Raises Mistake for a file that cannot be used, before anything is given up for it."""
    from adapters.x.sample.pages import load_posts

    load_posts(file)


def _forget_demo(database: Path) -> None:
    """Deletes the demo's own files and nothing else that may lie beside them. Raises where a demo is using them."""
    from adapters.database.lock import lock

    if database.exists():
        with lock(f"sqlite:///{database}"):
            for file in (database, *database.parent.glob(f"{glob.escape(database.name)}[-.]*")):
                if not file.name.endswith(".lock"):
                    file.unlink(missing_ok=True)


def _run(asked: argparse.Namespace) -> int:
    config = _config_of(asked.config)
    if not config.channels:
        raise ConfigMistakes([f"{asked.config}: there is no [[channels]]. Staffroom needs one to post into."])
    return asyncio.run(_serve(config, None))


def _doctor(asked: argparse.Namespace) -> int:
    from bot.doctor import lines_of
    from bot.domain.check import Check, Health

    try:
        config = _config_of(asked.config)
        checks = [_check_of(config), *asyncio.run(_examined(config))]
    except ConfigMistakes as mistakes:
        checks = [Check("configuration", Health.FAIL, each, "Correct it there.") for each in mistakes.mistakes]
    except StaffroomError as problem:
        checks = [Check("start", Health.FAIL, str(problem))]
    if asked.json:
        print(
            json.dumps(
                [
                    {"name": each.name, "health": each.health, "finding": each.finding, "remedy": each.remedy}
                    for each in checks
                ],
                indent=2,
            )
        )
    else:
        print("\n".join(lines_of(checks)))
    return int(any(check.health is Health.FAIL for check in checks))


def _check_of(config: "Config") -> "Check":
    from bot.domain.check import Check, Health

    if not config.channels:
        return Check(
            "configuration", Health.FAIL, f"{config.origin}: there is no [[channels]]", "Add one to post into."
        )
    return Check("configuration", Health.OK, f"{config.origin} has no mistake")


def _migrate(asked: argparse.Namespace) -> int:
    from adapters.database.lock import lock
    from adapters.database.migrate import migrate

    url = _config_of(asked.config).database_url
    with lock(url):
        done = migrate(url)
    print("\n".join(done) or "The database is up to date.")
    return 0


# ------------------------------------------------------------------------------------------------------- configuration


def _config_of(file: Path) -> "Config":
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Mistake(f"There is no file {file}. Copy config.example.toml to it and fill it in.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise Mistake(f"{file} cannot be read: {problem}") from None
    return _read_config(text, str(file), os.environ)


def _read_config(text: str, origin: str, environment: Mapping[str, str]) -> "Config":
    from bot.config import read_config

    return read_config(
        text,
        origin,
        environment,
        lambda name: Path(name).read_text(encoding="utf-8"),
        chats={name: plugin.section for name, plugin in _chats().items()},
        sources={name: plugin.section for name, plugin in _sources().items()},
    )


def _chats() -> "dict[str, ChatPlugin]":
    return {each.name: each.load() for each in entry_points(group="staffroom.chats")}


def _sources() -> "dict[str, SourcePlugin]":
    return {each.name: each.load() for each in entry_points(group="staffroom.sources")}


def _clock(config: "Config") -> "Clock":
    """The machine's time, or a trial's, which only a Staffroom that reaches nobody may have."""
    from adapters.clock import clock_for
    from bot.config import outside_addresses

    setting = os.environ.get("STAFFROOM_CLOCK", "")
    outside = outside_addresses(config) if setting.strip() else []
    if outside:
        places = "".join(f"\n  - {each}" for each in outside)
        raise Mistake(f"STAFFROOM_CLOCK is for trials on this machine only, and these addresses are not:{places}")
    return clock_for(setting)


# --------------------------------------------------------------------------------------------------------- composition


@dataclass(frozen=True)
class _Demo:
    """What `staffroom demo` furnishes. `new_topics` replace those of an earlier demo."""

    topics: "Sequence[Topic]"
    new_topics: bool
    own_posts: Path | None

    async def furnish(self, parts: "Parts") -> None:
        from bot.app import follow_only, furnish
        from bot.domain.channel import Channel
        from bot.domain.keys import ChannelKey
        from bot.domain.schedule import Schedule

        workspace = parts.chats["web"].workspaces()[0].id
        channel = Channel(ChannelKey(workspace, DEMO_CHANNEL), "Staffroom", Schedule(parts.zone), sources=("sample",))
        async with parts.store.transaction() as tx:
            await furnish(tx, parts, channel, self.topics)
            if self.new_topics:
                await follow_only(tx, parts, channel.key, self.topics)


async def _serve(config: "Config", demo: _Demo | None) -> int:
    """Runs until it is told to stop."""
    from adapters.database.lock import lock
    from adapters.database.migrate import migrate
    from adapters.logs import set_up_logs
    from adapters.queue.ticker import IntervalTicker
    from bot.app import Engine, reconcile

    clock = _clock(config)
    set_up_logs(config.staffroom.log, secrets=config.secrets(), level=logging.WARNING if demo else logging.INFO)
    async with AsyncExitStack() as stack:
        stack.enter_context(lock(config.database_url))
        if config.database_url.startswith("sqlite"):
            for sentence in await asyncio.to_thread(migrate, config.database_url):
                print(sentence)
        pages, wake = _pages(), _Wake()
        parts = await _open(stack, config, clock, pages, wake)
        async with parts.store.transaction() as tx:
            await reconcile(tx, parts, [_channel(parts, each) for each in config.channels])
        if demo:
            await demo.furnish(parts)
        engine = Engine(parts, IntervalTicker())
        wake.up = engine.wake
        pages.serve(parts, engine.readiness)
        await stack.enter_async_context(engine)
        _announce(parts, demo)
        await _told_to_stop()
    return 0


class _Wake:
    """The inbox is there before the engine that it wakes."""

    def __init__(self) -> None:
        self.up: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        self.up()


async def _examined(config: "Config") -> "Sequence[Check]":
    """What `doctor` sees without connecting to anything outside."""
    from adapters.database.migrate import pending
    from adapters.database.store import open_store
    from bot.doctor import examine
    from bot.plugins import ChatTools, SourceTools
    from bot.services.parts import Parts

    clock, url = _clock(config), config.database_url
    store = open_store(url, clock)
    try:
        if await asyncio.to_thread(pending, url) != "current":
            return await store.check()
        source_tools = SourceTools(clock, await store.installed_at())
        pages = _pages()
        chat_tools = ChatTools(clock, store.inbox(), store.room(), pages)
        used = _used_sources(config)
        parts = Parts(
            store,
            clock,
            worker="doctor",
            sources={
                name: each.open(config.plugins[name], source_tools) for name, each in _sources().items() if name in used
            },
            chats={
                name: each.open(config.plugins[name], chat_tools)
                for name, each in _chats().items()
                if name in config.in_use
            },
        )
        pages.serve(parts, store.check)
        return await examine(parts)
    finally:
        await store.aclose()


def _pages() -> "EnginePages":
    from bot.services.pages import EnginePages

    return EnginePages()


async def _open(stack: AsyncExitStack, config: "Config", clock: "Clock", pages: "EnginePages", wake: _Wake) -> "Parts":
    """Opens the store, then every source and chat that the configuration uses, and connects them."""
    from adapters.database.store import open_store
    from bot.plugins import ChatTools, SourceTools
    from bot.services.parts import Parts

    store = await stack.enter_async_context(open_store(config.database_url, clock))
    source_tools = SourceTools(clock, await store.installed_at())
    chat_tools = ChatTools(clock, store.inbox(wake), store.room(wake), pages)
    sources = {
        name: await stack.enter_async_context(plugin.open(config.plugins[name], source_tools))
        for name, plugin in _sources().items()
        if name in _used_sources(config)
    }
    chats = {
        name: await stack.enter_async_context(plugin.open(config.plugins[name], chat_tools))
        for name, plugin in _chats().items()
        if name in config.in_use or name == "web"
    }
    parts = Parts(
        store, clock, token_hex(4), sources, chats, config.caps, zone=_zone(config), config_name=config.origin
    )
    return _with_admin(parts, config)


def _used_sources(config: "Config") -> set[str]:
    """Those of the channels; the demo has none in its configuration and reads the sample posts."""
    return {name for channel in config.channels for name in channel.sources} or {"sample"}


def _zone(config: "Config") -> str:
    return config.staffroom.zone


def _with_admin(parts: "Parts", config: "Config") -> "Parts":
    admin = config.admin
    return replace(parts, admin=_key(parts, admin.platform, admin.workspace, admin.channel)) if admin else parts


def _channel(parts: "Parts", settings: "ChannelSettings") -> "tuple[Channel, Sequence[Topic]]":
    from bot.domain.channel import Channel, Origin

    key = _key(parts, settings.platform, settings.workspace, settings.channel)
    channel = Channel(key, settings.name, settings.schedule, settings.sources, settings.size, Origin.CONFIG)
    return channel, settings.topics


def _key(parts: "Parts", platform: str, workspace: str | None, channel: str) -> "ChannelKey":
    """Without a workspace it is the only one that the platform is connected to."""
    from bot.domain.keys import ChannelKey

    known = [each.id for each in parts.chats[platform].workspaces()]
    found = [each for each in known if workspace in {None, each, each.partition(":")[2]}]
    if len(found) != 1:
        raise ConfigMistakes(
            [f"channel {channel}: say which workspace it is in. Connected: {', '.join(known) or 'none'}."]
        )
    return ChannelKey(found[0], channel)


def _announce(parts: "Parts", demo: _Demo | None) -> None:
    from adapters.web.chat import WebChat
    from adapters.x.sample.source import SampleSource

    page = parts.chats.get("web")
    print(f"Staffroom is ready: {page.address}" if isinstance(page, WebChat) else "Staffroom is ready.")
    if demo:
        sample = parts.sources["sample"]
        origin = sample.report if demo.own_posts and isinstance(sample, SampleSource) else "All posts are invented."
        print(f"{origin} Type /pln help on the page. Stop with Ctrl-C; what you did is kept.")
    sys.stdout.flush()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
