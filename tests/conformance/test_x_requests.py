"""Every request the X source sends is one that X's own published description allows."""

import gzip
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from tests.conformance.shared import shared
from tests.fakes.clock import TUESDAY
from tests.rigs.x_parts import AtX, at_x, page, post, user, want
from tests.rigs.x_server import Seen

Json = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Json:
    with gzip.open(shared("specs/x-openapi-2.159.json.gz")) as file:
        loaded: Json = json.load(file)
        return loaded


def resolved(description: Json, value: Json) -> Json:
    while "$ref" in value:
        found: Any = description
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def complaints(description: Json, seen: Seen) -> list[str]:
    """What the description does not allow about a request."""
    path = re.sub(r"/jobs/\d+$", "/jobs/{id}", seen.path)
    operation = description["paths"][path][seen.method.lower()]
    parameters = {each["name"]: each for each in (resolved(description, p) for p in operation.get("parameters", []))}
    unknown = [f"{name} is not a parameter of {seen.path}" for name in seen.query if name not in parameters]
    required = [name for name, each in parameters.items() if each.get("required") and each["in"] == "query"]
    missing = [f"{name} is missing" for name in required if name not in seen.query]
    wrong = [
        f"{name}: {complaint}"
        for name, text in seen.query.items()
        if name in parameters
        for complaint in mismatches(description, resolved(description, parameters[name]["schema"]), text)
    ]
    return unknown + missing + wrong


def mismatches(description: Json, schema: Json, text: str) -> list[str]:
    match schema["type"]:
        case "array":
            return _of_array(description, schema, text.split(","))
        case "integer":
            number = int(text)
            return [] if schema["minimum"] <= number <= schema["maximum"] else [f"{number} is out of range"]
        case _:
            return _of_text(schema, text)


def _of_array(description: Json, schema: Json, items: list[str]) -> list[str]:
    inner = resolved(description, schema["items"])
    found = [complaint for item in items for complaint in mismatches(description, inner, item)]
    if not schema.get("minItems", 0) <= len(items) <= schema.get("maxItems", len(items)):
        found.append(f"{len(items)} items")
    if schema.get("uniqueItems") and len(set(items)) != len(items):
        found.append("an item twice")
    return found


def _of_text(schema: Json, text: str) -> list[str]:
    found = []
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        found.append(f"{len(text)} characters")
    if "pattern" in schema and not re.search(schema["pattern"], text):
        found.append(f"{text} does not match {schema['pattern']}")
    if "enum" in schema and text not in schema["enum"]:
        found.append(f"{text} is none of the allowed values")
    if schema.get("format") == "date-time" and not datetime.fromisoformat(text).tzinfo:
        found.append(f"{text} has no zone")
    return found


async def everything_asked(x: AtX) -> None:
    """Each kind of request once, with little and with much in it."""
    older = Span(TUESDAY - timedelta(days=30), TUESDAY - timedelta(hours=3, microseconds=7))
    tags = [want(f"#invented_hashtag_number_{n}") for n in range(60)]
    others = [want("#edchat", limit=1000), want('"exit ticket"', older), want("@ada"), want("list:1234567")]
    await x.read(*others)
    await x.read(*tags)
    await x.source.accounts([f"teacher_{n}" for n in range(130)], x.allowance)
    found = await x.read(want("#edchat"))
    posts = [each for batch in found for each in batch.posts]
    await x.source.authors(posts, x.allowance)
    narrow = Filter(min_likes=5, min_reposts=2, languages=("en", "he", "zh"), replies=False, top=True)
    await x.read(want("#edchat", asked_for=narrow))
    await x.source.count(want("#edchat").topic, older, x.allowance)
    await x.source.lookup([str(n) for n in range(1, 131)], x.allowance)
    await x.source.usage(400)
    async for _ in x.source.recheck(posts, x.allowance):
        pass


async def test_every_request_is_valid(description: Json) -> None:
    posts = [post(9000 - n, f"Plan {n} #edchat", author_id=str(500 + n)) for n in range(130)]
    async with at_x(page(posts, users=[user(501, "ada", "Ada")])) as x:
        await everything_asked(x)

        asked = {seen.path for seen in x.server.seen}
        assert asked - {"/2/compliance/jobs/1420000000000000000"} == {
            "/2/tweets/search/recent",
            "/2/tweets/counts/recent",
            "/2/tweets",
            "/2/users/by",
            "/2/users",
            "/2/usage/tweets",
            "/2/compliance/jobs",
            "/_storage/1420000000000000000/submission",
            "/_storage/1420000000000000000/result",
        }
        assert any("next_token" in seen.query for seen in x.server.seen)
        to_x = [seen for seen in x.server.seen if seen.path.startswith("/2/")]
        assert [complaint for seen in to_x for complaint in complaints(description, seen)] == []
        assert x.server.refused == []


def test_the_check_notices_what_is_wrong(description: Json) -> None:
    query = {
        "query": "",
        "max_results": "101",
        "tweet.fields": "text,post_text,text",
        "start_time": "2026-11-24T07:00:00",
    }
    bad = Seen("/2/tweets/search/recent", query | {"since": "1"}, "", signed_in=True)

    assert len(complaints(description, bad)) == 6
