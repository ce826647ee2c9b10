"""Addresses that an adapter has served by the one web server."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`query` and `headers` hold the last value of each name; header names are in lower case. `body` is as it came,
    at most 1 MiB."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is fixed text and begins with the adapter's name, such as `/slack/events`. The handler makes sure by
    itself who is asking: the page's own guard lets everybody through to it."""

    method: str
    path: str
    handle: Callable[[HttpRequest], Awaitable[HttpResponse]]
