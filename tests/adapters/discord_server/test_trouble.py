"""How the loopback Discord fails, throttles and cuts off."""

import json

import aiohttp
import discord
import pytest

from tests.adapters.discord_server.asking import Asking, text
from tests.rigs.discord_server import TOKEN, DiscordServer

BOT = {"Authorization": f"Bot {TOKEN}", "User-Agent": "DiscordBot (https://example.org, 1)"}
BODY = {"content": "Hello"}


async def sent(server: DiscordServer, path: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
    where = path or f"/channels/{server.guild.channel('staffroom').id}/messages"
    async with (
        aiohttp.ClientSession(headers={**BOT, **headers}) as session,
        session.post(f"{server.api}{where}", json=BODY) as answer,
    ):
        return answer.status, dict(answer.headers), await answer.text()


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("an error with an HTML body", 500, "text/html"),
        ("bad gateway", 502, "text/html"),
        ("out of service", 503, "application/json"),
        ("the page of a proxy", 403, "text/html"),
        ("refused by Cloudflare", 429, "text/html"),
        ("nonsense instead of JSON", 200, "application/json"),
    ],
)
async def test_a_fault_comes_once_and_nothing_is_written(
    server: DiscordServer, fault: str, status: int, kind: str
) -> None:
    server.faults.fail_next(fault, operation="create_message")
    answered = await sent(server)
    assert answered[0] == status
    assert answered[1]["Content-Type"].startswith(kind)
    assert "Via" not in answered[1]
    assert server.texts("staffroom", "ana") == []
    assert (await sent(server))[0] == 200


@pytest.mark.parametrize(("fault", "texts"), [("dropped", []), ("done, then dropped", ["Hello"])])
async def test_a_connection_is_cut_before_or_after_it_was_done(
    server: DiscordServer, fault: str, texts: list[str]
) -> None:
    server.faults.fail_next(fault)
    with pytest.raises(aiohttp.ClientError):
        await sent(server)
    assert server.texts("staffroom", "ana") == texts


async def test_a_message_is_written_though_the_answer_is_an_error(server: DiscordServer) -> None:
    server.faults.fail_next("done, then an error with an HTML body")
    assert (await sent(server))[0] == 500
    assert server.texts("staffroom", "ana") == ["Hello"]


async def test_a_throttle_says_how_long_and_for_what(server: DiscordServer) -> None:
    server.faults.throttle(90.5, operation="create_message")
    status, headers, body = await sent(server)
    assert (status, headers["Retry-After"], headers["X-RateLimit-Scope"]) == (429, "91", "user")
    assert json.loads(body) == {"message": "You are being rate limited.", "retry_after": 90.5, "global": False}
    server.faults.throttle(5, is_global=True)
    status, headers, body = await sent(server)
    assert (status, headers["X-RateLimit-Global"], json.loads(body)["global"]) == (429, "true", True)


async def test_any_refusal_can_be_asked_for(ask: Asking, server: DiscordServer) -> None:
    server.faults.refuse_next(200000, "Message was blocked by automatic moderation", 400, "create_message")
    with pytest.raises(discord.HTTPException) as refused:
        await ask.post(text())
    assert (refused.value.status, refused.value.code) == (400, 200000)


async def test_discord_py_keeps_to_the_pace_that_the_headers_tell(ask: Asking, server: DiscordServer) -> None:
    server.pace.is_kept = True
    server.pace.limits["create_message"] = (2, 0.2)
    for number in range(5):
        await ask.say(f"{number}")
    assert len(ask.room.messages) == 5
    assert server.answered["create_message", 429] == 0


async def test_who_does_not_keep_to_the_pace_is_throttled_in_that_channel(server: DiscordServer) -> None:
    server.pace.is_kept = True
    server.pace.limits["create_message"] = (2, 60.0)
    assert [(await sent(server))[0] for _each in range(3)] == [200, 200, 429]
    maths = server.guild.channel("maths").id
    assert (await sent(server, f"/channels/{maths}/messages"))[0] == 200


async def test_a_wrong_token_is_unauthorised(server: DiscordServer) -> None:
    status, _headers, body = await sent(server, Authorization="Bot wrong")
    assert (status, json.loads(body)) == (401, {"message": "401: Unauthorized", "code": 0})
    client = discord.Client(intents=discord.Intents(1025))
    with pytest.raises(discord.LoginFailure):
        await client.login("wrong")
    await client.close()


async def test_an_unavailable_server_answers_with_an_error(server: DiscordServer) -> None:
    server.guild.is_unavailable = True
    assert (await sent(server))[0] == 500


async def test_what_discord_does_not_have_is_not_found(server: DiscordServer) -> None:
    assert (await sent(server, "/holograms"))[0] == 404
    assert [each.operation for each in server.refused] == [""]


async def test_after_it_stopped_listening_nobody_answers(server: DiscordServer) -> None:
    await server.stop_listening()
    with pytest.raises(aiohttp.ClientConnectorError):
        await sent(server)
    await server.listen()
    assert (await sent(server))[0] == 200
