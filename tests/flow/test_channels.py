"""The first day in a channel, and what becomes of channels later."""

from datetime import timedelta

import pytest

from bot.domain.channel import Channel
from bot.domain.delivery import Lane
from bot.domain.events import Change
from bot.domain.keys import ChannelKey
from tests.fakes.chat import buttons_of
from tests.rigs.school import OFFICE, STAFF, WORKSPACE, School, school

DAY = timedelta(days=1)
INVITE = "Invite me to this channel first, otherwise the digest cannot come."


async def change(our: School, what: Change, name: str = "", channel: ChannelKey = STAFF) -> None:
    await our.chat.change(channel, what, name)
    await our.settle()


async def staff(our: School) -> Channel:
    async with our.store.reading() as tx:
        channel = await tx.channels.get(STAFF)
    assert channel
    return channel


async def test_invited_to_a_channel_it_says_hello_once_with_three_next_steps() -> None:
    async with school() as our:
        await our.configure()
        await change(our, Change.JOINED)
        await change(our, Change.LEFT)
        await change(our, Change.JOINED)
        hello, *more = our.chat.shown(STAFF)
        assert not more
        assert [hello.text.count(f"{number}. ") for number in (1, 2, 3)] == [1, 1, 1]
        assert [each.label for each in buttons_of(hello.message)] == ["Start", "Settings", "What it costs", "Help"]
        assert "This channel follows #edchat" in hello.text, "the file has chosen that already"
        assert "/pln schedule" not in hello.text, "nor can the time be chosen"


async def test_where_nothing_is_configured_hello_says_how_to_choose() -> None:
    async with school() as our:
        await change(our, Change.JOINED)
        (hello,) = our.chat.shown(STAFF)
        assert "1. Choose what to follow" in hello.text
        assert "/pln schedule 07:45" in hello.text


async def test_invited_anew_where_people_chose_before_hello_goes_on_from_there() -> None:
    async with school() as our:
        await our.open_channel()
        await change(our, Change.JOINED)
        hello = our.chat.shown(STAFF)[-1]
        assert "1. This channel follows #edchat. To follow more" in hello.text
        assert "2. The digest comes Monday to Friday at 07:30" in hello.text


@pytest.mark.parametrize("typed", ["follow #maths", "follow #edchat", "schedule 08:00", "digest now", "settings", ""])
async def test_in_a_channel_it_is_not_in_it_says_how_to_invite_it(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.outside.add(STAFF.channel)
        before = len([each for each in our.chat.shown(STAFF) if each.private_to is None])
        answer = await our.say("ana", f"/pln {typed}")
        assert INVITE in answer or answer == "Channel settings"
        assert len([each for each in our.chat.shown(STAFF) if each.private_to is None]) == before


async def test_the_settings_of_a_channel_it_is_not_in_say_it_when_they_are_saved() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.outside.add(STAFF.channel)
        await our.say("ana", "/pln settings")
        assert INVITE in await our.hear("ana", our.chat.fill_in("ana", {"size": "3"}))


async def test_the_platforms_own_words_say_what_to_do_where_it_has_some() -> None:
    remedy = "Let Staffroom view this channel and send messages there."
    async with school() as our:
        await our.open_channel()
        our.chat.outside.add(STAFF.channel)
        our.chat.remedies[STAFF.channel] = remedy
        for typed in ("size 3", "follow #scichat", "digest now"):
            assert remedy in await our.say("ana", f"/pln {typed}")
        await our.chat.change(STAFF, Change.LEFT, remedy=remedy)
        await our.settle()
        assert (await staff(our)).stopped == f"I can no longer post in this channel. {remedy}"
        assert remedy in our.told_to_the_office()[0]


async def test_a_channel_keeps_the_name_that_the_platform_gives_it() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.channel_names[STAFF.channel] = "Staff room"
        await our.say("ana", "/pln list")
        assert (await staff(our)).name == "Staff room"
        await change(our, Change.RENAMED, "Common room")
        assert (await staff(our)).name == "Common room"


@pytest.mark.parametrize(
    ("what", "back", "expected"),
    [
        (Change.LEFT, Change.JOINED, "can no longer post"),
        (Change.ARCHIVED, Change.UNARCHIVED, "archived"),
        (Change.DELETED, Change.JOINED, "deleted"),
    ],
)
async def test_a_channel_that_is_gone_is_said_once_and_all_is_well_when_it_is_back(
    what: Change, back: Change, expected: str
) -> None:
    async with school() as our:
        await our.open_channel()
        await change(our, what)
        await change(our, what)
        assert expected in (await staff(our)).stopped
        (told,) = our.told_to_the_office()
        assert "Staff" in told
        assert expected in told
        await change(our, back)
        assert (await staff(our)).stopped == ""
        await change(our, what)
        assert len(our.told_to_the_office()) == 2


async def test_a_channel_without_a_digest_goes_in_silence() -> None:
    async with school() as our:
        await our.open_channel()
        await change(our, Change.LEFT, channel=ChannelKey(WORKSPACE, "canteen"))
        await change(our, Change.ARCHIVED, channel=OFFICE)
        assert our.told_to_the_office() == []


async def test_a_workspace_that_takes_the_app_away_stops_its_channels_and_is_told_elsewhere() -> None:
    elsewhere = ChannelKey("fake:district", "office")
    async with school(admin=elsewhere) as our:
        await our.open_channel()
        await our.chat.leave("The app was uninstalled.")
        await our.settle()
        assert (await staff(our)).stopped == "The app was uninstalled."
        async with our.store.transaction() as tx:
            waiting = await tx.outbox.claim("another", our.clock.now() + DAY, DAY, Lane.MESSAGES, 9)
        assert [each.channel for each in waiting] == [elsewhere]
