"""How soon the last of many channels has its digest, and how long a command waits meanwhile:

    python -m benchmarks.deliveries [CHANNELS]

The engine is real, on SQLite; the chat takes 50 ms for every request and knows no limits.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from types import TracebackType
from typing import Self

from adapters.clock import SystemClock
from adapters.database.migrate import migrate
from adapters.database.store import open_store
from adapters.logs import set_up_logs
from adapters.queue.ticker import IntervalTicker
from bot.app import Engine
from bot.domain.channel import Channel, NewSlot, Origin, Workspace
from bot.domain.check import Check
from bot.domain.content import Say
from bot.domain.coverage import Span
from bot.domain.delivery import NewDelivery
from bot.domain.events import CommandGiven, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.post import Author
from bot.domain.schedule import Reading, Schedule, SlotKind
from bot.ports import Abilities, ChatAdapter, Inbox, Outgoing, SeenReaction, Store
from bot.services.parts import Parts
from bot.views import Message
from tests.unit.examples import liked, link, post, topic

REQUEST = 0.05
BETWEEN_COMMANDS = 0.25
MOST_SECONDS = 300
WORKSPACE = Workspace("bench:school", "bench", "A large school")
STAFF = ChannelKey(WORKSPACE.id, "channel-0")
ABLE = Abilities(
    commands=True, buttons=True, private_messages=True, reaction_events=True, edit=True, remove=True, find=True
)


class SlowChat(ChatAdapter):
    """`arrived` says when each message reached it, by its delivery or, for an answer, by what it answers."""

    name = "bench"

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.messages = 0
        self.requests = 0
        self.most_at_once = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def workspaces(self) -> Sequence[Workspace]:
        return [WORKSPACE]

    def abilities(self, workspace: str) -> Abilities:  # noqa: ARG002 - there is one
        return ABLE

    async def send(self, outgoing: Outgoing) -> str:
        self.arrived[outgoing.reply.value if outgoing.reply else outgoing.delivery] = perf_counter()
        self.messages += outgoing.reply is None
        await self._request()
        return f"m-{outgoing.delivery}"

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:  # noqa: ARG002
        await self._request()

    async def remove(self, channel: ChannelKey, message: str) -> None:  # noqa: ARG002
        await self._request()

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:  # noqa: ARG002
        await self._request()
        return None

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:  # noqa: ARG002
        await self._request()

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:  # noqa: ARG002
        return []

    async def check(self) -> Sequence[Check]:
        return []

    async def _request(self) -> None:
        self.requests += 1
        self.most_at_once = max(self.most_at_once, self.requests)
        await asyncio.sleep(REQUEST)
        self.requests -= 1


class School:
    """An engine with many channels that follow one hashtag."""

    def __init__(self, store: Store, chat: ChatAdapter, channels: Sequence[ChannelKey]) -> None:
        self.chat, self.clock, self.channels = chat, SystemClock(), channels
        self.parts = Parts(store, self.clock, "worker", {}, {chat.name: chat}, random=Random(1))
        self.engine = Engine(self.parts, IntervalTicker())

    async def furnish(self) -> None:
        """Posts that have been read already."""
        now, edchat = self.clock.now(), topic()
        async with self.parts.store.transaction() as tx:
            for workspace in self.chat.workspaces():
                await tx.channels.put_workspace(workspace)
            for number, key in enumerate(self.channels):
                await tx.channels.put(Channel(key, f"Channel {number}", Schedule("UTC"), origin=Origin.COMMAND))
                await tx.topics.follow(key, edchat, Origin.COMMAND, None, now)
            posts = [
                post(
                    n, created_at=now - timedelta(minutes=n), links=link(f"https://site{n}.example/"), metrics=liked(n)
                )
                for n in range(1, 200)
            ]
            await tx.posts.add(posts, {each.key: [edchat] for each in posts}, now)
            authors = [Author("x", each.author_id, each.author_id, "Somebody", "https://x.example/a") for each in posts]
            await tx.posts.put_authors(authors, now)
            await tx.coverage.add("x", edchat, Span(now - timedelta(days=7), now))

    async def until_planned(self) -> None:
        while True:
            async with self.parts.store.reading() as tx:
                if all([await tx.slots.next_due(key) for key in self.channels]):
                    return
            await asyncio.sleep(0.1)

    async def digests_are_due(self) -> None:
        async with self.parts.store.transaction() as tx:
            for number, key in enumerate(self.channels):
                await tx.slots.plan(NewSlot(f"slot-{number}", key, SlotKind.FIRST, "first", self.clock.now()))
            slots = [await tx.slots.get(key.workspace, f"slot-{number}") for number, key in enumerate(self.channels)]
            await tx.slots.set_reading([slot for slot in slots if slot], Reading.DONE)

    async def messages_are_due(self, count: int) -> None:
        """By turns in all channels."""
        async with self.parts.store.transaction() as tx:
            for number in range(count):
                key, name = self.channels[number % len(self.channels)], f"d-{number}"
                await tx.outbox.put(NewDelivery(name, name, key, (Say("Hello."),)), self.clock.now())


class Staff:
    """Keeps asking while messages go out."""

    def __init__(self, school: School, chat: SlowChat, inbox: Inbox) -> None:
        self.school, self.chat, self.inbox = school, chat, inbox

    async def until_shown(self, count: int) -> list[float]:
        """What each command waited, in ms, while so many messages went out."""
        begun, asked = perf_counter(), dict[str, float]()
        while self.chat.messages < count and perf_counter() - begun < MOST_SECONDS:
            number = f"command-{len(asked)}"
            asked[number] = perf_counter()
            await self._command(number)
            await asyncio.sleep(BETWEEN_COMMANDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST_SECONDS):
                await self._until_answered(asked)
        return [(self.chat.arrived[number] - at) * 1000 for number, at in asked.items() if number in self.chat.arrived]

    async def _until_answered(self, asked: Collection[str]) -> None:
        while not set(asked) <= self.chat.arrived.keys():  # noqa: ASYNC110 - this is a benchmark
            await asyncio.sleep(0.01)

    async def _command(self, number: str) -> None:
        person = Person(PersonKey(WORKSPACE.id, f"person-{number}"), "Ana")
        reply = ReplyHandle(number, datetime.now(UTC) + timedelta(minutes=30))
        await self.inbox.accept(Event(WORKSPACE.id, number, CommandGiven(person, STAFF, "/pln list", reply), None))


async def trial(title: str, folder: Path, channels: int, *, composed: bool) -> None:
    address = f"sqlite:///{folder / title}.db"
    await asyncio.to_thread(migrate, address)
    async with open_store(address, SystemClock()) as store:
        chat = SlowChat()
        school = School(store, chat, [ChannelKey(WORKSPACE.id, f"channel-{number}") for number in range(channels)])
        staff = Staff(school, chat, store.inbox(school.engine.wake))
        await school.furnish()
        async with chat, school.engine:
            await school.until_planned()
            await (school.messages_are_due(channels) if composed else school.digests_are_due())
            gc.collect()
            gc.freeze()  # as `run` does
            begun = perf_counter()
            waited = await staff.until_shown(channels)
            took = perf_counter() - begun
            cuts = quantiles(waited, n=100)
            print(
                f"{title}: {chat.messages:,} after {took:.1f} s, at most {chat.most_at_once} at once; "
                f"{len(waited)} commands: p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f}, longest {max(waited):.0f} ms"
            )


async def main() -> None:
    set_up_logs(level=logging.ERROR)
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with TemporaryDirectory() as name:
        await trial("messages", Path(name), many, composed=True)
        await trial("digests", Path(name), min(many, 400), composed=False)


if __name__ == "__main__":
    asyncio.run(main())
