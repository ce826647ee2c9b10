"""What people can type, press, choose and fill in on a loopback Discord, and what their app makes of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.rigs.discord_server_world import Json

Filled = str | Sequence[str]

SUBCOMMAND, GROUP, TEXT, WHOLE, YES_OR_NO, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(1, 11)
ROW, BUTTON, CHOICE, INPUT, USERS, ROLES, MENTIONABLES, CHANNELS = range(1, 9)
SECTION, WORDS, LABEL, RADIO, BOXES, BOX = 9, 10, 18, 21, 22, 23
LINK = 5
"""The style of a button that leads somewhere and is reported to nobody."""


class NotThere(AssertionError):
    """What somebody wanted to type, press, choose or fill in is not offered to them."""


# ------------------------------------------------------------------------------------------------------------- commands


def typed_command(commands: Sequence[Json], text: str) -> tuple[Json, list[Json]]:
    """The registered command that the text calls, and the options as they are reported. Options stand by their names,
    as in `schedule time:07:45 days:mon-fri`, or those that are required one after another (all, where none is): a word
    each, and the last one with all the rest. Raises NotThere for what Discord would not let anybody send."""
    name, _, rest = text.removeprefix("/").partition(" ")
    command = next((each for each in commands if each["name"] == name and each.get("type", 1) == 1), None)
    if command is None:
        raise NotThere(f"no command is called /{name}")
    return command, _options_of(command, rest.strip(), f"/{name}")


def _options_of(command: Json, rest: str, so_far: str) -> list[Json]:
    offered = command.get("options", [])
    if not any(each["type"] in (SUBCOMMAND, GROUP) for each in offered):
        return _values(offered, rest, so_far)
    word, _, further = rest.partition(" ")
    chosen = next((each for each in offered if each["name"] == word), None)
    if chosen is None:
        raise NotThere(f"{so_far} has no part called {word!r}")
    options = _options_of(chosen, further.strip(), f"{so_far} {word}")
    return [{"type": chosen["type"], "name": word, "options": options}]


def _values(offered: list[Json], rest: str, so_far: str) -> list[Json]:
    given = _by_name(offered, rest) or _by_place(offered, rest)
    lacking = [each["name"] for each in offered if each.get("required") and not given.get(each["name"])]
    if lacking:
        raise NotThere(f"{so_far} asks for {lacking[0]!r}")
    if rest and not given:
        raise NotThere(f"{so_far} takes nothing more")
    return [
        {"type": each["type"], "name": each["name"], "value": _value(each, given[each["name"]], so_far)}
        for each in offered
        if given.get(each["name"])
    ]


def _by_name(offered: list[Json], rest: str) -> dict[str, str]:
    names = "|".join(re.escape(each["name"]) for each in offered)
    found = list(re.finditer(rf"(?:^|(?<=\s))({names}):", rest)) if names else []
    if not found or found[0].start():
        return {}
    ends = [*(each.start() for each in found[1:]), len(rest)]
    return {each[1]: rest[each.end() : end].strip() for each, end in zip(found, ends, strict=True)}


def _by_place(offered: list[Json], rest: str) -> dict[str, str]:
    asked = [each for each in offered if each.get("required")] or offered
    words = rest.split(maxsplit=max(len(asked) - 1, 0)) if asked else []
    return {each["name"]: word for each, word in zip(asked, words, strict=False)}


def _value(option: Json, word: str, so_far: str) -> Any:
    where = f"{so_far} {option['name']}"
    choices = option.get("choices")
    if choices:
        chosen = next((each for each in choices if word in (each["name"], str(each["value"]))), None)
        if chosen is None:
            raise NotThere(f"{where} cannot be {word!r}")
        return chosen["value"]
    kind = option["type"]
    if kind == WHOLE:
        return _whole(option, word, where)
    if kind == YES_OR_NO:
        return word.casefold() in ("true", "yes")
    if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        return re.sub(r"[<@#&!>]", "", word)
    if not option.get("min_length", 0) <= len(word) <= option.get("max_length", 6_000):
        raise NotThere(f"{where} cannot be {len(word)} characters long")
    return word


def _whole(option: Json, word: str, where: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", word):
        raise NotThere(f"{where} has to be a whole number")
    least, most = option.get("min_value", -(2**53)), option.get("max_value", 2**53)
    if not least <= int(word) <= most:
        raise NotThere(f"{where} goes from {least} to {most}")
    return int(word)


def being_typed(commands: Sequence[Json], text: str) -> tuple[Json, list[Json]]:
    """The same while somebody types: the last option is in focus, as far as it is written, and nothing is asked for
    yet. The text names its options: `/pln change schedule days:mon zone:Eur`."""
    path_text, _, first = text.partition(":")
    path_text, _, first = path_text.rpartition(" ")
    command, path = _path(commands, path_text)
    options = (_end_of(path) or command).get("options", [])
    given = _by_name(options, text[len(path_text) + 1 :])
    name = next(reversed(given), first)
    option = next((each for each in options if each["name"] == name), None)
    if option is None or not option.get("autocomplete"):
        raise NotThere(f"nothing is proposed for {name!r}")
    known = [_option_named(options, each, value) for each, value in given.items()]
    known[-1]["focused"] = True
    return command, _nested(path, known)


def _option_named(options: list[Json], name: str, value: str) -> Json:
    """As it is reported while somebody types: nothing is checked yet."""
    return {"type": next(each["type"] for each in options if each["name"] == name), "name": name, "value": value}


def _path(commands: Sequence[Json], text: str) -> tuple[Json, list[Json]]:
    first, *words = text.removeprefix("/").split()
    command = next((each for each in commands if each["name"] == first and each.get("type", 1) == 1), None)
    if command is None:
        raise NotThere(f"no command is called /{first}")
    path: list[Json] = []
    for word in words:
        inside = (_end_of(path) or command).get("options", [])
        part = next((each for each in inside if each["name"] == word), None)
        if part is None:
            raise NotThere(f"/{first} has no part called {word!r}")
        path.append(part)
    return command, path


def _end_of(path: list[Json]) -> Json | None:
    return path[-1] if path else None


def _nested(path: list[Json], options: list[Json]) -> list[Json]:
    for part in reversed(path):
        options = [{"type": part["type"], "name": part["name"], "options": options}]
    return options


# --------------------------------------------------------------------------------------------------- buttons and menus


def every_component(components: Sequence[Json]) -> Iterator[Json]:
    """All of them, those inside others too."""
    for component in components:
        yield component
        yield from every_component(component.get("components", []))
        for name in ("accessory", "component"):
            if component.get(name):
                yield from every_component([component[name]])


def pressed(components: Sequence[Json], label: str) -> Json:
    """What is reported when somebody presses the button with that label, or chooses the entry of a menu with it."""
    for each in every_component(components):
        if each["type"] == BUTTON and each.get("label") == label and each.get("style") != LINK:
            if each.get("disabled"):
                raise NotThere(f"{label!r} cannot be pressed now")
            return {"component_type": BUTTON, "custom_id": each["custom_id"], "id": each.get("id", 0)}
        if each["type"] == CHOICE and any(option["label"] == label for option in each["options"]):
            return chosen(components, [label])
    raise NotThere(f"nothing on the screen says {label!r}")


def chosen(components: Sequence[Json], labels: Sequence[str]) -> Json:
    """What is reported when somebody chooses these entries of a menu together."""
    for each in every_component(components):
        known = {option["label"]: option["value"] for option in each.get("options", [])}
        if each["type"] == CHOICE and all(label in known for label in labels):
            _has_the_number(each, len(labels))
            values = [known[label] for label in labels]
            return {"component_type": CHOICE, "custom_id": each["custom_id"], "id": each.get("id", 0), "values": values}
    raise NotThere(f"no menu has {list(labels)}")


def labels_of(components: Sequence[Json]) -> list[str]:
    """Of all that can be pressed and chosen."""
    found = []
    for each in every_component(components):
        if each["type"] == BUTTON and each.get("style") != LINK:
            found.append(each.get("label", ""))
        found += [option["label"] for option in each.get("options", [])] if each["type"] == CHOICE else []
    return found


def _has_the_number(menu: Json, number: int) -> None:
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not least <= number <= most:
        raise NotThere(f"from {least} to {most} can be chosen, not {number}")


# --------------------------------------------------------------------------------------------------------------- modals


def filled_in(modal: Json, wanted: Mapping[str, Filled]) -> Json:
    """What is reported of a modal with these fields filled in by their labels, and the others as they stand. Raises
    NotThere for what the app would not let anybody send."""
    left = dict(wanted)
    components = [_reported(each, left) for each in modal["components"]]
    if left:
        raise NotThere(f"the form does not ask for {sorted(left)}")
    return {"custom_id": modal["custom_id"], "components": components}


def _reported(component: Json, wanted: dict[str, Filled]) -> Json:
    kind = component["type"]
    base = {"type": kind, "id": component.get("id", 0)}
    if kind == LABEL:
        return {**base, "component": _field(component["component"], component["label"], wanted)}
    if kind == ROW:
        return {**base, "components": [_field(each, each["label"], wanted) for each in component["components"]]}
    return {**base, "content": component["content"]} if kind == WORDS else base


def _field(field: Json, label: str, wanted: dict[str, Filled]) -> Json:
    kind = field["type"]
    given = wanted.pop(label, None)
    base = {"type": kind, "id": field.get("id", 0), "custom_id": field["custom_id"]}
    if kind == INPUT:
        return {**base, "value": _written(field, label, given)}
    if kind == BOX:
        return {**base, "value": bool(field.get("default")) if given is None else bool(given)}
    values = _chosen_in(field, label, given)
    if kind == RADIO:
        return {**base, "value": values[0] if values else None}
    return {**base, "values": values}


def _written(field: Json, label: str, given: Filled | None) -> str:
    text = str(field.get("value") or "") if given is None else str(given)
    if not text and field.get("required", True):
        raise NotThere(f"{label!r} has to be filled in")
    least, most = field.get("min_length", 0), field.get("max_length", 4_000)
    if text and not least <= len(text) <= most:
        raise NotThere(f"{label!r} takes {least} to {most} characters")
    return text if field.get("style") == 2 else text.replace("\n", " ")


def _chosen_in(field: Json, label: str, given: Filled | None) -> list[str]:
    options = field.get("options", [])
    if given is None:
        values = [each["value"] for each in options if each.get("default")]
    else:
        wanted = [given] if isinstance(given, str) else list(given)
        values = [_value_of(options, each, label) for each in wanted if each]
    is_required = field.get("required", True)
    least = max(field.get("min_values", 1), 1) if is_required else 0
    most = field.get("max_values", len(options) if field["type"] == BOXES else 1)
    if not least <= len(values) <= most:
        raise NotThere(f"{label!r} takes {least} to {most}, not {len(values)}")
    return values


def _value_of(options: list[Json], wanted: str, label: str) -> str:
    for option in options:
        if wanted in (option["label"], option["value"]):
            return str(option["value"])
    raise NotThere(f"{label!r} has no choice {wanted!r}")
