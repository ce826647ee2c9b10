"""From the text of a file to packs, or to all of its mistakes at once."""

import re
import tomllib
from collections.abc import Iterator

from pydantic import Field, ValidationError

from bot.domain.packs import Pack
from bot.domain.topic import parse_topic
from bot.errors import ConfigMistakes, Mistake
from bot.plugins import Section

MOST_TOPICS = 12

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class _Entry(Section):
    id: str
    name: str = Field(min_length=1, max_length=60)
    subject: str = Field(min_length=1, max_length=40)
    countries: list[str] = Field(default_factory=list)
    topics: list[str] = Field(min_length=1, max_length=MOST_TOPICS)
    checked: str = Field(min_length=1, max_length=300)


def read_packs(text: str, origin: str) -> tuple[Pack, ...]:
    """Raises ConfigMistakes with every mistake of the file."""
    mistakes: list[str] = []
    packs = [pack for number, table in _tables(text, origin) if (pack := _pack(table, origin, number, mistakes))]
    ids = [pack.id for pack in packs]
    mistakes += [f"{origin}: the id {each} stands there twice." for each in sorted(set(ids)) if ids.count(each) > 1]
    if mistakes:
        raise ConfigMistakes(mistakes)
    return tuple(packs)


def _tables(text: str, origin: str) -> Iterator[tuple[int, object]]:
    try:
        tree = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigMistakes([f"{origin}: {error}."]) from None
    tables = tree.get("packs")
    if not isinstance(tables, list) or set(tree) != {"packs"}:
        raise ConfigMistakes([f"{origin}: each pack begins with [[packs]], in two brackets; nothing else is there."])
    return enumerate(tables, 1)


def _pack(table: object, origin: str, number: int, mistakes: list[str]) -> Pack | None:
    place = f"{origin}, [[packs]] {number}"
    try:
        entry = _Entry.model_validate(table)
    except ValidationError as error:
        for verdict in error.errors(include_url=False, include_context=False):
            key = ".".join(str(part) for part in verdict["loc"])
            mistakes.append(f"{place}, {key}: {_in_words(verdict['type'], verdict['msg'])}")
        return None
    found = list(_wrong(entry))
    mistakes += [f"{place} ({entry.id}): {each}" for each in found]
    return None if found else _of(entry)


def _in_words(kind: str, message: str) -> str:
    known = {"missing": "this is needed and not set.", "extra_forbidden": "there is no such setting."}
    return known.get(kind, f"{message}.")


def _wrong(entry: _Entry) -> Iterator[str]:
    if not _ID.fullmatch(entry.id):
        yield "an id has small letters, digits and hyphens, such as maths-gb."
    for country in entry.countries:
        if not _COUNTRY.fullmatch(country):
            yield f"“{country}” is no country. Write its two letters, such as GB or US."
    for topic in entry.topics:
        try:
            parse_topic(topic, account_source="")
        except Mistake as mistake:
            yield str(mistake)


def _of(entry: _Entry) -> Pack:
    return Pack(entry.id, entry.name, entry.subject, tuple(entry.topics), tuple(entry.countries), entry.checked)
