"""Slack as a chat: `ChatAdapter` over the Web API, whichever way events come."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

from adapters.slack.abilities import abilities_of
from adapters.slack.api import Api, Calls
from adapters.slack.errors import Refused
from adapters.slack.files import NOT_ALLOWED, Files
from adapters.slack.history import History, label
from adapters.slack.line import Json, Line
from adapters.slack.members import Members
from adapters.slack.message import place_of, reference
from adapters.slack.show import emoji as slack_emoji
from adapters.slack.show.home import home
from adapters.slack.show.modal import modal
from adapters.slack.show.render import render
from adapters.slack.tokens import PLATFORM, Installed
from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.events import Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile
from bot.errors import AdapterError, Rejected, Throttled, Unavailable
from bot.ports import Abilities, ChannelSeen, ChatAdapter, Outgoing, Route, SeenReaction, SignIn
from bot.views import Form, Message

QUIET = {"unfurl_links": False, "unfurl_media": False}
TO_LEARN = timedelta(seconds=10)
"""How long the start waits for what Slack says about channels."""
MOST_BEGUN = 500
"""Messages of which it is remembered which reactions they have already."""

_READS_NO_MESSAGES = (
    "Staffroom may not read messages in this Slack workspace: that takes the optional rights channels:history and "
    "groups:history. “Save to library” in the menu of a message needs none."
)
_NOT_REACHABLE_THERE = {"not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived"}
_GONE = {"message_not_found", "channel_not_found"}
_CHANGES = {"user": ("user_",), "channel": ("channel_", "group_", "member_")}


class SlackChat(ChatAdapter):
    name = PLATFORM

    def __init__(self, api: Api, line: Line, sign_in: SignIn | None = None) -> None:
        self._api = api
        self._line = line
        self._sign_in = sign_in
        self._calls = Calls(api, line.tokens)
        self._files = Files(api, self._calls)
        self._members = Members(self._calls, api.clock)
        self._history = History(self._calls, api.clock)
        self._connection = AsyncExitStack()
        self._begun: dict[tuple[ChannelKey, str], list[Json]] = {}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._api)
            stack.push_async_callback(self._line.close)
            await self._line.open(self._noticed)
            await self._learn_channels()
            self._connection = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.aclose()

    def workspaces(self) -> Sequence[Workspace]:
        return [each.workspace for each in self._line.tokens.installed()]

    def abilities(self, workspace: str) -> Abilities:
        """Those that the workspace's admin granted."""
        installed = self._installed(workspace)
        return abilities_of(installed.scopes) if installed else Abilities()

    def why_no_files(self, workspace: str) -> str:
        return "" if self.abilities(workspace).files else NOT_ALLOWED

    def why_no_links(self, workspace: str) -> str:
        """Only of a workspace is it known what was granted."""
        return _READS_NO_MESSAGES if self._installed(workspace) and not self.abilities(workspace).read_messages else ""

    def routes(self) -> Sequence[Route]:
        return self._line.routes()

    async def check(self) -> Sequence[Check]:
        if self._api.is_open:
            return await self._line.check()
        async with self._api:
            return await self._line.check()

    # -------------------------------------------------------------------------------------------------------- messages

    async def send(self, outgoing: Outgoing) -> str | None:
        if outgoing.message.files:
            await self._give(outgoing)
        elif outgoing.reply is not None:
            await self._answer(outgoing, outgoing.reply)
        elif outgoing.private_to not in (None, outgoing.channel.channel):
            await self._whisper(outgoing.channel, str(outgoing.private_to), outgoing.message)
        else:
            return await self._post(outgoing)
        return None

    async def _give(self, outgoing: Outgoing) -> None:
        """Slack says nothing that the message could be spoken of by."""
        if outgoing.private_to is None:
            raise Rejected("Files are only for one person.")
        await self._files.give(outgoing.channel.workspace, outgoing.private_to, outgoing.message)

    async def _post(self, outgoing: Outgoing) -> str:
        under = place_of("", outgoing.under)[1] if outgoing.under else None
        answer = await self._calls.write(
            outgoing.channel.workspace,
            "chat.postMessage",
            channel=outgoing.channel.channel,
            thread_ts=under,
            metadata=label(outgoing.delivery),
            **QUIET,
            **_body(outgoing.message),
        )
        return reference(str(answer["channel"]), str(answer["ts"]))

    async def _answer(self, outgoing: Outgoing, reply: ReplyHandle) -> None:
        """Where the address that Slack gave has expired, the person is answered all the same."""
        handle = json.loads(reply.value)
        body = {"response_type": "ephemeral", "replace_original": False, **QUIET, **_body(outgoing.message)}
        if not handle.get("url") or not await self._api.answer(handle["url"], body):
            channel = ChannelKey(outgoing.channel.workspace, handle["channel"])
            await self._whisper(channel, handle["user"], outgoing.message)

    async def _whisper(self, channel: ChannelKey, person: str, message: Message) -> None:
        """In the channel, for that person only; where Slack cannot show it there, in the person's own one."""
        body = {**QUIET, **_body(message)}
        if channel.channel != person and not channel.channel.startswith("D"):
            try:
                await self._calls.write(
                    channel.workspace, "chat.postEphemeral", channel=channel.channel, user=person, **body
                )
            except Refused as refused:
                if refused.code not in _NOT_REACHABLE_THERE:
                    raise
            else:
                return
        await self._calls.write(channel.workspace, "chat.postMessage", channel=person, **body)

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        conversation, ts = place_of(channel.channel, message)
        await self._calls.write(channel.workspace, "chat.update", channel=conversation, ts=ts, **_body(new))

    async def remove(self, channel: ChannelKey, message: str) -> None:
        conversation, ts = place_of(channel.channel, message)
        try:
            await self._calls.write(channel.workspace, "chat.delete", channel=conversation, ts=ts)
        except Refused as refused:
            if refused.code not in _GONE:
                raise

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        installed = self._installed(channel.workspace)
        return await self._history.find(channel, delivery, installed.bot if installed else "")

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:
        return await self._history.links(channel, message)

    # ------------------------------------------------------------------------------------------------------- reactions

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        """Where Slack asks to wait in the middle, the next time goes on there."""
        conversation, ts = place_of(channel.channel, message)
        names = [name for each in emoji if (name := slack_emoji.name_of(each))]
        every: list[Json] = [{"channel": conversation, "timestamp": ts, "name": name} for name in names]
        bodies = self._begun.pop((channel, message), every)
        try:
            await self._calls.write_all(channel.workspace, "reactions.add", bodies)
        except (Throttled, Unavailable):
            if len(self._begun) < MOST_BEGUN:
                self._begun[channel, message] = bodies
            raise

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        conversation, ts = place_of(channel.channel, message)
        answer = await self._calls.read(
            channel.workspace, "reactions.get", channel=conversation, timestamp=ts, full="true"
        )
        seen = (answer.get("message") or {}).get("reactions") or []
        return [
            SeenReaction(Person(key, (await self._members.profile(key)).name), slack_emoji.emoji_of(each["name"]))
            for each in seen
            for key in (PersonKey(channel.workspace, user) for user in each.get("users") or [])
            if not await self._is_bot(key)
        ]

    async def _is_bot(self, person: PersonKey) -> bool:
        installed = self._installed(person.workspace)
        return bool(installed and installed.bot_user == person.person) or await self._members.is_bot(person)

    # -------------------------------------------------------------------------------------------- forms, pages, people

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:
        handle = json.loads(reply.value)
        if not handle.get("trigger"):
            raise Rejected("No form can be opened from here.")
        view = modal(form, handle["channel"])
        await self._calls.write(handle["workspace"], "views.open", trigger_id=handle["trigger"], view=view)

    async def publish_home(self, person: PersonKey, page: Message) -> None:
        await self._calls.write(person.workspace, "views.publish", user_id=person.person, view=home(page))

    async def profile(self, person: PersonKey) -> Profile:
        return await self._members.profile(person)

    def sign_in(self) -> SignIn | None:
        return self._sign_in

    def is_closed(self, channel: ChannelKey) -> bool:
        return not self._members.is_open(channel)

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:
        return await self._members.look(channel)

    # ------------------------------------------------------------------------------------------------------ in private

    async def _learn_channels(self) -> None:
        """What is not known is taken for closed; every command in a channel tells of it, too."""
        asked = [self._members.learn_channels(each.workspace.id) for each in self._line.tokens.installed()]
        with suppress(TimeoutError):
            async with asyncio.timeout(TO_LEARN.total_seconds()):
                for problem in await asyncio.gather(*asked, return_exceptions=True):
                    if isinstance(problem, BaseException) and not isinstance(problem, AdapterError):
                        raise problem

    def _installed(self, workspace: str) -> Installed | None:
        return next((each for each in self._line.tokens.installed() if each.workspace.id == workspace), None)

    async def _noticed(self, workspace: str, payload: Json) -> None:
        """What we remembered and is no longer so."""
        event = payload.get("event")
        if not isinstance(event, dict):
            return
        for kind, forget in (("user", self._forget_person), ("channel", self._forget_channel)):
            about = event.get(kind)
            changed = about.get("id") if isinstance(about, dict) else about
            if isinstance(changed, str) and str(event.get("type")).startswith(_CHANGES[kind]):
                forget(workspace, changed)

    def _forget_person(self, workspace: str, person: str) -> None:
        self._members.forget_person(PersonKey(workspace, person))

    def _forget_channel(self, workspace: str, channel: str) -> None:
        self._members.forget_channel(ChannelKey(workspace, channel))


def _body(message: Message) -> Json:
    rendered = render(message)
    return {"text": rendered.text, "blocks": rendered.blocks}
