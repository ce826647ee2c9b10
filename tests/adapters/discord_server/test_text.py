"""What the loopback Discord's people read of a text, and what Discord obeys in it."""

import time

import pytest

from bot.testing.messages import HOSTILE
from tests.adapters.discord_server.asking import button, label, menu, option, row, text
from tests.rigs.discord_server_text import markdown, read, read_components, read_embeds, read_modal
from tests.rigs.discord_server_world import Message


@pytest.mark.parametrize(
    ("written", "shown", "did"),
    [
        ("**bold** *it* _it_ __under__", "bold it it under", ["bold", "italic", "italic", "underline"]),
        ("~~gone~~ ||secret|| `code` ``a`b``", "gone secret code a`b", ["strike", "spoiler", "code", "code"]),
        ("```py\nx = 1\n```", "x = 1", ["code"]),
        ("***both***", "both", ["bold", "italic"]),
        ("# Head\n## Head\n### Head", "Head\nHead\nHead", ["heading"] * 3),
        ("- one\n* two\n3. three", "one\ntwo\nthree", ["list"] * 3),
        ("> quoted\n>>> all\nof it", "quoted\nall\nof it", ["quote", "quote"]),
        ("-# small", "small", ["subtext"]),
        ("- # both", "both", ["list", "heading"]),
        ("a snake_case_name, 2 * 3 * 4, #5, 5.5, -3", "a snake_case_name, 2 * 3 * 4, #5, 5.5, -3", []),
        ("#tag\n-dash\n>no\n1.5", "#tag\n-dash\n>no\n1.5", []),
        ("¯\\_(ツ)_/¯ at C:\\Users", "¯\\_(ツ)_/¯ at C:\\Users", []),
    ],
)
def test_formats(written: str, shown: str, did: list[str]) -> None:
    reading = markdown(written)
    assert (reading.text, reading.did) == (shown, [f"format:{each}" for each in did])


@pytest.mark.parametrize(
    "mark", ["**a**", "_a_", "# a", "- a", "1. a", "> a", ">>> a", "-# a", "`a`", "||a||", "~~a~~", "<@1>", "@everyone"]
)
def test_a_backslash_before_each_sign_leaves_nothing_to_obey(mark: str) -> None:
    escaped = "".join(each if each.isalnum() or each.isspace() else f"\\{each}" for each in mark)
    reading = markdown(escaped)
    assert (reading.text, reading.did) == (mark, [])


@pytest.mark.parametrize(
    ("written", "did"),
    [
        ("<@1> <@!2>", ["mention:user:1", "mention:user:2"]),
        ("<@&3>", ["mention:role:3"]),
        ("<#4> <id:browse>", ["mention:channel:4", "mention:channel:browse"]),
        ("@everyone and @here", ["mention:everyone", "mention:everyone"]),
        ("</pln follow:5>", ["command:pln follow"]),
        ("<:wave:6> <a:dance:7> :smile:", ["emoji:wave", "emoji:dance", "emoji:smile"]),
        ("at 12:30:45", []),
        ("<t:1700000000:R>", ["time:1700000000:R"]),
        ("https://x.example/a. <https://y.example>", ["link:https://x.example/a", "link:https://y.example"]),
        ("[here](https://x.example)", ["link:https://x.example"]),
        ("[h[e]re](<https://x.example> 'why')", ["link:https://x.example"]),
        ("[here](javascript:alert)", []),
        ("discord.gg/abc", ["invite:abc"]),
        ("\u202eabc", ["direction:U+202E"]),
        ("\u2067abc\u2069 \u2067def", ["direction:left open"]),
        ("`<@1>`", ["format:code"]),
    ],
)
def test_mentions_links_and_the_like(written: str, did: list[str]) -> None:
    assert markdown(written).did == did


def test_a_masked_link_is_read_by_its_label() -> None:
    assert markdown("See [the **plan**](https://x.example/a_b)!").text == "See the plan!"


def test_in_the_label_of_a_link_backslashes_are_shown_and_invisible_signs_are_taken_out() -> None:
    reading = markdown("[Ana\\_Maths \u2068on\u2069 _folding_](https://x.example)")
    assert reading.text == "Ana\\_Maths on folding"
    assert reading.did == ["link:https://x.example", "format:italic"]


@pytest.mark.parametrize(
    "label", ["Ten 🎟", "1️⃣ first", ":smile:", "<:a:1>", "<@1>", "@everyone", "at https://good.example", "http:∕／good"]
)
def test_a_link_whose_label_might_mislead_is_shown_as_it_was_written(label: str) -> None:
    written = f"[{label}](https://x.example)"
    reading = markdown(written)
    assert (reading.text, reading.did) == (written, [f"broken:{label}"])


@pytest.mark.parametrize("sign", ["[", "*", "_", "~~", "||", "`", "<", "> ", "- ", "**a", "](", "\\", ":", ">>> "])
def test_no_text_is_slow_to_read(sign: str) -> None:
    began = time.perf_counter()
    markdown((sign * 4_000)[:4_000])
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_are_read_whatever_they_are(hostile: str) -> None:
    assert markdown(hostile).lines


def test_components_are_read_from_the_top_down() -> None:
    section = {"type": 9, "components": [text("One")], "accessory": button("Save")}
    picture = {"type": 12, "items": [{"media": {"url": "https://x.example/1.png"}, "description": "A board"}]}
    link = {"type": 2, "style": 5, "label": "View on X", "url": "https://x.example"}
    whole = {"type": 17, "components": [section, picture, row(link), row(menu(option("List"), placeholder="How"))]}
    reading = read_components([whole])
    assert reading.text == "One\nSave\nA board\nView on X\nHow\nList"
    assert reading.did == ["picture:https://x.example/1.png", "link:https://x.example"]


def test_a_form_is_read_with_what_stands_in_it() -> None:
    field = {"type": 4, "custom_id": "time", "style": 1, "value": "07:30"}
    shown = {"title": "Settings", "components": [text("*Hello*"), label(field, "When", description="Local time")]}
    assert read_modal(shown).text == "Settings\nHello\nWhen\nLocal time\n07:30"


def test_embeds_are_read_and_their_titles_lead_somewhere() -> None:
    embed = {"title": "**Title**", "url": "https://x.example", "description": "Text", "footer": {"text": "_as it is_"}}
    reading = read_embeds([{**embed, "fields": [{"name": "A", "value": "B"}]}])
    assert reading.text == "Title\nText\nA\nB\n_as it is_"
    assert "link:https://x.example" in reading.did


def test_a_link_in_an_ordinary_message_is_unfolded_unless_that_is_off() -> None:
    message = Message("1", "2", "3", "https://x.example")
    assert "unfurl:" in read(message).did
    message.flags = 1 << 2
    assert "unfurl:" not in read(message).did
