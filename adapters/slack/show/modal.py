"""A form as Slack's modal, and what was filled in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.show import limits, rich
from adapters.slack.show.buttons import in_parts
from adapters.slack.show.rich import Json
from bot.domain.harmless import clean, cut, length, one_line
from bot.errors import Rejected
from bot.views import ChoiceField, Form, FormField, TextField

_FEW = 5
_ANSWER = "answer"
_MARK = "="
"""Stands before every value: Slack takes no empty ones."""


@dataclass(frozen=True, slots=True)
class Filled:
    """`form`, `state` and `channel` are what the modal was made with; `values` as in `bot.domain.events.FormSent`."""

    form: str
    state: str
    channel: str
    values: dict[str, str]


def modal(form: Form, channel: str) -> Json:
    """The view to open. Raises Rejected where the form remembers more than Slack carries."""
    intro = cut(clean(form.intro), limits.TEXT)
    return {
        "type": "modal",
        "callback_id": form.name,
        "title": _short(form.title, "Staffroom"),
        "submit": _short(form.submit, "Save"),
        "close": rich.plain("Cancel"),
        "private_metadata": _metadata(form.state, channel),
        "blocks": [
            *([rich.rich_text([rich.line(rich.words(intro))])] if intro else []),
            *(_field(field) for field in form.fields),
        ],
    }


def _short(text: str, otherwise: str) -> Json:
    return rich.plain(cut(one_line(text) or otherwise, limits.VIEW_TITLE))


def _metadata(state: str, channel: str) -> str:
    text = json.dumps({"state": state, "channel": channel}, ensure_ascii=False, separators=(",", ":"))
    if length(text) > limits.METADATA:
        raise Rejected("This form has to remember more than Slack lets it. Please do it in smaller steps.")
    return text


# -------------------------------------------------------------------------------------------------------- the fields


def _field(field: FormField) -> Json:
    if isinstance(field, ChoiceField) and not field.options:
        return rich.context([rich.plain(f"{_label(field.label)}: there is nothing to choose from.")])
    element = _text_input(field) if isinstance(field, TextField) else _choice(field)
    hint = cut(clean(field.hint), limits.FIELD_LABEL) if isinstance(field, TextField) else ""
    return {
        "type": "input",
        "block_id": field.key,
        "label": rich.plain(_label(field.label)),
        "element": {"action_id": _ANSWER} | element,
        "optional": field.optional,
    } | ({"hint": rich.plain(hint)} if hint else {})


def _label(text: str) -> str:
    return cut(one_line(text) or "(no name)", limits.FIELD_LABEL // 4)


def _text_input(field: TextField) -> Json:
    most = min(max(field.most, 1), limits.TEXT)
    value = cut(clean(field.value), most)
    initial = {"initial_value": value} if value else {}
    return {"type": "plain_text_input", "multiline": field.long, "max_length": most} | initial


def _choice(field: ChoiceField) -> Json:
    options = {value: _option(value, label) for value, label in field.options}
    chosen = [options[value] for value in dict.fromkeys(field.chosen) if value in options]
    return {"type": _kind(field, len(options))} | _offered(list(options.values())) | _initial(field, chosen)


def _kind(field: ChoiceField, count: int) -> str:
    """Few options are all in sight. Radio buttons cannot be taken back, so what may stay open is a menu."""
    if field.several:
        return "checkboxes" if count <= limits.TICKS else "multi_static_select"
    return "radio_buttons" if count <= _FEW and not field.optional else "static_select"


def _option(value: str, label: str) -> Json:
    if length(_MARK + value) > limits.CHOICE_VALUE:
        raise Rejected("This form offers something with a longer name than Slack can send back.")
    return rich.option(cut(one_line(label) or "(no name)", limits.LABEL), _MARK + value)


def _offered(options: Sequence[Json]) -> Json:
    if len(options) <= limits.CHOICES:
        return {"options": list(options)}
    parts = in_parts(options, limits.CHOICES)[: limits.CHOICE_GROUPS]
    return {"option_groups": [{"label": rich.plain(_from_to(part)), "options": list(part)} for part in parts]}


def _from_to(options: Sequence[Json]) -> str:
    first, last = (cut(options[at]["text"]["text"], limits.LABEL // 2 - 2) for at in (0, -1))
    return f"{first} to {last}"


def _initial(field: ChoiceField, chosen: list[Json]) -> Json:
    if not chosen:
        return {}
    return {"initial_options": chosen} if field.several else {"initial_option": chosen[0]}


# ------------------------------------------------------------------------------------------------------ what came back


def filled(view: Mapping[str, Any]) -> Filled:
    """What somebody filled in, from the view that Slack sends back."""
    metadata = json.loads(view["private_metadata"])
    answers = view["state"]["values"]
    return Filled(
        form=view["callback_id"],
        state=metadata["state"],
        channel=metadata["channel"],
        values={key: _answer(answer[_ANSWER]) for key, answer in answers.items() if _ANSWER in answer},
    )


def _answer(answer: Mapping[str, Any]) -> str:
    if "selected_options" in answer:
        return ",".join(_value(option) for option in answer["selected_options"])
    if "selected_option" in answer:
        return _value(answer["selected_option"]) if answer["selected_option"] else ""
    return answer.get("value") or ""


def _value(option: Mapping[str, Any]) -> str:
    return str(option["value"]).removeprefix(_MARK)
