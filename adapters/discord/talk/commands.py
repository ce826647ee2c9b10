"""The commands that Discord offers to people, made from the catalogue, and how they get there."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from adapters.discord.api import Api
from adapters.discord.errors import Refused
from adapters.discord.show.spelled import ADMIN
from bot.domain.catalogue import COMMAND, UNDER, Option, Spelling, spellings
from bot.errors import AdapterError
from bot.ports import Clock, Vault

NAME = COMMAND.removeprefix("/")
ADMIN_NAME = ADMIN.removeprefix("/")
SAVE_TO_LIBRARY = "Save to library"
KEPT_AS = "discord:commands"

CHAT_INPUT, ON_A_MESSAGE = 1, 3
SUBCOMMAND, GROUP, TEXT, NUMBER, ROLE = 1, 2, 3, 4, 8
MANAGE_SERVER = 1 << 5
IN_SERVERS, BY_PEOPLE = 0, 1
"""Where the app is installed: in a server, or by somebody for themselves."""
SERVERS, OWN, ELSEWHERE = 0, 1, 2
"""Where a command is offered: in servers, in the conversation with the bot, in conversations between people."""

Json = dict[str, Any]

log = structlog.get_logger(__name__)

_ABOUT = "Bring your learning network into this server."
_ABOUT_ADMIN = "Look after Staffroom in this server."
_SPELLINGS: Mapping[tuple[str, tuple[str, ...]], Spelling] = {
    (name, each.words): each
    for name, for_admins in ((NAME, False), (ADMIN_NAME, True))
    for each in spellings(for_admins=for_admins)
}


def spelling_of(name: str, words: tuple[str, ...]) -> Spelling | None:
    """What the command means with these words after it; None for what is not offered, or no longer."""
    return _SPELLINGS.get((name, words))


def offered(*, to_take_along: bool = True) -> list[Json]:
    """All commands of the app, as Discord takes them; `to_take_along` where people may install it for themselves."""
    installs = [IN_SERVERS, BY_PEOPLE] if to_take_along else [IN_SERVERS]
    places = [SERVERS, OWN, ELSEWHERE] if to_take_along else [SERVERS, OWN]
    everywhere = {"integration_types": installs, "contexts": places}
    in_servers = {"integration_types": [IN_SERVERS], "contexts": [SERVERS]}
    for_admins = in_servers | {"default_member_permissions": MANAGE_SERVER}
    return [
        _command(NAME, _ABOUT, spellings(for_admins=False)) | everywhere,
        _command(ADMIN_NAME, _ABOUT_ADMIN, spellings(for_admins=True)) | for_admins,
        {"type": ON_A_MESSAGE, "name": SAVE_TO_LIBRARY} | everywhere,
    ]


def _command(name: str, about: str, parts: Sequence[Spelling]) -> Json:
    options: dict[str, Json] = {}
    for each in parts:
        first, *rest = each.words
        if rest:
            group = options.setdefault(first, _below(GROUP, first, UNDER[first], []))
            group["options"].append(_subcommand(rest[0], each))
        else:
            options[first] = _subcommand(first, each)
    return _below(CHAT_INPUT, name, about, list(options.values()))


def _subcommand(name: str, spelling: Spelling) -> Json:
    return _below(SUBCOMMAND, name, spelling.verb.brief, [_option(each) for each in spelling.verb.options])


def _below(kind: int, name: str, description: str, options: list[Json]) -> Json:
    return {"type": kind, "name": name, "description": description, "options": options}


def _option(option: Option) -> Json:
    made: Json = {"type": _kind(option), "name": option.name, "description": option.help, "required": option.required}
    if option.is_number:
        return made | {"min_value": option.least or 0, "max_value": option.most}
    if option.choices:
        return made | {"choices": [{"name": label, "value": value} for value, label in option.choices]}
    return made | {"autocomplete": True} if option.proposed else made


def _kind(option: Option) -> int:
    if option.is_group:
        return ROLE
    return NUMBER if option.is_number else TEXT


async def offer(api: Api, vault: Vault, clock: Clock, application: str) -> None:
    """Registers the commands where they are not as they were the last time. Where that fails, those of before stay, and
    the next start tries again."""
    commands = offered()
    known_as = hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()
    if await vault.get(KEPT_AS, application, clock.now()) == known_as:
        return
    try:
        await api.put_commands(application, commands)
    except Refused as refused:
        log.warning("Discord refused commands that people can take along", problem=str(refused))
        await _offer_in_servers(api, application)
    except AdapterError as problem:
        log.warning("Discord did not take the commands; the next start tries again", problem=str(problem))
    else:
        await vault.put(KEPT_AS, application, known_as)
        log.info("Discord took new commands", commands=[each["name"] for each in commands])


async def _offer_in_servers(api: Api, application: str) -> None:
    """Not everybody lets people install the app for themselves: the servers are to have their commands all the same."""
    try:
        await api.put_commands(application, offered(to_take_along=False))
    except AdapterError as problem:
        log.warning("Discord did not take the commands; the next start tries again", problem=str(problem))
