"""Discord's REST API in the words this folder needs. Raises only the errors of `bot.errors`."""

import logging
from collections.abc import Sequence
from io import BytesIO
from json import dumps
from types import TracebackType
from typing import Any, Self

import aiohttp
import discord
from discord.http import Route

from adapters.discord.errors import not_now, refusal
from adapters.discord.message import checked
from adapters.discord.pace import Pace
from adapters.discord.requests import TIMEOUT, Requests
from bot.errors import Unavailable, Uncertain
from bot.ports import Clock

Json = dict[str, Any]

ALL_REACTIONS = 100
MESSAGES_OF_A_PAGE = 100

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
REACTIONS = MESSAGE + "/reactions/{emoji}"
CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
FOLLOW_UPS = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"


class Api:
    """Open while it is entered, as often as it is entered. Ids are texts of digits."""

    def __init__(
        self,
        api_url: str,
        token: str,
        clock: Clock,
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        pace: Pace | None = None,
    ) -> None:
        self.clock = clock
        self._url = api_url
        self._token = token
        self._timeout = timeout
        self._pace = pace or Pace(clock)
        self._requests: Requests | None = None

    @property
    def is_open(self) -> bool:
        return self._requests is not None

    @property
    def requests(self) -> Requests:
        if self._requests is None:
            raise Unavailable("Staffroom is not connected to Discord.")
        return self._requests

    async def __aenter__(self) -> Self:
        keep_quiet()
        self._requests = Requests(self._url, self.clock, self._pace, self._timeout)
        self._requests.token = self._token
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        requests, self._requests = self._requests, None
        if requests is not None:
            await requests.close_all()

    # -------------------------------------------------------------------------------------------------------- messages

    async def post(self, channel: str, message: Json, files: Sequence[bytes] = ()) -> Json:
        """`files` are what is in those that the message names under attachments, in their order."""
        if files:
            return await self._object("POST", MESSAGES, form=_as_form(message, files), channel_id=channel)
        return await self._object("POST", MESSAGES, json=message, channel_id=channel)

    async def edit(self, channel: str, message: str, new: Json) -> Json:
        return await self._again("PATCH", MESSAGE, json=new, channel_id=channel, message_id=message)

    async def delete(self, channel: str, message: str) -> None:
        await self._again("DELETE", MESSAGE, channel_id=channel, message_id=message)

    async def message(self, channel: str, message: str) -> Json:
        return await self._again("GET", MESSAGE, channel_id=channel, message_id=message)

    async def messages(self, channel: str, before: str = "") -> list[Json]:
        """The latest ones, or those before that message, latest first."""
        params = {"limit": str(MESSAGES_OF_A_PAGE)} | ({"before": before} if before else {})
        return await self._list("GET", MESSAGES, params=params, channel_id=channel)

    async def react(self, channel: str, message: str, emoji: str) -> None:
        await self._again("PUT", REACTIONS + "/@me", channel_id=channel, message_id=message, emoji=emoji)

    async def who_reacted(self, channel: str, message: str, emoji: str, *, kind: int, after: str) -> list[Json]:
        """A page of people, in the order of their ids. `kind` is 0 for usual reactions and 1 for the large ones."""
        params = {"limit": str(ALL_REACTIONS), "type": str(kind)} | ({"after": after} if after else {})
        return await self._list("GET", REACTIONS, params=params, channel_id=channel, message_id=message, emoji=emoji)

    # ---------------------------------------------------------------------------------------------- channels and people

    async def channel(self, channel: str) -> Json:
        return await self._again("GET", "/channels/{channel_id}", channel_id=channel)

    async def open_thread(self, channel: str, message: str, name: str) -> Json:
        """Below the message. Its id is the message's."""
        return await self._again(
            "POST", MESSAGE + "/threads", json={"name": name}, channel_id=channel, message_id=message
        )

    async def reopen_thread(self, thread: str) -> None:
        await self._again("PATCH", "/channels/{channel_id}", json={"archived": False}, channel_id=thread)

    async def rename_thread(self, thread: str, name: str) -> None:
        """Opened where it was closed: else it cannot be changed."""
        await self._again("PATCH", "/channels/{channel_id}", json={"name": name, "archived": False}, channel_id=thread)

    async def post_in_forum(self, forum: str, name: str, message: Json) -> Json:
        """The new thread, whose id its first message has, too."""
        body = {"name": name, "message": message}
        return await self._object("POST", "/channels/{channel_id}/threads", json=body, channel_id=forum)

    async def open_threads(self, guild: str) -> list[Json]:
        answer = await self._again("GET", "/guilds/{guild_id}/threads/active", guild_id=guild)
        return [each for each in answer.get("threads") or [] if isinstance(each, dict)]

    async def closed_threads(self, channel: str) -> list[Json]:
        answer = await self._again("GET", "/channels/{channel_id}/threads/archived/public", channel_id=channel)
        return [each for each in answer.get("threads") or [] if isinstance(each, dict)]

    async def direct_channel(self, user: str) -> str:
        """The conversation with one person."""
        answer = await self._again("POST", "/users/@me/channels", json={"recipient_id": checked(user)})
        if not answer.get("id"):
            raise not_now()
        return str(answer["id"])

    async def member(self, guild: str, user: str) -> Json:
        return await self._again("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=user)

    async def guilds(self) -> list[Json]:
        """Those that we are in; 200 of them, where there are more."""
        return await self._list("GET", "/users/@me/guilds")

    async def leave(self, guild: str) -> None:
        await self._again("DELETE", "/users/@me/guilds/{guild_id}", guild_id=guild)

    # ----------------------------------------------------------------------------------------- ourselves, commands

    async def who_am_i(self) -> Json:
        return await self._again("GET", "/users/@me")

    async def application(self) -> Json:
        return await self._again("GET", "/oauth2/applications/@me")

    async def gateway(self) -> Json:
        """Where it is, and how many shards Discord wants there to be."""
        return await self._again("GET", "/gateway/bot")

    async def put_commands(self, application: str, commands: list[Json]) -> list[Json]:
        """In place of all that there were."""
        return await self._list(
            "PUT", "/applications/{application_id}/commands", json=commands, application_id=application
        )

    # ----------------------------------------------------------------------------------------------------- interactions

    async def callback(self, interaction: str, token: str, body: Json) -> None:
        """The one answer to an interaction itself, within three seconds."""
        await self._call("POST", CALLBACK, json=body, webhook_id=interaction, webhook_token=token)

    async def original(self, application: str, token: str) -> Json:
        return await self._again("GET", ORIGINAL, webhook_id=application, webhook_token=token)

    async def edit_original(self, application: str, token: str, body: Json) -> Json:
        return await self._object("PATCH", ORIGINAL, json=body, webhook_id=application, webhook_token=token)

    async def follow_up(self, application: str, token: str, body: Json) -> Json:
        return await self._object(
            "POST", FOLLOW_UPS, json=body, params={"wait": "true"}, webhook_id=application, webhook_token=token
        )

    # ------------------------------------------------------------------------------------------------------ in private

    async def _again(self, verb: str, path: str, **how: Any) -> Json:  # noqa: ANN401
        """What may be asked twice: nobody has to find out what became of it."""
        try:
            return await self._object(verb, path, **how)
        except Uncertain:
            raise not_now() from None

    async def _list(self, verb: str, path: str, **how: Any) -> list[Json]:  # noqa: ANN401
        try:
            answer = await self._call(verb, path, **how)
        except Uncertain:
            raise not_now() from None
        if not isinstance(answer, list):
            raise not_now()
        return [each for each in answer if isinstance(each, dict)]

    async def _object(self, verb: str, path: str, **how: Any) -> Json:  # noqa: ANN401
        answer = await self._call(verb, path, **how)
        return answer if isinstance(answer, dict) else {}

    async def _call(
        self,
        verb: str,
        path: str,
        *,
        json: object = None,
        form: list[Json] | None = None,
        params: Json | None = None,
        **parts: str,
    ) -> object:
        for name, part in parts.items():
            if name.endswith("_id"):
                checked(part)
        how: Json = {} if json is None else {"json": json}
        if form:
            how["form"] = form
        if params:
            how["params"] = params
        try:
            return await self.requests.request(Route(verb, path, **parts), **how)
        except discord.HTTPException as refused:  # by whom the library's own way is in place
            raise refusal(refused.status, refused.code, self.clock.now()) from None


def _as_form(message: Json, files: Sequence[bytes]) -> list[Json]:
    told = {"name": "payload_json", "value": dumps(message), "content_type": "application/json"}
    named = zip(message["attachments"], files, strict=True)
    return [
        told,
        *(
            {
                "name": f"files[{each['id']}]",
                "value": BytesIO(contents),
                "filename": each["filename"],
                "content_type": "application/octet-stream",
            }
            for each, contents in named
        ),
    ]


def keep_quiet() -> None:
    """At DEBUG discord.py logs what people wrote, and its complaints hold addresses with tokens in them."""
    for name in ("discord", "discord.webhook"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.getEffectiveLevel(), logging.WARNING))
