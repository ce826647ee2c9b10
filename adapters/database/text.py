"""What every database can hold of a text: all of it, save U+0000 and the halves of characters."""

from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, cast

_Value = TypeVar("_Value")


def storable(value: _Value) -> _Value:
    """The same value with nothing in it that a database refuses: U+0000 is left out, half a character becomes �.

    Looks into dataclasses, tuples, lists and dictionaries. Raises ValueError for a time without a zone.
    """
    return cast("_Value", _storable(value))


def _storable(value: Any) -> Any:  # noqa: ANN401 - any value that the store is given
    kept: Any
    match value:
        case Enum():
            kept = value
        case str():
            kept = storable_text(value)
        case datetime():
            kept = aware(value)
        case tuple() | list():
            kept = type(value)(_storable(each) for each in value)
        case dict():
            kept = {_storable(key): _storable(each) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            kept = replace(value, **{each.name: _storable(getattr(value, each.name)) for each in fields(value)})
        case _:
            kept = value
    return kept


def storable_text(text: str) -> str:
    plain = str(text).replace("\0", "")
    try:
        plain.encode()
    except UnicodeEncodeError:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A time without a zone cannot be stored.")
    return moment
