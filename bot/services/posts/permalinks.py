"""Links that people share to posts we have."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.domain.keys import PostKey
from bot.domain.links import is_web_address, site_of
from bot.ports import Transaction
from bot.services.parts import Parts

_POST = re.compile(r"/(?:[^/]+/){0,3}status(?:es)?/(\d{1,25})(?:/.*)?")
PLACE_OF_POSTS = "x.com"


async def post_linked(tx: Transaction, parts: Parts, links: Sequence[str]) -> PostKey | None:
    """The stored post that the first of these links to posts leads to."""
    for link in links:
        number = _number_in(link)
        keys = [PostKey(source, number) for source in parts.sources] if number else []
        for key, post in (await tx.posts.get(keys)).items():
            if _place(post.url) == _place(link):
                return key
    return None


async def leads_to_what_vanished(tx: Transaction, parts: Parts, link: str) -> bool:
    """Whether the link is one to a post that must not be shown: it names who wrote it."""
    posts = [PostKey(name, id_) for name, source in parts.sources.items() if (id_ := source.post_id(link))]
    return bool(posts) and bool(await tx.posts.absent(posts))


def is_link_to_a_post(link: str) -> bool:
    return bool(_number_in(link)) and _place(link) == PLACE_OF_POSTS


def _number_in(link: str) -> str:
    found = _POST.fullmatch(urlsplit(link).path.rstrip("/")) if is_web_address(link) else None
    return found[1] if found else ""


def _place(link: str) -> str:
    """The host, with all addresses of one place as one."""
    return site_of((urlsplit(link).hostname or "").casefold())
