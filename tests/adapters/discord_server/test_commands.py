"""Commands as the loopback Discord registers them, and what it does not register."""

from typing import Any

import discord
import pytest

from tests.adapters.discord_server.asking import Asking, code_of
from tests.rigs.discord_server import APPLICATION, DiscordServer

Json = dict[str, Any]
PATH = f"/applications/{APPLICATION}/commands"


def command(*options: Json, name: str = "pln", **more: Any) -> Json:
    return {"type": 1, "name": name, "description": "Your network", "options": list(options), **more}


def part(*options: Json, name: str = "follow", kind: int = 1, **more: Any) -> Json:
    return {"type": kind, "name": name, "description": "Follow", "options": list(options), **more}


def value(name: str = "topics", kind: int = 3, **more: Any) -> Json:
    return {"type": kind, "name": name, "description": "What to follow", **more}


MANY = [part(name=f"verb{number}") for number in range(26)]
WRONG: dict[str, list[Json]] = {
    "26 parts": [command(*MANY)],
    "an upper case name": [command(name="PLN")],
    "a name with a blank": [command(name="pl n")],
    "a name of 33": [command(name="a" * 33)],
    "no description": [command(description="")],
    "a description of 101": [command(description="A" * 101)],
    "parts and values side by side": [command(part(), value())],
    "a value that is needed after one that is not": [command(part(value("a"), value("b", required=True)))],
    "a name twice": [command(part(), part())],
    "the same command twice": [command(), command()],
    "26 choices": [command(value(choices=[{"name": f"{n}", "value": "x"} for n in range(26)]))],
    "a choice of 101": [command(value(choices=[{"name": "A" * 101, "value": "x"}]))],
    "choices and proposals": [command(value(autocomplete=True, choices=[{"name": "A", "value": "x"}]))],
    "proposals for yes or no": [command(value(kind=5, autocomplete=True))],
    "a group in a group": [command(part(part(kind=2), kind=2))],
    "an empty group": [command(part(kind=2))],
    "more than 8,000 characters": [
        command(*(part(*(value(f"v{n}", description="A" * 90) for n in range(20)), name=f"p{m}") for m in range(5)))
    ],
    "a menu entry with a description": [{"type": 3, "name": "Save", "description": "Saves"}],
    "16 menu entries": [{"type": 3, "name": f"Save {number}"} for number in range(16)],
}


@pytest.mark.parametrize("what", WRONG)
async def test_commands_beyond_the_limits_are_refused(ask: Asking, server: DiscordServer, what: str) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask("PUT", PATH, WRONG[what])
    assert code_of(refused.value) in {(400, 50035), (400, 30032)}
    assert server.world.app.commands == []
    server.invalid.clear()


async def test_commands_keep_their_ids_and_come_back_with_them(ask: Asking) -> None:
    topics = value(required=True, autocomplete=True)
    whole = command(part(topics), part(part(name="size"), name="change", kind=2), contexts=[0, 1])
    admin = command(name="pln-admin", default_member_permissions=32)
    menu = {"type": 3, "name": "Save to library"}
    first = await ask("PUT", PATH, [whole, admin, menu])
    again = await ask("PUT", PATH, [whole, menu])
    assert [each["id"] for each in again] == [first[0]["id"], first[2]["id"]]
    assert [each["name"] for each in await ask("GET", PATH)] == ["pln", "Save to library"]
    assert first[1]["default_member_permissions"] == "32"
