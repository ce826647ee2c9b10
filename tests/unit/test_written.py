"""The little Markdown of notes: what it means, and that nothing else means anything."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.library import MOST_LETTERS_IN_A_NOTE
from bot.domain.links import is_web_address
from bot.domain.written import Part, Piece, in_plain_words, parts_of
from bot.testing.messages import HOSTILE


def pieces(note: str) -> tuple[Piece, ...]:
    [part] = parts_of(note)
    [line] = part.lines
    return line


def test_lines_make_paragraphs_lists_quotations_and_small_headings() -> None:
    note = "# Before\nFirst line\nsecond line\n\nAnother\n- one\n* two\n1. first\n2) second\n> said"
    shapes = [(part.shape, ["".join(piece.text for piece in line) for line in part.lines]) for part in parts_of(note)]
    assert shapes == [
        ("heading", ["Before"]),
        ("paragraph", ["First line", "second line"]),
        ("paragraph", ["Another"]),
        ("bullets", ["one", "two"]),
        ("numbers", ["first", "second"]),
        ("quote", ["said"]),
    ]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("**very** good", (Piece("very", "strong"), Piece(" good"))),
        ("so *good*!", (Piece("so "), Piece("good", "stressed"), Piece("!"))),
        ("2 * 3 * 4", (Piece("2 * 3 * 4"),)),
        ("a `*b*` c", (Piece("a "), Piece("*b*", "code"), Piece(" c"))),
        ("[the page](https://a.example/b)", (Piece("the page", "link", "https://a.example/b"),)),
        (
            "see https://a.example/b.",
            (Piece("see "), Piece("https://a.example/b", "link", "https://a.example/b"), Piece(".")),
        ),
    ],
)
def test_words_may_be_strong_stressed_as_they_are_or_lead_somewhere(note: str, expected: tuple[Piece, ...]) -> None:
    assert pieces(note) == expected


@pytest.mark.parametrize(
    "note",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,hello)",
        "<a href=https:evil>x</a>",
        "[x](https://school.example@evil.example/)",
        "[x](https://school.example\\@evil.example/)",
        "[x]: https",
        "https://school.example)*/",
        "https://school.example:smile:",
        "https://school.example\u200b.evil.example/",
    ],
)
def test_what_is_no_honest_web_address_leads_nowhere(note: str) -> None:
    assert [piece for piece in pieces(note) if piece.look == "link"] == []


@pytest.mark.parametrize(
    ("note", "host", "plain"),
    [
        ("https://bank.example/", "", "https://bank.example/"),
        (
            "[https://bank.example](https://evil.example/)",
            "evil.example",
            "https://bank.example (https://evil.example/)",
        ),
        ("https://b\u0430nk.example/", "xn--bnk-6cd.example", "https://b\u0430nk.example/ (xn--bnk-6cd.example)"),
        ("[ours](https://b\u0430nk.example/)", "xn--bnk-6cd.example", "ours (https://b\u0430nk.example/)"),
    ],
)
def test_a_link_says_whose_page_it_leads_to_unless_its_words_do(note: str, host: str, plain: str) -> None:
    [piece] = pieces(note)
    assert piece.host == host
    assert in_plain_words(note) == plain


def test_pictures_are_no_pictures() -> None:
    assert "![" in "".join(piece.text for piece in pieces("![x](https://evil.example/pixel.gif)"))


@given(st.text(st.sampled_from("*`[]()#->1. \nahttps:/"), max_size=120) | st.sampled_from(HOSTILE))
def test_no_word_is_lost_and_every_link_is_a_web_address(note: str) -> None:
    parts: tuple[Part, ...] = parts_of(note)
    said = [piece for part in parts for line in part.lines for piece in line]
    assert all(piece.text in note or piece.url for piece in said)
    assert all(is_web_address(piece.url) for piece in said if piece.look == "link")
    letters = [letter for letter in note if letter.isalpha()]
    told = "".join(piece.text + (piece.url if piece.url != piece.text else "") for piece in said)
    assert [letter for letter in told if letter.isalpha()] == letters


@pytest.mark.parametrize("letters", ["*", "**a", "[", "[a](", "`", "> ", "https://", "*a "])
def test_a_hostile_note_takes_no_longer_than_another(letters: str) -> None:
    note = (letters * MOST_LETTERS_IN_A_NOTE)[:MOST_LETTERS_IN_A_NOTE]
    begun = process_time()
    parts_of(note)
    assert process_time() - begun < 0.2


# ------------------------------------------------------------------------------------------------------ in plain words


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("**Very** *good*, `as is`", "Very good, as is"),
        ("# Before\n- one\n- two\n\n> said", "Before\n• one\n• two\n“said”"),
        ("7. seventh\n8. eighth", "7. seventh\n8. eighth"),
        ("[the page](https://a.example/b)", "the page (https://a.example/b)"),
        ("see https://a.example/b.", "see https://a.example/b."),
        ("2 * 3 * 4 <b>", "2 * 3 * 4 <b>"),
    ],
)
def test_in_plain_words_nothing_is_left_of_the_looks_and_a_link_says_where_it_leads(note: str, expected: str) -> None:
    assert in_plain_words(note) == expected


def test_a_numbered_list_begins_where_it_was_begun() -> None:
    assert [(part.shape, part.first) for part in parts_of("10. Worked well\n\nand\n3) again")] == [
        ("numbers", 10),
        ("paragraph", 1),
        ("numbers", 3),
    ]


@pytest.mark.parametrize("note", ["** **", "**a **", "` `", "[ ](https://a.example)"])
def test_no_look_is_about_nothing(note: str) -> None:
    assert {piece.look for piece in pieces(note) if not piece.url} == {"plain"}
    assert all(piece.text.strip() for piece in pieces(note))


@given(st.text(st.sampled_from("*`[]()#->1. \nahttps:/"), max_size=120) | st.sampled_from(HOSTILE))
def test_plain_words_say_something_whenever_the_note_does(note: str) -> None:
    assert bool(in_plain_words(note).strip()) == bool(note.strip())
