"""Posts by their ids: what they are like now, or why X does not show them."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any

from adapters.x.client import WHOLE_POSTS, Client
from adapters.x.links import LARGEST_ID
from adapters.x.parse import editions_of, parse_page
from adapters.x.shapes import Json, last_segment, objects_at, text_at
from bot.domain.budget import Resources
from bot.domain.standing import Standing
from bot.errors import AdapterError, OutOfAllowance, StaffroomError
from bot.ports import Allowance, Found, Receipt

MOST_IDS = 100
MOST_DIGITS = 19


class Lookups:
    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> list[Found]:
        """A failure counts only where nothing was found before it."""
        found: list[Found] = []
        try:
            async for each in self.one_by_one(ids, allowance):
                found.append(each)  # noqa: PERF401 - what came before a failure counts
        except StaffroomError:
            if not found:
                raise
        return found

    async def one_by_one(self, ids: Sequence[str], allowance: Allowance) -> AsyncIterator[Found]:
        """An answer a request, as many ids in each as X and the allowance permit. Where a post was edited its newest
        version follows, under the id that was asked for."""
        waiting = [each for each in dict.fromkeys(ids) if _is_id(each)]
        while waiting:
            size = await self._client.affordable_posts(min(len(waiting), MOST_IDS), 1, allowance)
            asked, waiting = waiting[:size], waiting[size:]
            found, edited = await self._request(asked, allowance)
            yield found
            if edited:
                async for newer in self._newest_versions(edited, allowance):
                    yield newer

    async def _request(self, ids: Sequence[str], allowance: Allowance) -> tuple[Found, dict[str, str]]:
        """What was found, and the ids of newer versions with those that were asked for."""

        async def request() -> Any:  # noqa: ANN401 - tweepy has no types
            return await self._client.tweepy.get_tweets(list(ids), **WHOLE_POSTS)

        worst = Resources(posts=len(ids))
        reservation, answer = await self._client.paid("tweets", request, worst, allowance)
        page = parse_page(answer, read_at=self._client.clock.now(), source=self._source)
        posts = {post.latest_id: post for post in page.posts}
        found = Found(
            receipt=Receipt(reservation, page.resources),
            posts={each: posts[each] for each in ids if each in posts},
            authors=page.authors,
            absent=_absent(answer, set(ids) - posts.keys()),
        )
        return found, _edited(answer, ids)

    async def _newest_versions(self, edited: Mapping[str, str], allowance: Allowance) -> AsyncIterator[Found]:
        """Each edit has an id of its own, and X shows an old one as it was. Without money for it the old one stands."""
        try:
            size = await self._client.affordable_posts(len(edited), 1, allowance)
            found, _ = await self._request(list(edited)[:size], allowance)
        except (AdapterError, OutOfAllowance):
            return
        yield Found(found.receipt, {edited[each]: post for each, post in found.posts.items()}, found.authors)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS and int(text) <= LARGEST_ID


def _absent(answer: Json, asked: Collection[str]) -> dict[str, Standing]:
    """Why X leaves out what was asked for. What it says of other things, a quoted post say, is none of it."""
    named = ((text_at(each, "resource_id", "value"), _standing(each)) for each in _about_posts(answer))
    return {each: standing for each, standing in named if standing and each in asked}


def _about_posts(answer: Json) -> Iterable[Json]:
    return (each for each in objects_at(answer, "errors") if text_at(each, "parameter") in ("", "id", "ids"))


def _standing(problem: Json) -> Standing | None:
    """None where the problem may pass."""
    match last_segment(problem):
        case "resource-not-found":
            return Standing.GONE
        case "not-authorized-for-resource" if "suspended" in text_at(problem, "detail").casefold():
            return Standing.SUSPENDED
        case "not-authorized-for-resource":
            return Standing.PROTECTED
        case _:
            return None


def _edited(answer: Json, asked: Collection[str]) -> dict[str, str]:
    """The ids of newer versions, each with the id that was asked for."""
    newest = {text_at(each, "id"): editions_of(each)[-1] for each in objects_at(answer, "data")}
    return {newer: each for each, newer in newest.items() if each in asked and newer not in asked and _is_id(newer)}
