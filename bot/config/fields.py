"""What a section's model says about its keys."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo


def keys_of(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key that holds a value, those of tables inside the section with the way to them."""
    for name, field in model.model_fields.items():
        inner = _inner_model(field)
        if inner:
            yield from keys_of(inner, (*above, name))
        else:
            yield (*above, name)


def field_at(model: type[BaseModel], keys: Sequence[str]) -> FieldInfo | None:
    """The field under these keys, or None where the model has none there."""
    field = model.model_fields.get(keys[0]) if keys else None
    if field is None or len(keys) == 1:
        return field
    inner = _inner_model(field)
    return field_at(inner, keys[1:]) if inner else None


def model_at(model: type[BaseModel], keys: Sequence[str]) -> type[BaseModel]:
    """The innermost model on the way along the keys."""
    field = model.model_fields.get(keys[0]) if keys else None
    inner = _inner_model(field) if field else None
    return model_at(inner, keys[1:]) if inner else model


def is_secret(field: FieldInfo) -> bool:
    return any(part in {SecretStr, SecretBytes} for part in _parts(field.annotation))


def holds_several(field: FieldInfo) -> bool:
    return any(get_origin(part) in {list, tuple, set, frozenset} for part in _parts(field.annotation))


def _inner_model(field: FieldInfo) -> type[BaseModel] | None:
    parts = _parts(field.annotation)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _parts(annotation: Any) -> list[Any]:  # noqa: ANN401 - an annotation can be anything
    """The annotation and, where it is made of others, those too: `SecretStr | None` holds a `SecretStr`."""
    return [annotation, *(part for each in get_args(annotation) for part in _parts(each))]
