"""A school in memory: one engine on fakes, a staff channel, and people who use it."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from adapters.database.inbox import StoreInbox
from bot.app import Engine, reconcile
from bot.domain.budget import Caps, Prices, dollars
from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.post import Author, Metrics, Post
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topics
from bot.ports import Abilities, Store
from bot.services.parts import Parts
from tests.fakes.chat import EVERYTHING, FakeChat, Shown, buttons_of
from tests.fakes.clock import FakeClock
from tests.fakes.source import FakeSource
from tests.fakes.store import FakeStore
from tests.unit.examples import post

WORKSPACE = "fake:school"
STAFF = ChannelKey(WORKSPACE, "staff")
OFFICE = ChannelKey(WORKSPACE, "office")
EVENING_BEFORE = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
HALF_PAST_SEVEN = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
PRICES = Prices(dollars("0.005"), dollars("0.01"))


class School:
    """`morning` and `settle` turn the engine's handle once; nothing runs by itself."""

    def __init__(self, clock: FakeClock, store: Store, abilities: Abilities, caps: Caps, **more: Any) -> None:
        self.clock, self.store = clock, store
        self.x = FakeSource(clock, prices=PRICES)
        self.chat = FakeChat(StoreInbox(store, clock), abilities=abilities, workspace=WORKSPACE, clock=clock)
        self.parts = Parts(
            store,
            clock,
            "worker",
            {"x": self.x},
            {"fake": self.chat},
            caps,
            Random(1),
            config_name="config.toml",
            admin=OFFICE,
        )
        self.parts = replace(self.parts, **more)
        self.engine = Engine(self.parts, NoTicker())
        self._posts = 0

    async def configure(self, topics: str = "#edchat", **schedule: Any) -> None:
        """What the configuration file says."""
        channel = Channel(STAFF, "Staff", Schedule("UTC", **schedule), origin=Origin.CONFIG)
        async with self.store.transaction() as tx:
            await reconcile(tx, self.parts, [(channel, parse_topics(topics, account_source="x"))])

    async def open_channel(self, topics: str = "#edchat") -> None:
        """A channel that people made by commands, so that they may change it."""
        await self.configure(topics)
        async with self.store.transaction() as tx:
            await reconcile(tx, self.parts, [])
            await tx.channels.put(Channel(STAFF, "Staff", Schedule("UTC")))
        await self.chat.command("ana", STAFF, f"/pln follow {topics}")
        await self.settle()
        await self._forget_what_was_counted()

    async def _forget_what_was_counted(self) -> None:
        """A test writes its posts later, as if there had been some all the time."""
        async with self.store.transaction() as tx:
            await tx.readings.forget_before(self.clock.now() + timedelta(seconds=1))

    def write(self, text: str = "", **changes: Any) -> Post:
        """Somebody posts, an hour ago unless said otherwise, with #edchat, and many people like it."""
        self._posts += 1
        usual = {"hashtags": ("edchat",), "metrics": Metrics(likes=30)}
        values = {"created_at": self.clock.now() - timedelta(hours=1)} | usual | changes
        written = post(self._posts, text, **values)
        self.x.posts.append(written)
        self.x.people.append(
            Author("x", written.author_id, f"author{self._posts}", f"Author {self._posts}", "https://x.example/a")
        )
        return written

    async def digest_of(self, posts: int = 2, **written: Any) -> Shown:
        """This morning's digest in a channel that people made, with so many posts."""
        await self.open_channel()
        return await self.next_digest(posts, **written)

    async def next_digest(self, posts: int = 2, **written: Any) -> Shown:
        before = len(self.digests())
        await self.plan()
        self.clock.set(HALF_PAST_SEVEN)
        for _ in range(posts):
            self.write(**written)
        await self.at(HALF_PAST_SEVEN)
        return self.digests()[before]

    async def plan(self) -> None:
        """The evening before: what is due tomorrow is known."""
        self.clock.set(EVENING_BEFORE)
        await self.engine.turn_morning()

    async def at(self, moment: datetime) -> None:
        """The clock stands there, and everything that is due happens."""
        self.clock.set(moment)
        await self.engine.turn_morning()
        await self.settle()

    async def settle(self) -> None:
        await self.engine.turn_answers()
        await self.engine.turn_morning()
        await self.engine.turn_answers()

    async def say(self, person: str, text: str, channel: ChannelKey = STAFF) -> str:
        """Types a command and returns the private answer, the last where a source had to be asked for it, or the title
        of the form that opens instead."""
        messages, forms = len(self.chat.messages), len(self.chat.forms)
        await self.chat.command(person, channel, text)
        await self.settle()
        return self._heard(person, messages, forms)

    def _heard(self, person: str, messages: int, forms: int) -> str:
        opened = [each.form.title for each in self.chat.forms[forms:] if each.person == person]
        heard = [each.text for each in self.chat.messages[messages:] if each.private_to == person]
        return next(iter(heard[-1:]), *opened)

    async def hear(self, person: str, act: Awaitable[object]) -> str:
        """Does something and returns what that person is told privately about it; empty where nothing is."""
        messages = len(self.chat.messages)
        await act
        await self.settle()
        return "\n".join(each.text for each in self.chat.messages[messages:] if each.private_to == person)

    def last_answer(self, person: str) -> Shown:
        """What this person was told privately last."""
        return [each for each in self.chat.messages if each.private_to == person][-1]

    async def a_minute_later(self) -> None:
        """What is shown at most once a minute is shown."""
        await self.at(self.clock.now() + timedelta(minutes=1))

    async def press(self, person: str, message: str, beginning: str) -> None:
        """Presses the button whose label begins like that."""
        shown = self.chat.message(message)
        assert shown
        labels = [button.label for button in buttons_of(shown.message) if button.label.startswith(beginning)]
        await self.chat.press(person, message, labels[0])
        await self.settle()

    def digests(self, person: str = "somebody") -> list[Shown]:
        return [
            each for each in self.chat.shown(STAFF, person) if "posts from" in each.text or "post from" in each.text
        ]

    def told_to_the_office(self) -> list[str]:
        return [each.text for each in self.chat.shown(OFFICE)]


class NeverTicking:
    def start(self, every: timedelta, tick: Any) -> None:
        """Nothing turns by itself."""

    def stop(self) -> None:
        pass


class NoTicker:
    def start(self, every: timedelta, tick: Any) -> None:  # noqa: ARG002
        raise AssertionError("a test turns the handle itself")

    def stop(self) -> None:
        pass


@asynccontextmanager
async def school(
    *,
    abilities: Abilities = EVERYTHING,
    caps: Caps | None = None,
    store: Store | None = None,
    clock: FakeClock | None = None,
    **more: Any,
) -> AsyncIterator[School]:
    """`more` are parts of the engine."""
    clock = clock or FakeClock(EVENING_BEFORE)
    found = School(clock, store or FakeStore(clock), abilities, caps or Caps(dollars(1), dollars(10)), **more)
    async with found.chat, found.x:
        yield found
