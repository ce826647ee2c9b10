"""Points at which a process can die, and parts that have them before and after everything that leaves a trace."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from types import TracebackType
from typing import Self

from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.coverage import Span
from bot.domain.events import Event, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile
from bot.domain.post import Post
from bot.domain.topic import Topic
from bot.ports import (
    Abilities,
    Accounts,
    Allowance,
    Batch,
    ChannelSeen,
    ChatAdapter,
    Counted,
    Found,
    Inbox,
    Outgoing,
    PostSource,
    Query,
    Rechecked,
    Route,
    SeenReaction,
    Store,
    Transaction,
    Want,
)
from bot.views import Form, Message


class Killer:
    """Counts the points a life passes, and ends it at the one it was told."""

    def __init__(self, kill_at: int | None) -> None:
        self._kill_at = kill_at
        self.passed: list[str] = []

    def point(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    """Dies just before a commit and just after it. A transaction that changed no row is no point: whoever dies there
    leaves what the point before it leaves. `changed` says how many rows were changed so far."""

    def __init__(self, store: Store, killer: Killer, changed: Callable[[], int]) -> None:
        self._store, self._killer, self._changed = store, killer, changed

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._store.transaction() as tx:
            before = self._changed()
            yield tx
            wrote = self._changed() > before
            if wrote:
                self._killer.point("before a commit")
        if wrote:
            self._killer.point("after a commit")

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        return self._store.reading()

    async def installed_at(self) -> datetime:
        return await self._store.installed_at()

    async def tidy(self) -> None:
        await self._store.tidy()

    async def take_stock(self) -> None:
        await self._store.take_stock()

    async def check(self) -> Sequence[Check]:
        return await self._store.check()


class MortalInbox:
    """Dies just before an event is kept and just after it: before it is acknowledged. `kept` are so many."""

    def __init__(self, inbox: Inbox, killer: Killer) -> None:
        self._inbox, self._killer = inbox, killer
        self._came = asyncio.Condition()
        self.kept = 0

    async def accept(self, event: Event) -> bool:
        self._killer.point("before keeping an event")
        is_new = await self._inbox.accept(event)
        self._killer.point("after keeping an event")
        async with self._came:
            self.kept += 1
            self._came.notify_all()
        return is_new

    async def until(self, kept: int) -> None:
        """Waits until so many were kept."""
        async with asyncio.timeout(10), self._came:
            await self._came.wait_for(lambda: self.kept >= kept)


class MortalSource:
    """Dies just before a request and just after its answer."""

    def __init__(self, source: PostSource, killer: Killer) -> None:
        self._source, self._killer = source, killer
        self.name, self.label, self.prices, self.reach = source.name, source.label, source.prices, source.reach
        self.exports_text = source.exports_text

    async def __aenter__(self) -> Self:
        await self._source.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._source.__aexit__(kind, error, trace)

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        self._killer.point("before reading")
        async for batch in self._source.read(wants, allowance):
            self._killer.point("after an answer of the search")
            yield batch

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        return self._source.queries(wants)

    async def count(self, topic: Topic, span: Span, allowance: Allowance) -> Counted:
        self._killer.point("before counting")
        counted = await self._source.count(topic, span, allowance)
        self._killer.point("after counting")
        return counted

    async def lookup(self, ids: Sequence[str], allowance: Allowance) -> Sequence[Found]:
        self._killer.point("before looking up posts")
        found = await self._source.lookup(ids, allowance)
        self._killer.point("after looking up posts")
        return found

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        self._killer.point("before checking whether posts are there")
        async for each in self._source.recheck(posts, allowance):
            self._killer.point("after an answer about posts")
            yield each

    async def usage(self, days: int) -> Mapping[date, int] | None:
        return await self._source.usage(days)

    def post_id(self, url: str) -> str | None:
        return self._source.post_id(url)

    def search_url(self, words: str) -> str | None:
        return self._source.search_url(words)

    def account_links(self, handle: str) -> Mapping[str, str]:
        return self._source.account_links(handle)

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        self._killer.point("before looking up accounts")
        found = await self._source.accounts(handles, allowance)
        self._killer.point("after looking up accounts")
        return found

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        self._killer.point("before looking up authors")
        found = await self._source.authors(posts, allowance)
        self._killer.point("after looking up authors")
        return found

    async def check(self) -> Sequence[Check]:
        return await self._source.check()


class MortalChat(ChatAdapter):
    """Dies just before a request to the platform and just after it was carried out."""

    def __init__(self, chat: ChatAdapter, killer: Killer) -> None:
        self._chat, self._killer = chat, killer
        self.name = chat.name

    async def __aenter__(self) -> Self:
        await self._chat.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._chat.__aexit__(kind, error, trace)

    def workspaces(self) -> Sequence[Workspace]:
        return self._chat.workspaces()

    def abilities(self, workspace: str) -> Abilities:
        return self._chat.abilities(workspace)

    def groups(self, workspace: str) -> Mapping[str, str]:
        return self._chat.groups(workspace)

    async def send(self, outgoing: Outgoing) -> str | None:
        self._killer.point("before sending")
        reference = await self._chat.send(outgoing)
        self._killer.point("after sending")
        return reference

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        self._killer.point("before editing")
        await self._chat.edit(channel, message, new)
        self._killer.point("after editing")

    async def remove(self, channel: ChannelKey, message: str) -> None:
        await self._chat.remove(channel, message)

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        self._killer.point("before asking")
        reference = await self._chat.find(channel, delivery)
        self._killer.point("after asking")
        return reference

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        self._killer.point("before adding reactions")
        await self._chat.seed(channel, message, emoji)
        self._killer.point("after adding reactions")

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        return await self._chat.reactions(channel, message)

    async def check(self) -> Sequence[Check]:
        return await self._chat.check()

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:
        self._killer.point("before opening a form")
        await self._chat.open_form(reply, form)
        self._killer.point("after opening a form")

    async def publish_home(self, person: PersonKey, page: Message) -> None:
        self._killer.point("before publishing a page")
        await self._chat.publish_home(person, page)
        self._killer.point("after publishing a page")

    async def profile(self, person: PersonKey) -> Profile:
        return await self._chat.profile(person)

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:
        return await self._chat.look(channel)

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:
        return await self._chat.links(channel, message)

    def routes(self) -> Sequence[Route]:
        return self._chat.routes()
