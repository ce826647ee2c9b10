"""Forget-me leaves nothing of a person behind, wherever it stood or waits."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.delivery import DeliveryState
from bot.domain.events import Event, Person, ReactionAdded
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import KEYCAPS
from bot.domain.rules import Rule, RuleKind
from bot.errors import Throttled
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import STAFF, WORKSPACE, school

SECOND = timedelta(seconds=1)
ANA = Person(PersonKey(WORKSPACE, "ana"), "Ana")


async def test_what_waits_to_be_worked_off_brings_nobody_back_who_was_forgotten() -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.clock.advance(timedelta(minutes=1))
        async with our.store.transaction() as tx:
            event = Event(WORKSPACE, "late", ReactionAdded(ANA, STAFF, digest.id, KEYCAPS[0]), our.clock.now())
            await tx.events.put(event, our.clock.now())
            received = await tx.events.claim("another", our.clock.now(), SECOND)
            assert received
            await tx.events.failed(received, "not yet", our.clock.now() + timedelta(minutes=5))
        our.clock.advance(SECOND)
        await our.say("ana", "/pln forget-me yes")
        await our.at(our.clock.now() + timedelta(minutes=6))
        assert "Saved by" not in digest.text
        async with our.store.reading() as tx:
            assert await tx.people.names(WORKSPACE, ["ana"]) == {}


async def test_what_they_do_afterwards_counts_again() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.command("ana", STAFF, "/pln forget-me yes")
        our.clock.advance(SECOND)
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_an_answer_that_waits_is_not_kept_with_what_was_typed() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.down = Throttled("Slow down.", our.clock.now() + timedelta(minutes=2))
        await our.chat.command("ana", STAFF, "/pln find my secret diary")
        await our.settle()
        our.chat.down = None
        await our.chat.command("ana", STAFF, "/pln forget-me yes")
        await our.settle()
        async with our.store.reading() as tx:
            kept = await tx.outbox.by_key(WORKSPACE, f"event:e-{our.chat._events - 1}:private")  # noqa: SLF001
        assert kept
        assert (kept.content, kept.state) == ((), DeliveryState.EXPIRED)
        await our.at(our.clock.now() + timedelta(minutes=5))
        assert not [each for each in our.chat.messages if "secret" in each.text]


async def test_what_the_channel_was_told_about_them_says_a_colleague() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ben", "/pln follow #scichat")
        await our.say("ana", "/pln follow #maths")
        await our.say("ana", "/pln forget-me yes")
        await our.settle()
        said = [each.text for each in our.chat.shown(STAFF) if "added #" in each.text]
        assert said == [
            "A colleague added #edchat to this channel's digest.",
            "Ben added #scichat to this channel's digest.",
            "A colleague added #maths to this channel's digest.",
        ]


async def test_their_own_digests_and_what_they_followed_for_themselves_are_erased() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #edchat")
        await our.next_digest()
        own = ChannelKey(WORKSPACE, "ana")
        async with our.store.reading() as tx:
            digest = await tx.digests.latest(own)
            assert digest
            assert await tx.digests.seen(own, [f"post:x:{item.post.id}" for item in digest.items] + ["x"]) is not None
        await our.say("ana", "/pln forget-me yes")
        async with our.store.reading() as tx:
            assert await tx.digests.latest(own) is None
            assert await tx.digests.latest(STAFF) is not None


async def test_nobody_can_tell_from_the_ledger_what_they_had_read_for_themselves() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #edchat")
        await our.next_digest()
        own, today = ChannelKey(WORKSPACE, "ana"), our.clock.now().date()
        async with our.store.reading() as tx:
            before, spent = await tx.ledger.spent_by_channel(today), await tx.ledger.spent(today)
        assert before[own].today
        await our.say("ana", "/pln forget-me yes")
        async with our.store.reading() as tx:
            assert own not in await tx.ledger.spent_by_channel(today)
            assert await tx.ledger.spent(today) == spent


async def test_whose_name_is_a_channels_takes_nothing_from_the_channel() -> None:
    """Where nobody has a channel of their own, a person's id may be that of a channel."""
    async with school(abilities=replace(EVERYTHING, personal_channels=False)) as our:
        await our.open_channel()
        async with our.store.transaction() as tx:
            await tx.rules.put(Rule(WORKSPACE, "staff", RuleKind.HASHTAG, "ad", "ada", our.clock.now()))
        await our.say("staff", "/pln forget-me yes")
        assert "#ad" in await our.say("ben", "/pln mute")
