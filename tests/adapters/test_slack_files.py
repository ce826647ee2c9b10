"""Files in Slack: three requests, of which only the last is seen by anybody."""

import pytest

from adapters.slack.rights import RIGHTS
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled, Unavailable, Uncertain
from bot.ports import Outgoing
from bot.views import File, Message
from tests.rigs.slack import EVERY_RIGHT, SlackRig, slack_rig
from tests.rigs.slack_server import BOT_TOKEN
from tests.rigs.slack_server_files import UPLOAD

FILE = File("staffroom-library.csv", "text/csv", "Title,Link\n", "The library as a table.")
WHERE_NOTHING_IS_SEEN = ("files.getUploadURLExternal", UPLOAD)
LAST = "files.completeUploadExternal"


async def give(rig: SlackRig, person: str = "ana") -> None:
    who = rig.person_id(person)
    message = Message((FILE,), summary=FILE.about)
    await rig.chat.send(Outgoing("d-1", ChannelKey(rig.channel.workspace, who), message, private_to=who))


@pytest.mark.parametrize("request_", WHERE_NOTHING_IS_SEEN)
@pytest.mark.parametrize("fault", ["dropped", "done, then dropped", "an error with an HTML body", "out of service"])
async def test_before_it_is_said_for_whom_nothing_was_shown_and_it_can_be_sent_again(request_: str, fault: str) -> None:
    async with slack_rig() as rig:
        rig.server.faults.fail_next(fault, method=request_)
        with pytest.raises(Unavailable):
            await give(rig)
        assert await rig.files("ana") == []
        await give(rig)
        assert await rig.files("ana") == [(FILE.name, FILE.bytes)]


@pytest.mark.parametrize(("fault", "shown"), [("dropped", 0), ("done, then dropped", 1)])
async def test_a_cut_in_the_last_request_is_uncertain(fault: str, shown: int) -> None:
    async with slack_rig() as rig:
        rig.server.faults.fail_next(fault, method=LAST)
        with pytest.raises(Uncertain):
            await give(rig)
        assert len(await rig.files("ana")) == shown


@pytest.mark.parametrize("request_", [*WHERE_NOTHING_IS_SEEN, LAST])
async def test_slack_asks_to_wait(request_: str) -> None:
    async with slack_rig() as rig:
        rig.server.faults.throttle(90, method=request_)
        with pytest.raises(Throttled):
            await give(rig)
        assert await rig.files("ana") == []


async def test_the_token_is_not_sent_to_where_the_file_is_handed_in() -> None:
    """The loopback Slack refuses a file that comes with a token."""
    async with slack_rig() as rig:
        await give(rig)
        assert [each.token for each in rig.server.seen_at("files.getUploadURLExternal")] == [BOT_TOKEN]


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "http://files.slack.com", "https://notslack.com", "https://slack.com@evil.example"],
)
async def test_no_file_is_handed_in_anywhere_but_at_slack(address: str) -> None:
    async with slack_rig() as rig:
        rig.server.files_at = address
        with pytest.raises(Rejected, match=r"no address of Slack's\."):
            await give(rig)


async def test_without_the_right_there_are_no_files_and_an_admin_learns_what_to_do() -> None:
    async with slack_rig(EVERY_RIGHT - {"files:write"}) as rig:
        workspace = rig.channel.workspace
        assert not rig.chat.abilities(workspace).files
        assert "files:write" in rig.chat.why_no_files(workspace)
        told = " ".join(f"{each.name} {each.finding} {each.remedy}" for each in await rig.chat.check())
        assert "files:write" in told
    async with slack_rig() as rig:
        assert rig.chat.why_no_files(rig.channel.workspace) == ""


async def test_the_right_is_asked_for_and_may_be_left_out() -> None:
    [right] = [each for each in RIGHTS if each.scope == "files:write"]
    assert right.need == "choice"
