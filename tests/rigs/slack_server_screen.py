"""What is on a screen of a loopback Slack to be pressed, chosen and filled in."""

import re

from tests.rigs.slack_server_world import Json


class NotThere(AssertionError):
    """What somebody wanted to press, choose or fill in is not on the screen."""


def element_with(blocks: list[Json], label: str) -> Json:
    """What is reported when somebody presses the button with that label or chooses that entry of a menu."""
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                given = {name: element[name] for name in ("action_id", "value", "text") if name in element}
                return {"type": "button", "block_id": block.get("block_id", ""), **given}
            for option in element.get("options", []):
                if option["text"]["text"] == label:
                    return {
                        "type": element["type"],
                        "block_id": block.get("block_id", ""),
                        "action_id": element.get("action_id", ""),
                        "selected_option": option,
                    }
    raise NotThere(f"nothing on the screen says {label!r}")


def filled_in(blocks: list[Json], wanted: dict[str, str | list[str]]) -> Json:
    values: Json = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element, label = block["element"], block["label"]["text"]
        given = wanted.pop(label, None)
        state = _state(element, given)
        if _is_empty(state) and not block.get("optional"):
            raise NotThere(f"{label!r} has to be filled in")
        values[block["block_id"]] = {element["action_id"]: state}
    if wanted:
        raise NotThere(f"the modal does not ask for {sorted(wanted)}")
    return values


def _state(element: Json, given: str | list[str] | None) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        value = element.get("initial_value") if given is None else given
        return {"type": kind, "value": value or None}
    if kind in ("checkboxes", "multi_static_select"):
        chosen = element.get("initial_options", []) if given is None else [_option(element, each) for each in given]
        return {"type": kind, "selected_options": chosen}
    if kind == "timepicker":
        return {"type": kind, "selected_time": element.get("initial_time") if given is None else given}
    chosen = element.get("initial_option") if given is None else _option(element, str(given))
    return {"type": kind, "selected_option": chosen}


def _option(element: Json, label: str) -> Json:
    groups = [group["options"] for group in element.get("option_groups", [])]
    for option in [each for group in [element.get("options", []), *groups] for each in group]:
        if label in (option["text"]["text"], option["value"]):
            found: Json = option
            return found
    raise NotThere(f"there is no choice {label!r}")


def _is_empty(state: Json) -> bool:
    return not [value for name, value in state.items() if name != "type" and value]


def typed(text: str) -> tuple[str, list[Json]]:
    """What becomes of what somebody types: text in Slack's markup, and the same as rich text."""
    parts = re.split(r"(https?://\S+)", text)
    escaped = [each.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for each in parts]
    marked = "".join(f"<{each}>" if number % 2 else each for number, each in enumerate(escaped))
    pieces = [
        {"type": "link", "url": each} if number % 2 else {"type": "text", "text": each}
        for number, each in enumerate(parts)
        if each
    ]
    line = {"type": "rich_text_section", "elements": pieces}
    return marked, [{"type": "rich_text", "block_id": "typed", "elements": [line]}]
