"""A form as Discord's modal, and what was filled in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from discord import CheckboxGroupOption, RadioGroupOption, SelectOption, TextStyle, ui

from adapters.discord.show import limits
from adapters.discord.show.escape import escape
from adapters.discord.show.spelled import spelled
from bot.domain.harmless import clean, cut, length, one_line
from bot.errors import Rejected
from bot.views import ChoiceField, Form, FormField, TextField

Item = ui.Item[Any]
Json = Mapping[str, Any]

TYPED = 4
"""Discord's number for a field that people type into."""
_MARK = "="
"""Stands before every value of a choice: Discord takes no empty ones."""
_SEVERAL = "Separate them by commas."


def modal(form: Form, custom_id: str) -> ui.Modal:
    """Raises Rejected where the form has more fields than Discord shows, or offers what Discord cannot send back."""
    if len(form.fields) > limits.FIELDS:
        raise Rejected("This form has more fields than Discord can show. Please do it by a command.")
    intro = clean(spelled(form.intro))
    has_room = len(form.fields) < limits.FIELDS
    made = ui.Modal(title=_short(form.title, "Staffroom", limits.MODAL_TITLE), custom_id=custom_id)
    for item in (*_above(intro if has_room else ""), *_fields(form.fields, "" if has_room else intro)):
        made.add_item(item)
    return made


def _above(intro: str) -> list[Item]:
    return [ui.TextDisplay(escape(cut(intro, limits.TEXT // 4)))] if intro else []


def _fields(fields: Sequence[FormField], intro: str) -> Iterator[Item]:
    """What there is no room for above all fields is said with the first."""
    for number, field in enumerate(fields):
        yield _field(field, intro if number == 0 else "")


def _short(text: str, otherwise: str, most: int) -> str:
    return cut(one_line(text) or otherwise, most)


# -------------------------------------------------------------------------------------------------------- the fields


def _field(field: FormField, intro: str) -> Item:
    label = _short(field.label, "(no name)", limits.FIELD_LABEL)
    if isinstance(field, ChoiceField) and not field.options:
        return ui.TextDisplay(f"{escape(label)}: there is nothing to choose from.")
    hint = " ".join(part for part in (one_line(intro), _hint(field)) if part)
    component = _text_input(field) if isinstance(field, TextField) else _choice(field)
    return ui.Label(text=label, description=cut(hint, limits.FIELD_HINT) or None, component=component)


def _hint(field: FormField) -> str:
    if isinstance(field, TextField):
        return one_line(spelled(field.hint))
    return _SEVERAL if field.several and len(field.options) > limits.OPTIONS else ""


def _text_input(field: TextField) -> Item:
    most = min(max(field.most, 1), limits.FIELD_TEXT)
    return ui.TextInput(
        custom_id=field.key,
        style=TextStyle.long if field.long else TextStyle.short,
        default=cut(clean(field.value), most) or None,
        required=not field.optional,
        max_length=most,
    )


def _choice(field: ChoiceField) -> Item:
    """Few options are all in sight. Radio buttons cannot be taken back, so what may stay open is a menu; what is too
    long for a menu is typed."""
    if len(field.options) > limits.OPTIONS:
        typed = ", ".join(field.chosen)
        return _text_input(TextField(field.key, field.label, typed, optional=field.optional, most=limits.FIELD_TEXT))
    if field.several:
        return _ticks(field) if len(field.options) <= limits.TICKS else _menu(field)
    return _radios(field) if 1 < len(field.options) <= limits.RADIOS and not field.optional else _menu(field)


def _ticks(field: ChoiceField) -> Item:
    options = [CheckboxGroupOption(label=label, value=value, default=on) for value, label, on in _options(field)]
    return ui.CheckboxGroup(
        custom_id=field.key,
        options=options,
        required=not field.optional,
        min_values=0 if field.optional else 1,
        max_values=len(options),
    )


def _radios(field: ChoiceField) -> Item:
    options = [RadioGroupOption(label=label, value=value, default=on) for value, label, on in _options(field)]
    return ui.RadioGroup(custom_id=field.key, options=options, required=not field.optional)


def _menu(field: ChoiceField) -> Item:
    options = [SelectOption(label=label, value=value, default=on) for value, label, on in _options(field)]
    return ui.Select(
        custom_id=field.key,
        options=options,
        required=not field.optional,
        min_values=0 if field.optional else 1,
        max_values=len(options) if field.several else 1,
    )


def _options(field: ChoiceField) -> Iterator[tuple[str, str, bool]]:
    """Value, label and whether it is chosen; only one is where only one may be."""
    chosen = field.chosen if field.several else field.chosen[:1]
    for value, label in dict(field.options).items():
        if length(_MARK + value) > limits.OPTION_VALUE:
            raise Rejected("This form offers something with a longer name than Discord can send back.")
        yield _MARK + value, _short(label, "(no name)", limits.OPTION_LABEL), value in chosen


# ------------------------------------------------------------------------------------------------------ what came back


def filled(data: Json) -> dict[str, str]:
    """What somebody filled in, by the keys of the fields, from the data of the interaction that Discord sends. Several
    choices are parted by commas."""
    return {str(each["custom_id"]): _answer(each) for each in _inputs(data.get("components")) if "custom_id" in each}


def _inputs(components: object) -> Iterator[Json]:
    """What may be filled in, out of the labels and rows around it. What is strange is left out."""
    for each in components if isinstance(components, list) else ():
        if isinstance(each, Mapping):
            inside = each.get("components", [each["component"]] if "component" in each else None)
            yield from _inputs(inside) if inside is not None else (each,)


def _answer(answer: Json) -> str:
    values = answer.get("values")
    if isinstance(values, list):
        return ",".join(_value(each) for each in values)
    text = answer.get("value") or ""
    return str(text) if answer.get("type") == TYPED else _value(text)


def _value(value: object) -> str:
    return str(value).removeprefix(_MARK)
