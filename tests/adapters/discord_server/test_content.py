"""What the loopback Discord takes into a message or a form, and what it refuses."""

from typing import Any

import discord
import pytest

from tests.adapters.discord_server.asking import (
    V2,
    Asking,
    button,
    code_of,
    label,
    menu,
    modal,
    option,
    row,
    text,
)
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_components import check_components
from tests.rigs.discord_server_rules import Refused

Json = dict[str, Any]

FULL = [text("A" * 100) for _ in range(40)]
PICTURE: Json = {"type": 12, "items": [{"media": {"url": "https://x.example/1.png"}, "description": "A board"}]}
TOO_MUCH: dict[str, list[Json]] = {
    "41 components": [*FULL, text()],
    "41 components, of which one is in another": [*FULL[:39], row(button())],
    "4,001 characters in all": [text("A" * 2_000), text("A" * 2_001)],
    "a text of 4,001": [text("A" * 4_001)],
    "a text of nothing": [text("")],
    "a text of blanks": [text(" \n ")],
    "a label of 81": [row(button("A" * 81))],
    "a button without a name": [row(button(""))],
    "a custom id of 101": [row(button(custom_id="A" * 101))],
    "a custom id twice": [row(button()), row(button("Hide"))],
    "an id twice": [text(id=5), text(id=5)],
    "an id above 31 bits": [text(id=2**31)],
    "6 buttons in a row": [row(*(button(custom_id=f"b{number}") for number in range(6)))],
    "an empty row": [row()],
    "two menus in a row": [row(menu(option()), menu(option(), custom_id="menu:2"))],
    "26 options": [row(menu(*(option(value=f"{number}") for number in range(26))))],
    "no options": [row(menu())],
    "an option's value twice": [row(menu(option(), option("Two")))],
    "an option of 101": [row(menu(option("A" * 101)))],
    "more values than options": [row(menu(option(), max_values=2))],
    "a placeholder of 151": [row(menu(option(), placeholder="A" * 151))],
    "a button at the top": [button()],
    "a section without an accessory": [{"type": 9, "components": [text()]}],
    "a section of four texts": [{"type": 9, "components": [text()] * 4, "accessory": button()}],
    "a container in a container": [{"type": 17, "components": [{"type": 17, "components": [text()]}]}],
    "a link with a custom id": [row({**button(), "style": 5, "url": "https://x.example"})],
    "a link to a script": [row({"type": 2, "style": 5, "label": "Go", "url": "javascript:alert(1)"})],
    "a link of 513": [row({"type": 2, "style": 5, "label": "Go", "url": "https://x.example/" + "a" * 495})],
    "11 pictures": [{"type": 12, "items": PICTURE["items"] * 11}],
    "a text input in a message": [row({"type": 4, "custom_id": "t", "style": 1, "label": "T"})],
    "an unknown component": [{"type": 99}],
}


@pytest.mark.parametrize("what", TOO_MUCH)
async def test_components_beyond_the_limits_are_refused(ask: Asking, server: DiscordServer, what: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask.post(*TOO_MUCH[what])
    assert code_of(refused.value) == (400, 50035)
    assert not ask.room.messages
    assert [each.code for each in server.refused] == [50035]
    server.invalid.clear()


async def test_all_that_the_limits_allow_is_taken(ask: Asking) -> None:
    await ask.post(*FULL)
    await ask.post(text("A" * 4_000))
    section = {"type": 9, "components": [text()], "accessory": button(custom_id="s")}
    link = {"type": 2, "style": 5, "label": "View on X", "url": "https://x.example/" + "a" * 494}
    inside = [
        section,
        {"type": 14, "spacing": 2},
        PICTURE,
        row(*(button(custom_id=f"b{number}") for number in range(5))),
    ]
    await ask.post({"type": 17, "components": inside, "accent_color": 0xFFFFFF}, row(link))
    await ask.post(row(menu(*(option(f"{number}", f"{number}") for number in range(25)), min_values=0, max_values=25)))
    assert len(ask.room.messages) == 4


async def test_what_is_heavier_than_discord_can_keep_is_answered_with_an_error_of_its_own(
    ask: Asking, server: DiscordServer
) -> None:
    await ask.post(text("あ" * 3_386))
    assert check_components([text("あ" * 3_386)], is_v2=True)
    with pytest.raises(Refused, match="Internal Server Error"):
        check_components([text("あ" * 3_387)], is_v2=True)
    assert server.refused == []


async def test_components_get_ids_where_they_have_none(ask: Asking) -> None:
    sent = await ask.post(text(id=2), row(button(), button(custom_id="two")), text())
    assert [each["id"] for each in sent["components"]] == [2, 1, 5]
    assert [each["id"] for each in sent["components"][1]["components"]] == [3, 4]


@pytest.mark.parametrize(
    "body",
    [
        {"content": "Hello", "components": [text()], "flags": V2},
        {"embeds": [{"title": "Hello"}], "components": [text()], "flags": V2},
        {"components": [text()]},
        {"content": "A" * 2_001},
        {"content": "Hello", "nonce": "A" * 26},
        {"content": "Hello", "flags": 1 << 6},
        {"embeds": [{"title": "A" * 257}]},
        {"embeds": [{"description": "A" * 4_097}]},
        {"embeds": [{"description": "A" * 3_001}] * 2},
        {"embeds": [{"fields": [{"name": "A", "value": "A" * 1_025}]}]},
        {"embeds": [{"fields": [{"name": "A", "value": "A"}] * 26}]},
        {"embeds": [{"title": "A", "url": "javascript:alert(1)"}]},
        {"embeds": [{"title": "A"}] * 11},
    ],
)
async def test_a_message_that_is_wrong_is_refused(ask: Asking, server: DiscordServer, body: Json) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", f"/channels/{ask.room.id}/messages", body)
    assert code_of(refused.value) == (400, 50035)
    server.invalid.clear()


@pytest.mark.parametrize("body", [{"content": ""}, {"content": " \n"}, {"components": [], "flags": V2}, {}])
async def test_an_empty_message_is_refused(ask: Asking, body: Json) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", f"/channels/{ask.room.id}/messages", body)
    assert code_of(refused.value) == (400, 50006)


# --------------------------------------------------------------------------------------------------------------- forms

INPUT: Json = {"type": 4, "custom_id": "time", "style": 1}
RADIO: Json = {"type": 21, "custom_id": "layout", "options": [option("List", "list"), option("Cards", "cards")]}
BOXES: Json = {"type": 22, "custom_id": "days", "options": [option("Mondays", "mon")]}


@pytest.mark.parametrize(
    "form",
    [
        modal(label(INPUT), title="A" * 46),
        modal(label(INPUT), title=""),
        modal(label(INPUT), custom_id="A" * 101),
        modal(),
        modal(*(label({**INPUT, "custom_id": f"f{number}"}) for number in range(6))),
        modal(label(INPUT, "A" * 46)),
        modal(label(INPUT, description="A" * 101)),
        modal(label({**INPUT, "value": "A" * 4_001})),
        modal(label({**INPUT, "value": "AAA", "max_length": 2})),
        modal(label({**INPUT, "placeholder": "A" * 101})),
        modal(label(INPUT), label(INPUT)),
        modal(label({**RADIO, "options": RADIO["options"][:1]})),
        modal(label({**BOXES, "options": BOXES["options"] * 2})),
        modal(label(button())),
        modal(label(menu(option(), min_values=0))),
        modal(row(button())),
    ],
)
async def test_a_form_beyond_the_limits_is_refused(ask: Asking, server: DiscordServer, form: Json) -> None:
    acted = ask.acted()
    with pytest.raises(discord.HTTPException) as refused:
        await ask.call_back(acted, 9, form["data"])
    assert code_of(refused.value) == (400, 50035)
    assert acted.modal is None
    server.invalid.clear()


async def test_a_form_of_every_kind_of_field_opens(ask: Asking) -> None:
    acted = ask.acted()
    await ask.call_back(
        acted, 9, modal(text("Hello"), label(INPUT), label(RADIO), label(BOXES), label(menu(option())))["data"]
    )
    assert acted.modal_is_open
    assert acted.modal
    assert [each["id"] for each in acted.modal["components"]] == [1, 2, 4, 6, 8]
