"""What was erased is nowhere: not in any row, nor in what the file keeps of rows that are gone."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.database.store import open_store
from bot.cli.audit import purge_now
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.domain.post import Author, Link, Media, MediaKind, Reference, ReferenceKind
from bot.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, School, school

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY = HALF_PAST_SEVEN.replace(day=27, hour=15, minute=0)
HANDLE, NAME, AUTHOR = "quetzalteach", "Quetzalia Birdwhistle", "777000777"
WORDS = ("xylophone", "marmalade")
ALT = "a wombat on a tricycle"
LINK = f"https://x.com/{HANDLE}/status/1"


@pytest.fixture
async def our(sqlite: str) -> AsyncIterator[School]:
    clock = FakeClock(EVENING_BEFORE)
    async with open_store(sqlite, clock) as store, school(store=store, clock=clock) as found:
        yield found


def rows_with(file: Path, words: list[str]) -> list[str]:
    """`table.column: value`, for every value of every table in which one of the words stands."""
    found = []
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    text = str(value).casefold()
                    found += [f"{table}.{name}: {value}" for word in words if word.casefold() in text]
    return found


async def everything_people_do(our: School) -> None:
    """The post is shown, saved, searched for, reported, wished less of and looked back on."""
    our.chat.standings |= {"ada": Standing.ADMIN}
    await our.open_channel()
    await our.say("ana", "/pln roundup fri 15:00")
    await our.say("ana", "/pln me follow #edchat")
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    strange = our.write(
        f"{WORDS[0]} {WORDS[1]} ideas for my pupils in year 9",
        author_id=AUTHOR,
        url=LINK,
        links=(Link("https://t.example/short", "Percussion worksheet"),),
        media=(Media(MediaKind.PHOTO, ALT),),
    )
    our.x.people[-1] = Author("x", AUTHOR, HANDLE, NAME, f"https://x.com/{HANDLE}", "https://x.example/face.png")
    our.write(references=(Reference(ReferenceKind.QUOTED, strange.key.id),))
    our.write()
    await our.at(HALF_PAST_SEVEN)
    digest = our.digests()[0]
    assert NAME in digest.text
    for person, number in (("ana", 1), ("ben", 1)):
        await our.chat.react(person, digest.id, KEYCAPS[number - 1])
        await our.settle()

    async def press(person: str, label: str) -> None:
        await our.chat.press(person, digest.id, label)
        await our.settle()

    for typed in (
        "save 1",
        "save 2",
        "save 3",
        f"save {LINK}",
        f"find {WORDS[0]}",
        "saved",
        f"search {WORDS[0]}",
        "digest preview",
        "taste",
        "home",
    ):
        await our.say("ana", f"/pln {typed}")
    numbers = (1, 2, 3)
    for label in ("Less like item 1", "Why item 1?", "Less like item 2", "Mute author of item 1", "Less like item 3"):
        await press("ana", label)
    await press("ben", "Less like item 1")
    await press("ben", "Less like item 2")
    await press("ben", "Less like item 3")
    await our.say("ana", "/pln taste")
    for number in numbers:
        await press("ben", f"Report item {number}")
    for _ in numbers:
        await our.say("ada", "/pln reports")
        await our.press("ada", our.last_answer("ada").id, "Restore 1")
    await our.say("ben", f"/pln find {WORDS[1]}")
    await our.at(FRIDAY - HOUR)
    await our.at(FRIDAY)


def files_of(file: Path) -> bytes:
    """The database as it lies on the disk, with its log."""
    return b"".join(each.read_bytes() for each in file.parent.glob("staffroom.db*"))


SECRET = [*WORDS, HANDLE, *NAME.split(), ALT, AUTHOR, "face.png"]


async def test_nothing_of_a_purged_post_is_left_in_any_row_or_on_the_disk(our: School, tmp_path: Path) -> None:
    file = tmp_path / "staffroom.db"
    await everything_people_do(our)
    found = " ".join(rows_with(file, SECRET))
    assert not [word for word in SECRET if word not in found]
    await purge_now(our.parts, "x:1")
    await our.settle()
    of_answers = [each for each in rows_with(file, SECRET) if not each.startswith("delivery.content")]
    assert not of_answers
    assert not [each.text for each in our.chat.messages if NAME in each.text and each.private_to is None]
    our.clock.set(our.clock.now() + DAY)
    await our.engine.turn_sweep()
    assert rows_with(file, SECRET) == []
    on_disk = files_of(file)
    assert not [word for word in SECRET if word.encode() in on_disk]


async def test_what_one_person_was_told_is_forgotten_after_a_day_and_what_all_were_told_is_not(our: School) -> None:
    digest = await our.digest_of(2)
    await our.say("ana", "/pln find my old notes")
    before = len(our.chat.messages)
    our.clock.set(our.clock.now() + DAY)
    await our.engine.turn_sweep()
    await our.settle()
    assert len(our.chat.messages) == before
    await our.say("ana", "/pln save 1")
    await our.a_minute_later()
    assert "Saved by Ana" in digest.text


def stored(folder: Path) -> list[str]:
    return [each for each in rows_with(folder / "staffroom.db", ["author-"]) if each.startswith("post.")]


async def test_what_was_read_and_never_shown_is_forgotten_after_two_weeks(our: School, tmp_path: Path) -> None:
    await our.open_channel()
    await our.say("ana", "/pln size 1")
    await our.next_digest(3)
    our.clock.set(our.clock.now() + 14 * DAY)
    await our.engine.turn_sweep()
    assert len(stored(tmp_path)) == 3
    our.clock.advance(HOUR + timedelta(seconds=1))
    await our.engine.turn_sweep()
    assert len(stored(tmp_path)) == 1


async def test_a_link_that_was_saved_alone_goes_with_the_post_it_leads_to(our: School, tmp_path: Path) -> None:
    await our.open_channel()
    our.x.fail_next(Unavailable("X cannot be read now."), times=9)
    for person in ("ana", "ben"):
        await our.say(person, f"/pln save {LINK}")
        for _ in range(4):
            our.clock.advance(timedelta(minutes=2))
            await our.settle()
    assert HANDLE in await our.say("ana", "/pln saved")
    await our.hear("ben", our.chat.command("ben", STAFF, "/pln find status"))
    assert "1 saved item" in await purge_now(our.parts, f"@{HANDLE.upper()}")
    assert "A post that is no longer available" in await our.say("ana", "/pln saved")
    await our.settle()
    assert not [each.text for each in our.chat.messages if "A post that is" in each.text and HANDLE in each.text]
    our.clock.set(our.clock.now() + DAY)
    await our.engine.turn_sweep()
    assert rows_with(tmp_path / "staffroom.db", [HANDLE]) == []


async def test_a_link_to_a_post_that_was_purged_cannot_be_saved_again(our: School) -> None:
    await our.open_channel()
    await purge_now(our.parts, LINK)
    message = our.chat.write(STAFF, f"Look at {LINK}", LINK)
    await our.hear("ben", our.chat.choose_message("ben", message))
    await our.hear("ben", our.chat.fill_in("ben", {}))
    assert "You have saved nothing yet" in await our.say("ben", "/pln saved")
