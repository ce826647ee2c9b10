"""Enough YAML for a manifest: mappings, lists, text, true and false."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Value = str | bool | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[a-z][a-z_]*([.:][a-z_.:]+)?")
_MEANS_SOMETHING_ELSE = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def to_yaml(value: Mapping[str, Value]) -> str:
    return "\n".join(_mapping(value, "")) + "\n"


def _mapping(mapping: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, str | bool):
            yield f"{indent}{key}: {_scalar(value)}"
        elif not value:
            yield f"{indent}{key}: {'{}' if isinstance(value, Mapping) else '[]'}"
        else:
            yield f"{indent}{key}:"
            yield from _inside(value, indent + "  ")


def _inside(value: Sequence[Value] | Mapping[str, Value], indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value, indent)
        return
    for each in value:
        lines = [_scalar(each)] if isinstance(each, str | bool) else list(_inside(each, ""))
        yield f"{indent}- {lines[0]}"
        yield from (f"{indent}  {line}" for line in lines[1:])


def _scalar(value: str | bool) -> str:  # noqa: FBT001 - true and false are values here
    """JSON strings are YAML strings."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if _PLAIN.fullmatch(value) and value not in _MEANS_SOMETHING_ELSE and not value.endswith(":"):
        return value
    return json.dumps(value, ensure_ascii=False)
