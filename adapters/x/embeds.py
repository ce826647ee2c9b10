"""X's public embed service: who wrote a post, and whether it is still there. No sign-in and no bill, but a name and a
handle only, and one post at a time."""

import asyncio
import re
from collections.abc import Sequence
from http import HTTPStatus

import aiohttp

from adapters.x.parse import permalink
from adapters.x.shapes import Json, json_object, text_at
from bot.domain.post import Author, Post

TIMEOUT = aiohttp.ClientTimeout(total=10)
AT_ONCE = 4

_PROFILE = re.compile(r"https://(?:www\.)?(?:x|twitter)\.com/(\w{1,15})/?", re.ASCII)


class PublicEmbeds:
    """Asks for one post at a time. Without an address it asks nobody and knows nobody."""

    def __init__(self, address: str, http: aiohttp.ClientSession, user_agent: str) -> None:
        self._address = address
        self._http = http
        self._user_agent = user_agent

    async def authors(self, posts: Sequence[Post]) -> dict[str, Author]:
        """The authors it could find out, by their ids. Never raises: who is not found here costs a look-up."""
        found: dict[str, Author] = {}
        for post in posts if self._address else ():
            try:
                status, answer = await self._ask(post)
            except (aiohttp.ClientError, TimeoutError, OSError):
                break
            if status == HTTPStatus.OK and (author := _author(post, answer)):
                found[author.id] = author
        return found

    async def shown(self, posts: Sequence[Post]) -> dict[str, bool]:
        """By the ids of their keys, whether X shows these posts to everybody, as far as it said so: it stops asking at
        the first answer that says neither. Never raises."""
        found: dict[str, bool] = {}
        for start in range(0, len(posts) if self._address else 0, AT_ONCE):
            some = posts[start : start + AT_ONCE]
            answers = await asyncio.gather(*map(self._is_shown, some))
            known = zip(some, answers, strict=True)
            found |= {post.key.id: is_shown for post, is_shown in known if is_shown is not None}
            if None in answers:
                break
        return found

    async def _is_shown(self, post: Post) -> bool | None:
        try:
            status, answer = await self._ask(post)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) or (status == HTTPStatus.FORBIDDEN and answer):
            return False  # while a page of HTML that forbids comes from a school's own filter
        return True if status == HTTPStatus.OK and _PROFILE.fullmatch(text_at(answer, "author_url")) else None

    async def _ask(self, post: Post) -> tuple[int, Json]:
        """The status, and what came with it."""
        parameters = {"url": permalink(post.latest_id), "omit_script": "true", "dnt": "true"}
        request = self._http.get(
            self._address,
            params=parameters,
            headers={"User-Agent": self._user_agent},
            timeout=TIMEOUT,
            max_redirects=3,
        )
        async with request as response:
            return response.status, json_object(await response.read())


def _author(post: Post, answer: Json) -> Author | None:
    profile = _PROFILE.fullmatch(text_at(answer, "author_url"))
    if profile is None:
        return None
    name = text_at(answer, "author_name") or profile[1]
    return Author(post.key.source, post.author_id, profile[1], name, f"https://x.com/{profile[1]}")
