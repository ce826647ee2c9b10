"""X's batch compliance jobs: a list of ids goes up, and a list of those that must not be shown comes down. Free, but it
may take X minutes: a job is begun by one attempt and picked up by a later one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from adapters.x.client import Client
from adapters.x.errors import failure
from adapters.x.section import is_safe
from adapters.x.shapes import Json, json_object, object_at, text_at
from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import Rejected, Unavailable

PATIENCE = timedelta(hours=2)
"""How long a job is waited for before the next way is tried."""
MOST_BYTES = 50_000_000

_REASONS = {
    "deleted": Standing.GONE,
    "deactivated": Standing.GONE,
    "bounced": Standing.GONE,
    "suspended": Standing.SUSPENDED,
    "protected": Standing.PROTECTED,
    # Only the place is taken away from the post, and Staffroom keeps no places.
    "scrub_geo": Standing.PRESENT,
}
_IN_PROGRESS = frozenset({"created", "in_progress"})


@dataclass(frozen=True, slots=True)
class _Job:
    id: str
    posts: dict[str, str]
    """The ids of the posts' keys, by the ids that went up."""
    begun_at: datetime


class ComplianceJobs:
    """One at a time, as X allows. Which one runs is remembered here only: one that is lost is begun again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._running: _Job | None = None
        self._turn = asyncio.Lock()

    async def standings(self, posts: Sequence[Post]) -> dict[str, Standing]:
        """Those of the posts, by the ids of their keys, that X has said something about by now: nothing, where a job is
        still at it. Raises AdapterError where jobs cannot be had."""
        async with self._turn:
            return await self._standings(posts)

    async def _standings(self, posts: Sequence[Post]) -> dict[str, Standing]:
        job = self._running = self._running or await self._begun(posts)
        try:
            known = await self._finished(job)
        except Exception:
            self._running = None
            raise
        if known is None:
            return {}
        self._running = None
        asked = {post.key.id for post in posts}
        return {each: standing for each, standing in known.items() if each in asked}

    async def _begun(self, posts: Sequence[Post]) -> _Job:
        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.create_compliance_job("tweets", name="staffroom")

        described = object_at(await self._client.free(request), "data")
        job = _Job(_id_of(described), {post.latest_id: post.key.id for post in posts}, self._client.clock.now())
        ids = "".join(f"{each}\n" for each in job.posts)
        await self._transfer("PUT", text_at(described, "upload_url"), ids.encode())
        return job

    async def _finished(self, job: _Job) -> dict[str, Standing] | None:
        """What the job found out; None while it runs."""

        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.get_compliance_job(job.id)

        described = object_at(await self._client.free(request), "data")
        match text_at(described, "status"):
            case "complete":
                listed = await self._transfer("GET", text_at(described, "download_url"))
                return _told(job, listed)
            case status if status in _IN_PROGRESS and self._client.clock.now() - job.begun_at < PATIENCE:
                return None
            case _:
                raise Unavailable("X did not finish checking whether posts are still there. It is tried again later.")

    async def _transfer(self, method: str, url: str, content: bytes | None = None) -> bytes:
        """To and from the store that X names; the school's token is not sent there."""
        if not is_safe(url):
            raise Rejected("X named an address for its compliance job that is not safe to use.")
        options: dict[str, Any] = {"data": content, "headers": {"Content-Type": "text/plain"}} if content else {}
        try:
            async with self._client.http.request(
                method, URL(url, encoded=True), allow_redirects=False, **options
            ) as response:
                if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                    raise Unavailable(
                        f"{urlsplit(url).hostname}, where X keeps its lists of posts, refused (status "
                        f"{response.status}). Check the firewall."
                    )
                return await _bounded(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure(error) from None


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    received = bytearray()
    async for chunk in response.content.iter_any():
        received += chunk
        if len(received) > MOST_BYTES:
            raise Unavailable("X sent a list of posts that is too long to read.")
    return bytes(received)


def _id_of(described: Json) -> str:
    found = text_at(described, "id")
    if not (found.isascii() and found.isdecimal()):
        raise Unavailable("X began a compliance job without a name. It is tried again later.")
    return found


def _told(job: _Job, listed: bytes) -> dict[str, Standing]:
    """What is not listed is there. A line that cannot be read leaves everything open: it could have named any post."""
    lines = [json_object(line) for line in listed.splitlines() if line.strip()]
    if not all(text_at(line, "id") for line in lines):
        raise Unavailable("X sent a list of posts that cannot be read. It is tried again later.")
    named = {text_at(line, "id"): _standing(line) for line in lines if text_at(line, "action") in ("", "delete")}
    return {key: named.get(each, Standing.PRESENT) for each, key in job.posts.items()}


def _standing(line: Json) -> Standing:
    """An unknown reason to delete is one to look closer at, not one to delete for."""
    return _REASONS.get(text_at(line, "reason").casefold(), Standing.UNKNOWN)
