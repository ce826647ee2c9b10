"""The history of an item in words."""

from datetime import UTC, datetime

import pytest

from bot.domain.history import ItemChange, What
from bot.services.library.history import by_nobody_known, change_in_words

AT = datetime(2026, 11, 23, 18, tzinfo=UTC)


def in_words(what: What, before: str = "", after: str = "") -> str:
    return change_in_words(ItemChange("c1", "i1", AT, "ana", what, before, after), "Ana", {"maths": "Maths"})


@pytest.mark.parametrize(
    ("what", "before", "after", "words"),
    [
        (What.SAVED, "", "", "Ana saved it"),
        (What.SAVED, "", "maths", "Ana saved it to the library of Maths"),
        (What.IMPORTED, "", "", "Ana imported it"),
        (What.IMPORTED, "", "maths", "Ana imported it into the library of Maths"),
        (What.UNDONE, "", "", "Ana took a save back"),
        (What.TAGGED, "", "year 9, {0}", "Ana added the tags year 9, {0}"),
        (What.UNTAGGED, "year 9", "", "Ana took the tags year 9 away"),
        (What.NOTED, "", "Good", "Ana wrote a note: Good"),
        (What.NOTED, "Good", "Very good", "Ana changed the note “Good” to: Very good"),
        (What.NOTED, "Good " * 40, "Bad", f"Ana changed the note “{'Good ' * 11}Good…” to: Bad"),
        (What.NOTED, "", "", "Ana wrote a note"),
        (What.UNNOTED, "", "", "Ana deleted a note"),
        (What.RETITLED, "NRICH", "Pizza", "Ana changed the title from “NRICH” to “Pizza”"),
        (What.RETITLED, "", "Pizza", "Ana changed the title to “Pizza”"),
        (What.RETITLED, "", "", "Ana changed the title"),
        (What.KIND, "article", "video", "Ana changed the kind from article to video"),
        (What.KIND, "", "video", "Ana chose the kind video"),
        (What.REMOVED, "", "", "Ana removed it from the library"),
        (What.RESTORED, "", "", "Ana restored it"),
        (What.SHARED, "", "maths", "Ana shared it with the library of Maths"),
        (What.SHARED, "", "", "Ana shared it with the library of all"),
        (What.UNSHARED, "maths", "", "Ana took it out of the library of Maths"),
        (What.ERASED, "", "", "Ana erased a post that is no longer available"),
        (What.UNSHARED, "", "", "Ana took it out of the library of all"),
    ],
)
def test_a_change_is_told_in_a_sentence(what: What, before: str, after: str, words: str) -> None:
    assert in_words(what, before, after) == words


@pytest.mark.parametrize("what", What)
def test_every_change_has_words_with_and_without_what_was_said(what: What) -> None:
    for before, after in (("", ""), ("one", ""), ("", "one"), ("one", "two")):
        assert in_words(what, before, after).startswith("Ana ")


def test_what_staffroom_read_itself_was_done_by_it_and_everything_else_by_somebody() -> None:
    assert by_nobody_known(ItemChange("c1", "i1", AT, "", What.TITLE_READ)) == "Staffroom"
    assert by_nobody_known(ItemChange("c1", "i1", AT, "", What.NOTED)) == "Somebody"
