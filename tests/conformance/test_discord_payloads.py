"""All that is shown in Discord: against its description, its rules, and 5,000 messages made up to break it."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from discord import ui
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from adapters.discord.show.escape import escape, link
from adapters.discord.show.fallback import classic_rows, plain_embeds
from adapters.discord.show.modal import modal
from adapters.discord.show.pieces import Room, piece_of
from adapters.discord.show.render import render, render_all
from bot.domain.harmless import clean, length, one_line
from bot.domain.written import parts_of as noted
from bot.testing.messages import HOSTILE, a_post, a_post_without_text, of_every_kind
from bot.testing.talk import squeezed
from bot.views import ChoiceField, Form, Message, PostItem, ShownNote, TextField
from tests.conformance.shared import shared
from tests.rigs import discord_server_spec
from tests.rigs.discord_server_components import check_components, check_modal, parts_of, weight_of
from tests.rigs.discord_server_text import Reading, markdown, read_components, read_embeds, read_modal
from tests.rigs.made_up import NASTY, digests, items, messages, texts, written
from tests.rigs.sights import SIGHTS, ZONES

Json = dict[str, Any]

FEW = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SOME = settings(FEW, max_examples=200)
MOST = settings(FEW, max_examples=4_800)

COMPONENTS_V2 = 1 << 15
OURS = {"format:bold", "format:italic", "format:heading", "format:subtext", "format:list"}
TEXT, BUTTON, MENU = 10, 2, 3
LINK_STYLE = 5


# ---------------------------------------------------------------------------------------------- Discord's description


@cache
def description(name: str) -> Draft202012Validator:
    with gzip.open(shared("specs/discord-openapi.json.gz")) as file:
        document = json.load(file)
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def complaints(name: str, payload: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in description(name).iter_errors(payload)]


def components_of(view: ui.LayoutView) -> list[Json]:
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return components


def pages() -> list[Message]:
    hostile = [of_every_kind(a_post(text)) for text in HOSTILE]
    shown = [each.shown for each in SIGHTS if isinstance(each.shown, Message)]
    return [*shown, *hostile, of_every_kind(a_post_without_text())]


def forms() -> list[Form]:
    five = [each.shown for each in SIGHTS if isinstance(each.shown, Form)]
    return [Form(each.name, each.title, each.submit, each.fields[:5], each.intro) for each in five]


@pytest.mark.parametrize("call", ["MessageCreateRequest", "MessageEditRequestPartial", "IncomingWebhookRequestPartial"])
def test_what_is_shown_is_what_discord_describes(call: str) -> None:
    for page in pages():
        sent = {"components": components_of(render(page, "d-1")), "flags": COMPONENTS_V2}
        assert complaints(call, sent) == []


def test_a_form_is_what_discord_describes() -> None:
    for form in forms():
        assert complaints("ModalInteractionCallbackRequestData", modal(form, "form:1").to_dict()) == []


def test_the_fallback_is_what_discord_describes() -> None:
    for page in pages():
        sent = {"embeds": plain_embeds(page), "components": classic_rows(page, "d-1")}
        assert complaints("MessageCreateRequest", sent) == []


def test_the_description_notices_what_is_wrong() -> None:
    assert complaints("MessageCreateRequest", {"components": [{"type": TEXT, "content": ""}]})
    assert complaints("ModalInteractionCallbackRequestData", {"custom_id": "a", "title": "", "components": []})


# ------------------------------------------------------------------------------------------------- made up to break it


@MOST
@given(items)
@example(Message((a_post("\n".join(NASTY)),), "\n".join(NASTY)))
def test_no_item_breaks_mentions_formats_or_is_too_long(message: Message) -> None:
    _is_sound(render(message, "d-1"), message)


@FEW
@given(digests)
def test_no_digest_breaks_mentions_formats_or_is_too_long(message: Message) -> None:
    _is_sound(render(message, "d-1"))


@FEW
@given(messages)
def test_no_long_message_breaks_mentions_formats_or_is_too_long(message: Message) -> None:
    for view in render_all(message, "d-1"):
        _is_sound(view, message)


def test_that_were_5000() -> None:
    assert MOST.max_examples + 2 * FEW.max_examples == 5_000


@FEW
@given(messages)
def test_no_fallback_breaks(message: Message) -> None:
    embeds, rows = plain_embeds(message), classic_rows(message, "d-1")
    check_components(rows, is_v2=False)
    assert discord_server_spec.schema("MessageCreateRequest")({"embeds": embeds, "components": rows}, "body") == []
    assert sum(length(each["description"]) for each in embeds) <= 4_096
    assert weight_of(rows) + sum(len(each["description"].encode()) for each in embeds) <= 9_500
    assert _not_meant(read_embeds(embeds), message) == []


@SOME
@given(texts, texts, texts, st.integers(-5, 9000))
def test_no_form_breaks(label: str, value: str, hint: str, most: int) -> None:
    options = tuple((f"v{n}", label + str(n)) for n in range(7))
    fields = (
        TextField("text", label, value, hint, most=most),
        ChoiceField("one", label, options, ("v1", "v2")),
        ChoiceField("few", label, options[:3], ("v1", "v2")),
        ChoiceField("many", label, ZONES, (ZONES[0][0],), several=True),
        ChoiceField("ticks", label, options, ("v3",), several=True),
    )
    for shown in (fields, fields[:4]):
        made = modal(Form("form", label, hint, shown, intro=value), "form:1").to_dict()
        check_modal(made)
        assert discord_server_spec.schema("ModalInteractionCallbackRequestData")(made, "data") == []
        assert _not_meant(read_modal(made)) == []


@SOME
@given(texts)
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    assert squeezed(markdown(escape(clean(text))).text) == squeezed(clean(text))
    assert markdown(escape(clean(text))).did == []
    label = one_line(text) or "a"
    linked = markdown(link("https://school.example/a", label))
    plain = re.sub(r"\b[A-Za-z][A-Za-z0-9+.-]{0,15}://", "", label).replace("[", "(").replace("]", ")")
    assert squeezed(linked.text) in (squeezed(plain), squeezed(f"{label} (open)"))
    assert linked.did == ["link:https://school.example/a"]


@SOME
@example(ShownNote("Ana", "> quoted\n" + "w" * Room().text))
@given(written)
def test_a_note_looks_in_no_other_way_than_it_was_typed(note: ShownNote) -> None:
    reading = markdown("\n".join(piece_of(note, Room()).lines))
    did = Counter(reading.did)
    fits = length(clean(note.text)) <= Room().text
    parts = noted(clean(note.text)) if fits else ()
    pieces = [(part.shape, piece) for part in parts for line in part.lines for piece in line]
    assert did["format:list"] == sum(len(part.lines) for part in parts if part.shape in {"bullets", "numbers"})
    assert did["format:quote"] == sum(len(part.lines) for part in parts if part.shape == "quote")
    assert did["format:italic"] <= sum(piece.look == "stressed" for shape, piece in pieces if shape != "heading")
    assert did["format:bold"] <= 1 + sum(piece.look == "strong" or shape == "heading" for shape, piece in pieces)
    assert _not_meant(reading, Message((note,), "")) == []


def _is_sound(view: ui.LayoutView, message: Message | None = None) -> None:
    components = components_of(view)
    _is_valid(components)
    _is_within_limits(components)
    assert _not_meant(read_components(components), message) == []


def _is_valid(components: list[Json]) -> None:
    json.dumps(components, ensure_ascii=False).encode()
    check_components(components, is_v2=True)
    body = {"components": components, "flags": COMPONENTS_V2}
    assert discord_server_spec.schema("MessageCreateRequest")(body, "body") == []


def _is_within_limits(components: list[Json]) -> None:
    assert len(list(parts_of(components))) <= 40
    assert weight_of(components) <= 9_500
    assert sum(length(each["content"]) for each in parts_of(components) if each["type"] == TEXT) <= 4_000
    labels = list(_labels(components))
    assert len(set(labels)) == len(labels)


def _labels(components: list[Json]) -> Iterator[str]:
    for part in parts_of(components):
        if part["type"] == BUTTON and part["style"] != LINK_STYLE:
            yield part["label"]
        if part["type"] == MENU:
            yield from (option["label"] for option in part["options"])


def _not_meant(reading: Reading, message: Message | None = None) -> list[str]:
    """Links lead to web pages; what looks like an invitation is one only outside of an address. Notes can quote."""
    can_quote = message is not None and any(isinstance(each, ShownNote) for each in message.blocks)
    addresses = [each.removeprefix("link:") for each in reading.did if each.startswith("link:")]
    assert all(re.fullmatch(r"https?://[\x21-\x7e]+", each) for each in addresses)
    return [
        each
        for each in reading.did
        if each not in OURS
        and not (can_quote and each == "format:quote")
        and not each.startswith("link:")
        and not (each.startswith("invite:") and any(each.removeprefix("invite:") in address for address in addresses))
    ]


def test_every_item_keeps_its_own_links_and_its_button() -> None:
    for post in (each for page in pages() for each in page.blocks if isinstance(each, PostItem)):
        did = read_components(components_of(render(Message((post,), ""), "d-1"))).did
        assert f"link:{post.url}" in did
