"""Where everything meets: the one place that knows every adapter.

`main` reads what was typed and calls the command, in `bot.cli`, with all that it needs of the world. Adapters, and the
commands themselves, are imported where they are used, because `--help` has to be there at once.
"""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from bot.cli.parser import Act, parser
from bot.cli.plugged import CHATS, chats, names, sources
from bot.errors import StaffroomError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from adapters.database.store import DatabaseStore
    from bot.app import Engine
    from bot.cli.wiring import Files, OpenStore, Restored, Terminal, Trial
    from bot.config import Config
    from bot.plugins import ChatTools, PluginCommand
    from bot.ports import ChatAdapter, Clock, Documents, Suggestion, Ticker, Typing
    from bot.services.parts import Parts
    from bot.services.web.pages import EnginePages

UNUSABLE = 2
STOPPED = 130

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("demo", "demo"),
    "init": ("init.command", "init"),
    "run": ("run", "run"),
    "doctor": ("doctor", "print_checks"),
    "disclose": ("disclose", "print_disclosure"),
    "explain": ("explain", "print_explanation"),
    "plan": ("plan", "print_plan"),
    "budget": ("budget", "print_bill"),
    "purge": ("audit", "print_purged"),
    "audit": ("audit", "print_audit"),
    "migrate": ("keeping", "migrate"),
    "export": ("exchange", "write_export"),
    "import": ("exchange", "bring_file_in"),
    "backup": ("keeping", "backup"),
    "restore": ("keeping", "restore"),
    "my-data": ("people", "write_my_data"),
    "erase-person": ("people", "erase"),
    "preview": ("preview", "write_preview"),
}
"""In which module of `bot.cli` each stands, and under which name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 `doctor` found something wrong, 2 something cannot be used, 130 stopped, by hand or because
    nobody reads on."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    _print_anything()
    acts = {name: _act(module, act) for name, (module, act) in COMMANDS.items()}
    asked = parser(acts, names(CHATS), partial(_commands_of, words), _settings_of).parse_args(words)
    try:
        code = int(asked.act(asked))
        sys.stdout.flush()
    except StaffroomError as problem:
        print(problem, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes what is left when it ends
        return STOPPED
    return code


def _print_anything() -> None:
    """Posts have letters that some terminals, and files on Windows, do not know."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _act(module: str, act: str) -> Act:
    def call(asked: argparse.Namespace) -> int:
        return int(getattr(import_module(f"bot.cli.{module}"), act)(World(), asked))

    return call


def _commands_of(words: Sequence[str], chat: str) -> "Sequence[PluginCommand]":
    """Only the chat that is asked for is loaded."""
    return chats()[chat].commands if chat in words[:1] else ()


def _settings_of(chat: str, file: Path, keys: Sequence[str]) -> Mapping[str, str]:
    from bot.cli.configured import settings_of

    return settings_of(World(), chat, file, keys)


# ------------------------------------------------------------------------------------------- what commands are handed


class World:
    """As `bot.cli.wiring.Wiring` promises."""

    environment: Mapping[str, str] = os.environ

    @property
    def files(self) -> "Files":
        from adapters import terminal

        return terminal

    @property
    def databases(self) -> "Databases":
        return Databases()

    def terminal(self) -> "Terminal":
        from adapters.terminal import Console

        return Console()

    def zone(self) -> str:
        from tzlocal import get_localzone_name

        local = get_localzone_name()
        return local if local in available_timezones() else "UTC"

    def country(self, zone: str) -> str:
        from adapters.terminal import guess_country

        return guess_country(self.environment, zone)

    def clock(self, setting: str) -> "Clock":
        from adapters.clock import clock_for

        return clock_for(setting)

    def ticker(self) -> "Ticker":
        from adapters.queue.ticker import IntervalTicker

        return IntervalTicker()

    def log_warnings(self) -> None:
        from adapters.logs import set_up_logs

        set_up_logs("auto", secrets=(), level=logging.WARNING)

    def require_posts(self, file: Path) -> None:
        from adapters.x.sample.pages import load_posts

        load_posts(file)

    async def look_at(self, config: "Config", store: "OpenStore", clock: "Clock") -> "Parts":
        return await _parts_to_look_at(config, store, clock)

    async def serve(self, config: "Config", clock: "Clock", trial: "Trial | None" = None) -> None:
        await _serve(config, clock, trial)


class Databases:
    """As `bot.cli.wiring.Databases` promises."""

    def open(self, url: str, clock: "Clock") -> "DatabaseStore":
        from adapters.database.store import open_store

        return open_store(url, clock)

    @asynccontextmanager
    async def passing(self) -> "AsyncIterator[str]":
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="staffroom-") as folder:
            url = f"sqlite:///{Path(folder) / 'passing.sqlite'}"
            await asyncio.to_thread(self.migrate, url)
            yield url

    def lock(self, url: str) -> "AbstractContextManager[None]":
        from adapters.database.lock import lock

        return lock(url)

    def pending(self, url: str) -> str:
        from adapters.database.migrate import pending

        return pending(url)

    def migrate(self, url: str) -> Sequence[str]:
        from adapters.database.migrate import migrate

        return migrate(url)

    def back_up(self, url: str, file: Path, now: "datetime", *, replace: bool = False) -> str:
        from adapters.database.backup import back_up

        return back_up(url, file, now, replace=replace)

    def restoring(self, url: str, file: Path, now: "datetime") -> "AbstractContextManager[Restored]":
        from adapters.database.restoring import restoring

        return restoring(url, file, now)

    def start_over(self, database: Path) -> None:
        from adapters.database.start_over import start_over

        start_over(database)


# --------------------------------------------------------------------------------------------------------- composition


async def _serve(config: "Config", clock: "Clock", trial: "Trial | None") -> None:
    from adapters.logs import set_up_logs
    from bot.app import Engine, reconcile, take_over
    from bot.config import channel_of

    databases = World().databases
    set_up_logs(config.staffroom.log, secrets=config.secrets(), level=logging.WARNING if trial else logging.INFO)
    async with AsyncExitStack() as stack:
        stack.enter_context(databases.lock(config.database_url))
        is_alone = config.database_url.startswith("sqlite")
        if is_alone:
            for sentence in await asyncio.to_thread(databases.migrate, config.database_url):
                print(sentence)
        pages, engine_side = _pages(), _EngineSide()
        parts = await _open(stack, config, clock, pages, engine_side)
        async with parts.store.transaction() as tx:
            await reconcile(tx, parts, [(channel_of(each, parts.chats), each.topics) for each in config.channels])
            if is_alone:
                await take_over(tx, parts)
        if trial:
            await trial.furnish(parts)
        engine = engine_side.engine = Engine(parts, World().ticker())
        pages.serve(parts, engine.readiness)
        await stack.enter_async_context(parts.chats["web"])  # last of the chats: what it serves for others is ready
        await stack.enter_async_context(engine)
        _announce(parts, trial)
        _look_no_more_through_what_stays()
        await _told_to_stop()


class _EngineSide:
    """What adapters call, who are there before the engine is. What they miss until then it finds when it starts."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def wake(self) -> None:
        if self.engine:
            self.engine.wake()

    def missed(self) -> None:
        if self.engine:
            self.engine.missed()

    async def installed(self) -> None:
        if self.engine:
            await self.engine.installed()

    async def suggest(self, typing: "Typing") -> "Sequence[Suggestion]":
        return await self.engine.suggest(typing) if self.engine else ()


async def _parts_to_look_at(config: "Config", store: "OpenStore", clock: "Clock") -> "Parts":
    """None of them connected."""
    from bot.cli.configured import sources_of
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    source_tools, used = SourceTools(clock, await store.installed_at()), sources_of(config)
    pages = _pages()
    chat_tools = _chat_tools(config, store, clock, pages, _EngineSide())
    parts = Parts(
        store,
        clock,
        worker="doctor",
        sources={
            name: each.open(config.plugins[name], source_tools) for name, each in sources().items() if name in used
        },
        chats={
            name: each.open(config.plugins[name], chat_tools) for name, each in chats().items() if name in config.in_use
        },
        school=config.school,
        documents=_documents(config, clock),
    )
    pages.serve(parts, store.check)
    return parts


def _pages() -> "EnginePages":
    from bot.services.web.pages import EnginePages

    return EnginePages()


async def _open(
    stack: AsyncExitStack, config: "Config", clock: "Clock", pages: "EnginePages", engine_side: "_EngineSide"
) -> "Parts":
    """Opens the store, then every source and chat that the configuration uses, and connects all but the web page."""
    from bot.cli.configured import packs_of, sources_of
    from bot.config import channel_key
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    store = await stack.enter_async_context(World().databases.open(config.database_url, clock))
    source_tools, used = SourceTools(clock, await store.installed_at()), sources_of(config)
    chat_tools = _chat_tools(config, store, clock, pages, engine_side)
    read = {
        name: await stack.enter_async_context(plugin.open(config.plugins[name], source_tools))
        for name, plugin in sources().items()
        if name in used
    }
    opened = {
        name: plugin.open(config.plugins[name], chat_tools)
        for name, plugin in chats().items()
        if name in config.in_use or name == "web"
    }
    _mount(opened)
    for name, chat in opened.items():
        if name != "web":
            await stack.enter_async_context(chat)
    admin = config.admin
    return Parts(
        store,
        clock,
        token_hex(4),
        read,
        opened,
        config.caps,
        spending=config.spending,
        zone=config.staffroom.zone,
        config_name=config.origin,
        school=config.school,
        documents=_documents(config, clock),
        keeping=config.keeping,
        owners=frozenset(config.staffroom.owners),
        shelves=config.staffroom.save_emoji,
        packs=packs_of(World(), config),
        reads=config.channels[0].sources if config.channels else (),
        public_url=_public_url(config),
        admin=channel_key(opened, admin.platform, admin.workspace, admin.channel) if admin else None,
    )


def _documents(config: "Config", clock: "Clock") -> "Documents":
    """A Staffroom that reaches nobody outside, as in a trial, reads nothing there either."""
    from adapters.fetch import GuardedDocuments, Reach
    from bot.config import outside_addresses

    reach = Reach.PUBLIC if outside_addresses(config) else Reach.THIS_MACHINE
    return GuardedDocuments(Path(config.origin).parent, clock, reach)


def _chat_tools(
    config: "Config", store: "OpenStore", clock: "Clock", pages: "EnginePages", engine_side: _EngineSide
) -> "ChatTools":
    from bot.plugins import ChatTools

    return ChatTools(
        clock,
        store.inbox(engine_side.wake),
        store.room(engine_side.wake),
        pages,
        store.vault(),
        engine_side.installed,
        _public_url(config),
        engine_side.missed,
        engine_side.suggest,
    )


def _public_url(config: "Config") -> str:
    from adapters.web.section import WebSection

    return config.section("web", WebSection).public_url


def _mount(opened: "Mapping[str, ChatAdapter]") -> None:
    """The one web server serves what the other chats have to be reached at."""
    from adapters.web.chat import WebChat

    page = opened["web"]
    if isinstance(page, WebChat):
        page.mount([route for chat in opened.values() for route in chat.routes()])


def _announce(parts: "Parts", trial: "Trial | None") -> None:
    from adapters.web.chat import WebChat
    from adapters.x.sample.source import SampleSource

    page = parts.chats.get("web")
    print(f"Staffroom is ready: {page.address}" if isinstance(page, WebChat) else "Staffroom is ready.")
    if trial:
        sample = parts.sources["sample"]
        origin = sample.report if trial.own_posts and isinstance(sample, SampleSource) else "All posts are invented."
        print(f"{origin} Type /pln help on the page. Stop with Ctrl-C; what you did is kept.")
    sys.stdout.flush()


def _look_no_more_through_what_stays() -> None:
    """Modules and tables stay to the end. Searching them for garbage again and again takes a tenth of a second each
    time, in which nobody is answered."""
    gc.collect()
    gc.freeze()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
