"""Titles: saved pages are asked what they are called, so that nobody finds an address among titles."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from traceback import extract_tb

import structlog

from bot.domain.history import What
from bot.domain.keys import PersonKey
from bot.domain.links import canonical, host_of
from bot.domain.post import Link
from bot.domain.topic import plain
from bot.errors import AdapterError, Rejected, Throttled
from bot.ports import Documents, Transaction, Untitled
from bot.services.library.history import STAFFROOM, write_down
from bot.services.library.shelf import LONGEST_TITLE
from bot.services.parts import Parts
from bot.services.posts.roundups import mend_roundups
from bot.services.wording import cut

MOST_AT_A_TIME = 10
AT_ONCE = 4
LEASE = timedelta(minutes=10)
PAUSES = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=12))
"""Until a page that did not answer is asked again; after the last it keeps the title it has."""

log = structlog.get_logger(__name__)


class Titler:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def turn(self) -> bool:
        """Asks those that are due. False where none is. What ends in between is asked once its lease has ended."""
        documents = self._parts.documents
        if documents is None or not self._parts.keeping.page_titles:
            return False
        async with self._parts.store.transaction() as tx:
            due = await tx.titles.claim(self._parts.clock.now(), LEASE, MOST_AT_A_TIME)
        of_hosts: dict[str, list[Untitled]] = {}
        for each in due:
            of_hosts.setdefault(host_of(each.url), []).append(each)
        asking = (self._ask_one_by_one(documents, each) for each in of_hosts.values())
        for outcome in await asyncio.gather(*asking, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        return bool(due)

    async def _ask_one_by_one(self, documents: Documents, of_host: Sequence[Untitled]) -> None:
        """A site is asked for one page at a time, however many of its pages were imported."""
        for each in of_host:
            await self._entitle(documents, each)

    async def _entitle(self, documents: Documents, untitled: Untitled) -> None:
        """What fails for one page keeps no other from its title."""
        async with self._gate:
            try:
                title = await documents.title(untitled.url)
            except AdapterError as problem:
                log.info("a page did not say what it is called", **_about(untitled, problem))
                await self._put_off(untitled, self._again_at(untitled, problem))
                return
            except Exception as problem:  # noqa: BLE001 - whatever it is, the next page is asked
                log.error("reading a page's title failed", **_about(untitled, problem))  # noqa: TRY400 - see there
                await self._put_off(untitled, None)
                return
        await self._keep(untitled, cut(plain(" ".join(title.split())), LONGEST_TITLE)[0])

    def _again_at(self, untitled: Untitled, problem: AdapterError) -> datetime | None:
        """None where trying again helps nobody."""
        if isinstance(problem, Rejected) or untitled.tries >= len(PAUSES):
            return None
        earliest = self._parts.clock.now() + PAUSES[untitled.tries]
        return max(earliest, problem.until) if isinstance(problem, Throttled) else earliest

    async def _put_off(self, untitled: Untitled, at: datetime | None) -> None:
        async with self._parts.store.transaction() as tx:
            await tx.titles.later(untitled, at)

    async def _keep(self, untitled: Untitled, title: str) -> None:
        now = self._parts.clock.now()
        async with self._parts.store.transaction() as tx:
            before = await tx.titles.found(untitled, title) if title else None
            if before is None:
                await tx.titles.later(untitled, None)
            elif before != title:
                await _tell(tx, untitled, before, title, now)


def _about(untitled: Untitled, problem: Exception) -> dict[str, str]:
    """Neither the address nor what the error says, which may name the site: perhaps somebody keeps the page alone."""
    *_, place = extract_tb(problem.__traceback__)
    where = f"{PurePath(place.filename).name}:{place.lineno}"
    return {"workspace": untitled.workspace, "item": untitled.item, "problem": type(problem).__name__, "where": where}


async def _tell(tx: Transaction, untitled: Untitled, before: str, title: str, at: datetime) -> None:
    """What shows the page says its title from now on, and so do the posts that lead to it."""
    workspace, item = untitled.workspace, untitled.item
    known = (await tx.library.items(workspace, [item])).get(item)
    if known and known.saver_count:
        await write_down(tx, PersonKey(workspace, STAFFROOM), item, What.TITLE_READ, at=at, before=before, after=title)
    for post in (await tx.posts.get(known.citations)).values() if known else ():
        await tx.posts.put_links(post.key, [_named(link, untitled.url, title) for link in post.links])
    await mend_roundups(tx, workspace, [item], at)


def _named(link: Link, url: str, title: str) -> Link:
    """A link to that page that says nothing of its title so far says it."""
    return replace(link, title=title) if not link.title and canonical(link.url) == canonical(url) else link
