"""Answers to interactions in the loopback Discord: in time, once, and for fifteen minutes by their token."""

from datetime import timedelta

import discord
import pytest

from tests.adapters.discord_server.asking import EPHEMERAL, QUIET, V2, Asking, code_of, label, modal, text
from tests.fakes.clock import FakeClock
from tests.rigs.discord_server import DiscordServer

PRIVATE = {"components": [text("Only you")], "flags": V2 | EPHEMERAL, "allowed_mentions": QUIET}
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
FORM = modal(label({"type": 4, "custom_id": "time", "style": 1}))["data"]


async def test_an_ephemeral_answer_is_seen_by_one_person(ask: Asking, server: DiscordServer) -> None:
    await ask.call_back(ask.acted(person="ana"), 4, PRIVATE)
    assert server.texts("staffroom", "ana") == ["Only you"]
    assert server.texts("staffroom", "ben") == []
    assert await ask("GET", f"/channels/{ask.room.id}/messages") == []
    message = server.messages("staffroom", "ana")[0]
    with pytest.raises(discord.NotFound):
        await ask("DELETE", f"/channels/{ask.room.id}/messages/{message.id}")


async def test_an_interaction_is_acknowledged_once(ask: Asking) -> None:
    acted = ask.acted()
    await ask.call_back(acted, 5, {"flags": EPHEMERAL})
    assert acted.answered.is_set()
    with pytest.raises(discord.HTTPException) as refused:
        await ask.call_back(acted, 4, PRIVATE)
    assert code_of(refused.value) == (400, 40060)


async def test_after_three_seconds_it_is_unknown(ask: Asking, clock: FakeClock) -> None:
    acted = ask.acted()
    clock.advance(timedelta(seconds=3.1))
    with pytest.raises(discord.NotFound) as late:
        await ask.call_back(acted, 4, PRIVATE)
    assert code_of(late.value) == (404, 10062)
    assert not acted.answered.is_set()


async def test_thinking_becomes_the_answer_by_an_edit(ask: Asking, server: DiscordServer) -> None:
    acted = ask.acted()
    await ask.call_back(acted, 5, {"flags": EPHEMERAL})
    thinking = await ask.by_token("GET", acted, "/messages/@original")
    assert thinking["flags"] & (1 << 7)
    for _twice in range(2):
        await ask.by_token("PATCH", acted, "/messages/@original", {**PRIVATE, "flags": V2})
    assert not (await ask.by_token("GET", acted, "/messages/@original"))["flags"] & (1 << 7)
    assert server.texts("staffroom", "ana") == ["Only you"]
    assert server.texts("staffroom", "cleo") == []


async def test_of_a_thought_only_the_eyes_are_promised(ask: Asking) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask.call_back(ask.acted(), 5, {"flags": EPHEMERAL | V2})
    assert code_of(refused.value) == (400, 50035)


async def test_thinking_becomes_the_first_follow_up(ask: Asking, server: DiscordServer) -> None:
    acted = ask.acted()
    await ask.call_back(acted, 5, {"flags": EPHEMERAL})
    original = acted.original
    first = await ask.by_token("POST", acted, "", PRIVATE)
    second = await ask.by_token("POST", acted, "", PRIVATE)
    assert first["id"] == original != second["id"]
    assert server.texts("staffroom", "ana") == ["Only you", "Only you"]


async def test_before_the_callback_the_token_is_good_for_nothing(ask: Asking) -> None:
    acted = ask.acted()
    with pytest.raises(discord.NotFound) as refused:
        await ask.by_token("GET", acted, "/messages/@original")
    assert code_of(refused.value) == (404, 10015)


async def test_after_fifteen_minutes_the_token_is_invalid(ask: Asking, clock: FakeClock) -> None:
    acted = ask.acted()
    await ask.call_back(acted, 4, PRIVATE)
    clock.advance(timedelta(minutes=15, seconds=1))
    with pytest.raises(discord.HTTPException) as refused:
        await ask.by_token("PATCH", acted, "/messages/@original", {"components": [text("Late")], "flags": V2})
    assert code_of(refused.value) == (401, 50027)


async def test_only_the_right_kinds_of_answers_are_taken(ask: Asking, server: DiscordServer) -> None:
    for kind, answer, data in (
        (MODAL, 9, FORM),
        (COMMAND, 7, PRIVATE),
        (AUTOCOMPLETE, 4, PRIVATE),
        (COMMAND, 8, {"choices": []}),
        (COMMAND, 6, None),
    ):
        with pytest.raises(discord.HTTPException) as refused:
            await ask.call_back(ask.acted(kind), answer, data)
        assert code_of(refused.value) == (400, 50035)
    assert not server.messages("staffroom", "ana")


async def test_a_form_opens_and_has_no_message(ask: Asking) -> None:
    acted = ask.acted()
    await ask.call_back(acted, 9, FORM)
    assert acted.modal_is_open
    with pytest.raises(discord.NotFound) as refused:
        await ask.by_token("GET", acted, "/messages/@original")
    assert code_of(refused.value) == (404, 10008)


async def test_a_button_may_change_its_own_message(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    acted = ask.acted(COMPONENT, message=sent["id"])
    await ask.call_back(acted, 7, {"components": [text("Changed")], "flags": V2})
    assert server.texts("staffroom", "ben") == ["Changed"]
    assert (await ask.by_token("GET", acted, "/messages/@original"))["id"] == sent["id"]


@pytest.mark.parametrize(
    "choices",
    [
        [{"name": f"{number}", "value": "x"} for number in range(26)],
        [{"name": "A" * 101, "value": "x"}],
        [{"name": "A", "value": "x" * 101}],
        [{"name": "", "value": "x"}],
        [{"name": "A", "value": "x"}, {"name": "A", "value": "y"}],
    ],
)
async def test_proposals_have_their_limits(ask: Asking, server: DiscordServer, choices: list[dict[str, str]]) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask.call_back(ask.acted(AUTOCOMPLETE), 8, {"choices": choices})
    assert code_of(refused.value) == (400, 50035)
    server.invalid.clear()


async def test_a_callback_tells_of_its_message_where_it_is_asked_to(ask: Asking) -> None:
    acted = ask.acted()
    path = f"/interactions/{acted.id}/{acted.token}/callback"
    told = await ask("POST", path, {"type": 4, "data": PRIVATE}, params={"with_response": "true"})
    assert told["interaction"]["response_message_id"] == acted.original
    assert told["resource"]["message"]["flags"] & EPHEMERAL


async def test_where_the_app_is_a_guest_five_follow_ups_are_all(ask: Asking, server: DiscordServer) -> None:
    world = server.world
    eve = world.person("eve")
    eve.has_installed = True
    elsewhere = next(each for each in world.guilds.values() if eve.id in each.members).channel("staffroom")
    acted = world.new_interaction(COMMAND, eve.id, elsewhere, {})
    await ask.call_back(acted, 4, PRIVATE)
    for _each in range(5):
        await ask.by_token("POST", acted, "", PRIVATE)
    with pytest.raises(discord.HTTPException) as refused:
        await ask.by_token("POST", acted, "", PRIVATE)
    assert code_of(refused.value) == (400, 40094)
