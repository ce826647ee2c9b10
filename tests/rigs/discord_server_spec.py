"""Requests against Discord's own OpenAPI document, where it lies beside the project. What they say too much is told
too: Discord would quietly leave it out."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.rigs.discord_server_world import Json

DOCUMENT = Path(__file__).parents[3] / "shared" / "specs" / "discord-openapi.json.gz"

Check = Callable[[Any, str], list[str]]
"""What is wrong with a value that stands there."""

IDS = re.compile(r"(0|[1-9][0-9]*)")
NOT_IN_THE_DOCUMENT = {"fail_if_not_exists", "message"}
"""The second comes with a new post of a forum, as Discord's pages say."""


def is_here() -> bool:
    return DOCUMENT.exists()


def complaints(
    operation: str, route: tuple[str, str], named: dict[str, str], query: dict[str, str], body: Json
) -> list[str]:
    """None where there is no document."""
    if not is_here():
        return []
    known = _operations().get(route)
    if known is None:
        return [f"{operation}: {' '.join(route)} is not in the document"]
    found = [] if known.name == operation else [f"{operation}: the document calls it {known.name}"]
    check = known.body
    for where, given in (("path", named), ("query", query)):
        expected = {each: checked for (place, each), checked in known.parameters.items() if place == where}
        found += [f"{operation}: {where} {each} is not in the document" for each in given if each not in expected]
        for each, value in given.items():
            wrong = [expected.get(each, _anything)(meant, f"{where} {each}") for meant in _typed(value)]
            found += [] if [] in wrong else [f"{operation}: {one}" for one in wrong[0]]
    given_body: Any = body.get("_", body)
    if check is None and given_body:
        found.append(f"{operation}: it has no body")
    if check and given_body:
        found += [f"{operation}: {each}" for each in check(_as_json(given_body), "body")]
    return found


def unlike(operation: str, route: tuple[str, str], status: int, answer: Any) -> list[str]:
    """What an answer of the loopback Discord tells otherwise than the document does."""
    known = _operations().get(route) if is_here() else None
    if known is None:
        return []
    if str(status) not in known.answers:
        return [f"{operation}: it is never answered with {status}"]
    check = known.answers[str(status)]
    if check is None or answer is None:
        return [] if check is None and answer is None else [f"{operation}: {status} and its answer do not fit"]
    return [f"{operation}: {each}" for each in check(answer, "answer")]


def _typed(value: str) -> list[Any]:
    """All that a text in an address may mean: itself, a number, yes or no."""
    meant: list[Any] = [value]
    if value.isdecimal():
        meant.append(int(value))
    if value.lower() in ("true", "false", "0", "1"):
        meant.append(value.lower() in ("true", "1"))
    return meant


def _as_json(value: Any) -> Any:
    """Ids that a library sends as numbers become text, as Discord reads them."""
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return str(value) if isinstance(value, int) and value > 10**16 else value


# --------------------------------------------------------------------------------------------------------- the document


@cache
def _document() -> Json:
    with gzip.open(DOCUMENT) as file:
        found: Json = json.load(file)
    return found


@dataclass(frozen=True)
class Operation:
    """`parameters` by where they stand and their name, `answers` by status; None is nothing at all."""

    name: str
    parameters: dict[tuple[str, str], Check]
    body: Check | None
    answers: dict[str, Check | None]


@cache
def _operations() -> dict[tuple[str, str], Operation]:
    return {
        (method.upper(), path): _operation(told, operation)
        for path, told in _document()["paths"].items()
        for method, operation in told.items()
        if method != "parameters"
    }


def _operation(told: Json, operation: Json) -> Operation:
    parameters = [*told.get("parameters", []), *operation.get("parameters", [])]
    checks = {(each["in"], each["name"]): _later(each["schema"]) for each in parameters}
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", content.get("multipart/form-data", {})).get("schema")
    answers = {
        status: _later(told["content"]["application/json"]["schema"])
        if "application/json" in told.get("content", {})
        else None
        for status, told in operation["responses"].items()
        if "$ref" not in told
    }
    return Operation(operation["operationId"], checks, _later(schema) if schema else None, answers)


def _later(schema: Json) -> Check:
    """Made when it is first needed: there are many."""
    made: list[Check] = []

    def check(value: Any, where: str) -> list[str]:
        if not made:
            made.append(_made(schema))
        return made[0](value, where)

    return check


@cache
def _named(reference: str) -> Check:
    return _later(_document()["components"]["schemas"][reference.rpartition("/")[2]])


def schema(name: str) -> Check:
    """The check of one of the document's schemas."""
    return _named(f"/{name}")


def _anything(_value: Any, _where: str) -> list[str]:
    return []


def _made(schema: Json) -> Check:
    if "$ref" in schema:
        return _named(schema["$ref"])
    checks = [*_of_value(schema), *_of_size(schema), *_of_inside(schema)]
    for choices in (schema[name] for name in ("oneOf", "anyOf") if name in schema):
        checks += [_choice([_made(each) for each in choices], choices)]
    checks += [_made(each) for each in schema.get("allOf", [])]
    return lambda value, where: [each for check in checks for each in check(value, where)]


TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _of_value(schema: Json) -> Iterator[Check]:
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        fit = [TYPES[each] for each in names]
        yield _rule(lambda value: any(each(value) for each in fit), f"is not {' or '.join(names)}")
    if "const" in schema:
        yield _rule(lambda value: value == schema["const"], f"is not {schema['const']}")
    if "enum" in schema:
        yield _rule(lambda value: value is None or value in schema["enum"], f"is not one of {schema['enum']}")
    if "pattern" in schema:
        pattern = re.compile(schema["pattern"])
        yield _rule(lambda value: not isinstance(value, str) or bool(pattern.search(value)), "does not fit the pattern")


def _of_size(schema: Json) -> Iterator[Check]:
    sized = {"Length": str, "Items": list, "Properties": dict}
    for suffix, kind in sized.items():
        least, most = schema.get(f"min{suffix}", 0), schema.get(f"max{suffix}", 10**9)
        if least or most < 10**9:
            yield _sized(kind, least, most)
    if "minimum" in schema or "maximum" in schema:
        low, high = schema.get("minimum", -(10**30)), schema.get("maximum", 10**30)
        yield _rule(lambda value: isinstance(value, str | None) or low <= value <= high, f"is not {low} to {high}")
    if schema.get("uniqueItems"):
        yield _rule(lambda value: value is None or len({str(each) for each in value}) == len(value), "repeats itself")


def _sized(kind: type, least: int, most: int) -> Check:
    return _rule(
        lambda value: not isinstance(value, kind) or least <= len(value) <= most,  # type: ignore[arg-type]
        f"has not {least} to {most}",
    )


def _of_inside(schema: Json) -> Iterator[Check]:
    if "items" in schema:
        yield _items(_made(schema["items"]))
    if "properties" in schema:
        yield _properties({name: _made(each) for name, each in schema["properties"].items()}, schema)


def _rule(fits: Callable[[Any], bool], words: str) -> Check:
    return lambda value, where: [] if fits(value) else [f"{where} {words}: {str(value)[:80]}"]


def _items(check: Check) -> Check:
    def checked(value: Any, where: str) -> list[str]:
        if not isinstance(value, list):
            return []
        return [found for number, each in enumerate(value) for found in check(each, f"{where}.{number}")]

    return checked


def _properties(checks: dict[str, Check], schema: Json) -> Check:
    """Those it lacks, those it does not know, and what is wrong with the others."""

    def checked(value: Any, where: str) -> list[str]:
        if not isinstance(value, dict):
            return []
        found = [f"{where} lacks {each}" for each in schema.get("required", []) if each not in value]
        extra = value.keys() - checks.keys() - NOT_IN_THE_DOCUMENT
        found += [f"{where} has no {each}" for each in sorted(extra)] if "additionalProperties" not in schema else []
        for name in value.keys() & checks.keys():
            found += checks[name](value[name], f"{where}.{name}")
        return found

    return checked


def _choice(checks: list[Check], schemas: list[Json]) -> Check:
    """One of them has to fit. Where none does, the complaint is that about the one whose type was meant."""

    def checked(value: Any, where: str) -> list[str]:
        best: list[str] | None = None
        for check, schema in zip(checks, schemas, strict=True):
            if not _is_meant(schema, value):
                continue
            found = check(value, where)
            if not found:
                return []
            if best is None or len(found) < len(best):
                best = found
        return best or [f"{where} is none of what it may be: {str(value)[:80]}"]

    return checked


def _is_meant(schema: Json, value: Any) -> bool:
    """Components and options say by their `type` which of them they are."""
    if not isinstance(value, dict) or "type" not in value:
        return True
    told = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    kinds = told.get("properties", {}).get("type", {}).get("enum")
    return kinds is None or value["type"] in kinds
