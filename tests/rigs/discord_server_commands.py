"""The commands that an app registers in a loopback Discord, checked as Discord does."""

import re
from collections.abc import Iterator
from typing import Any

from tests.rigs.discord_server_calls import Answer, Call, guild_of
from tests.rigs.discord_server_rules import Refused, invalid, no_access
from tests.rigs.discord_server_world import Json

CHAT, USER, MESSAGE = 1, 2, 3
MOST = {CHAT: 100, USER: 15, MESSAGE: 15}
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
MOST_CHARACTERS = 8_000
MOST_OPTIONS = 25
NAME = re.compile(r"[-_'\w]{1,32}")


def listed(call: Call) -> Answer:
    _ours(call)
    return list(call.world.app.commands)


def put_all(call: Call) -> Answer:
    """In place of those that were there."""
    _ours(call)
    asked = call.body["_"]
    _check_all(asked)
    known = {(each["name"], each["type"]): each["id"] for each in call.world.app.commands}
    call.world.app.commands = [_kept(call, each, known) for each in asked]
    return list(call.world.app.commands)


def listed_in_guild(call: Call) -> Answer:
    _ours(call)
    return list(guild_of(call).commands)


def put_all_in_guild(call: Call) -> Answer:
    _ours(call)
    guild = guild_of(call)
    _check_all(call.body["_"])
    guild.commands = [{**_kept(call, each, {}), "guild_id": guild.id} for each in call.body["_"]]
    return list(guild.commands)


def _ours(call: Call) -> None:
    if call.named["application_id"] != call.world.app.id:
        raise no_access()


def _kept(call: Call, asked: Json, known: dict[Any, str]) -> Json:
    """As Discord gives it back: with an id, and permissions as text."""
    kind = asked.get("type") or CHAT
    permissions = asked.get("default_member_permissions")
    return {
        "id": known.get((asked["name"], kind)) or call.world.new_id(),
        "application_id": call.world.app.id,
        "version": call.world.new_id(),
        "contexts": None,
        "integration_types": [0],
        "dm_permission": True,
        "nsfw": False,
        **asked,
        "type": kind,
        "description": asked.get("description") or "",
        "default_member_permissions": None if permissions is None else str(permissions),
    }


# --------------------------------------------------------------------------------------------------------------- limits


def _check_all(asked: Any) -> None:
    for kind, most in MOST.items():
        same = [each for each in asked if (each.get("type") or CHAT) == kind]
        if len(same) > most:
            raise Refused(400, 30032, f"Maximum number of application commands reached ({most})")
        names = [each.get("name") for each in same]
        if len(set(names)) < len(names):
            raise invalid("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for number, each in enumerate(asked):
        _check_command(str(number), each)


def _check_command(path: str, asked: Json) -> None:
    kind = asked.get("type") or CHAT
    name = str(asked.get("name") or "")
    if kind == CHAT:
        _check_named(path, asked)
        _check_options(path, asked.get("options") or [], depth=0)
        if len("".join(_texts(asked))) > MOST_CHARACTERS:
            words = f"Command exceeds maximum size ({MOST_CHARACTERS})"
            raise invalid(path, "APPLICATION_COMMAND_TOO_LARGE", words)
    else:
        if not 1 <= len(name) <= 32:
            raise invalid(f"{path}.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
        if asked.get("description"):
            words = "Context menu commands cannot have description"
            raise invalid(path, "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", words)
        if asked.get("options"):
            words = "Context menu commands cannot have options"
            raise invalid(path, "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", words)


def _check_named(path: str, part: Json) -> None:
    name = str(part.get("name") or "")
    if not NAME.fullmatch(name) or name != name.lower():
        words = "Command name is invalid"
        raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", words)
    if not 1 <= len(part.get("description") or "") <= 100:
        raise invalid(f"{path}.description", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")


def _check_options(path: str, options: list[Json], depth: int) -> None:
    if len(options) > MOST_OPTIONS:
        raise invalid(f"{path}.options", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_OPTIONS} or fewer in length.")
    kinds = {each["type"] for each in options}
    if kinds & {SUBCOMMAND, GROUP} and kinds - {SUBCOMMAND, GROUP}:
        words = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)
    names = [each.get("name") for each in options]
    if len(set(names)) < len(names):
        words = "Option names must be unique"
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words)
    needed = [bool(each.get("required")) for each in options]
    if needed != sorted(needed, reverse=True):
        words = "Required options must be placed before non-required options"
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
    for number, each in enumerate(options):
        _check_option(f"{path}.options.{number}", each, depth)


def _check_option(path: str, option: Json, depth: int) -> None:
    _check_named(path, option)
    kind = option["type"]
    if kind in (SUBCOMMAND, GROUP):
        if depth > 1 or (kind == GROUP and depth > 0):
            raise invalid(f"{path}.type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
        if kind == GROUP and not option.get("options"):
            raise invalid(f"{path}.options", "BASE_TYPE_REQUIRED", "This field is required")
        _check_options(path, option.get("options") or [], depth + 1 if kind == GROUP else 2)
    elif kind not in range(STRING, FILE + 1):
        raise invalid(f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of the option types.")
    else:
        _check_value(path, option)


def _check_value(path: str, option: Json) -> None:
    kind, choices = option["type"], option.get("choices") or []
    if choices and option.get("autocomplete"):
        words = "Autocomplete and choices exclude each other"
        raise invalid(path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", words)
    if option.get("autocomplete") and kind not in (STRING, INTEGER, NUMBER):
        raise invalid(f"{path}.autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_TYPE", "Only for texts and numbers")
    if len(choices) > MOST_OPTIONS:
        raise invalid(f"{path}.choices", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_OPTIONS} or fewer in length.")
    check_choices(f"{path}.choices", choices)
    if kind == STRING and not 0 <= int(option.get("min_length") or 0) <= 6_000:
        raise invalid(f"{path}.min_length", "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000.")
    if kind == STRING and not 1 <= int(option.get("max_length") or 6_000) <= 6_000:
        raise invalid(f"{path}.max_length", "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000.")


def check_choices(path: str, choices: list[Json]) -> None:
    """Of an option, or proposed while somebody types."""
    for number, each in enumerate(choices):
        if not 1 <= len(str(each.get("name") or "")) <= 100:
            raise invalid(f"{path}.{number}.name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        if isinstance(each.get("value"), str) and len(each["value"]) > 100:
            raise invalid(f"{path}.{number}.value", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
    names = [each["name"] for each in choices]
    if len(set(names)) < len(names):
        words = "The specified choice name is already used"
        raise invalid(path, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", words)


def _texts(part: Json) -> Iterator[str]:
    """What counts towards the size of a command: names, descriptions and values, all the way down."""
    yield str(part.get("name") or "")
    yield str(part.get("description") or "")
    for each in part.get("choices") or []:
        yield from (str(each.get("name")), str(each.get("value")))
    for each in part.get("options") or []:
        yield from _texts(each)
