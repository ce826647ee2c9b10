"""Files on Discord: one message with an attachment, in the conversation with one person."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled, Uncertain
from bot.ports import Outgoing
from bot.views import File, Message
from tests.rigs.discord import DiscordRig, discord_rig

FILE = File("staffroom-library.csv", "text/csv", "Title,Link\n", "The library as a table.")


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig() as rig:
        yield rig


async def give(rig: DiscordRig, file: File = FILE, *, delivery: str = "d-1") -> str | None:
    who = rig.person_id("ana")
    message = Message((file,), summary=file.about)
    return await rig.chat.send(Outgoing(delivery, ChannelKey(rig.channel.workspace, who), message, private_to=who))


async def test_a_file_sent_again_after_a_cut_is_there_once(rig: DiscordRig) -> None:
    await rig.cut(arrives=True)
    with pytest.raises(Uncertain):
        await give(rig)
    reference = await give(rig)
    assert reference
    assert await rig.files("ana") == [(FILE.name, FILE.bytes)]


async def test_a_file_that_did_not_arrive_is_sent_again(rig: DiscordRig) -> None:
    await rig.cut(arrives=False)
    with pytest.raises(Uncertain):
        await give(rig)
    assert await rig.files("ana") == []
    await give(rig)
    assert await rig.files("ana") == [(FILE.name, FILE.bytes)]


async def test_it_is_quiet_and_carries_a_nonce_like_every_message(rig: DiscordRig) -> None:
    await give(rig)
    [asked] = [each for each in rig.server.seen if each.operation == "create_message"]
    assert asked.body["enforce_nonce"] is True
    assert asked.body["attachments"] == [{"id": "0", "filename": FILE.name}]
    assert FILE.text not in json.dumps(asked.body)
    assert asked.headers["Content-Type"].startswith("multipart/form-data")


async def test_who_takes_no_direct_messages_is_told_how_to_allow_them(rig: DiscordRig) -> None:
    rig.server.world.users[rig.person_id("ana")].takes_messages = False
    with pytest.raises(Rejected, match="Privacy Settings"):
        await give(rig)


async def test_discord_asks_to_wait(rig: DiscordRig) -> None:
    until = await rig.throttle()
    with pytest.raises(Throttled) as caught:
        await give(rig)
    assert caught.value.until == until


async def test_a_file_that_is_too_large_is_refused_in_plain_words(rig: DiscordRig) -> None:
    with pytest.raises(Rejected, match="larger than Discord takes"):
        await give(rig, File("a.csv", "text/csv", "x" * 11_000_000, "Much."))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ('a"; filename="b.exe', "a_filename_b.exe"),
        ("été.csv", "t_.csv"),
        ("…", "file.txt"),
    ],
)
async def test_the_name_of_a_file_is_only_a_name(rig: DiscordRig, name: str, shown: str) -> None:
    await give(rig, File(name, "text/csv", "x", "A table."))
    assert await rig.files("ana") == [(shown, b"x")]


async def test_a_file_is_never_sent_to_a_channel(rig: DiscordRig) -> None:
    with pytest.raises(Rejected, match="only for one person"):
        await rig.chat.send(Outgoing("d-1", rig.channel, Message((FILE,), summary=FILE.about)))
    assert await rig.shown("ana") == []
