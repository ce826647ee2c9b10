"""Whoever asks to be forgotten is nowhere: not in any row, nor in what the file keeps of rows that are gone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.database.store import open_store
from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING
from bot.domain.keys import PersonKey
from bot.domain.library import KEYCAPS
from bot.domain.people import Role, Standing
from bot.ports.desk import AddTags, Keep, LinkToSave, Remove, Restore, Retitle, SetKind, Share, Viewer, WriteNote
from bot.services.exchange.engine import EngineExchange
from bot.services.web.desk import EngineDesk
from bot.services.web.doors import EngineDoors
from tests.fakes.chat_text import all_buttons_of
from tests.fakes.clock import FakeClock
from tests.flow.test_nothing_left import files_of, rows_with
from tests.flow.test_sign_in_link import PUBLIC, link_in
from tests.rigs.school import EVENING_BEFORE, WORKSPACE, School, school

WHO = "zebedee77"
THEIR_WORDS = ("quokka", "numbat", "bilby", "dunnart")
DAY = timedelta(days=1)
FILE = """<DT><A HREF="https://brought.example/1">Brought</A><DD>A dunnart note
<DT><A HREF="javascript:alert(1)">Broken</A>"""


@pytest.fixture
async def our(sqlite: str) -> AsyncIterator[School]:
    clock = FakeClock(EVENING_BEFORE)
    async with open_store(sqlite, clock) as store, school(store=store, clock=clock, public_url=PUBLIC) as found:
        yield found


async def what_one_can_do(our: School) -> None:
    """Saves, notes, searches, decisions, feeds, files, sign-ins, an own digest, and what others are told of it."""
    our.chat.standings |= {WHO: Standing.ADMIN}
    digest = await our.digest_of(3)
    await our.chat.open_home(WHO)
    await our.settle()
    await our.chat.react(WHO, digest.id, KEYCAPS[0])
    await our.settle()
    for typed in (
        "follow #maths",
        "me follow #edchat",
        "roundup fri 15:00",
        "save 1",
        "save 2 only me",
        "note 1 A quokka note",
        "note 2 A numbat note",
        "tag 1 fractions",
        "save https://alone.example/bilby only me",
        "find quokka",
        "find qokka",
        "search quokka",
        "saved",
        "undo",
        "names all",
        "threshold 1",
        "department maths",
        "mute @somebody",
        "block #ad",
        "findable on",
        "my-data",
        "audit",
        "people",
        "taste",
        "export all csv",
        "history 1",
        "privacy",
        "digests",
        "pause 2",
        "resume",
        "size 4",
        "reports",
        "status",
        "home",
    ):
        await our.say(WHO, f"/pln {typed}")
    await our.say(WHO, "/pln library")
    session = await EngineDoors(our.parts).redeem(link_in(our, WHO).rpartition("/")[2])
    assert session
    for label in ("Less like item 2", "Why item 2?", "Report item 3"):
        await our.chat.press(WHO, digest.id, label)
        await our.settle()
    them = Viewer(Person(PersonKey(WORKSPACE, WHO), WHO.capitalize()), Role.OWNER)
    desk, exchange = EngineDesk(our.parts), EngineExchange(our.parts)
    item = (await desk.save_link(them, LinkToSave("https://page.example/1", "Page"))).item
    said = WriteNote("A quokka"), WriteNote("Another quokka")
    for act in (*said, AddTags("maths"), Retitle("Other"), SetKind("video"), Share("maths")):
        await desk.act(them, item, act)
    ben = Viewer(Person(PersonKey(WORKSPACE, "ben"), "Ben"), Role.EDITOR)
    await desk.act(ben, item, Keep())
    await desk.act(ben, item, WriteNote("Mine"))
    await desk.act(them, item, Remove())
    await desk.act(them, item, Restore())
    gone = (await desk.save_link(ben, LinkToSave("https://page.example/2", "Gone"))).item
    await desk.act(them, gone, Remove())
    await exchange.make_feed(them.person, EVERYTHING)
    found = await exchange.look_through(them.person, Role.OWNER, FILE.encode(), "")
    await exchange.confirm(them.person.key, Role.OWNER, found.id)
    await exchange.look_through(them.person, Role.OWNER, FILE.encode().replace(b"/1", b"/2"), "")
    await our.settle()
    await our.say("ben", "/pln save 1")
    await our.say("ben", "/pln find page")
    await our.say("ben", "/pln find quokka")
    shown = our.last_answer("ben")
    [notes] = [each.label for each in all_buttons_of(shown.message) if each.label == "Notes: Other"]
    assert "Another quokka" in await our.hear("ben", our.chat.press("ben", shown.id, notes))
    await our.say("ben", "/pln saved")
    await our.at(our.clock.now() + timedelta(days=4))


async def test_nothing_of_a_forgotten_person_is_left_in_any_row_or_on_the_disk(our: School, tmp_path: Path) -> None:
    file = tmp_path / "staffroom.db"
    await what_one_can_do(our)
    words = [WHO, *THEIR_WORDS]
    before = " ".join(rows_with(file, words)).casefold()
    assert not [word for word in words if word not in before]
    assert "Done" in await our.say(WHO, "/pln forget-me yes")
    await our.a_minute_later()
    our.clock.advance(DAY)
    await our.engine.turn_sweep()
    await our.a_minute_later()
    left = rows_with(file, words)
    assert not left, "\n".join(left)
    assert "You have saved nothing yet" in our.chat.homes[WHO].summary
    on_disk = files_of(file).lower()
    assert not [word for word in words if word.encode() in on_disk]
    shown = [each.text for each in our.chat.messages if each.private_to is None]
    assert not [text for text in shown if WHO in text.casefold()]
    mine = await our.say("ben", "/pln saved")
    assert "You have saved 2 items" in mine
    assert "Ben: Mine" in mine
    assert "Tags: fractions" in mine


async def test_whoever_comes_back_after_that_has_a_page_of_their_own_again(our: School, tmp_path: Path) -> None:
    await our.open_channel()
    await our.chat.open_home(WHO)
    await our.settle()
    await our.say(WHO, "/pln forget-me yes")
    assert not [row for row in rows_with(tmp_path / "staffroom.db", ["home"]) if ".surface: " in row]
    await our.say(WHO, "/pln save https://page.example/1")
    await our.chat.open_home(WHO)
    await our.settle()
    await our.say(WHO, "/pln save https://page.example/2")
    assert "You have saved 2 items" in our.chat.homes[WHO].summary
