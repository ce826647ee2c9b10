"""Invented posts and topics for tests, with only what a test cares about said."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.domain.digest import Candidate
from bot.domain.keys import PostKey
from bot.domain.post import Link, Metrics, Post
from bot.domain.topic import Topic, parse_topic

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def topic(text: str = "#edchat") -> Topic:
    return parse_topic(text, account_source="x")


def post(number: int = 1, text: str = "", **changes: Any) -> Post:
    values: dict[str, Any] = {
        "key": PostKey("x", str(number)),
        "latest_id": str(number),
        "author_id": f"author-{number}",
        "text": text or _sentence(number),
        "created_at": NOW - timedelta(hours=2),
        "url": f"https://x.example/status/{number}",
    }
    return Post(**(values | changes))


def candidate(number: int = 1, text: str = "", topics: tuple[str, ...] = ("#edchat",), **changes: Any) -> Candidate:
    return Candidate(post(number, text, **changes), tuple(topic(each) for each in topics))


def link(url: str) -> tuple[Link, ...]:
    return (Link(url),)


def liked(number: int) -> Metrics:
    return Metrics(likes=number)


def _sentence(number: int) -> str:
    """A sentence that shares few letters with any other number's, and is worth showing: it speaks to teachers."""
    return " ".join(sha256(f"{number} {n}".encode()).hexdigest()[:7] for n in range(8)) + " lesson ideas for my pupils"
