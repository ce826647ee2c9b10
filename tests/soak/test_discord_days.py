"""Some days on Discord: several people at once, and a gateway and an API that have their troubles. Whatever was saved
is in the library, whatever was taken is answered once, and there is one digest a morning."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest

from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from bot.domain.library import KEYCAPS
from bot.domain.post import Author, Metrics
from bot.domain.search import ALL_ITEMS
from bot.plugins import ChatTools
from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.discord_server_hands import labels_of
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import Message
from tests.rigs.school import HALF_PAST_SEVEN
from tests.unit.examples import post

pytestmark = pytest.mark.asyncio

TEXTS = (
    "Fractions with paper strips: how my year 5 class compared thirds and quarters without a worksheet",
    "Exit tickets that take two minutes to mark, with the three questions we use most",
    "Our reading corner moved into the corridor, and more pupils borrow books at break",
    "Retrieval practice in history: five starters about the Tudors that cost no preparation",
    "A seating plan that changes every fortnight made group work calmer in my chemistry lessons",
    "What worked when parents came to see maths lessons instead of hearing about them",
    "Three ways to give feedback on essays while pupils still write them",
    "Why we let year 8 design the risk assessment before each practical in science",
    "Phonics for older beginners: games from our lunchtime club that nobody finds childish",
    "Homework as a choice of three tasks: what pupils picked, and what they learned from it",
    "Debating with exit routes: how shy pupils found their words in geography",
    "A marking policy on one page, written by the whole department in one afternoon",
)
PEOPLE = ("ana", "ben", "cleo", "dev", "gus")
DAYS = 3
ACTS_A_DAY = 30
POSTS_A_DAY = 4
DIGEST = "posts from #edchat"
BETWEEN_LOOKS = 0.02
"""Seconds. Looking is work: without a pause the clock would outrun what is looked at."""
HASTE = Patience(to_connect=5, for_a_heartbeat=5, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE)


class Days:
    """What people did so far: `tapped` are reactions that stand, `pressed` buttons, each as person and title."""

    def __init__(self, our: DiscordSchool, random: Random) -> None:
        self.our = our
        self.random = random
        self.written = 0
        self.tapped: set[tuple[str, int, str]] = set()
        self.pressed: set[tuple[str, int, str]] = set()

    async def live(self) -> None:
        await self.our.say("ben", "/pln follow #edchat")
        await self.our.until(lambda: any(not each.only_for for each in self.our.server.messages("staffroom", "ana")))
        for day in range(DAYS):
            digest = await self._morning(HALF_PAST_SEVEN + timedelta(days=day))
            for _act in range(ACTS_A_DAY):
                await self._act(digest)
            await self._until_all_is_kept()

    async def _morning(self, at: datetime) -> Message:
        """One digest, whatever the first attempts come to."""
        our, faults = self.our, self.our.server.faults
        known = len(self.digests())
        our.clock.set(at - timedelta(hours=12))
        await our.engine.installed()
        our.clock.set(at)
        for _number in range(POSTS_A_DAY):
            self._write(at)
        trouble = self.random.choice(["none", "throttled", "done, then dropped", "dropped", "out of service"])
        if trouble == "throttled":
            faults.throttle(30, operation="create_message")
        elif trouble != "none":
            faults.fail_next(trouble, operation="create_message")
        await our.engine.installed()
        await self.in_time(lambda: self._is_known(known + 1))
        return self.digests()[-1]

    async def _is_known(self, number: int) -> bool:
        """Whether so many digests are there and the engine knows of the last one: after a cut it asks a while later."""
        async with self.our.store.reading() as tx:
            shown = await tx.outbox.recent(self.our.staff.workspace, self.our.clock.now() - timedelta(days=1))
        digests = self.digests()
        return len(digests) == number and any((each.message or "").endswith(digests[-1].id) for each in shown)

    async def in_time(self, happened: Callable[[], Awaitable[bool]]) -> None:
        """The clock goes on, a minute each time that nothing more happens at once."""
        for _minute in range(60):
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    while not await happened():  # noqa: ASYNC110 - anything may be waited for
                        await asyncio.sleep(BETWEEN_LOOKS)
                    return
            self.our.clock.advance(timedelta(minutes=1))
            await self.our.engine.installed()
        raise AssertionError("it did not happen in an hour")

    def _write(self, at: datetime) -> None:
        text = TEXTS[self.written]
        self.written += 1
        hour_ago, liked = at - timedelta(hours=1), Metrics(likes=30)
        written = post(self.written, text, hashtags=("edchat",), created_at=hour_ago, metrics=liked)
        name = f"Author {self.written}"
        self.our.x.posts.append(written)
        self.our.x.people.append(Author("x", written.author_id, f"author{self.written}", name, "https://x.example/a"))

    def digests(self) -> list[Message]:
        shown = self.our.server.messages("staffroom", "ana")
        return [each for each in shown if not each.only_for and DIGEST in read(each).text]

    async def _act(self, digest: Message) -> None:
        """Mostly people; now and then the line."""
        person, number = self.random.choice(PEOPLE), self.random.randint(1, 3)
        people, gateway = self.our.server.people, self.our.server.gateway
        match self.random.randint(1, 12):
            case 1:
                gateway.cut()
                self._tap(person, digest, number)
            case 2:
                gateway.ask_to_reconnect()
                self._tap(person, digest, number)
            case 3:
                gateway.invalidate()
                self._tap(person, digest, number)
                await gateway.settled()
            case 4 | 5:
                await people.command(person, "staffroom", "/pln saved").acknowledged()
            case 6 | 7:
                label = next(each for each in labels_of(digest.components) if each.startswith(f"Save item {number} "))
                if await people.press(person, digest.id, label).acknowledged():
                    self.pressed.add((person, number, digest.id))
            case 8:
                await gateway.is_ready()
                await gateway.settled()
                self._untap(person, digest, number)
                await gateway.settled()
            case _:
                self._tap(person, digest, number)

    def _tap(self, person: str, digest: Message, number: int) -> None:
        self.our.server.people.react(person, digest.id, KEYCAPS[number - 1])
        self.tapped.add((person, number, digest.id))

    def _untap(self, person: str, digest: Message, number: int) -> None:
        if (person, number, digest.id) in self.tapped:
            self.our.server.people.unreact(person, digest.id, KEYCAPS[number - 1])
            self.tapped.discard((person, number, digest.id))

    async def _until_all_is_kept(self) -> None:
        """What nobody told is looked for, too."""
        await self.our.server.gateway.is_ready()
        await self.in_time(self._is_all_kept)

    async def _is_all_kept(self) -> bool:
        return all([await self._saves(person) == self._wanted(person) for person in PEOPLE])

    def _wanted(self, person: str) -> int:
        return len({(number, digest) for who, number, digest in self.tapped | self.pressed if who == person})

    async def _saves(self, person: str) -> int:
        who, workspace = self.our.server.world.person(person).id, self.our.staff.workspace
        async with self.our.store.reading() as tx:
            items, _ = await tx.library.find(workspace, ALL_ITEMS, saved_by=who, viewer=who, limit=99, offset=0)
        return len(items)


def unanswered(our: DiscordSchool) -> list[str]:
    """Of what was taken, whatever was not answered exactly once."""
    world = our.server.world
    taken = [each for each in world.interactions.values() if each.answered.is_set()]
    counts = {each.id: 0 for each in taken}
    for message in _answers(world.messages.values()):
        counts[message.interaction or ""] = counts.get(message.interaction or "", 0) + 1
    return [number for number, count in counts.items() if count != 1]


async def all_answered(our: DiscordSchool) -> bool:
    return unanswered(our) == []


def _answers(messages: Iterable[Message]) -> list[Message]:
    return [each for each in messages if each.interaction and not each.flags & (1 << 7)]


@pytest.mark.parametrize("seed", [1, 2])
async def test_days_of_people_and_trouble_lose_nothing_and_double_nothing(seed: int) -> None:
    async with discord_school(hasty) as our:
        days = Days(our, Random(seed))
        await days.live()
        await days.in_time(partial(all_answered, our))
        assert len(days.digests()) == DAYS
