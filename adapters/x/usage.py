"""How many posts X itself counted."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

from adapters.x.client import Client
from adapters.x.errors import NotThere
from adapters.x.shapes import Json, object_at, objects_at, text_at, time_at
from bot.errors import Rejected

PATH = "/2/usage/tweets"
MOST_DAYS = 90
MOST_DIGITS = 12


async def daily_usage(client: Client, days: int) -> Mapping[date, int] | None:
    """By UTC day; None where X does not say. Not every project has the address, and X bills nothing for it."""

    async def request() -> Any:  # noqa: ANN401 - tweepy has no types
        # tweepy has no public way to this address.
        return await client.tweepy._make_request(  # noqa: SLF001
            "GET",
            PATH,
            params={"days": max(1, min(days, MOST_DAYS)), "usage_fields": "daily_project_usage"},
            endpoint_parameters=("days", "usage.fields"),
        )

    try:
        answer = await client.free(request)
    except (NotThere, Rejected):
        return None
    counted = [_day(each) for each in objects_at(_project(answer), "usage")]
    return dict(each for each in counted if each) or None


def _project(answer: Json) -> Json:
    return object_at(object_at(answer, "data"), "daily_project_usage")


def _day(entry: Json) -> tuple[date, int] | None:
    """The number came as a number once, and as a text since X's OpenAPI 2.167."""
    at, posts = time_at(entry, "date"), text_at(entry, "usage")
    is_number = posts.isascii() and posts.isdecimal() and len(posts) <= MOST_DIGITS
    return (at.astimezone(UTC).date(), int(posts)) if at and is_number else None
