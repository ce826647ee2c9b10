"""Who wrote a post, from X's public embed service: no sign-in, no bill, but a name and a handle only."""

import re
from collections.abc import Sequence
from http import HTTPStatus

import aiohttp

from adapters.x.parse import permalink
from adapters.x.shapes import json_object, text_at
from bot.domain.post import Author, Post

TIMEOUT = aiohttp.ClientTimeout(total=10)

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
                author = await self._author(post)
            except (aiohttp.ClientError, TimeoutError, OSError):
                break
            if author is not None:
                found[author.id] = author
        return found

    async def _author(self, post: Post) -> Author | None:
        parameters = {"url": permalink(post.latest_id), "omit_script": "true", "dnt": "true"}
        request = self._http.get(
            self._address,
            params=parameters,
            headers={"User-Agent": self._user_agent},
            timeout=TIMEOUT,
            max_redirects=3,
        )
        async with request as response:
            answer = json_object(await response.read()) if response.status == HTTPStatus.OK else {}
        profile = _PROFILE.fullmatch(text_at(answer, "author_url"))
        if profile is None:
            return None
        name = text_at(answer, "author_name") or profile[1]
        return Author(post.key.source, post.author_id, profile[1], name, f"https://x.com/{profile[1]}")
