"""The REST API of a loopback Discord: which address is which operation, and how each request is taken and answered."""

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.rigs import discord_server_commands as commands
from tests.rigs import discord_server_guilds as guilds
from tests.rigs import discord_server_interactions as interactions
from tests.rigs import discord_server_messages as messages
from tests.rigs import discord_server_reactions as reactions
from tests.rigs import discord_server_threads as threads
from tests.rigs.discord_server_calls import Answer, Call, Method
from tests.rigs.discord_server_rules import Refused
from tests.rigs.discord_server_spec import complaints, unlike
from tests.rigs.discord_server_trouble import Faults, Pace, as_json, cut, failing, refusing
from tests.rigs.discord_server_world import Json, SentFile, World

CHANNEL = "/channels/{channel_id}"
MESSAGE = f"{CHANNEL}/messages/{{message_id}}"
REACTION = f"{MESSAGE}/reactions/{{emoji_name}}"
GUILD = "/guilds/{guild_id}"
COMMANDS = "/applications/{application_id}"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


def _gateway(call: Call) -> Answer:
    """`discord_server` fills in what the gateway knows."""
    left = call.world.app.sessions_left
    limit = {"total": 1_000, "remaining": left, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": "", "shards": 1, "session_start_limit": limit}


ROUTES: dict[tuple[str, str], tuple[str, Method]] = {
    ("GET", "/gateway/bot"): ("get_bot_gateway", _gateway),
    ("GET", "/users/@me"): ("get_my_user", guilds.me),
    ("GET", "/users/@me/guilds"): ("list_my_guilds", guilds.my_guilds),
    ("DELETE", "/users/@me/guilds/{guild_id}"): ("leave_guild", guilds.leave),
    ("POST", "/users/@me/channels"): ("create_dm", threads.open_direct),
    ("GET", "/users/{user_id}"): ("get_user", guilds.user),
    ("GET", "/oauth2/applications/@me"): ("get_my_oauth2_application", guilds.application),
    ("GET", "/applications/@me"): ("get_my_application", guilds.application),
    ("GET", GUILD): ("get_guild", guilds.guild),
    ("GET", f"{GUILD}/channels"): ("list_guild_channels", guilds.channels),
    ("GET", f"{GUILD}/roles"): ("list_guild_roles", guilds.roles),
    ("GET", f"{GUILD}/members"): ("list_guild_members", guilds.members),
    ("GET", f"{GUILD}/members/{{user_id}}"): ("get_guild_member", guilds.member),
    ("GET", f"{GUILD}/threads/active"): ("get_active_guild_threads", threads.active),
    ("GET", CHANNEL): ("get_channel", threads.get),
    ("PATCH", CHANNEL): ("update_channel", threads.change),
    ("DELETE", CHANNEL): ("delete_channel", threads.delete),
    ("POST", f"{CHANNEL}/threads"): ("create_thread", threads.begin),
    ("GET", f"{CHANNEL}/threads/archived/public"): ("list_public_archived_threads", threads.archived),
    ("PUT", f"{CHANNEL}/thread-members/@me"): ("join_thread", threads.join),
    ("DELETE", f"{CHANNEL}/thread-members/@me"): ("leave_thread", threads.leave),
    ("GET", f"{CHANNEL}/messages"): ("list_messages", messages.history),
    ("POST", f"{CHANNEL}/messages"): ("create_message", messages.create),
    ("GET", MESSAGE): ("get_message", messages.get),
    ("PATCH", MESSAGE): ("update_message", messages.update),
    ("DELETE", MESSAGE): ("delete_message", messages.delete),
    ("POST", f"{MESSAGE}/threads"): ("create_thread_from_message", threads.begin_from_message),
    ("POST", f"{MESSAGE}/crosspost"): ("crosspost_message", messages.crosspost),
    ("DELETE", f"{MESSAGE}/reactions"): ("delete_all_message_reactions", reactions.clear),
    ("GET", REACTION): ("list_message_reactions_by_emoji", reactions.reactors),
    ("DELETE", REACTION): ("delete_all_message_reactions_by_emoji", reactions.clear_one),
    ("PUT", f"{REACTION}/@me"): ("add_my_message_reaction", reactions.react),
    ("DELETE", f"{REACTION}/@me"): ("delete_my_message_reaction", reactions.unreact_mine),
    ("DELETE", f"{REACTION}/{{user_id}}"): ("delete_user_message_reaction", reactions.unreact),
    ("GET", f"{COMMANDS}/commands"): ("list_application_commands", commands.listed),
    ("PUT", f"{COMMANDS}/commands"): ("bulk_set_application_commands", commands.put_all),
    ("GET", f"{COMMANDS}{GUILD}/commands"): ("list_guild_application_commands", commands.listed_in_guild),
    ("PUT", f"{COMMANDS}{GUILD}/commands"): ("bulk_set_guild_application_commands", commands.put_all_in_guild),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"): (
        "create_interaction_response",
        interactions.call_back,
    ),
    ("POST", WEBHOOK): ("execute_webhook", interactions.follow_up),
    ("GET", f"{WEBHOOK}/messages/@original"): ("get_original_webhook_message", interactions.get_original),
    ("PATCH", f"{WEBHOOK}/messages/@original"): ("update_original_webhook_message", interactions.edit_original),
    ("DELETE", f"{WEBHOOK}/messages/@original"): ("delete_original_webhook_message", interactions.delete_original),
    ("GET", f"{WEBHOOK}/messages/{{message_id}}"): ("get_webhook_message", interactions.get_one),
    ("PATCH", f"{WEBHOOK}/messages/{{message_id}}"): ("update_webhook_message", interactions.edit_one),
    ("DELETE", f"{WEBHOOK}/messages/{{message_id}}"): ("delete_webhook_message", interactions.delete_one),
}
NEEDS_NO_TOKEN = ("/interactions/", "/webhooks/")
CREATES = {"create_thread": 201, "create_thread_from_message": 201}
MAJOR = ("channel_id", "guild_id", "webhook_token", "interaction_token")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


_PATTERNS = [(method, template, _pattern(template)) for method, template in ROUTES]


@dataclass(frozen=True)
class Request:
    """One as it arrived; `operation` is empty for what Discord does not have."""

    operation: str
    method: str
    path: str
    named: dict[str, str]
    query: dict[str, str]
    body: Json
    headers: dict[str, str]


@dataclass(frozen=True)
class Refusal:
    """What was refused by a rule of Discord's, not by a fault."""

    operation: str
    status: int
    code: int
    message: str
    errors: Json


@dataclass
class Rest:
    """`seen` is what arrived, `refused` what Discord's rules refused, `invalid` what its OpenAPI document does not
    allow: that has to stay empty."""

    world: World
    faults: Faults
    pace: Pace
    fill_in: Callable[[str, Answer], Answer]
    """What only the whole server knows: the address of the gateway."""
    wait: Callable[[], Awaitable[object]]
    """Until the server goes."""
    seen: list[Request] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    doubts_itself: bool = False
    """Whether answers are checked as well: what they tell otherwise than the document stands in `unlike`."""
    unlike: list[str] = field(default_factory=list)
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often each operation was answered with each status; those that were cut are not among them."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        response = await self._serve(request)
        if request.transport and not request.transport.is_closing():
            self.answered[self.seen[-1].operation, response.status] += 1
        return response

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.removeprefix("/api/v10")
        body, files = await _body(request)
        operation, template, named = _found(request.method, path)
        query = dict(request.query)
        asked = Request(operation, request.method, path, named, query, body, dict(request.headers))
        self.seen.append(asked)
        fault = self.faults.due(operation, path)
        if fault and fault.refusal:
            return refusing(fault.refusal)
        if fault and fault.name == "slow":
            await self.wait()
            return cut(request)
        if fault and fault.name == "dropped":
            return cut(request)
        if fault and not fault.name.startswith("done, then"):
            return failing(fault.name)
        answer = self._answer(asked, template, files)
        if fault:
            return cut(request) if fault.name == "done, then dropped" else failing(fault.name)
        return answer

    def _answer(self, asked: Request, template: str, files: list[SentFile]) -> web.Response:
        major = next((asked.named[each] for each in MAJOR if each in asked.named), "")
        is_the_bots = not asked.path.startswith(NEEDS_NO_TOKEN)
        headers, waiting = self.pace.take(asked.operation, major, is_the_bots=is_the_bots)
        if waiting:
            return waiting
        route = (asked.method, template)
        try:
            self._check(asked)
            self.invalid += complaints(asked.operation, route, asked.named, asked.query, asked.body)
            call = Call(self.world, asked.operation, asked.named, asked.query, asked.body, files)
            answer = self.fill_in(asked.operation, ROUTES[route][1](call))
        except Refused as refused:
            self.refused.append(Refusal(asked.operation, refused.status, refused.code, refused.message, refused.errors))
            response = refusing(refused)
            response.headers.update(headers)
            return response
        status = 204 if answer is None else CREATES.get(asked.operation, 200)
        if self.doubts_itself:
            self.unlike += unlike(asked.operation, route, status, answer)
        if answer is None:
            return web.Response(status=204, headers=headers)
        return as_json(answer, status, headers)

    def _check(self, asked: Request) -> None:
        """There is such an operation, and the token is good."""
        if not asked.headers.get("User-Agent", "").startswith("DiscordBot ("):
            self.invalid.append(f"{asked.operation}: the user agent is not that of a bot")
        if not asked.operation:
            raise Refused(404, 0, "404: Not Found")
        if asked.path.startswith(NEEDS_NO_TOKEN):
            return
        if asked.headers.get("Authorization") != f"Bot {self.world.app.token}":
            raise Refused(401, 0, "401: Unauthorized")


def _found(method: str, path: str) -> tuple[str, str, dict[str, str]]:
    for known, template, pattern in _PATTERNS:
        found = pattern.fullmatch(path) if known == method else None
        if found:
            named = {name: unquote(value) for name, value in found.groupdict().items()}
            return ROUTES[method, template][0], template, named
    return "", "", {}


async def _body(request: web.Request) -> tuple[Json, list[SentFile]]:
    """A list stands under `_`."""
    if request.content_type.startswith("multipart/"):
        given = await request.post()
        files = [
            SentFile(name, each.filename, each.file.read())
            for name, each in given.items()
            if isinstance(each, web.FileField)
        ]
        told: Any = given.get("payload_json") or "{}"
        return json.loads(told), files
    text = await request.text()
    body = json.loads(text) if text and request.content_type == "application/json" else {}
    return (body if isinstance(body, dict) else {"_": body}), []
