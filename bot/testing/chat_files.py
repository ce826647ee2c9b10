"""What a chat promises about files: each reaches one person, whole. Inherited beside `bot.testing.chat_contract`."""

import pytest

from bot.domain.keys import ChannelKey
from bot.ports import Outgoing
from bot.testing.chat_rig import FileRig
from bot.testing.messages import HOSTILE
from bot.testing.talk import count_of
from bot.views import File, Message

ABOUT = "The library as a table, with 2 items."
TEXT = "\ufeffTitle,Link\r\nTen exit tickets,https://tickets.example/ten\r\nÉté — naïve “quotes” 分数,https://maths.example/\r\n"


class FileContract:
    pytestmark = pytest.mark.asyncio

    async def test_a_file_reaches_the_person_whole_and_under_its_name(self, rig: FileRig) -> None:
        await _give(rig, "d-1", _file())
        assert list(await rig.files("ana")) == [("staffroom-library.csv", TEXT.encode())]

    async def test_what_it_is_about_is_read_by_that_person(self, rig: FileRig) -> None:
        await _give(rig, "d-1", _file())
        assert count_of(ABOUT, await rig.told("ana")) == 1

    async def test_nobody_else_gets_it_or_reads_of_it(self, rig: FileRig) -> None:
        await _give(rig, "d-1", _file())
        assert list(await rig.files("ben")) == []
        assert count_of(ABOUT, await rig.told("ben")) == 0

    async def test_a_large_file_is_whole_as_well(self, rig: FileRig) -> None:
        text = "Ten exit tickets\n" * 120_000
        await _give(rig, "d-1", _file(text))
        assert [len(contents) for _, contents in await rig.files("ana")] == [len(text)]

    async def test_each_of_several_comes_once(self, rig: FileRig) -> None:
        await _give(rig, "d-1", _file("first"))
        await _give(rig, "d-2", _file("second"))
        assert [contents for _, contents in await rig.files("ana")] == [b"first", b"second"]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_a_hostile_file_is_only_a_file(self, rig: FileRig, text: str) -> None:
        await _give(rig, "d-1", File(text, "text/markdown", text, text))
        assert [contents for _, contents in await rig.files("ana")] == [text.encode()]
        assert count_of(text, await rig.told("ana")) == 1
        assert list(await rig.obeyed()) == []


def _file(text: str = TEXT) -> File:
    return File("staffroom-library.csv", "text/csv", text, ABOUT)


async def _give(rig: FileRig, delivery: str, file: File) -> None:
    """The way the engine does: in the person's own channel, where there is such a thing."""
    person = rig.person_id("ana")
    is_own = rig.chat.abilities(rig.channel.workspace).personal_channels
    channel = ChannelKey(rig.channel.workspace, person) if is_own else rig.channel
    await rig.chat.send(Outgoing(delivery, channel, Message((file,), summary=file.about), private_to=person))
