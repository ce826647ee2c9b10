"""What was shown in a channel that not everybody sees: it is asked about there, and nowhere else."""

from bot.domain.keys import ChannelKey
from tests.rigs.school import STAFF, WORKSPACE, school

MATHS = ChannelKey(WORKSPACE, "maths")
NO_SUCH_CHANNEL = "in: wants the name of a channel"


async def test_where_a_post_was_shown_is_not_told_outside_of_a_closed_channel() -> None:
    async with school() as our:
        digest = await our.digest_of(posts=2)
        await our.press("ana", digest.id, "Save item 1")
        assert "1 item with “in:staff”" in await our.say("ben", "/pln find in:staff", MATHS)
        our.chat.members_only.add(STAFF.channel)
        assert NO_SUCH_CHANNEL in await our.say("ben", "/pln find in:staff", MATHS)
        assert "1 item with “in:staff”" in await our.say("ben", "/pln find in:staff")


async def test_a_closed_channel_is_not_told_from_one_that_is_not_there() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.members_only.add(STAFF.channel)
        there = await our.say("ben", "/pln find in:staff", MATHS)
        assert there == await our.say("ben", "/pln find in:boilers", MATHS)
