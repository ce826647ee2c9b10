"""What a message looks like in Slack, block by block."""

import re
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.show import limits
from adapters.slack.show.escape import markup_link, web_address
from adapters.slack.show.render import Rendered, in_words, render
from bot.domain.search import Sought, parse_query
from bot.testing.messages import HOSTILE, a_post, a_post_without_text, of_every_kind, sentence
from bot.views import (
    Block,
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    Link,
    Message,
    Paragraph,
    PostItem,
    Resource,
    ShownNote,
)
from tests.rigs.sights import ENTRIES, POSTS, digest

Json = dict[str, Any]


def rendered(*blocks: Block) -> Rendered:
    return render(Message(blocks, summary="A message"))


def blocks_of(*blocks: Block) -> list[Json]:
    return rendered(*blocks).blocks


def kinds(blocks: list[Json]) -> list[str]:
    return [block["type"] for block in blocks]


def words_of(part: Any) -> str:
    """All that can be read, in order."""
    if isinstance(part, list):
        return "\n".join(text for each in part if (text := words_of(each)))
    if isinstance(part, dict):
        return "\n".join(text for name in ("text", "elements", "options") if (text := words_of(part.get(name))))
    return part or ""


def links_of(part: Any) -> list[str]:
    if isinstance(part, list):
        return [url for each in part for url in links_of(each)]
    if isinstance(part, dict):
        return ([part["url"]] if "url" in part else []) + links_of(list(part.values()))
    return []


def elements(blocks: list[Json]) -> list[Json]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


# ---------------------------------------------------------------------------------------------------------- the digest


def test_a_digest_is_a_header_and_for_each_item_its_text_its_small_print_and_its_buttons() -> None:
    item = ["rich_text", "context", "actions"]
    between = ["divider", *item]
    assert kinds(render(digest()).blocks) == ["header", *item, *between, *between, *between, *between]


def test_an_item_says_who_and_when_then_the_wording_and_what_it_links_to() -> None:
    body, small, _actions = blocks_of(POSTS[0])
    assert words_of(body).split("\n") == [
        "1.  ",
        "Ana Souza @anateachesmaths",
        " · yesterday 16:12",
        "Exit tickets that take two minutes to mark: one question, three boxes (got it, nearly, help).",
        "",
        "I sort them into piles while the next class comes in. Templates for years 5 to 9 in here. #edchat",
        "Ten exit tickets you can mark while they line up",
        "",
        "tickets.example",
    ]
    assert links_of(body) == ["https://x.com/anateachesmaths", "https://tickets.example/ten"]
    assert words_of(small).split("\n") == [
        "Why: #edchat · shared by 3 educators · 2 colleagues saved this author before",
        "Saved by Priya and 1 colleague",
        "<https://x.com/anateachesmaths/status/181|View on X>",
    ]


def test_pictures_and_polls_are_words() -> None:
    body = blocks_of(a_post())[0]
    assert "Picture: three cards on a desk" in words_of(body)
    assert [words_of(each) for each in body["elements"][-2]["elements"]] == [
        "Every lesson · 60%",
        "Once a week · 40%",
    ]


def test_a_question_is_said_in_full_size_with_the_way_to_answer_it() -> None:
    body = blocks_of(POSTS[4])[0]
    said, reply = body["elements"][-1]["elements"]
    assert said["text"] == "Perhaps somebody here can help. "
    assert (reply["text"], reply["url"]) == ("Reply on X", "https://x.com/intent/tweet?in_reply_to=185")
    without_a_page = blocks_of(replace(POSTS[4], reply_url="javascript:alert(1)"))[0]["elements"][-1]["elements"]
    assert [each["type"] for each in without_a_page] == ["text", "text"]


def test_the_save_button_says_its_item_and_the_menu_has_the_rest() -> None:
    save, menu = elements(blocks_of(POSTS[2]))
    assert (words_of(save), save["value"]) == ("Save item 3 by Tomás Ó Briain", "save/d-digest/3")
    assert [(words_of(each), each["value"]) for each in menu["options"]] == [
        ("Less like item 3", "less/d-digest/3"),
        ("Mute Tomás Ó Briain here (item 3)", "mute/d-digest/3"),
        ("Why item 3 is here", "why/d-digest/3"),
        ("Report item 3", "report/d-digest/3"),
    ]


def test_a_menu_that_is_too_long_for_slack_loses_nothing() -> None:
    menu = (*(Button(f"Choice {n}", f"run/{n}") for n in range(7)), Button("Far", "run/" + "a" * 80))
    found = elements(blocks_of(replace(a_post(), buttons=(), menu=menu)))
    pressed = [each["value"] for each in found if each["type"] == "button"]
    chosen = [option["value"] for each in found if each["type"] == "overflow" for option in each["options"]]
    assert sorted([*pressed, *chosen]) == sorted(button.action for button in menu)
    assert pressed == ["run/" + "a" * 80]


def test_what_is_gone_keeps_its_number() -> None:
    assert words_of(blocks_of(GoneItem(4, "no longer available"))) == "4. no longer available"


def test_a_post_whose_author_is_not_known_is_a_post() -> None:
    assert words_of(blocks_of(replace(a_post(), credit=None))).split("\n")[:2] == ["1.  ", "A post"]


def test_a_post_without_its_text_still_leads_there() -> None:
    body, small = blocks_of(a_post_without_text())
    assert "Ten exit tickets" in words_of(body)
    assert "|View on X>" in words_of(small)


def test_an_invented_post_is_called_one() -> None:
    assert "Invented sample post" in words_of(blocks_of(replace(a_post(), label="Invented sample post")))


def test_an_item_of_the_library_shows_title_author_notes_tags_and_savers() -> None:
    body, small, actions = blocks_of(ENTRIES[0])
    assert words_of(body).split("\n")[:3] == [
        "Ten exit tickets you can mark while they line up",
        " · tickets.example",
        "Ana Souza @anateachesmaths",
    ]
    assert "Priya: worked with 7B, print four to a page" in words_of(body)
    assert "Reading group · assessment, year 7" in words_of(small)
    assert "24 November 2026 · Saved by you and 1 colleague" in words_of(small)
    assert len(actions["elements"]) == 2


def test_a_link_stands_for_itself_and_one_that_leads_nowhere_is_left_out() -> None:
    blocks = blocks_of(Link("Search on X", "https://x.com/search?q=fractions"), Link("Away", "javascript:alert(1)"))
    assert links_of(blocks) == ["https://x.com/search?q=fractions"]
    assert words_of(blocks) == "Search on X"


def test_every_block_of_a_view_is_shown() -> None:
    shown = words_of(render(of_every_kind(a_post())).blocks)
    for words in ("Tuesday 24 November", "One post from #edchat", "2. no longer available", "Every post is by its"):
        assert words in shown


def test_what_has_no_words_makes_no_block() -> None:
    assert blocks_of(Heading(" \n"), Paragraph(""), Hint("\u200b"), Buttons(())) == []


# -------------------------------------------------------------------------------------------------------- hostile text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_stands_and_means_nothing(text: str) -> None:
    post = replace(
        a_post(text),
        credit=Credit(text, text, "javascript:alert(1)"),
        resource=Resource(text, "https://tickets.example/<!channel>|x", text),
        why=text,
        context=text,
        view_label=text,
        reply_label=text,
    )
    blocks = blocks_of(post, Paragraph(text), Hint(text))
    markup = [each["text"] for block in blocks for each in block.get("elements", []) if each["type"] == "mrkdwn"]
    assert len(markup) == 1
    assert markup[0].startswith("<https://x.example/anateaches/status/1|")
    assert not set(markup[0].split("|")[1][:-1]) & set("<>|*~`")
    assert links_of(blocks) == [
        "https://tickets.example/%3C%21channel%3E%7Cx".replace("%21", "!"),
        "https://x.example/intent/tweet?in_reply_to=1",
    ]
    assert text.replace("\u202e", "").split()[0] in words_of(blocks)


def test_a_text_cannot_turn_the_direction_of_what_follows() -> None:
    assert words_of(blocks_of(Paragraph("left \u202eright\u2066 left"))) == "left right left"


def test_what_json_cannot_carry_is_replaced() -> None:
    assert words_of(blocks_of(Paragraph("half \ud83d an emoji\x00\x07"))) == "half \ufffd an emoji"


def test_a_tower_of_empty_lines_is_one() -> None:
    assert words_of(blocks_of(Paragraph("top" + "\n \n" * 200 + "bottom"))) == "top\n\nbottom"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://school.example/a?b=c&d=e#f", "https://school.example/a?b=c&d=e#f"),
        (" https://school.example/a b|c<d>", "https://school.example/a%20b%7Cc%3Cd%3E"),
        ('HTTP://school.example/"`\\', "http://school.example/%22%60%5C"),
        ("https://schule.example/ä\u202e", "https://schule.example/%C3%A4%E2%80%AE"),
        ("javascript:alert(1)", ""),
        ("java\nscript://school.example/%0aalert(1)", ""),
        ("ht\ntps://school.example/", ""),
        ("https:///school.example/", ""),
        ("data:text/html,hello", ""),
        ("//school.example/a", ""),
        ("https://", ""),
        ("https://[half", ""),
        ("https://school.example:99999/", ""),
        ("mailto:head@school.example", ""),
        ("https://school.example/" + "a" * 2000, ""),
        ("https://bbc.example@evil.example/", ""),
        ("https://head:secret@school.example/", ""),
        ("https://evil.example\\@school.example/", ""),
        ("https://evil.example\\.school.example/", ""),
        ("https://%65vil.example/", ""),
        ("https://school.example:0/", ""),
        ("https://school.example|x/", ""),
        ("https://sch\u043eol.example/a", "https://xn--schol-lye.example/a"),
        (
            "https://schule-f\u00fcr-alle.example:8443/@ana?at=@",
            "https://xn--schule-fr-alle-nsb.example:8443/@ana?at=@",
        ),
        ("https://School.Example/A", "https://school.example/A"),
        ("https://my_school.example/", "https://my_school.example/"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://school.ex\tample/a", "https://school.example/a"),
    ],
)
def test_only_a_web_address_becomes_a_link_and_its_letters_are_encoded(url: str, address: str) -> None:
    assert web_address(url, limits.ADDRESS) == address


def test_a_link_in_markup_can_be_left_by_nothing() -> None:
    address = web_address("https://school.example/?a=1&b=<!here>|", limits.ADDRESS)
    assert markup_link(address, "a|b <!channel> *c*") == (
        "<https://school.example/?a=1&amp;b=%3C!here%3E%7C|a¦b &lt;!channel&gt; ∗c∗>"
    )


# -------------------------------------------------------------------------------------------------------------- limits


def test_a_heading_is_cut_at_a_word() -> None:
    (header,) = blocks_of(Heading("many words " * 40))
    assert len(words_of(header)) <= 150
    assert words_of(header).endswith(("words…", "many…"))


def test_labels_stay_different_when_they_are_cut() -> None:
    buttons = tuple(Button("Undo: " + "the same long title " * 9, f"undo/{n}") for n in range(12))
    labels = [words_of(each) for each in elements(blocks_of(Buttons(buttons)))]
    assert len(set(labels)) == 12
    assert max(len(label) for label in labels) <= 75


def test_ten_long_posts_fit_with_all_their_links_and_buttons() -> None:
    blocks = blocks_of(Heading("Ten posts"), *(_long_post(number) for number in range(1, 11)))
    assert len(blocks) <= 50
    assert limits.weight(blocks) <= 12_000
    assert len(elements(blocks)) == 20
    assert len(links_of(blocks)) == 20
    assert str(blocks).count("|View on X>") == 10


def test_the_longest_text_is_cut_first() -> None:
    long, short = "A very long story. " * 150, "A short one that says it all."
    posts = [replace(_long_post(number), text=long) for number in range(1, 9)]
    shown = words_of(blocks_of(*posts, replace(_long_post(9), text=short)))
    assert short in shown
    assert shown.count("…") == 8


@pytest.mark.parametrize("count", [10, 20, 49, 60, 90])
def test_many_items_share_blocks_and_keep_their_buttons(count: int) -> None:
    entries = [replace(ENTRIES[1], item=f"i-{n}", buttons=(Button(f"Undo {n}", f"undo/{n}"),)) for n in range(count)]
    blocks = blocks_of(*entries)
    assert len(blocks) <= 50
    assert limits.weight(blocks) <= 12_000
    assert [each["value"] for each in elements(blocks)] == [f"undo/{n}" for n in range(count)]


def test_what_no_message_can_hold_is_left_out_and_said_to_be() -> None:
    blocks = blocks_of(*(Paragraph(f"Line {n}: " + "word " * 30) for n in range(900)))
    assert "There is more than one message can hold." in words_of(blocks)
    assert limits.weight(blocks) <= 12_000
    many = Buttons(tuple(Button(f"Choice {n} {'x' * 60}", f"run/{n}" + "y" * 90) for n in range(2000)))
    assert limits.weight(blocks_of(many)) <= 12_000


# ------------------------------------------------------------------------------------------------------------ in words


def test_the_text_reads_like_the_message_and_means_nothing() -> None:
    summary = "Tuesday · 2 posts\n1. Ana (@ana_s): *bold* <!channel> & `code`\n> quoted _slanted_ snake_case ~gone~"
    assert in_words(summary) == (
        "Tuesday · 2 posts\n1. Ana (@ana_s): ∗bold∗ &lt;!channel&gt; &amp; ˋcodeˋ\n› quoted ˍslantedˍ snake_case ∼gone∼"
    )


def test_a_long_text_keeps_every_line() -> None:
    lines = ["Tuesday · 10 posts", *(f"{number}. " + "a & b " * 300 for number in range(1, 11))]
    text = in_words("\n".join(lines))
    assert len(text) < 4000
    assert [line.split(" ")[0] for line in text.split("\n")] == ["Tuesday", *(f"{n}." for n in range(1, 11))]


def test_a_text_of_thousands_of_lines_is_cut() -> None:
    assert len(in_words("& * line\n" * 5000)) < 4000


def test_there_is_always_a_text() -> None:
    assert render(Message((), summary="")).text == "A message from Staffroom."
    assert render(sentence("Saved.")).text == "Saved."


def _long_post(number: int) -> PostItem:
    return replace(
        POSTS[0],
        number=number,
        text="We tried it for a whole term and I would not go back. " * 12,
        buttons=(Button(f"Save item {number} by Ana Souza", f"save/d-digest/{number}"),),
        menu=tuple(
            Button(f"{word} {number}", f"{word}/d-digest/{number}") for word in ("less", "mute", "why", "report")
        ),
    )


# ------------------------------------------------------------------------------------------------ what a search found


def test_the_words_by_which_something_was_found_are_bold_and_nothing_else_of_the_text_is() -> None:
    text = "Two <@U1> *quokkas* & a _quokka_ at http://evil.example"
    places = tuple((found.start(), found.end()) for found in re.finditer("quokkas?", text))
    (body, *_) = blocks_of(replace(ENTRIES[0], text=text, marks=places, credit=None))
    quotation = next(each for each in body["elements"] if each["type"] == "rich_text_quote")
    bold = [each["text"] for each in quotation["elements"] if each.get("style") == {"bold": True}]
    assert bold == ["quokkas", "quokka"]
    assert "".join(each["text"] for each in quotation["elements"]) == text
    assert {each["type"] for each in quotation["elements"]} == {"text"}


def test_what_is_seldom_wanted_of_an_item_of_the_library_is_in_a_menu() -> None:
    menu = (Button("Share in Staff: Ten", "share/i-1"), Button("History: Ten", "history/i-1/1"))
    shown = elements(blocks_of(replace(ENTRIES[0], menu=menu)))
    assert [each["type"] for each in shown] == ["button", "button", "overflow"]
    assert [each["value"] for each in shown[-1]["options"]] == ["share/i-1", "history/i-1/1"]


def test_in_notes_too_the_words_by_which_something_was_found_are_bold() -> None:
    sought = Sought.by(parse_query("eclair pies"))
    noted = (ShownNote("Priya", "*Éclairs* and pies"), ShownNote("Ben", "<!channel>"))
    body, *_ = blocks_of(replace(ENTRIES[0], noted=noted, sought=sought))
    [bullets] = [each for each in body["elements"] if each["type"] == "rich_text_list"]
    lines = [each["elements"] for each in bullets["elements"]]
    assert [[part["text"] for part in line] for line in lines] == [
        ["Priya: Éclairs and ", "pies"],
        ["Ben: <!channel>"],
    ]
    assert [part.get("style") for line in lines for part in line] == [None, {"bold": True}, None]


# -------------------------------------------------------------------------------------------------------------- notes

NOTE = "# Before\nSo **very** *good*: `x`\n- one\n- two\n\n7. seven\n> said\n[ours](https://pages.example/a)"


def test_a_note_looks_as_it_was_typed() -> None:
    [block] = blocks_of(ShownNote("Ana, 24 November 2026", NOTE))
    assert [each["type"].removeprefix("rich_text_") for each in block["elements"]] == [
        "section", "section", "section", "list", "list", "quote", "section",
    ]  # fmt: skip
    by, heading, words, bullets, numbers, quote, link = block["elements"]
    assert [each["elements"][0]["style"] for each in (by, heading)] == [{"bold": True}] * 2
    assert [each.get("style") for each in words["elements"]] == [
        None, {"bold": True}, None, {"italic": True}, None, {"code": True},
    ]  # fmt: skip
    assert (bullets["style"], numbers["style"], numbers["offset"]) == ("bullet", "ordered", 6)
    assert quote["elements"][0]["text"] == "said"
    assert link["elements"] == [
        {"type": "link", "url": "https://pages.example/a", "text": "ours"},
        {"type": "text", "text": " (pages.example)"},
    ]


def test_a_link_in_a_note_says_whose_page_it_leads_to() -> None:
    said = "[https://bank.example](https://evil.example/) [x](javascript:alert(1))"
    blocks = blocks_of(ShownNote("Ana", said))
    assert words_of(blocks).splitlines() == [
        "Ana",
        "https://bank.example",
        " (evil.example)",
        " [x](javascript:alert(1))",
    ]
    assert links_of(blocks) == ["https://evil.example/"]


def test_of_a_note_without_room_the_beginning_stands_there_in_plain_words() -> None:
    notes = [ShownNote("Ana", "**a** " * 160 + "[x](https://pages.example/x)") for _ in range(45)]
    blocks = blocks_of(*notes)
    assert limits.weight(blocks) <= limits.ALL_STRINGS
    assert "*" not in words_of(blocks)
    assert "…" in words_of(blocks)
