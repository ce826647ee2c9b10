"""Block Kit as Slack checks it. What is wrong is said the way Slack says it: a code, and a line a problem."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tests.rigs.slack_server_rules import MOST_IN_ALL_BLOCKS, Refused
from tests.rigs.slack_server_world import Json

Problems = list[str]
MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
BUTTON_STYLES = {None, "primary", "danger"}


def check_message_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    problems = _problems_of(blocks, 50)
    if problems:
        raise Refused("invalid_blocks", response_metadata={"messages": [f"[ERROR] {each}" for each in problems]})
    if sum(len(each) for each in texts_in(blocks)) > MOST_IN_ALL_BLOCKS:
        raise Refused("msg_blocks_too_long")


def check_view(view: Json) -> None:
    problems = _problems_of(view.get("blocks"), 100) + _problems_of_view(view)
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {each}" for each in problems]})


def texts_in(part: Any) -> Iterator[str]:
    """Every text that counts towards the length of a message."""
    if isinstance(part, list):
        for each in part:
            yield from texts_in(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "alt_text", "title") and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from texts_in(value)


def _problems_of(blocks: Any, most: int) -> Problems:
    if not isinstance(blocks, list) or not all(isinstance(each, dict) for each in blocks):
        return ["blocks are not a list of objects"]
    problems = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    for number, block in enumerate(blocks):
        check = _BLOCKS.get(str(block.get("type")))
        found = check(block) if check else [f"unsupported type: {block.get('type')}"]
        found += _too_long(block.get("block_id", ""), 255, "block_id")
        problems += [f"{each} [json-pointer:/blocks/{number}]" for each in found]
    return problems + _problems_of_all(blocks)


def _problems_of_all(blocks: list[Json]) -> Problems:
    twice = [
        name for name, times in Counter(each["block_id"] for each in blocks if "block_id" in each).items() if times > 1
    ]
    tables = sum(each.get("type") == "table" for each in blocks)
    markdown = sum(len(str(each.get("text", ""))) for each in blocks if each.get("type") == "markdown")
    return [
        *(f"block_id {name} is not unique" for name in twice),
        *(["only one table is allowed"] if tables > 1 else []),
        *(["markdown is longer than 12000"] if markdown > 12_000 else []),
    ]


def _problems_of_view(view: Json) -> Problems:
    is_modal = view.get("type") == "modal"
    problems = _too_long(view.get("private_metadata", ""), 3000, "private_metadata")
    problems += _too_long(view.get("callback_id", ""), 255, "callback_id")
    for part in ("title", "submit", "close"):
        if part in view or (is_modal and part == "title"):
            problems += _text(view.get(part), 24, part, plain=True)
    has_input = any(each.get("type") == "input" for each in view.get("blocks", []) if isinstance(each, dict))
    if is_modal and has_input and "submit" not in view:
        problems.append("a modal with an input needs submit")
    return problems


# --------------------------------------------------------------------------------------------------------------- blocks


def _section(block: Json) -> Problems:
    fields = block.get("fields", [])
    problems = [] if "text" in block or fields else ["a section needs text or fields"]
    if "text" in block:
        problems += _text(block["text"], 3000, "text")
    problems += _count(fields, 0, 10, "fields")
    for field in fields:
        problems += _text(field, 2000, "fields")
    return problems + (_element(block["accessory"]) if "accessory" in block else [])


def _header(block: Json) -> Problems:
    return _text(block.get("text"), 150, "text", plain=True)


def _divider(_block: Json) -> Problems:
    return []


def _context(block: Json) -> Problems:
    elements = block.get("elements", [])
    problems = _count(elements, 1, 10, "elements")
    for element in elements:
        is_image = element.get("type") == "image"
        problems += _image(element) if is_image else _text(element, 3000, "elements")
    return problems


def _actions(block: Json) -> Problems:
    elements = block.get("elements", [])
    problems = _count(elements, 1, 25, "elements")
    for element in elements:
        problems += _element(element)
    named = Counter(element.get("action_id") for element in elements if element.get("action_id"))
    return problems + [f"action_id {name} is not unique" for name, times in named.items() if times > 1]


def _image(block: Json) -> Problems:
    problems = _length(block.get("alt_text"), 1, 2000, "alt_text")
    problems += [] if block.get("slack_file") else _length(block.get("image_url"), 1, 3000, "image_url")
    return problems + (_text(block["title"], 2000, "title", plain=True) if "title" in block else [])


def _input(block: Json) -> Problems:
    problems = _text(block.get("label"), 2000, "label", plain=True)
    if "hint" in block:
        problems += _text(block["hint"], 2000, "hint", plain=True)
    return problems + _element(block.get("element"))


def _markdown(block: Json) -> Problems:
    return _length(block.get("text"), 1, 12_000, "text")


def _table(block: Json) -> Problems:
    rows = block.get("rows", [])
    return _count(rows, 1, 100, "rows") + [each for row in rows for each in _count(row, 1, 20, "cells")]


def _rich_text(block: Json) -> Problems:
    problems: Problems = []
    for part in block.get("elements", []):
        kind = part.get("type")
        if kind == "rich_text_list":
            problems += [] if part.get("style") in ("bullet", "ordered") else ["a list needs a style"]
            for line in part.get("elements", []):
                problems += _rich_line(line)
        elif kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
            problems += _rich_line(part)
        else:
            problems.append(f"unsupported rich text: {kind}")
    return problems + _count(block.get("elements", []), 1, 1000, "elements")


def _rich_line(line: Json) -> Problems:
    problems: Problems = []
    for element in line.get("elements", []):
        kind = element.get("type")
        if kind == "text":
            problems += _length(element.get("text"), 1, 40_000, "text")
        elif kind == "link":
            problems += _length(element.get("url"), 1, 3000, "url")
        elif kind not in ("emoji", "user", "usergroup", "channel", "broadcast", "color", "date"):
            problems.append(f"unsupported rich text element: {kind}")
    return problems


_BLOCKS: dict[str, Callable[[Json], Problems]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
}


# ------------------------------------------------------------------------------------------------------------- elements


def _element(element: Any) -> Problems:
    if not isinstance(element, dict):
        return ["an element is missing"]
    kind = str(element.get("type"))
    if kind == "image":
        return _image(element)
    problems = _too_long(element.get("action_id", ""), 255, "action_id")
    if "placeholder" in element:
        problems += _text(element["placeholder"], 150, "placeholder", plain=True)
    check = _ELEMENTS.get(kind)
    return problems + (check(element) if check else [f"unsupported element: {kind}"])


def _button(element: Json) -> Problems:
    problems = _text(element.get("text"), 75, "text", plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        problems += _too_long(element.get(name, ""), most, name)
    return problems + ([] if element.get("style") in BUTTON_STYLES else ["unknown style"])


def _choices(element: Json) -> Problems:
    kind, most = element["type"], MOST_OPTIONS.get(element["type"], 100)
    if "option_groups" in element:
        groups = element["option_groups"]
        options = [each for group in groups for each in group.get("options", [])]
        problems = _groups(groups, most) + (["both options and option_groups"] if "options" in element else [])
    else:
        options = element.get("options", [])
        problems = _count(options, 1, most, "options")
    for option in options:
        problems += _text(option.get("text"), 75, "option", plain=kind not in ("checkboxes", "radio_buttons"))
        problems += _length(option.get("value"), 1, 75, "option value")
    chosen = [
        *element.get("initial_options", []),
        *([element["initial_option"]] if "initial_option" in element else []),
    ]
    problems += ["an initial option is not among the options" for each in chosen if each not in options]
    return problems + (["initial_options is empty"] if element.get("initial_options") == [] else [])


def _groups(groups: list[Json], most: int) -> Problems:
    problems = _count(groups, 1, 100, "option_groups")
    for group in groups:
        problems += _text(group.get("label"), 75, "label of a group", plain=True)
        problems += _count(group.get("options", []), 1, most, "options of a group")
    return problems


def _typed(element: Json) -> Problems:
    most = element.get("max_length", 3000)
    problems = [] if 1 <= most <= 3000 else ["max_length is not between 1 and 3000"]
    return problems + _too_long(element.get("initial_value", ""), most, "initial_value")


def _picker(_element: Json) -> Problems:
    return []


_ELEMENTS: dict[str, Callable[[Json], Problems]] = {
    "button": _button,
    "channels_select": _picker,
    "checkboxes": _choices,
    "conversations_select": _picker,
    "datepicker": _picker,
    "multi_static_select": _choices,
    "overflow": _choices,
    "plain_text_input": _typed,
    "radio_buttons": _choices,
    "static_select": _choices,
    "timepicker": _picker,
}


# -------------------------------------------------------------------------------------------------------------- lengths


def _text(given: Any, most: int, name: str, *, plain: bool = False) -> Problems:
    if not isinstance(given, dict):
        return [f"missing required field: {name}"]
    kind = given.get("type")
    allowed = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    problems = [] if kind in allowed else [f"{name}: unsupported text type {kind}"]
    return problems + _length(given.get("text"), 1, most, name)


def _length(given: Any, least: int, most: int, name: str) -> Problems:
    if not isinstance(given, str):
        return [f"missing required field: {name}"]
    if len(given) < least:
        return [f"{name}: must be more than {least - 1} characters"]
    return _too_long(given, most, name)


def _too_long(given: Any, most: int, name: str) -> Problems:
    if not isinstance(given, str):
        return [f"{name}: not a text"]
    return [f"{name}: must be less than {most + 1} characters"] if len(given) > most else []


def _count(given: Any, least: int, most: int, name: str) -> Problems:
    if not isinstance(given, list):
        return [f"{name}: not a list"]
    return [] if least <= len(given) <= most else [f"{name}: {len(given)} items, allowed {least} to {most}"]
