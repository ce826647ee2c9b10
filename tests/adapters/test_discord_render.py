"""What a message looks like in Discord, component by component."""

import re
from dataclasses import replace
from typing import Any

import pytest
from discord import ui

from adapters.discord.message import mark_of
from adapters.discord.show import limits
from adapters.discord.show.buttons import action_of
from adapters.discord.show.escape import escape, inline, link, web_address
from adapters.discord.show.fallback import classic_rows, plain_embeds
from adapters.discord.show.render import render, render_all
from bot.domain.harmless import length
from bot.domain.search import Sought, parse_query
from bot.domain.written import in_plain_words
from bot.testing.messages import HOSTILE, a_post, a_post_without_text, of_every_kind, sentence
from bot.testing.talk import squeezed
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
from tests.rigs.discord_server_components import Part, check_components, parts_of, weight_of
from tests.rigs.discord_server_text import markdown, read_components
from tests.rigs.sights import ENTRIES, POSTS, TITLE, digest

Json = dict[str, Any]


def tree(view: ui.LayoutView) -> list[Json]:
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    check_components(components, is_v2=True)
    return components


def components_of(*blocks: Block) -> list[Json]:
    return tree(render(Message(blocks, summary="A message"), "d-1"))


def kinds(components: list[Json]) -> list[str]:
    return [Part(each["type"]).name for each in components]


def texts(components: list[Json]) -> list[str]:
    return [each["content"] for each in parts_of(components) if each["type"] == Part.TEXT]


def words_of(components: list[Json]) -> str:
    return read_components(components).text


def links_of(components: list[Json]) -> list[str]:
    return [each.removeprefix("link:") for each in read_components(components).did if each.startswith("link:")]


def buttons_of(components: list[Json]) -> list[Json]:
    return [each for each in parts_of(components) if each["type"] == Part.BUTTON]


def actions_of(components: list[Json]) -> list[str]:
    """All that can be pressed or chosen, in order."""
    pressed = [action_of(each["custom_id"]) for each in buttons_of(components) if "custom_id" in each]
    return [*pressed, *(option["value"] for each in menus_of(components) for option in each["options"])]


def menus_of(components: list[Json]) -> list[Json]:
    return [each for each in parts_of(components) if each["type"] == Part.MENU]


def posts(count: int, text: str = "") -> list[PostItem]:
    return [_post(number, text) for number in range(1, count + 1)]


def _post(number: int, text: str) -> PostItem:
    return replace(
        POSTS[0],
        number=number,
        text=text or POSTS[0].text,
        buttons=(Button(f"Save item {number} by Ana Souza", f"save/d-digest/{number}"),),
        menu=tuple(
            Button(f"{word} {number}", f"{word}/d-digest/{number}") for word in ("less", "mute", "why", "report")
        ),
    )


# ---------------------------------------------------------------------------------------------------------- the digest


def test_a_digest_is_a_heading_items_with_lines_between_them_and_one_menu() -> None:
    components = tree(render(digest(), "d-digest"))
    item = ["TEXT", "ROW"]
    between = ["SEPARATOR", *item]
    assert kinds(components) == ["TEXT", *item, *between, *between, *between, *between, "ROW"]
    assert texts(components)[0] == f"### {TITLE}"


def test_an_item_says_who_and_when_then_the_wording_and_what_it_links_to() -> None:
    said, row, _menu = components_of(POSTS[0])
    assert said["content"].split("\n") == [
        "**1\\.  [Ana Souza @anateachesmaths](https://x.com/anateachesmaths)** · yesterday 16:12",
        "Exit tickets that take two minutes to mark: one question, three boxes (got it, nearly, help).",
        "",
        "I sort them into piles while the next class comes in. Templates for years 5 to 9 in here. #edchat",
        "**[Ten exit tickets you can mark while they line up](https://tickets.example/ten)** · tickets.example",
        "-# Why: #edchat · shared by 3 educators · 2 colleagues saved this author before",
        "-# Saved by Priya and 1 colleague",
    ]
    save, view = row["components"]
    assert (save["label"], save["custom_id"]) == ("Save item 1 by Ana Souza", "save/d-digest/1")
    assert (view["label"], view["url"]) == ("View on X", "https://x.com/anateachesmaths/status/181")


def test_pictures_and_polls_are_words() -> None:
    lines = texts(components_of(a_post()))[0].split("\n")
    assert "*Picture: three cards on a desk*" in lines
    assert [each for each in lines if each.startswith("- ")] == ["- Every lesson · 60%", "- Once a week · 40%"]


def test_a_question_is_said_in_full_size_with_the_way_to_answer_it() -> None:
    components = components_of(POSTS[4])
    assert "\nPerhaps somebody here can help.\n" in texts(components)[0]
    assert [each["label"] for each in buttons_of(components)][1:] == ["Reply on X", "View on X"]
    without_a_page = components_of(replace(POSTS[4], reply_url="javascript:alert(1)"))
    assert "\n-# Perhaps somebody here can help.\n" in texts(without_a_page)[0]


def test_the_seldom_wanted_of_all_items_stands_in_one_menu() -> None:
    (menu,) = menus_of(tree(render(digest(), "d-digest")))
    assert menu["placeholder"] == "More about one of these…"
    assert [each["value"] for each in menu["options"]][:4] == [
        f"{verb}/d-digest/1" for verb in ("less", "mute", "why", "report")
    ]
    assert len(menu["options"]) == 20
    assert "d-digest" in menu["custom_id"]


def test_what_is_gone_keeps_its_number() -> None:
    components = components_of(GoneItem(4, "no longer available"))
    assert words_of(components) == "4. no longer available"


def test_a_post_whose_author_is_not_known_is_a_post() -> None:
    assert texts(components_of(replace(a_post(), credit=None)))[0].startswith("**1\\.  A post** · 2 hours ago\n")


def test_a_post_without_its_text_still_leads_there() -> None:
    components = components_of(a_post_without_text())
    assert "Ten exit tickets" in words_of(components)
    assert links_of(components)[-1] == "https://x.example/anateaches/status/1"


def test_an_invented_post_is_called_one() -> None:
    assert "Invented sample post" in words_of(components_of(replace(a_post(), label="Invented sample post")))


def test_an_item_of_the_library_shows_title_author_notes_tags_and_savers() -> None:
    said, row = components_of(ENTRIES[0])
    assert said["content"].split("\n") == [
        "**[Ten exit tickets you can mark while they line up](https://tickets.example/1)** · tickets.example",
        f"**[Ana Souza @anateachesmaths](https://x.com/anateachesmaths)**: {ENTRIES[0].text}",
        "- Priya: worked with 7B, print four to a page",
        "- Ben: the third one is too long",
        "-# Reading group · assessment, year 7",
        "-# 24 November 2026 · Saved by you and 1 colleague",
    ]
    assert [each["label"][:5] for each in row["components"]] == ["Undo:", "Tags ", "View "]


def test_a_link_stands_for_itself_and_one_that_leads_nowhere_is_left_out() -> None:
    components = components_of(Link("Search on X", "https://x.com/search?q=a"), Link("Away", "javascript:alert(1)"))
    assert [(each["label"], each["url"]) for each in buttons_of(components)] == [
        ("Search on X", "https://x.com/search?q=a")
    ]


@pytest.mark.parametrize("url", ["https://x.com/" + "a" * 520, "https://localhost/a", "http://[2001:db8::1]/a"])
def test_a_link_that_discord_may_refuse_as_a_button_stands_in_the_text(url: str) -> None:
    components = components_of(Link("Search", url))
    assert buttons_of(components) == []
    assert links_of(components) == [url]


def test_every_block_of_a_view_is_shown() -> None:
    shown = words_of(tree(render(of_every_kind(a_post()), "d-1")))
    for words in ("Tuesday 24 November", "One post from #edchat", "2. no longer available", "Every post is by its"):
        assert words in shown


def test_what_has_no_words_is_the_summary() -> None:
    assert words_of(components_of(Heading(" \n"), Paragraph(""), Hint("\u200b"), Buttons(()))) == "A message"
    assert words_of(tree(render(Message((), ""), "d-1"))) == "A message from Staffroom."


def test_the_engines_commands_are_spelled_as_discord_offers_them_and_those_in_posts_are_not() -> None:
    shown = words_of(components_of(Paragraph("See /pln schedule."), a_post("We type /pln schedule here.")))
    assert "See /pln change schedule." in shown
    assert "We type /pln schedule here." in shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("/pln size <1 to 10> — Change how many.", "**/pln change size \\<1 to 10\\>** — Change how many."),
        ("/pln find *it* — Search, or /pln help.", "**/pln find \\*it\\*** — Search, or /pln help."),
        ("#edchat — a hashtag", "\\#edchat — a hashtag"),
        ("/pln find finds it.", "/pln find finds it."),
    ],
)
def test_of_what_explains_a_command_the_command_stands_out(written: str, shown: str) -> None:
    (text,) = [each for each in parts_of(tree(render(sentence(written), "d-1"))) if each["type"] == Part.TEXT]
    assert text["content"] == shown


def test_the_first_component_carries_the_mark_of_the_delivery() -> None:
    assert tree(render(digest(), "d-1"))[0]["id"] == mark_of("d-1")
    assert [each for each in parts_of(tree(render(digest(), ""))) if "id" in each] == []


def test_a_role_is_called_below_the_heading_and_nobody_else() -> None:
    components = tree(render(digest(), "d-1", calls="123456789012345678"))
    assert texts(components)[0] == f"### {TITLE}\n<@&123456789012345678>"
    assert [each for each in read_components(components).did if each.startswith("mention:")] == [
        "mention:role:123456789012345678"
    ]


# -------------------------------------------------------------------------------------------------------- hostile text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_as_it_stands_and_means_nothing(text: str) -> None:
    post = replace(
        a_post(text),
        credit=Credit(text, text, "javascript:alert(1)"),
        resource=Resource(text, "https://tickets.example/<@&1>)|x", text),
        why=text,
        context=text,
        view_label=text,
        reply_label=text,
    )
    components = components_of(post, Paragraph(text), Hint(text))
    assert squeezed(text) in squeezed(words_of(components))
    assert links_of(components) == [
        "https://tickets.example/%3C@&1%3E%29%7Cx",
        "https://x.example/intent/tweet?in_reply_to=1",
        "https://x.example/anateaches/status/1",
    ]
    did = {each for each in read_components(components).did if not each.startswith("link:")}
    assert did <= {"format:bold", "format:italic", "format:subtext", "format:list"}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, 5 + 5 - 1 = 9 (really)!", "plain words, 5 + 5 - 1 = 9 (really)!"),
        ("# no heading\n-# nor small", "\\# no heading\n\\-# nor small"),
        ("- one\n  + two\n3. three\n4) four", "\\- one\n  \\+ two\n3\\. three\n4\\) four"),
        ("*a* _b_ ~~c~~ `d` ||e||", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\` \\|\\|e\\|\\|"),
        ("> quoted", "\\> quoted"),
        ("@everyone and @HERE, @ana", "\\@everyone and \\@HERE, @ana"),
        ("<@1> <@&2> <#3> </pln:4> <t:5> <:a:6>", "\\<@1\\> \\<@&2\\> \\<#3\\> \\</pln:4\\> \\<t:5\\> \\<\\:a:6\\>"),
        ("https://evil.example steam://run", "https\\://evil.example steam\\://run"),
        (":tada: at 16:12", "\\:tada: at 16:12"),
        ("discord.gg/abc and discord.com/invite/abc", "discord.gg\\/abc and discord.com\\/invite/abc"),
        ("[a](https://evil.example)", "\\[a\\](https\\://evil.example)"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_only_what_has_a_meaning_gets_a_backslash(text: str, escaped: str) -> None:
    assert escape(text) == escaped
    assert markdown(escaped).text == text
    assert markdown(escaped).did == []


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("Ana Souza @tob_science", "[Ana Souza @tob_science](https://school.example/a)"),
        (
            "Ñandú’s “class” (she/her): 5% & more | #5",
            "[Ñandú’s “class” (she/her): 5% & more | #5](https://school.example/a)",
        ),
        ("[PDF] Ten tickets", "[(PDF) Ten tickets](https://school.example/a)"),
        ("https://good.example/a", "[good.example/a](https://school.example/a)"),
        ("Ana ⭐", "Ana ⭐ ([open](https://school.example/a))"),
        ("Staff™", "Staff™ ([open](https://school.example/a))"),
        ("*bold* <@1>", "\\*bold\\* \\<@1\\> ([open](https://school.example/a))"),
        ("@_her_", "@\\_her\\_ ([open](https://school.example/a))"),
        ("1. First", "1\\. First ([open](https://school.example/a))"),
        ("half\u200bway", "half\u200bway ([open](https://school.example/a))"),
        ("https:\uff0f\uff0fgood.example", "https:\uff0f\uff0fgood.example ([open](https://school.example/a))"),
        ("ends with a backslash\\", "ends with a backslash\\\\ ([open](https://school.example/a))"),
        ("a](https://evil.example) [b", "[a)(evil.example) (b](https://school.example/a)"),
        ("hhttps://ttps://evil.example", "[evil.example](https://school.example/a)"),
    ],
)
def test_only_plain_words_are_the_label_of_a_link_and_the_rest_stands_before_one(label: str, written: str) -> None:
    assert link("https://school.example/a", label) == written
    reading = markdown(written)
    assert reading.did == ["link:https://school.example/a"]
    assert "\\" not in reading.text or label.endswith("\\")


@pytest.mark.parametrize(
    ("name", "handle", "written"),
    [
        ("Ana Souza", "ana_s", "[Ana Souza @ana_s](https://x.example/a)"),
        ("Ana ⭐", "ana_s", "Ana ⭐ [@ana_s](https://x.example/a)"),
        ("Ana Souza", "_ana_", "[Ana Souza](https://x.example/a) @\\_ana\\_"),
        ("Ana ⭐", "_ana_", "Ana ⭐ @\\_ana\\_ ([open](https://x.example/a))"),
        ("", "ana", "[@ana](https://x.example/a)"),
        ("", "", "[A post](https://x.example/a)"),
    ],
)
def test_an_author_is_linked_by_what_can_be_a_link(name: str, handle: str, written: str) -> None:
    post = replace(a_post(), credit=Credit(name, handle, "https://x.example/a"))
    assert texts(components_of(post))[0].startswith(f"**1\\.  {written}** · 2 hours ago\n")


@pytest.mark.parametrize(
    ("title", "host", "written"),
    [
        ("Ten tickets", "tickets.example", "**[Ten tickets](https://tickets.example/ten)** · tickets.example"),
        ("Ten 🎟️ tickets", "tickets.example", "**Ten 🎟️ tickets** · [tickets.example](https://tickets.example/ten)"),
        ("Ten 🎟️ tickets", "", "**Ten 🎟️ tickets ([open](https://tickets.example/ten))**"),
        ("tickets.example", "tickets.example", "**[tickets.example](https://tickets.example/ten)**"),
    ],
)
def test_a_page_is_linked_by_its_title_or_else_by_its_host(title: str, host: str, written: str) -> None:
    post = replace(a_post(), resource=Resource(title, "https://tickets.example/ten", host))
    assert written in texts(components_of(post))[0].split("\n")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://school.example/a?b=c&d=e#f", "https://school.example/a?b=c&d=e#f"),
        (" https://school.example/a b|c<d>", "https://school.example/a%20b%7Cc%3Cd%3E"),
        ("https://school.example/a_(b)*c~d", "https://school.example/a_%28b%29%2Ac~d"),
        ("javascript:alert(1)", ""),
        ("https://bbc.example@evil.example/", ""),
        ("https://school.example)**@everyone**/", ""),
        ("https://school.example|x/", ""),
        ("https://school.example/?u=https://discord.gg/abc", "https://school.example/?u=https://discord%2Egg/abc"),
        ("https://discord.gg/abc", "https://discord.gg/abc"),
        ("https://school.example/" + "a" * 2000, ""),
    ],
)
def test_only_a_web_address_becomes_a_link_and_its_letters_are_encoded(url: str, address: str) -> None:
    assert web_address(url, limits.ADDRESS) == address


def test_writing_from_right_to_left_does_not_turn_what_stands_beside_it() -> None:
    assert inline("שלום") == "\u2068שלום\u2069"
    assert inline("left \u05d0") == "\u2068left \u05d0\u2069"
    assert inline("Año") == "Año"


# -------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize("count", range(1, 11))
def test_a_digest_of_every_size_is_one_message_with_every_link_and_every_save(count: int) -> None:
    text = "We tried it for a whole term and I would not go back. " * 80
    components = components_of(Heading(TITLE), Hint("Read in part today."), *posts(count, text))
    assert len(list(parts_of(components))) <= 40
    assert sum(map(length, texts(components))) <= 4_000
    assert links_of(components).count("https://x.com/anateachesmaths") == count
    assert links_of(components).count("https://tickets.example/ten") == count
    assert links_of(components).count("https://x.com/anateachesmaths/status/181") == count
    assert words_of(components).count("More on X") == count
    wanted = {f"{verb}/d-digest/{n}" for n in range(1, count + 1) for verb in ("save", "less", "mute", "why", "report")}
    assert sorted(actions_of(components)) == sorted(wanted)


@pytest.mark.parametrize("count", range(1, 11))
def test_the_usual_posts_of_a_digest_can_be_read(count: int) -> None:
    usual = [replace(POSTS[n % 5], number=n + 1, buttons=_post(n + 1, "").buttons, menu=()) for n in range(count)]
    shown = words_of(components_of(Heading(TITLE), *usual))
    for post in usual:
        assert squeezed(post.text)[:120] in squeezed(shown)


def test_short_posts_have_their_own_save_buttons_up_to_ten() -> None:
    components = components_of(Heading(TITLE), *posts(10, "A short one."))
    assert [each["label"] for each in buttons_of(components) if "custom_id" in each] == [
        f"Save item {number} by Ana Souza" for number in range(1, 11)
    ]


def test_where_buttons_would_leave_no_room_to_read_one_menu_saves_several() -> None:
    components = components_of(Heading(TITLE), *posts(10, "Long enough to be cut where it has to be. " * 6))
    save = menus_of(components)[0]
    assert (save["placeholder"], save["max_values"]) == ("Save one or more…", 10)
    assert [each["value"] for each in save["options"]] == [f"save/d-digest/{number}" for number in range(1, 11)]
    assert [each["placeholder"] for each in menus_of(components)[1:]] == [
        "More about items 1 to 6…",
        "More about items 7 to 10…",
    ]


def test_the_longest_text_is_cut_first() -> None:
    long, short = "A very long story. " * 150, "A short one that says it all."
    shown = words_of(components_of(*posts(8, long), _post(9, short)))
    assert short in shown
    assert shown.count("…") >= 8


def test_addresses_of_posts_outlive_texts_and_absurd_ones_do_not() -> None:
    absurd = Resource("A page", "https://tickets.example/" + "long/" * 300, "tickets.example")
    many = [replace(each, resource=absurd) for each in posts(10, "words " * 300)]
    components = components_of(*many)
    assert links_of(components).count("https://x.com/anateachesmaths/status/181") == 10
    assert "A page" in words_of(components)
    assert any(len(squeezed(each)) > 250 for each in texts(components))


def test_labels_stay_different_when_they_are_cut() -> None:
    buttons = tuple(Button("Undo: " + "the same long title " * 9, f"undo/{n}") for n in range(12))
    labels = [each["label"] for each in buttons_of(components_of(Buttons(buttons)))]
    assert len(set(labels)) == 12
    assert max(map(length, labels)) <= 80


def test_the_same_action_twice_has_two_ids_and_means_the_same() -> None:
    ids = [
        each["custom_id"]
        for each in buttons_of(
            components_of(Buttons((Button("A", "undo/1"), Button("B", "undo/1"), Button("C", "a~2"))))
        )
    ]
    assert ids == ["undo/1", "undo/1~2", "a~2~1"]
    assert [action_of(each) for each in ids] == ["undo/1", "undo/1", "a~2"]


@pytest.mark.parametrize("count", [10, 20, 40])
def test_many_items_share_components_and_keep_their_buttons(count: int) -> None:
    entries = [replace(ENTRIES[1], item=f"i-{n}", buttons=(Button(f"Undo {n}", f"undo/{n}"),)) for n in range(count)]
    assert actions_of(components_of(*entries)) == [f"undo/{n}" for n in range(count)]


def test_what_no_message_can_hold_is_left_out_and_said_to_be() -> None:
    shown = words_of(components_of(*(Paragraph(f"Line {n}: " + "word " * 30) for n in range(900))))
    assert "There is more than one message can hold." in shown
    many = Buttons(tuple(Button(f"Choice {n} {'x' * 60}", f"run/{n}" + "y" * 90) for n in range(2000)))
    assert len(actions_of(components_of(many))) > 30


@pytest.mark.parametrize("letter", ["a", "ß", "あ", "🎟", "ש"])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 10])
def test_no_message_is_heavier_than_discord_can_keep_in_whatever_letters(letter: str, count: int) -> None:
    posts = [a_post(letter * 4_000, number + 1) for number in range(count)]
    assert 1_000 < weight_of(components_of(*posts)) <= limits.WEIGHT


# ------------------------------------------------------------------------------------------------------- long answers


def test_a_long_answer_is_several_messages_and_nothing_of_it_is_lost() -> None:
    lines = [f"Line {number}: what somebody wanted to know about it." for number in range(300)]
    views = render_all(Message((Heading("Help"), Paragraph("\n".join(lines))), ""), "d-1")
    trees = [tree(view) for view in views]
    assert len(trees) == 4
    shown = "\n".join(words_of(each) for each in trees).split("\n")
    assert shown == ["Help", *lines]
    assert [each[0]["id"] for each in trees] == [mark_of("d-1"), *(mark_of(f"d-1#{number}") for number in (2, 3, 4))]


def test_a_short_answer_is_one_message() -> None:
    assert len(render_all(sentence("Saved."), "d-1")) == 1


def test_a_heading_goes_with_what_it_is_about() -> None:
    blocks = (Paragraph("words " * 200), Paragraph("words " * 200), Paragraph("words " * 200), Heading("Then"))
    first, second = render_all(Message((*blocks, Paragraph("more " * 240)), ""), "d-1")
    assert "Then" not in words_of(tree(first))
    assert words_of(tree(second)).startswith("Then\n")


def test_an_answer_is_never_more_than_five_messages() -> None:
    views = render_all(Message(tuple(Paragraph("words " * 200) for _ in range(60)), ""), "d-1")
    assert len(views) == 5
    assert "There is more than one message can hold." in words_of(tree(views[-1])) or "…" in words_of(tree(views[-1]))


# ------------------------------------------------------------------------------------------------------- the fallback


def test_where_components_are_refused_the_text_is_an_embed_with_the_same_buttons() -> None:
    (embed,) = plain_embeds(digest())
    assert embed["description"].startswith(f"### {TITLE}\n**1\\.  [Ana Souza")
    assert embed["description"].count("[View on X]") == 5
    rows = classic_rows(digest(), "d-digest")
    assert sorted(actions_of(rows)) == sorted(actions_of(tree(render(digest(), "d-digest"))))


def test_a_long_message_fits_into_the_embed() -> None:
    (embed,) = plain_embeds(Message(tuple(posts(10, "Long enough to be cut. " * 40)), ""))
    assert length(embed["description"]) <= 4_096
    assert embed["description"].count("https://x.com/anateachesmaths/status/181") == 10


# ------------------------------------------------------------------------------------------------ what a search found


def test_the_words_by_which_something_was_found_are_bold_and_nothing_else_of_the_text_is() -> None:
    text = "Two **quokkas** @everyone, a _quokka_ at https://evil.example and :quokka:"
    places = tuple((found.start(), found.end()) for found in re.finditer("quokkas?|everyone", text))
    (shown,) = [
        each
        for each in texts(components_of(replace(ENTRIES[0], text=text, marks=places, credit=None)))
        if "Two" in each
    ]
    read = markdown(shown)
    assert text in read.text
    assert re.findall(r"\*\*(\w+)\*\*", shown) == ["quokkas", "everyone", "quokka", "quokka"]
    assert "@everyone" not in shown


def test_what_is_seldom_wanted_of_an_item_of_the_library_is_in_a_menu() -> None:
    menu = (Button("Share in Staff: Ten", "share/i-1"), Button("History: Ten", "history/i-1/1"))
    components = components_of(replace(ENTRIES[0], menu=menu))
    (select,) = [each for each in parts_of(components) if each["type"] == Part.MENU]
    assert [each["value"] for each in select["options"]] == ["share/i-1", "history/i-1/1"]


def test_in_notes_and_tags_too_the_words_by_which_something_was_found_are_bold() -> None:
    sought = Sought.by(parse_query("éclairs or 7b"))
    noted = (ShownNote("Priya *", "*Eclairs* for @everyone"),)
    found = replace(ENTRIES[0], noted=noted, tags="Tags: year 7B, maths", sought=sought)
    [text] = [each for each in texts(components_of(found)) if "Priya" in each]
    assert "- Priya \\*: **Eclairs** for " in text
    assert "-# Tags: year **7B**, maths" in text


def test_what_is_found_side_by_side_is_one_bold_part() -> None:
    """In writing without spaces; four stars in a row would be shown as stars."""
    sought = Sought.by(parse_query('"日" or "本"'))
    found = replace(ENTRIES[0], noted=(ShownNote("", "日本語"),), sought=sought)
    [text] = [each for each in texts(components_of(found)) if "語" in each]
    assert "- **日本**語" in text


NOTE = "# Before\nSo **very** *good*: `x`\n- one\n- two\n\n7. seven\n> said\n[ours](https://pages.example/a)"


def test_a_note_looks_as_it_was_typed() -> None:
    [shown] = texts(components_of(ShownNote("Ana, 24 November 2026", NOTE)))
    assert shown.splitlines() == [
        "**Ana, 24 November 2026**",
        "**Before**",
        "So **very** *good*: x",
        "- one",
        "- two",
        "7. seven",
        "> said",
        "[ours](https://pages.example/a) (pages.example)",
    ]


def test_a_link_in_a_note_says_whose_page_it_leads_to() -> None:
    said = "[https://bank.example](https://evil.example/) [x](javascript:alert(1))"
    [shown] = texts(components_of(ShownNote("Ana", said)))
    assert "[bank.example](https://evil.example/) (evil.example)" in shown
    assert [each for each in markdown(shown).did if each.startswith("link:")] == ["link:https://evil.example/"]


@pytest.mark.parametrize(
    "said",
    [
        "discord.gg/`abc`",
        "**a****b**",
        "**@**everyone",
        ":smi`le:`",
        "**\\**",
        "*a\\*",
        "@`everyone`",
    ],
)
def test_the_looks_of_a_note_make_nothing_else_of_what_stands_beside_them(said: str) -> None:
    [shown] = texts(components_of(ShownNote("", said)))
    read = markdown(shown)
    assert not [did for did in read.did if not did.startswith(("format:bold", "format:italic"))]
    assert read.text == in_plain_words(said)


@pytest.mark.parametrize(
    "said",
    [
        ":smi[le:*](https://pages.example/)",
        "discord.[gg/abc~](https://pages.example/)",
        "@[everyone*](https://pages.example/)",
        "1 [x](https://pages.example/?to=https://discord.gg/abc)",
        "http://pages.example:smile:",
        "http://pages.example)*x*",
        f":smi[le:](https://pages.example/{'a' * 1_900})".replace("a", "é"),
    ],
)
def test_words_of_links_make_nothing_else_of_what_stands_beside_them(said: str) -> None:
    [shown] = texts(components_of(ShownNote("", said)))
    assert {did.split("?")[0] for did in markdown(shown).did} <= {"link:https://pages.example/"}


def test_of_a_note_without_room_the_beginning_stands_there_in_plain_words() -> None:
    notes = [ShownNote("Ana", "**a** " * 160 + "[x](https://pages.example/x)") for _ in range(12)]
    shown = words_of(components_of(*notes))
    assert "*" not in markdown(shown).text
    assert "…" in shown
