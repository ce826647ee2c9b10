"""Files on the web page: downloaded once, by whom they are for."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.ports import Outgoing
from bot.views import File, Message
from tests.fakes.pages import STAFFROOM
from tests.rigs.web import WebRig, web_rig

FILE = File("staffroom-library.html", "text/html", "<h1>Ten exit tickets</h1>", "The library as bookmarks.")


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


async def give(rig: WebRig, delivery: str = "d-1") -> dict[str, str]:
    """What the button sends."""
    message = Message((FILE,), summary=FILE.about)
    await rig.chat.send(Outgoing(delivery, STAFFROOM.key, message, private_to="ana"))
    forms = (await rig.visitor("ana").page()).all("form", method="post")
    [form] = [each for each in forms if each["action"] == "/file"]
    assert "Download" in form.words
    return {each["name"]: each["value"] for each in form.all("input")}


async def test_a_file_is_downloaded_once_and_then_the_page_says_to_ask_again(rig: WebRig) -> None:
    fields = await give(rig)
    async with await rig.visitor("ana").post("/file", fields, is_script=False) as response:
        assert response.status == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await response.read() == FILE.bytes
    async with await rig.visitor("ana").post("/file", fields, is_script=False) as response:
        assert response.status == 410
        assert "Ask for it again" in await response.text()


async def test_nobody_else_downloads_it_and_it_waits_for_whom_it_is(rig: WebRig) -> None:
    fields = await give(rig)
    others = {name: value for name, value in fields.items() if name != "csrf"}
    async with await rig.visitor("ben").post("/file", others, is_script=False) as response:
        assert response.status == 410
    async with await rig.visitor("ana").post("/file", fields, is_script=False) as response:
        assert response.status == 200


async def test_a_file_waits_an_hour(rig: WebRig) -> None:
    fields = await give(rig)
    rig.clock.advance(timedelta(hours=1))
    async with await rig.visitor("ana").post("/file", fields, is_script=False) as response:
        assert response.status == 410


async def test_what_is_in_it_does_not_stand_on_the_page(rig: WebRig) -> None:
    await give(rig)
    async with await rig.visitor("ana").get("/") as response:
        assert "Ten exit tickets" not in await response.text()
    assert "Ten exit tickets" not in repr(await rig.room.messages(STAFFROOM.key, "ana", 10))


async def test_the_same_delivery_again_is_one_message(rig: WebRig) -> None:
    await give(rig)
    await give(rig)
    assert len(await rig.files("ana")) == 1
