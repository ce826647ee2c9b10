"""What can be typed after `staffroom`, as argparse reads it: fast, because `--help` has to be there at once."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.plugins import PluginCommand

Act = Callable[[argparse.Namespace], int]
SettingsOf = Callable[[str, Path, Sequence[str]], Mapping[str, str]]
CONFIG = Path("config.toml")

WITH_A_CONFIGURATION = {
    "init": "set it up, step by step: writes the configuration",
    "run": "run it for your school",
    "doctor": "check that all is well, and say what to do where it is not",
    "explain": "say what the next digest would show and why, post by post, and why none came today",
    "plan": "say what will be read for the next digests, what that should cost, and why",
    "budget": "say what was spent on reading, day by day, or as a table of all requests",
    "purge": "erase a post, or all posts of an account, from messages and library at once and for good",
    "audit": "list what was hidden, erased and updated, and why, and what admins decided",
    "export": "write a library into a file: a table, a list, bookmarks, or all of it",
    "import": "bring bookmarks, or a file that was exported, into a library",
    "backup": "save a copy of the database in one file, also while Staffroom runs",
    "restore": "put a backup in the place of the database, which is kept",
    "my-data": "write everything that is kept about one person into a file",
    "erase-person": "erase what is kept about one person, for good",
    "disclose": "print what an administrator has to know: rights, hosts, data kept, cost",
    "migrate": "bring the database to this version",
}


def parser(
    acts: Mapping[str, Act],
    chats: Sequence[str],
    commands_of: "Callable[[str], Sequence[PluginCommand]]",
    settings_of: SettingsOf,
) -> argparse.ArgumentParser:
    """`acts` are what the commands do, by name. `commands_of` is asked with each of `chats` for its own commands,
    `settings_of` for what the configuration says about keys of a chat's section."""
    top = argparse.ArgumentParser(
        prog="staffroom",
        description="Brings a school's Twitter/X learning network into the rooms where its staff talk.",
        epilog=f"Which commands of its own a chat has, if any, tells staffroom CHAT --help: {', '.join(chats)}.",
    )
    top.add_argument("--version", action="version", version=f"staffroom {version('staffroom')}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_demo(commands.add_parser("demo", help="try it now: invented posts, a page on this computer, no account"))
    for name, what in WITH_A_CONFIGURATION.items():
        _add_config(commands.add_parser(name, help=what))
    commands.choices["doctor"].add_argument("--json", action="store_true", help="print the checks as JSON")
    _add_explain(commands.choices["explain"])
    commands.choices["plan"].add_argument("--json", action="store_true", help="print it as JSON")
    commands.choices["purge"].add_argument("what", metavar="LINK|@NAME", help="the link of a post, or an account")
    _add_budget(commands.choices["budget"])
    _add_audit(commands.choices["audit"])
    _add_exchange(commands.choices["export"], commands.choices["import"])
    _add_backup(commands.choices["backup"], commands.choices["restore"])
    _add_person(commands.choices["my-data"], commands.choices["erase-person"])
    _add_preview(commands.add_parser("preview", help="see what people will see, as a page to open in a browser"))
    for name, command in commands.choices.items():
        command.set_defaults(act=acts[name])
    for chat in chats:
        _add_commands_of(commands.add_parser(chat), chat, commands_of(chat), partial(settings_of, chat))
    return top


def _add_config(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", type=Path, default=CONFIG, metavar="FILE", help="default: ./%(default)s")


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument(
        "--posts", type=Path, metavar="FILE", help="your own posts: pages of X API v2, .jsonl or .jsonl.gz"
    )
    demo.add_argument("--topics", metavar="TOPICS", help="what to follow, such as '#edtech,@account,\"exit ticket\"'")
    demo.add_argument("--port", type=int, default=8321, help="the page's port (default: %(default)s; 0: any free one)")
    demo.add_argument(
        "--folder",
        type=Path,
        default=Path("staffroom-demo"),
        help="where the demo keeps its state (default: ./%(default)s)",
    )
    demo.add_argument("--reset", action="store_true", help="forget the earlier demo and start over")


def _add_preview(preview: argparse.ArgumentParser) -> None:
    preview.add_argument("--platform", metavar="CHAT", help="which chat, where several can show it")
    preview.add_argument(
        "--out", type=Path, metavar="FILE", default=Path("staffroom-preview.html"), help="default: ./%(default)s"
    )


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("--channel", metavar="NAME", help="only this channel, by its name or id")
    explain.add_argument("--post", metavar="LINK", help="only this post, by its link or id")
    explain.add_argument("--last", action="store_true", help="the latest digest instead of the next one")
    explain.add_argument("--json", action="store_true", help="print it as JSON")


def _add_budget(budget: argparse.ArgumentParser) -> None:
    budget.add_argument(
        "--since", metavar="DATE", help="from this day (UTC) on, such as 2026-11-24; default: the first of this month"
    )
    budget.add_argument("--csv", action="store_true", help="print every request, as a table for spreadsheets")


def _add_audit(audit: argparse.ArgumentParser) -> None:
    audit.add_argument(
        "--since", metavar="DATE", help="from this day (UTC) on, such as 2026-11-24; default: 30 days ago"
    )
    audit.add_argument("--csv", action="store_true", help="print it as a table for spreadsheets")


def _add_exchange(export: argparse.ArgumentParser, bring: argparse.ArgumentParser) -> None:
    _add_out(export)
    formats = ("json", "csv", "markdown", "bookmarks")
    export.add_argument("--format", choices=formats, default="json", help="default: %(default)s, to bring in again")
    bring.add_argument("file", type=Path, metavar="FILE", help="bookmarks of a browser, or what was exported as JSON")
    bring.add_argument("--as", dest="who", required=True, metavar="NAME", help="the name or id of who saves it all")
    for command in (export, bring):
        command.add_argument("--library", metavar="DEPARTMENT", default="", help="that of a department, such as maths")
        command.add_argument("--workspace", metavar="ID", help="needed where there are several")


def _add_backup(backup: argparse.ArgumentParser, restore: argparse.ArgumentParser) -> None:
    _add_out(backup)
    restore.add_argument("file", type=Path, metavar="FILE", help="a file that staffroom backup wrote")


def _add_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    command.add_argument("--replace", action="store_true", help="also where there is such a file already")


def _add_person(my_data: argparse.ArgumentParser, erase: argparse.ArgumentParser) -> None:
    for command in (my_data, erase):
        command.add_argument("who", metavar="NAME", help="the name or id of the person")
        command.add_argument("--workspace", metavar="ID", help="needed where there are several")
    _add_out(my_data)
    my_data.add_argument("--json", action="store_true", help="write it for other programs")
    erase.add_argument("--yes", action="store_true", help="really erase it; without it only who is meant is said")


def _add_commands_of(
    parser: argparse.ArgumentParser,
    chat: str,
    own: "Sequence[PluginCommand]",
    settings_of: Callable[[Path, Sequence[str]], Mapping[str, str]],
) -> None:
    if not own:
        parser.description = f"The chat {chat} has no commands of its own."
        parser.set_defaults(act=partial(_say, parser.description))
        return
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in own:
        each = commands.add_parser(command.name, help=command.help)
        each.set_defaults(act=partial(_print, command, settings_of))
        if command.settings:
            _add_config(each)
        for option in command.options:
            each.add_argument(
                f"--{option.name}",
                default=option.default,
                choices=option.choices or None,
                metavar=None if option.choices else option.name.upper(),
                help=f"{option.help} (default: {option.default})" if option.default else option.help,
            )


def _say(sentence: str, _asked: argparse.Namespace) -> int:
    print(sentence)
    return 0


def _print(
    command: "PluginCommand",
    settings_of: Callable[[Path, Sequence[str]], Mapping[str, str]],
    asked: argparse.Namespace,
) -> int:
    given = {option.name: getattr(asked, option.name.replace("-", "_")) for option in command.options}
    known = settings_of(asked.config, command.settings) if command.settings else {}
    print(command.act({**known, **given}))
    return 0
