"""Components as Discord checks them, in messages and in forms (modals). What is wrong is said as Discord says it."""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

from tests.rigs.discord_server_rules import Refused, invalid
from tests.rigs.discord_server_world import Json


class Part(IntEnum):
    ROW = 1
    BUTTON = 2
    MENU = 3
    TEXT_INPUT = 4
    USER_MENU = 5
    ROLE_MENU = 6
    MENTIONABLE_MENU = 7
    CHANNEL_MENU = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    UPLOAD = 19
    RADIO = 21
    BOXES = 22
    BOX = 23


MENUS = (Part.MENU, Part.USER_MENU, Part.ROLE_MENU, Part.MENTIONABLE_MENU, Part.CHANNEL_MENU)
AT_THE_TOP = (Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR, Part.CONTAINER)
IN_A_CONTAINER = (Part.ROW, Part.SECTION, Part.TEXT, Part.GALLERY, Part.FILE, Part.SEPARATOR)
IN_A_LABEL = (*MENUS, Part.TEXT_INPUT, Part.UPLOAD, Part.RADIO, Part.BOXES, Part.BOX)
MOST_PARTS = 40
MOST_ROWS_BEFORE_V2 = 5
MOST_TEXT = 4_000
LARGEST_ID = 2**31 - 1
HEAVIEST = 10_170
A_COMPONENT = 12
"""In bytes: what Discord can keep of the components of a message. Of more it says that it has trouble itself."""


def check_components(components: Any, *, is_v2: bool) -> list[Json]:
    """Of a message. Returns them with the ids that Discord gives to those without one."""
    _need_list("components", components, 1 if components else 0, MOST_PARTS if is_v2 else MOST_ROWS_BEFORE_V2)
    for number, each in enumerate(components):
        _check(f"components.{number}", each, AT_THE_TOP if is_v2 else (Part.ROW,))
    parts = list(parts_of(components))
    if len(parts) > MOST_PARTS:
        words = f"The maximum number of components in a message is {MOST_PARTS}"
        raise invalid("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words)
    if sum(len(each["content"]) for each in parts if each["type"] == Part.TEXT) > MOST_TEXT:
        words = f"The total displayable text size exceeds {MOST_TEXT} characters"
        raise invalid("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words)
    _check_unique(parts)
    if weight_of(components) > HEAVIEST:
        raise Refused(500, 0, "500: Internal Server Error")
    return _with_ids(components, {each["id"] for each in parts if each.get("id")})


def weight_of(components: Any) -> int:
    """The bytes of all texts in them, and a little for each component and option."""
    parts = list(parts_of(components))
    options = [option for part in parts for option in part.get("options") or []]
    words = [value for each in (*parts, *options) for value in each.values() if isinstance(value, str)]
    return sum(len(each.encode("utf-8", "replace")) for each in words) + A_COMPONENT * (len(parts) + len(options))


def check_modal(data: Any) -> Json:
    """A form: title, custom id, and one to five components."""
    if not isinstance(data, dict):
        raise invalid("data", "BASE_TYPE_REQUIRED", "This field is required")
    _text("data.title", data.get("title"), 45)
    _text("data.custom_id", data.get("custom_id"), 100)
    components: list[Json] = data.get("components") or []
    _need_list("data.components", components, 1, 5)
    for number, each in enumerate(components):
        if isinstance(each, dict) and each.get("type") == Part.ROW:
            _row_of_a_form(f"data.components.{number}", each)
        else:
            _check(f"data.components.{number}", each, (Part.LABEL, Part.TEXT))
    parts = list(parts_of(components))
    _check_unique(parts)
    return {**data, "components": _with_ids(components, {each["id"] for each in parts if each.get("id")})}


def parts_of(components: Any) -> Iterator[Json]:
    """Each component, those inside others too, from the top down."""
    for each in components or []:
        yield each
        yield from parts_of(each.get("components"))
        for name in ("accessory", "component"):
            if isinstance(each.get(name), dict):
                yield from parts_of([each[name]])


def _with_ids(components: list[Json], taken: set[int]) -> list[Json]:
    """Counted from 1 upwards in the order of the message, past those that are taken. What was not said is filled in."""
    free = iter(each for each in range(1, 10_000) if each not in taken)

    def named(part: Json) -> Json:
        shown = {**_UNSAID.get(part["type"], {}), **part, "id": part.get("id") or next(free)}
        if part["type"] == Part.GALLERY:
            shown["items"] = [_as_kept(each) for each in part["items"]]
        if part["type"] == Part.THUMBNAIL:
            shown |= _as_kept(part)
        for name in ("accessory", "component"):
            if isinstance(part.get(name), dict):
                shown[name] = named(part[name])
        if part.get("components"):
            shown["components"] = [named(each) for each in part["components"]]
        return shown

    return [named(each) for each in components]


_UNSAID: dict[int, Json] = {
    Part.BUTTON: {"disabled": False},
    Part.MENU: {"disabled": False, "min_values": 1, "max_values": 1},
    Part.SEPARATOR: {"divider": True, "spacing": 1},
    Part.CONTAINER: {"accent_color": None, "spoiler": False},
}


def _as_kept(picture: Json) -> Json:
    """With what Discord found at its address."""
    address = picture["media"]["url"]
    media = {"id": "1", "url": address, "proxy_url": address, "width": 640, "height": 480, "content_type": "image/png"}
    return {"description": None, "spoiler": False, **picture, "media": media}


# ------------------------------------------------------------------------------------------------------------ each kind


def _check(path: str, part: Any, allowed: tuple[int, ...]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in allowed:
        choices = ", ".join(str(int(each)) for each in sorted(allowed))
        raise invalid(f"{path}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices},).')
    id_ = part.get("id")
    if id_ is not None and not (isinstance(id_, int) and 0 <= id_ <= LARGEST_ID):
        raise invalid(f"{path}.id", "NUMBER_TYPE_MAX", "int value should be less than or equal to 2147483647.")
    _CHECKS[Part(kind)](path, part)


def _row(path: str, row: Json) -> None:
    inside = row.get("components")
    _need_list(f"{path}.components", inside, 1, 5)
    for number, each in enumerate(row["components"]):
        _check(f"{path}.components.{number}", each, (Part.BUTTON, *MENUS))
    if len(row["components"]) > 1 and any(each["type"] != Part.BUTTON for each in row["components"]):
        words = "The specified component exceeds the maximum width"
        raise invalid(f"{path}.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words)


def _row_of_a_form(path: str, row: Json) -> None:
    """The old way of asking, one text in a row, with its label in itself."""
    _need_list(f"{path}.components", row.get("components"), 1, 1)
    _check(f"{path}.components.0", row["components"][0], (Part.TEXT_INPUT,))
    _text(f"{path}.components.0.label", row["components"][0].get("label"), 45)


def _button(path: str, button: Json) -> None:
    style = button.get("style")
    if style not in range(1, 7):
        raise invalid(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
    if button.get("label") is not None and len(button["label"]) > 80:
        raise _too_long(f"{path}.label", 80)
    if style == 6:
        return
    if not button.get("label") and not button.get("emoji"):
        words = "A button must have a label or emoji"
        raise invalid(path, "BUTTON_COMPONENT_MUST_HAVE_LABEL_OR_EMOJI", words)
    if style == 5:
        if button.get("custom_id"):
            raise invalid(f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL", "A link button has no custom id")
        _address(f"{path}.url", button.get("url"), 512)
    else:
        if button.get("url"):
            raise invalid(f"{path}.url", "BUTTON_COMPONENT_CUSTOM_ID_URL", "Only a link button has a url")
        _text(f"{path}.custom_id", button.get("custom_id"), 100)


def _menu(path: str, menu: Json) -> None:
    _text(f"{path}.custom_id", menu.get("custom_id"), 100)
    _short(f"{path}.placeholder", menu.get("placeholder"), 150)
    options = menu.get("options") or []
    if menu["type"] == Part.MENU:
        _options(f"{path}.options", options, 1, 25)
    most = len(options) if menu["type"] == Part.MENU else 25
    _range(path, menu, most)


def _options(path: str, options: Any, least: int, most: int) -> None:
    _need_list(path, options, least, most)
    for number, option in enumerate(options):
        _text(f"{path}.{number}.label", option.get("label"), 100)
        _text(f"{path}.{number}.value", option.get("value"), 100)
        _short(f"{path}.{number}.description", option.get("description"), 100)
        if option.get("description") == "":
            raise _required(f"{path}.{number}.description")
    values = [each["value"] for each in options]
    for number, value in enumerate(values):
        if value in values[:number]:
            words = "The specified option value is already used"
            raise invalid(f"{path}.{number}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words)


def _range(path: str, menu: Json, options: int) -> None:
    least, most = menu.get("min_values"), menu.get("max_values")
    if least is not None and not 0 <= least <= 25:
        raise invalid(f"{path}.min_values", "NUMBER_TYPE_MAX", "int value should be less than or equal to 25.")
    if most is not None and not 1 <= most <= 25:
        raise invalid(f"{path}.max_values", "NUMBER_TYPE_MAX", "int value should be less than or equal to 25.")
    if (most or 1) > options or (least or 0) > (most or 1):
        raise invalid(path, "SELECT_COMPONENT_INVALID_RANGE", "More values are asked for than there are options")
    chosen = [each for each in menu.get("options") or [] if each.get("default")]
    if len(chosen) > (most or 1):
        raise invalid(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More options are chosen than may be")


def _text_input(path: str, given: Json) -> None:
    _text(f"{path}.custom_id", given.get("custom_id"), 100)
    _short(f"{path}.placeholder", given.get("placeholder"), 100)
    _short(f"{path}.value", given.get("value"), 4_000)
    if given.get("style") not in (1, 2):
        raise invalid(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    least, most = given.get("min_length"), given.get("max_length")
    if least is not None and not 0 <= least <= 4_000:
        raise invalid(f"{path}.min_length", "NUMBER_TYPE_MAX", "int value should be less than or equal to 4000.")
    if most is not None and not 1 <= most <= 4_000:
        raise invalid(f"{path}.max_length", "NUMBER_TYPE_MAX", "int value should be less than or equal to 4000.")
    if len(given.get("value") or "") > (most or 4_000):
        raise _too_long(f"{path}.value", most or 4_000)


def _section(path: str, section: Json) -> None:
    _need_list(f"{path}.components", section.get("components"), 1, 3)
    for number, each in enumerate(section["components"]):
        _check(f"{path}.components.{number}", each, (Part.TEXT,))
    if not section.get("accessory"):
        raise _required(f"{path}.accessory")
    _check(f"{path}.accessory", section["accessory"], (Part.BUTTON, Part.THUMBNAIL))


def _text_display(path: str, shown: Json) -> None:
    _text(f"{path}.content", shown.get("content"), MOST_TEXT)


def _thumbnail(path: str, picture: Json) -> None:
    _address(f"{path}.media.url", (picture.get("media") or {}).get("url"), 2_048)
    _short(f"{path}.description", picture.get("description"), 1_024)


def _gallery(path: str, gallery: Json) -> None:
    _need_list(f"{path}.items", gallery.get("items"), 1, 10)
    for number, each in enumerate(gallery["items"]):
        _thumbnail(f"{path}.items.{number}", each)


def _file(path: str, file: Json) -> None:
    if not str((file.get("file") or {}).get("url", "")).startswith("attachment://"):
        raise invalid(f"{path}.file.url", "URL_TYPE_INVALID_SCHEME", "Only attachments are shown as files")


def _separator(path: str, line: Json) -> None:
    if line.get("spacing") not in (None, 1, 2):
        raise invalid(f"{path}.spacing", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")


def _container(path: str, container: Json) -> None:
    _need_list(f"{path}.components", container.get("components"), 1, MOST_PARTS)
    for number, each in enumerate(container["components"]):
        _check(f"{path}.components.{number}", each, IN_A_CONTAINER)
    colour = container.get("accent_color")
    if colour is not None and not 0 <= colour <= 0xFFFFFF:
        raise invalid(f"{path}.accent_color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")


def _label(path: str, label: Json) -> None:
    _text(f"{path}.label", label.get("label"), 45)
    _short(f"{path}.description", label.get("description"), 100)
    _check(f"{path}.component", label.get("component"), IN_A_LABEL)
    if label["component"].get("disabled"):
        raise invalid(f"{path}.component.disabled", "COMPONENT_NOT_ALLOWED", "Nothing in a modal can be disabled")
    if label["component"].get("min_values") == 0 and label["component"].get("required") is not False:
        words = "min_values must be at least 1 where the component is required"
        raise invalid(f"{path}.component.min_values", "SELECT_COMPONENT_INVALID_RANGE", words)
    if label["component"].get("label"):
        words = "A component in a label has no label of its own"
        raise invalid(f"{path}.component.label", "COMPONENT_LABEL_NOT_ALLOWED", words)


def _radio(path: str, group: Json) -> None:
    _text(f"{path}.custom_id", group.get("custom_id"), 100)
    _options(f"{path}.options", group.get("options") or [], 2, 10)
    if len([each for each in group["options"] if each.get("default")]) > 1:
        raise invalid(f"{path}.options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Only one can be chosen")


def _boxes(path: str, group: Json) -> None:
    _text(f"{path}.custom_id", group.get("custom_id"), 100)
    _options(f"{path}.options", group.get("options") or [], 1, 10)
    most = group.get("max_values")
    if most is not None and not 1 <= most <= len(group["options"]):
        raise invalid(f"{path}.max_values", "SELECT_COMPONENT_INVALID_RANGE", "More values than options")


def _named(path: str, given: Json) -> None:
    _text(f"{path}.custom_id", given.get("custom_id"), 100)


_CHECKS: dict[Part, Callable[[str, Json], None]] = {
    Part.ROW: _row,
    Part.BUTTON: _button,
    **dict.fromkeys(MENUS, _menu),
    Part.TEXT_INPUT: _text_input,
    Part.SECTION: _section,
    Part.TEXT: _text_display,
    Part.THUMBNAIL: _thumbnail,
    Part.GALLERY: _gallery,
    Part.FILE: _file,
    Part.SEPARATOR: _separator,
    Part.CONTAINER: _container,
    Part.LABEL: _label,
    Part.UPLOAD: _named,
    Part.RADIO: _radio,
    Part.BOXES: _boxes,
    Part.BOX: _named,
}


# --------------------------------------------------------------------------------------------------------------- values


def _check_unique(parts: list[Json]) -> None:
    for name, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        given = [each[name] for each in parts if each.get(name)]
        for number, each in enumerate(given):
            if each in given[:number]:
                words = f"Component {name.replace('_', ' ')} cannot be duplicated"
                raise invalid("components", code, words)


def _need_list(path: str, value: Any, least: int, most: int) -> None:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise invalid(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _text(path: str, value: Any, most: int) -> None:
    if not isinstance(value, str) or not value:
        raise _required(path)
    _short(path, value, most)
    if not value.strip():
        raise _required(path)


def _short(path: str, value: Any, most: int) -> None:
    if value is not None and (not isinstance(value, str) or len(value) > most):
        raise _too_long(path, most)


def _address(path: str, value: Any, most: int) -> None:
    _text(path, value, most)
    if not value.startswith(("http://", "https://", "attachment://", "discord://")):
        scheme = value.partition(":")[0]
        words = f"Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https', 'discord')."
        raise invalid(path, "URL_TYPE_INVALID_SCHEME", words)
    if any(each.isspace() for each in value):
        raise invalid(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _required(path: str) -> Refused:
    return invalid(path, "BASE_TYPE_REQUIRED", "This field is required")


def _too_long(path: str, most: int) -> Refused:
    return invalid(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
