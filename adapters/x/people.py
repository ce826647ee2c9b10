"""Who is who at X: by handle, and by what they wrote."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from adapters.x.client import Client
from adapters.x.embeds import PublicEmbeds
from adapters.x.parse import parse_users
from bot.domain.budget import Resources
from bot.domain.post import Author, Post
from bot.errors import OutOfAllowance, StaffroomError
from bot.ports import Accounts, Allowance, Receipt

MOST_USERS = 100
USER_FIELDS = ["name", "profile_image_url", "protected", "public_metrics", "username"]

_HANDLE = re.compile(r"\w{1,15}", re.ASCII)


class People:
    """A user costs twice what a post does: the free embeds of their posts are asked first."""

    def __init__(self, client: Client, embeds: PublicEmbeds, source: str) -> None:
        self._client = client
        self._embeds = embeds
        self._source = source

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        asked = list(dict.fromkeys(handle.removeprefix("@").casefold() for handle in handles))
        well_formed = [handle for handle in asked if _HANDLE.fullmatch(handle)]
        impossible = [handle for handle in asked if not _HANDLE.fullmatch(handle)]

        async def look_up(some: Sequence[str]) -> Accounts:
            receipt, found, missing = await self._users("users/by", "usernames", some, allowance)
            by_handle = {author.handle.casefold(): author for author in found}
            absent = {each.casefold() for each in missing} & set(some) - set(by_handle)
            return Accounts(receipt, by_handle, sorted(absent))

        answers = [Accounts(None, missing=impossible)] if impossible else []
        return await _all_it_can(look_up, well_formed, answers)

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        by_author = {post.author_id: post for post in posts if post.author_id}
        named = await self._embeds.authors(list(by_author.values()))
        unnamed = [author for author in by_author if author.isdecimal() and author not in named]

        async def look_up(some: Sequence[str]) -> Accounts:
            receipt, found, missing = await self._users("users", "ids", some, allowance)
            return Accounts(receipt, {author.id: author for author in found}, missing)

        try:
            return await _all_it_can(look_up, unnamed, [Accounts(None, named)] if named else [])
        except OutOfAllowance:
            return []

    async def _users(
        self, endpoint: str, key: str, values: Sequence[str], allowance: Allowance
    ) -> tuple[Receipt, list[Author], list[str]]:
        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.get_users(**{key: list(values)}, user_fields=USER_FIELDS)

        worst = Resources(users=len(values))
        reservation, answer = await self._client.paid(endpoint, request, worst, allowance)
        found, missing = parse_users(answer, source=self._source)
        billed = Resources(users=len(found), user_ids=tuple(author.id for author in found))
        return Receipt(reservation, billed), found, missing


async def _all_it_can(
    look_up: Callable[[Sequence[str]], Awaitable[Accounts]], values: Sequence[str], answers: list[Accounts]
) -> Sequence[Accounts]:
    """The answers so far and those for the values, as many at a time as X allows. What was found is kept: a failure
    counts only where there is nothing to lose."""
    for start in range(0, len(values), MOST_USERS):
        try:
            answers.append(await look_up(values[start : start + MOST_USERS]))
        except StaffroomError:
            if not answers:
                raise
            break
    return answers
