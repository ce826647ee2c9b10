"""What was done while the bot was away, and what comes late or out of order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.database.inbox import StoreInbox
from bot.domain.channel import Channel
from bot.domain.events import Event, Person, ReactionAdded, ReactionRemoved
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.errors import Throttled, Unavailable
from bot.flow.catch_up import CatchUp
from bot.ports import SeenReaction
from tests.fakes.chat import FakeChat, Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

SECOND = timedelta(seconds=1)


def tapped_meanwhile(digest: Shown, person: str, emoji: str = KEYCAPS[0]) -> None:
    """The platform shows it and reports nothing."""
    digest.reactions.setdefault(emoji, []).append(person)


async def test_what_was_tapped_while_the_platform_was_away_is_saved_without_a_new_start() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.settle()
        tapped_meanwhile(digest, "ana")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")
        our.engine.missed()
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_what_was_tapped_on_a_digest_that_was_not_known_to_be_there_is_saved_once_it_is() -> None:
    """People see it before Staffroom knows that it was shown, and the platform was away at the same time."""
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("Something short and good for a Tuesday")
        our.chat.cut_next(arrives=True)
        await our.at(HALF_PAST_SEVEN)
        tapped_meanwhile(our.digests()[0], "ana")
        our.engine.missed()
        await our.settle()
        await our.at(HALF_PAST_SEVEN + timedelta(minutes=1))
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_where_it_may_not_look_who_tapped_meanwhile_somebody_is_told_once_until_it_may() -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.chat.unreadable.add(digest.channel.channel)
        for _start in range(2):
            assert await CatchUp(our.parts).turn()
            await our.settle()
        [told] = _told_of_missing_saves(our)
        assert "Let Staffroom read there." in told
        our.chat.unreadable.clear()
        assert await CatchUp(our.parts).turn()
        our.chat.unreadable.add(digest.channel.channel)
        assert await CatchUp(our.parts).turn()
        await our.settle()
        assert len(_told_of_missing_saves(our)) == 2


def _told_of_missing_saves(our: School) -> list[str]:
    shown = [str(each.message) for each in our.chat.messages]
    return [each for each in shown if "A save may be missing" in each]


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.EXTERNAL])
async def test_what_a_guest_tapped_meanwhile_saves_nothing(standing: Standing) -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.chat.standings["gus"] = standing
        tapped_meanwhile(digest, "gus")
        assert await CatchUp(our.parts).turn()
        assert "saved nothing" in await our.say("gus", "/pln saved")


async def test_what_a_guest_tapped_meanwhile_is_saved_where_guests_may() -> None:
    async with school(owners=frozenset({"olga"})) as our:
        digest = await our.digest_of()
        our.chat.standings["gus"] = Standing.GUEST
        await our.say("olga", "/pln guests allow")
        tapped_meanwhile(digest, "gus")
        assert await CatchUp(our.parts).turn()
        assert "1 item" in await our.say("gus", "/pln saved")


async def test_a_named_owner_who_is_a_guest_saves_meanwhile_too() -> None:
    async with school(owners=frozenset({"olga"})) as our:
        digest = await our.digest_of()
        our.chat.standings["olga"] = Standing.GUEST
        tapped_meanwhile(digest, "olga")
        assert await CatchUp(our.parts).turn()
        assert "1 item" in await our.say("olga", "/pln saved")


async def test_the_platform_is_asked_once_about_who_tapped_meanwhile_and_only_where_it_saves() -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.chat.asked.clear()
        for emoji in (KEYCAPS[0], KEYCAPS[1], "👍"):
            tapped_meanwhile(digest, "ana", emoji)
        tapped_meanwhile(digest, "ben", "👍")
        assert await CatchUp(our.parts).turn()
        assert our.chat.asked == ["profile ana"]


async def test_while_nobody_says_who_somebody_is_what_they_tapped_waits() -> None:
    async with school() as our:
        digest = await our.digest_of()
        tapped_meanwhile(digest, "ana")
        our.chat.silent = Unavailable("It does not say.")
        catching_up = CatchUp(our.parts)
        assert not await catching_up.turn()
        our.chat.silent = None
        assert await catching_up.turn()
        assert "1 item" in await our.say("ana", "/pln saved")


class PatientChat(FakeChat):
    """It answers one question about reactions, and then asks to wait."""

    def __init__(self, our: School) -> None:
        super().__init__(StoreInbox(our.store, our.clock), workspace=WORKSPACE, clock=our.clock)
        self.messages = our.chat.messages
        self.answers = 1
        self.asked_about: list[str] = []

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        if not self.answers:
            raise Throttled("The chat asks to wait.", self._clock.now() + SECOND)
        self.answers -= 1
        self.asked_about.append(message)
        return await super().reactions(channel, message)


async def test_catching_up_goes_on_where_it_was_asked_to_wait() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln layout cards")
        await our.next_digest(3)
        async with PatientChat(our) as chat:
            catching_up = CatchUp(replace(our.parts, chats={"fake": chat}))
            for _ in range(4):
                await catching_up.turn()
                chat.answers = 1
            assert await catching_up.turn()
        assert len(chat.asked_about) == len(set(chat.asked_about)) == 4


# ------------------------------------------------------------------------------------------------- late, out of order


class Reports:
    """Reactions of Ana, with the platform's time, in whatever order they arrive."""

    def __init__(self, our: School, digest: Shown) -> None:
        self._our, self._digest = our, digest
        self._number = 0

    async def added(self, second: int) -> None:
        await self._report(ReactionAdded(*self._what()), second)

    async def removed(self, second: int) -> None:
        await self._report(ReactionRemoved(*self._what()), second)

    def _what(self) -> tuple[Person, ChannelKey, str, str]:
        return Person(PersonKey(WORKSPACE, "ana"), "Ana"), STAFF, self._digest.id, KEYCAPS[0]

    async def _report(self, happening: ReactionAdded | ReactionRemoved, second: int) -> None:
        self._number += 1
        at: datetime = HALF_PAST_SEVEN + second * SECOND
        event = Event(WORKSPACE, f"late-{self._number}", happening, at)
        await StoreInbox(self._our.store, self._our.clock).accept(event)
        await self._our.settle()


async def test_a_withdrawal_that_comes_after_the_reaction_that_followed_it_withdraws_nothing() -> None:
    async with school() as our:
        ana = Reports(our, await our.digest_of())
        await ana.added(1)
        await ana.added(3)
        await ana.removed(2)
        assert "1 item" in await our.say("ana", "/pln saved")
        await ana.removed(4)
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_a_withdrawal_that_overtakes_its_reaction_wins() -> None:
    async with school() as our:
        ana = Reports(our, await our.digest_of())
        await ana.removed(2)
        await ana.added(1)
        assert "saved nothing" in await our.say("ana", "/pln saved")


# ------------------------------------------------------------------------------------ messages that cannot be read now


STATUS = "https://x.com/somebody/status/99"


async def linking_channel(our: School) -> str:
    """A message with a post's link, in a channel that wants it saved by a reaction."""
    await our.open_channel()
    async with our.store.transaction() as tx:
        channel = await tx.channels.get(STAFF)
        assert isinstance(channel, Channel)
        await tx.channels.put(replace(channel, saves_links=True))
    return our.chat.write(STAFF, "Look", STATUS)


async def later(our: School) -> None:
    our.clock.advance(timedelta(seconds=30))
    await our.settle()


async def test_a_save_waits_while_the_message_cannot_be_read() -> None:
    async with school() as our:
        message = await linking_channel(our)
        our.chat.silent = Unavailable("It does not say.")
        await our.chat.react("ana", message, "🔖")
        await our.settle()
        our.chat.silent = None
        await later(our)
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_what_was_withdrawn_from_a_message_that_says_something_else_now_is_withdrawn() -> None:
    async with school() as our:
        message = await linking_channel(our)
        await our.chat.react("ana", message, "🔖")
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")
        our.chat.written = [replace(each, links=()) for each in our.chat.written]
        our.clock.advance(SECOND)
        await our.chat.unreact("ana", message, "🔖")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_a_save_from_a_message_that_cannot_be_read_for_long_is_kept_told_once_and_delays_nobody() -> None:
    async with school() as our:
        message = await linking_channel(our)
        our.chat.silent = Unavailable("It does not say.")
        await our.chat.react("ana", message, "🔖")
        await our.settle()
        assert "follows 1 of" in await our.say("ben", "/pln list")
        for _ in range(40):
            await later(our)
        (told,) = our.told_to_the_office()
        assert "it is kept" in told


# ------------------------------------------------------------------------------------------------- spellings of emoji


@pytest.mark.parametrize(("configured", "tapped"), [("❤️", "❤"), ("❤", "❤️"), ("❤", "❤")])
async def test_an_emoji_saves_however_a_platform_spells_it(configured: str, tapped: str) -> None:
    async with school(shelves={configured: "favourites"}) as our:
        await our.open_channel()
        await our.say("ana", "/pln layout cards")
        await our.next_digest()
        card = next(each for each in our.chat.shown(STAFF) if each.text.startswith("1."))
        await our.chat.react("ana", card.id, tapped)
        tapped_meanwhile(card, "ben", tapped)
        await our.settle()
        assert await CatchUp(our.parts).turn()
        for person in ("ana", "ben"):
            assert "On the shelf favourites" in await our.say(person, "/pln saved")


async def test_a_number_saves_however_a_platform_spells_it() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ana", digest.id, "2\N{COMBINING ENCLOSING KEYCAP}")
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_a_choice_of_the_item_keeps_the_shelf_however_its_emoji_is_spelled() -> None:
    async with school(shelves={"❤": "favourites"}) as our:
        digest = await our.digest_of()
        await our.hear("ana", our.chat.react("ana", digest.id, "❤️"))
        answer = await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Save item 2"))
        assert "Saved on the shelf “favourites”" in answer


async def test_what_means_nothing_to_us_waits_for_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.chat.cut_next(arrives=True)
        await our.engine.turn_morning()
        await our.chat.react("ana", our.chat.write(STAFF, "Hello"), "👍", key="thumb")
        await our.settle()
        async with our.store.transaction() as tx:
            assert await tx.events.claim("another", our.clock.now() + timedelta(days=1), SECOND) is None
