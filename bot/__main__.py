"""Where everything meets: the command line, and the one place that knows every adapter.

Adapters and the reader of the configuration are imported where they are used, because `--help` has to be there at once.
"""

import argparse
import asyncio
import gc
import glob
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import entry_points
from io import TextIOWrapper
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from bot.command_line import parser
from bot.errors import ConfigMistakes, Mistake, StaffroomError

if TYPE_CHECKING:
    from datetime import date

    from adapters.database.restoring import Restored
    from adapters.database.store import DatabaseStore
    from bot.app import Engine
    from bot.bill import Bill
    from bot.config import Config
    from bot.demo import Demo
    from bot.domain.admin_acts import AdminAct
    from bot.domain.check import Check
    from bot.domain.exchange import Format, Written
    from bot.domain.packs import Pack
    from bot.domain.removal import Removal
    from bot.explain import Told, Wanted
    from bot.explain_reading import Outlook
    from bot.init import Answers
    from bot.plugins import ChatPlugin, ChatTools, PluginCommand, Sight, SourcePlugin
    from bot.ports import ChatAdapter, Clock, Documents, Suggestion, Typing
    from bot.services.parts import Parts
    from bot.services.web.pages import EnginePages

UNUSABLE = 2
STOPPED = 130

DEMO_DATABASE = "staffroom.sqlite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 `doctor` found something wrong, 2 something cannot be used, 130 stopped, by hand or because
    nobody reads on."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    _print_anything()
    chats = _names("staffroom.chats")
    asked = parser(_ACTS, chats, partial(_commands_of, words), _settings_of).parse_args(words)
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


# ------------------------------------------------------------------------------------------------------------ commands


def _demo(asked: argparse.Namespace) -> int:
    from bot.demo import Demo, demo_config
    from bot.domain.topic import parse_topics

    database = asked.folder / DEMO_DATABASE
    usual = ", ".join(_sources()["sample"].trial_topics)
    topics = parse_topics(usual if asked.topics is None else asked.topics, account_source="sample")
    if not topics:
        raise Mistake(f"--topics names none. Write some, such as '{usual}'.")
    if asked.reset and asked.posts:
        _check_posts(asked.posts)
    if asked.reset:
        _forget_demo(database.resolve())
    text = demo_config(database=database, zone=_local_zone(), port=asked.port, posts=asked.posts)
    config = _read_config(text, "the demo", {})
    return asyncio.run(_serve(config, Demo(topics, new_topics=asked.topics is not None, own_posts=asked.posts)))


def _local_zone() -> str:
    from tzlocal import get_localzone_name

    local = get_localzone_name()
    return local if local in available_timezones() else "UTC"


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
    if _has_nowhere_to_go(config):
        raise ConfigMistakes([f"{asked.config}: there is no [[channels]]. Staffroom needs one to post into."])
    return asyncio.run(_serve(config, None))


def _doctor(asked: argparse.Namespace) -> int:
    from bot.doctor import as_json, lines_of
    from bot.domain.check import Check, Health

    try:
        config = _config_of(asked.config)
        _packs(config)
        checks = [_check_of(config), *_checks_of_secrets(config), *asyncio.run(_examined(config))]
    except ConfigMistakes as mistakes:
        checks = [Check("configuration", Health.FAIL, each, "Correct it there.") for each in mistakes.mistakes]
    except StaffroomError as problem:
        checks = [Check("start", Health.FAIL, str(problem))]
    print(as_json(checks) if asked.json else "\n".join(lines_of(checks)))
    return int(any(check.health is Health.FAIL for check in checks))


def _has_nowhere_to_go(config: "Config") -> bool:
    """Without a channel in the file people can open one by a command, but not on the page of this computer."""
    return not config.channels and not (config.in_use & set(_names("staffroom.chats"))) - {"web"}


def _check_of(config: "Config") -> "Check":
    from bot.domain.check import Check, Health

    if _has_nowhere_to_go(config):
        return Check(
            "configuration", Health.FAIL, f"{config.origin}: there is no [[channels]]", "Add one to post into."
        )
    return Check("configuration", Health.OK, f"{config.origin} has no mistake")


def _checks_of_secrets(config: "Config") -> "Sequence[Check]":
    from adapters.terminal import others_may_read
    from bot.config import beside
    from bot.domain.check import Check, Health

    name = config.staffroom.secrets
    if not name:
        return []
    file = Path(beside(config.origin, name))
    if others_may_read(file):
        return [Check("secrets", Health.WARN, f"others on this computer may read {file}", f"Type chmod 600 {file}")]
    return [Check("secrets", Health.OK, f"only you may read {file}")]


def _migrate(asked: argparse.Namespace) -> int:
    from adapters.database.lock import lock
    from adapters.database.migrate import migrate

    url = _config_of(asked.config).database_url
    with lock(url):
        done = migrate(url)
    print("\n".join(done) or "The database is up to date.")
    return 0


def _init(asked: argparse.Namespace) -> int:
    from adapters.terminal import Console, guess_country
    from bot.init import Interview, Known
    from bot.init.talk import agree

    console, file = Console(), asked.config
    question = f"{file} is there already. Replace it? The old one is kept"
    if file.exists() and not agree(console, question, default=False):
        raise Mistake("Nothing was changed. With --config FILE another file is written.")
    zone = _local_zone()
    country = guess_country(os.environ, zone)
    known = Known(_chats(), _sources(), _bundled_packs(), os.environ, zone, country)
    try:
        answers = asyncio.run(Interview(console, known).hold())
    except KeyboardInterrupt:
        console.say("\nNothing was written.")
        return STOPPED
    _write(answers, file)
    return 0


def _write(answers: "Answers", file: Path) -> None:
    """The secrets first: a configuration that names a file which is not there could not be read."""
    from adapters.terminal import keep_old, write_private
    from bot.init import config_text, secrets_text

    apart = file.with_name(f"{file.stem}.secrets.toml")
    config, secrets = config_text(answers, apart.name), secrets_text(answers)
    _read_config(config, str(file), os.environ, {str(apart): secrets}.__getitem__)
    for old in (keep_old(each) for each in (apart, file)):
        if old:
            print(f"Kept: {old}")
    if secrets:
        write_private(apart, secrets)
        print(f"Written: {apart}. It holds the tokens and only you may read it.")
    write_private(file, config)
    named = "" if file == Path("config.toml") else f" --config {file}"
    print(f"Written: {file}\n\nNow check it: staffroom doctor{named}\nThen start it: staffroom run{named}")


def _explain(asked: argparse.Namespace) -> int:
    from bot.explain import Wanted, as_json, lines_of

    config = _config_of(asked.config)
    clock = _clock(config)
    told = asyncio.run(_explained(config, clock, Wanted(asked.channel, asked.post, asked.last)))
    print(as_json(told) if asked.json else "\n".join(lines_of(told, clock.now())))
    return 0


async def _explained(config: "Config", clock: "Clock", wanted: "Wanted") -> "Sequence[Told]":
    """Beside a Staffroom that runs: it writes nothing and connects to nobody."""
    from adapters.database.store import open_store
    from bot.explain import explain
    from bot.services.parts import Parts

    async with open_store(config.database_url, clock) as store:
        parts = Parts(
            store,
            clock,
            worker="explain",
            caps=config.caps,
            spending=config.spending,
            zone=config.staffroom.zone,
            config_name=config.origin,
            school=config.school,
        )
        return await explain(parts, config.in_use | {"web"}, wanted)


def _plan(asked: argparse.Namespace) -> int:
    from bot.explain_reading import as_json, lines_of

    config = _config_of(asked.config)
    clock = _clock(config)
    outlooks = asyncio.run(_planned(config, clock))
    print(as_json(outlooks) if asked.json else "\n".join(lines_of(outlooks, clock.now())))
    return 0


async def _planned(config: "Config", clock: "Clock") -> "Sequence[Outlook]":
    """Beside a Staffroom that runs: it writes nothing and asks no source."""
    from adapters.database.store import open_store
    from bot.explain_reading import outlook
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    async with open_store(config.database_url, clock) as store:
        tools, used = SourceTools(clock, await store.installed_at()), _used_sources(config)
        parts = Parts(
            store,
            clock,
            worker="plan",
            sources={name: each.open(config.plugins[name], tools) for name, each in _sources().items() if name in used},
            caps=config.caps,
            spending=config.spending,
            zone=config.staffroom.zone,
            school=config.school,
        )
        return await outlook(parts)


def _budget(asked: argparse.Namespace) -> int:
    from bot.audit import day_meant
    from bot.bill import lines_of, table_of

    config = _config_of(asked.config)
    since = day_meant(asked.since) if asked.since else None
    told = asyncio.run(_billed(config, _clock(config), since))
    print(table_of(told), end="") if asked.csv else print("\n".join(lines_of(told)))
    return 0


async def _billed(config: "Config", clock: "Clock", since: "date | None") -> "Bill":
    """Beside a Staffroom that runs: it only reads the store."""
    from adapters.database.store import open_store
    from bot.bill import bill
    from bot.services.parts import Parts

    async with open_store(config.database_url, clock) as store:
        return await bill(Parts(store, clock, worker="budget", caps=config.caps), since)


def _purge(asked: argparse.Namespace) -> int:
    print(asyncio.run(_purged(_config_of(asked.config), asked.what)))
    return 0


async def _purged(config: "Config", what: str) -> str:
    """Beside a Staffroom that runs: it writes rows. Sources are opened to read links, and asked nothing."""
    from adapters.database.store import open_store
    from bot.audit import purge_now
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    clock, used = _clock(config), _used_sources(config)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(config.database_url, clock))
        tools = SourceTools(clock, await store.installed_at())
        sources = {
            name: await stack.enter_async_context(plugin.open(config.plugins[name], tools))
            for name, plugin in _sources().items()
            if name in used
        }
        return await purge_now(Parts(store, clock, worker="purge", sources=sources), what)


def _audit(asked: argparse.Namespace) -> int:
    from datetime import timedelta

    from bot.audit import day_meant, lines_of, lines_of_acts, table_of

    config = _config_of(asked.config)
    clock = _clock(config)
    since = day_meant(asked.since) if asked.since else clock.now().date() - timedelta(days=30)
    removed, acts = asyncio.run(_removed(config, clock, since))
    lines = [*lines_of(removed, since), "", *lines_of_acts(acts, since)]
    print(table_of(removed), end="") if asked.csv else print("\n".join(lines))
    return 0


async def _removed(
    config: "Config", clock: "Clock", since: "date"
) -> "tuple[Sequence[Removal], Sequence[tuple[str, AdminAct]]]":
    from adapters.database.store import open_store
    from bot.audit import admin_acts, removals
    from bot.services.parts import Parts

    async with open_store(config.database_url, clock) as store:
        parts = Parts(store, clock, worker="audit")
        return await removals(parts, since), await admin_acts(parts, since)


def _export(asked: argparse.Namespace) -> int:
    from adapters.terminal import write_private
    from bot.domain.exchange import Format

    config = _config_of(asked.config)
    written = asyncio.run(_exported(config, asked.workspace, asked.library, Format(asked.format)))
    write_private(asked.out, written.text)
    print(f"Written: {asked.out.resolve()}.")
    return 0


async def _exported(config: "Config", workspace: str | None, library: str, into: "Format") -> "Written":
    """Beside a Staffroom that runs. Sources are opened to know what may be told, and asked nothing."""
    from adapters.database.store import open_store
    from bot.exchanging import exported
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    clock = _clock(config)
    async with open_store(config.database_url, clock) as store:
        tools, used = SourceTools(clock, await store.installed_at()), _used_sources(config)
        sources = {name: each.open(config.plugins[name], tools) for name, each in _sources().items() if name in used}
        return await exported(Parts(store, clock, worker="export", sources=sources), workspace, library, into)


def _import(asked: argparse.Namespace) -> int:
    config = _config_of(asked.config)
    try:
        file = asked.file.read_bytes()
    except OSError as error:
        raise Mistake(f"{asked.file} cannot be read: {error.strerror}.") from None
    asyncio.run(_brought(config, file, asked))
    return 0


async def _brought(config: "Config", file: bytes, asked: argparse.Namespace) -> None:
    """Beside a Staffroom that runs on the same file it writes rows, which that one works off."""
    from adapters.database.lock import lock
    from adapters.database.store import open_store
    from bot.errors import StoreLocked
    from bot.exchanging import bring, brought_in
    from bot.services.parts import Parts

    clock = _clock(config)
    async with open_store(config.database_url, clock) as store:
        parts = Parts(store, clock, worker=f"import-{token_hex(4)}")
        waiting = await bring(parts, file, asked.who, asked.workspace, asked.library)
        print(waiting.about)
        try:
            with lock(config.database_url):
                print(await brought_in(parts, waiting))
        except StoreLocked:
            print("Staffroom is running and brings it in now. The page “Import and export” shows how far it is.")


def _backup(asked: argparse.Namespace) -> int:
    from adapters.database.backup import back_up

    config = _config_of(asked.config)
    print(back_up(config.database_url, asked.out, _clock(config).now()))
    return 0


def _restore(asked: argparse.Namespace) -> int:
    from adapters.database.restoring import NO_LONGER_KNOWN, restoring

    config = _config_of(asked.config)
    clock = _clock(config)
    with restoring(config.database_url, asked.file, clock.now()) as restored:
        done = asyncio.run(_settled(clock, restored))
    made = f", made {restored.then:%Y-%m-%d %H:%M} UTC," if restored.then else ""
    print(f"The backup {asked.file}{made} is restored.")
    print("\n".join([*done, *restored.sentences, *([] if restored.knows else [NO_LONGER_KNOWN])]))
    return 0


async def _settled(clock: "Clock", restored: "Restored") -> "Sequence[str]":
    from adapters.database.store import open_store
    from bot.services.erasing.restoring import settle_restored
    from bot.services.parts import Parts

    async with open_store(restored.url, clock) as store:
        parts = Parts(store, clock, worker="restore")
        return await settle_restored(parts, restored.forgotten, restored.erased)


def _my_data(asked: argparse.Namespace) -> int:
    from adapters.terminal import write_private
    from bot.services.people.my_data import AS_JSON, AS_TEXT

    form = AS_JSON if asked.json else AS_TEXT
    written = asyncio.run(_kept_about(_config_of(asked.config), asked.who, asked.workspace, form))
    write_private(asked.out, written.text)
    print(f"Written: {asked.out.resolve()}. Give it to that person, and to nobody else.")
    return 0


async def _kept_about(config: "Config", who: str, workspace: str | None, form: str) -> "Written":
    from adapters.database.store import open_store
    from bot.erasing import kept_about
    from bot.services.parts import Parts

    clock = _clock(config)
    async with open_store(config.database_url, clock) as store:
        return await kept_about(Parts(store, clock, worker="my-data"), who, workspace, form)


def _erase_person(asked: argparse.Namespace) -> int:
    print(asyncio.run(_erased(_config_of(asked.config), asked.who, asked.workspace, is_sure=asked.yes)))
    return 0


async def _erased(config: "Config", who: str, workspace: str | None, *, is_sure: bool) -> str:
    """Beside a Staffroom that runs: it writes rows."""
    from adapters.database.store import open_store
    from bot.erasing import erase_person
    from bot.services.parts import Parts

    clock = _clock(config)
    async with open_store(config.database_url, clock) as store:
        return await erase_person(Parts(store, clock, worker="erase"), who, workspace, is_sure=is_sure)


def _disclose(asked: argparse.Namespace) -> int:
    from bot.disclose import disclosure

    print(disclosure(_config_of(asked.config), _chats(), _sources()))
    return 0


def _preview(asked: argparse.Namespace) -> int:
    from adapters.logs import set_up_logs
    from adapters.terminal import write_private

    able = {name: plugin.preview for name, plugin in _chats().items() if plugin.preview}
    platform = asked.platform or next(iter(sorted(able)), "")
    if platform not in able:
        raise Mistake(f"There is no preview of {platform or 'a chat'}. There is one of: {', '.join(able) or 'none'}.")
    set_up_logs("auto", secrets=(), level=logging.WARNING)
    page = able[platform](asyncio.run(_sights(platform)))
    write_private(asked.out, page)
    print(f"Written: {asked.out.resolve()}. Open it in a browser. All posts and people in it are invented.")
    return 0


async def _sights(platform: str) -> "Sequence[Sight]":
    """In a database that is gone afterwards."""
    from tempfile import TemporaryDirectory

    from adapters.clock import clock_for
    from adapters.database.migrate import migrate
    from adapters.database.store import open_store
    from adapters.queue.ticker import IntervalTicker
    from bot.domain.topic import parse_topics
    from bot.plugins import SourceTools
    from bot.preview import Onlooker, Tour
    from bot.services.parts import Parts

    previewed = _chats()[platform].previewed
    onlooker = Onlooker(platform, previewed()) if previewed else Onlooker(platform)
    clock, sample = clock_for(""), _sources()["sample"]
    with TemporaryDirectory(prefix="staffroom-") as folder:
        url = f"sqlite:///{Path(folder) / 'preview.sqlite'}"
        await asyncio.to_thread(migrate, url)
        async with open_store(url, clock) as store:
            tools = SourceTools(clock, await store.installed_at())
            async with sample.open(sample.section(), tools) as source:
                parts = Parts(
                    store,
                    clock,
                    token_hex(4),
                    {sample.name: source},
                    {platform: onlooker},
                    zone=_local_zone(),
                    packs=_bundled_packs(),
                )
                topics = parse_topics(" ".join(sample.trial_topics), account_source=sample.name)
                return await Tour(parts, store.inbox(), onlooker, IntervalTicker(), topics, (sample.name,)).sights()


def _names(group: str) -> list[str]:
    return sorted(each.name for each in entry_points(group=group))


def _commands_of(words: Sequence[str], chat: str) -> "Sequence[PluginCommand]":
    """Only the chat that is asked for is loaded."""
    return _chats()[chat].commands if chat in words[:1] else ()


def _settings_of(chat: str, file: Path, keys: Sequence[str]) -> Mapping[str, str]:
    """What the configuration says, or without one the environment alone; empty for what neither says."""
    from pydantic import SecretStr

    config = _config_of(file) if file.exists() else _read_config("", str(file), os.environ)
    values = {key: getattr(config.plugins[chat], key) for key in keys}
    return {key: each.get_secret_value() if isinstance(each, SecretStr) else str(each) for key, each in values.items()}


_ACTS = {
    "demo": _demo,
    "init": _init,
    "run": _run,
    "doctor": _doctor,
    "disclose": _disclose,
    "explain": _explain,
    "plan": _plan,
    "budget": _budget,
    "purge": _purge,
    "audit": _audit,
    "migrate": _migrate,
    "export": _export,
    "import": _import,
    "backup": _backup,
    "restore": _restore,
    "my-data": _my_data,
    "erase-person": _erase_person,
    "preview": _preview,
}


# ------------------------------------------------------------------------------------------------------- configuration


def _config_of(file: Path) -> "Config":
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Mistake(
            f"There is no file {file}. `staffroom init` writes one; or copy config.example.toml to it and fill it in."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise Mistake(f"{file} cannot be read: {problem}") from None
    return _read_config(text, str(file), os.environ)


def _text_of(name: str) -> str:
    return Path(name).read_text(encoding="utf-8")


def _read_config(
    text: str, origin: str, environment: Mapping[str, str], read_file: Callable[[str], str] = _text_of
) -> "Config":
    from bot.config import read_config

    return read_config(
        text,
        origin,
        environment,
        read_file,
        chats={name: plugin.section for name, plugin in _chats().items()},
        sources={name: plugin.section for name, plugin in _sources().items()},
    )


def _chats() -> "dict[str, ChatPlugin]":
    return {each.name: each.load() for each in entry_points(group="staffroom.chats")}


def _sources() -> "dict[str, SourcePlugin]":
    return {each.name: each.load() for each in entry_points(group="staffroom.sources")}


def _bundled_packs() -> "Sequence[Pack]":
    from importlib.resources import files

    from bot.packs import read_packs

    return read_packs((files("bot.packs") / "packs.toml").read_text(encoding="utf-8"), "packs.toml")


def _packs(config: "Config") -> "Sequence[Pack]":
    """Those of the school's own file, or those that come with Staffroom."""
    from bot.config import beside
    from bot.packs import read_packs

    if not config.staffroom.packs:
        return _bundled_packs()
    file = beside(config.origin, config.staffroom.packs)
    try:
        return read_packs(_text_of(file), file)
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigMistakes([f"[staffroom] packs: {file} cannot be read: {problem}"]) from None


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


async def _serve(config: "Config", demo: "Demo | None") -> int:
    """Runs until it is told to stop."""
    from adapters.database.lock import lock
    from adapters.database.migrate import migrate
    from adapters.logs import set_up_logs
    from adapters.queue.ticker import IntervalTicker
    from bot.app import Engine, reconcile, take_over
    from bot.config import channel_of

    clock = _clock(config)
    set_up_logs(config.staffroom.log, secrets=config.secrets(), level=logging.WARNING if demo else logging.INFO)
    async with AsyncExitStack() as stack:
        stack.enter_context(lock(config.database_url))
        is_alone = config.database_url.startswith("sqlite")
        if is_alone:
            for sentence in await asyncio.to_thread(migrate, config.database_url):
                print(sentence)
        pages, engine_side = _pages(), _EngineSide()
        parts = await _open(stack, config, clock, pages, engine_side)
        async with parts.store.transaction() as tx:
            await reconcile(tx, parts, [(channel_of(each, parts.chats), each.topics) for each in config.channels])
            if is_alone:
                await take_over(tx, parts)
        if demo:
            await demo.furnish(parts)
        engine = engine_side.engine = Engine(parts, IntervalTicker())
        pages.serve(parts, engine.readiness)
        await stack.enter_async_context(parts.chats["web"])  # last of the chats: what it serves for others is ready
        await stack.enter_async_context(engine)
        _announce(parts, demo)
        _look_no_more_through_what_stays()
        await _told_to_stop()
    return 0


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


async def _examined(config: "Config") -> "Sequence[Check]":
    """What `doctor` sees without connecting to anything outside. Before the first start it looks at all the rest."""
    from tempfile import TemporaryDirectory

    from adapters.database.migrate import migrate, pending
    from adapters.database.store import open_store
    from bot.doctor import examine, examine_surroundings

    clock, url = _clock(config), config.database_url
    places = [(each.platform, each.channel) for each in config.channels]
    async with aclosing(open_store(url, clock)) as store:
        found = await asyncio.to_thread(pending, url)
        if found == "current":
            return await examine(await _parts_to_look_at(config, store, clock), places)
        if found != "fresh":
            return await store.check()
        with TemporaryDirectory(prefix="staffroom-") as folder:
            instead = f"sqlite:///{Path(folder) / 'doctor.sqlite'}"
            await asyncio.to_thread(migrate, instead)
            async with open_store(instead, clock) as nothing_yet:
                parts = await _parts_to_look_at(config, nothing_yet, clock)
                return [*await store.check(), *await examine_surroundings(parts, places)]


async def _parts_to_look_at(config: "Config", store: "DatabaseStore", clock: "Clock") -> "Parts":
    """None of them connected."""
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    source_tools = SourceTools(clock, await store.installed_at())
    pages = _pages()
    chat_tools = _chat_tools(config, store, clock, pages, _EngineSide())
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
        school=config.school,
        documents=_documents(config, clock),
    )
    pages.serve(parts, store.check)
    return parts


def _pages() -> "EnginePages":
    from bot.services.web.pages import EnginePages

    return EnginePages()


async def _open(
    stack: AsyncExitStack, config: "Config", clock: "Clock", pages: "EnginePages", engine_side: _EngineSide
) -> "Parts":
    """Opens the store, then every source and chat that the configuration uses, and connects all but the web page."""
    from adapters.database.store import open_store
    from bot.plugins import SourceTools
    from bot.services.parts import Parts

    store = await stack.enter_async_context(open_store(config.database_url, clock))
    source_tools = SourceTools(clock, await store.installed_at())
    chat_tools = _chat_tools(config, store, clock, pages, engine_side)
    sources = {
        name: await stack.enter_async_context(plugin.open(config.plugins[name], source_tools))
        for name, plugin in _sources().items()
        if name in _used_sources(config)
    }
    chats = {
        name: plugin.open(config.plugins[name], chat_tools)
        for name, plugin in _chats().items()
        if name in config.in_use or name == "web"
    }
    _mount(chats)
    for name, chat in chats.items():
        if name != "web":
            await stack.enter_async_context(chat)
    parts = Parts(
        store,
        clock,
        token_hex(4),
        sources,
        chats,
        config.caps,
        spending=config.spending,
        zone=config.staffroom.zone,
        config_name=config.origin,
        school=config.school,
        documents=_documents(config, clock),
        keeping=config.keeping,
    )
    return _with_admin(parts, config)


def _documents(config: "Config", clock: "Clock") -> "Documents":
    """A Staffroom that reaches nobody outside, as in a trial, reads nothing there either."""
    from adapters.fetch import GuardedDocuments, Reach
    from bot.config import outside_addresses

    reach = Reach.PUBLIC if outside_addresses(config) else Reach.THIS_MACHINE
    return GuardedDocuments(Path(config.origin).parent, clock, reach)


def _chat_tools(
    config: "Config", store: "DatabaseStore", clock: "Clock", pages: "EnginePages", engine_side: _EngineSide
) -> "ChatTools":
    from adapters.web.section import WebSection
    from bot.plugins import ChatTools

    return ChatTools(
        clock,
        store.inbox(engine_side.wake),
        store.room(engine_side.wake),
        pages,
        store.vault(),
        engine_side.installed,
        config.section("web", WebSection).public_url,
        engine_side.missed,
        engine_side.suggest,
    )


def _mount(chats: "Mapping[str, ChatAdapter]") -> None:
    """The one web server serves what the other chats have to be reached at."""
    from adapters.web.chat import WebChat

    page = chats["web"]
    if isinstance(page, WebChat):
        page.mount([route for chat in chats.values() for route in chat.routes()])


def _used_sources(config: "Config") -> set[str]:
    from bot.config import used_sources

    return used_sources(config, _names("staffroom.sources"))


def _with_admin(parts: "Parts", config: "Config") -> "Parts":
    from adapters.web.section import WebSection
    from bot.config import channel_key

    admin, settings = config.admin, config.staffroom
    return replace(
        parts,
        admin=channel_key(parts.chats, admin.platform, admin.workspace, admin.channel) if admin else None,
        public_url=config.section("web", WebSection).public_url,
        owners=frozenset(settings.owners),
        shelves=settings.save_emoji,
        packs=_packs(config),
        reads=config.channels[0].sources if config.channels else (),
    )


def _announce(parts: "Parts", demo: "Demo | None") -> None:
    from adapters.web.chat import WebChat
    from adapters.x.sample.source import SampleSource

    page = parts.chats.get("web")
    print(f"Staffroom is ready: {page.address}" if isinstance(page, WebChat) else "Staffroom is ready.")
    if demo:
        sample = parts.sources["sample"]
        origin = sample.report if demo.own_posts and isinstance(sample, SampleSource) else "All posts are invented."
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
