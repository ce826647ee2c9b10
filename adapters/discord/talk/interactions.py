"""Everything people do with commands, buttons, menus and forms: kept first, and only then answered."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from adapters.discord.api import Api
from adapters.discord.guilds import Guilds
from adapters.discord.inbound import (
    COMMAND_GIVEN,
    FORM_SENT,
    OPTION_TYPED,
    Arrival,
    Remembered,
    channel_of,
    events_of,
    handle_of,
    place_in,
    saves,
    typing_of,
    used_message,
    user_of,
)
from adapters.discord.members import Members
from adapters.discord.message import workspace_id
from adapters.discord.post.bodies import marks_in
from adapters.discord.talk.answers import CHOICES, FORM, FORMS_KEPT_AS, Answers, Over, Stage, Talk
from adapters.discord.talk.handle import ANSWERS_FOR, Handle
from adapters.discord.talk.homes import Homes
from bot.domain.events import Event, ReplyHandle
from bot.domain.keys import ChannelKey
from bot.errors import AdapterError, StaffroomError
from bot.plugins import ChatTools
from bot.ports import Outgoing, Suggestion
from bot.views import Form, Message, Paragraph

SECONDS_TO_SUGGEST = 2.0
SECONDS_TO_LEAVE = 5.0
MOST_TALKS = 2_000
MOST_SUGGESTIONS = 25
LONGEST_SUGGESTION = 100

WHICH_SERVER = (
    "I do not know which school you belong to. Use /pln home once in a server where Staffroom is, "
    "then it works here, too."
)
NOT_YOURS_ANY_MORE = (
    "This belongs to a server where you or Staffroom are no longer, so nothing was changed. "
    "Use /pln home in a server where Staffroom is."
)
FORM_GONE = "This form was open for too long, so nothing was changed. Please open it again."

_UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, ValueError)

Payload = Mapping[str, Any]
Whisper = Callable[[str, Outgoing], Awaitable[object]]
"""Shows a message to a person, by their id, in the conversation with them alone."""

log = structlog.get_logger(__name__)


class Interactions:
    """`answer_within` are the seconds after which Discord is told that the answer comes later: it waits for three."""

    def __init__(
        self,
        api: Api,
        tools: ChatTools,
        guilds: Guilds,
        members: Members,
        whisper: Whisper,
        *,
        answer_within: float,
    ) -> None:
        self._api = api
        self._tools = tools
        self._guilds = guilds
        self._members = members
        self._homes = Homes(tools.vault, guilds, members, tools.clock)
        self._whisper = whisper
        self._answer_within = answer_within
        self._answers = Answers(api, tools.vault, tools.clock)
        self._talks: OrderedDict[str, Talk] = OrderedDict()
        self._at_work: set[asyncio.Task[Any]] = set()
        self._is_open = True

    async def heard(self, payload: Payload, *, is_late: bool = False) -> None:
        """Takes it up as Discord sent it. Never raises; what cannot be kept is not answered, so that people see that it
        failed. Where it `is_late` they saw that already, and only saving is done all the same."""
        task = asyncio.current_task()
        if not self._is_open or task is None:
            return
        self._at_work.add(task)
        try:
            if not is_late or saves(payload):
                await self._take_up(payload)
        except _UNREADABLE as problem:
            log.warning(
                "an interaction cannot be read", kind=str(payload.get("type"))[:9], problem=type(problem).__name__
            )
        except Exception:
            log.exception("an interaction could not be taken up")
        finally:
            self._at_work.discard(task)

    async def answer(self, outgoing: Outgoing, reply: ReplyHandle) -> None:
        """Shows it to whoever acted and to nobody else: where they acted while Discord allows that, else in the
        conversation with them alone."""
        handle = Handle.read(reply)
        talk = self._talk(handle, Stage.UNCLEAR)
        try:
            async with talk.lock:
                await self._answers.say(handle, talk, outgoing, until=reply.deadline)
        except Over:
            await self._whisper(handle.user, outgoing)

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:
        handle = Handle.read(reply)
        talk = self._talk(handle, Stage.UNCLEAR)
        async with talk.lock:
            await self._answers.open_form(handle, talk, form)

    async def close(self) -> None:
        """What is being kept is kept, and what waits for its answer gets it later: Discord's token outlives us."""
        self._is_open = False
        for talk in self._talks.values():
            talk.settled.set()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=SECONDS_TO_LEAVE)

    # ---------------------------------------------------------------------------------------------------- what came in

    async def _take_up(self, payload: Payload) -> None:
        if payload["type"] == OPTION_TYPED:
            await self._suggest(payload)
            return
        began = asyncio.get_running_loop().time()
        handle, at = handle_of(payload), self._tools.clock.now()
        form = await self._form(payload)
        if payload["type"] == FORM_SENT and form is None:
            await self._refuse(handle, at_once=FORM_GONE)
            return
        channel = await self._channel(payload, form)
        if channel is None:
            is_new = payload["type"] == COMMAND_GIVEN and used_message(payload) is None
            await self._refuse(handle, at_once=WHICH_SERVER if is_new else NOT_YOURS_ANY_MORE)
            return
        events = events_of(payload, Arrival(channel, at, form))
        if self._is_of_a_server(payload):
            await self._homes.remember(handle.user, channel.workspace)
        await self._keep(handle, channel, events, until=began + self._answer_within)

    async def _keep(self, handle: Handle, channel: ChannelKey, events: list[Event], *, until: float) -> None:
        """Commits what happened; only then may Discord hear of it. The same interaction again changes nothing."""
        if not events:
            return
        talk = self._talk(handle, Stage.NEW)
        talk.place = channel
        try:
            are_new = [await self._tools.inbox.accept(event) for event in events]
        except Exception:
            self._talks.pop(handle.id, None)
            log.exception("what somebody did could not be kept")
            return
        if any(are_new):
            await self._wait(handle, talk, until=until)

    async def _wait(self, handle: Handle, talk: Talk, *, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await talk.settled.wait()
        except TimeoutError:
            log.debug("the answer comes later")
        async with talk.lock:
            if talk.stage in (Stage.NEW, Stage.UNCLEAR):
                await self._answers.think(handle, talk)

    def _talk(self, handle: Handle, otherwise: Stage) -> Talk:
        """What is going on already, else a new one at that stage. The oldest are forgotten: Discord is asked then."""
        talk = self._talks.setdefault(handle.id, Talk(otherwise))
        self._talks.move_to_end(handle.id)
        if len(self._talks) > MOST_TALKS:
            self._talks.popitem(last=False)
        return talk

    async def _channel(self, payload: Payload, form: Remembered | None = None) -> ChannelKey | None:
        """Where it belongs, which for a form is where it was opened. Somewhere else than in our servers it is the
        person's own business; None where we do not know which school that is, or they are no longer in it."""
        user = user_of(payload)
        here = self._channel_of_a_server(payload, user) if self._is_of_a_server(payload) else None
        if form is not None:
            return form.place if await self._homes.may_use(form.workspace, user) else None
        if here is not None:
            return here
        workspace = await self._own_workspace(payload, user)
        return ChannelKey(workspace, user) if workspace else None

    def _channel_of_a_server(self, payload: Payload, user: str) -> ChannelKey:
        guild, channel = str(payload["guild_id"]), channel_of(payload)
        here = ChannelKey(workspace_id(guild), channel) if channel else self._guilds.place(guild, place_in(payload))
        self._members.learn(here, user, payload["member"])
        return here

    async def _own_workspace(self, payload: Payload, user: str) -> str | None:
        """That of our message which they use, else the one where they are at home; also where Discord does not send
        what the message carries."""
        message = used_message(payload)
        if message is None:
            return await self._homes.workspace_of(user)
        marks = set(marks_in(message.get("components")))
        if not marks:
            return await self._homes.workspace_of(user)
        marked = self._homes.marked(marks)
        return marked if marked and await self._homes.may_use(marked, user) else None

    def _is_of_a_server(self, payload: Payload) -> bool:
        return self._guilds.has(str(payload.get("guild_id") or ""))

    async def _form(self, payload: Payload) -> Remembered | None:
        """What a form that was sent was opened with, by the same person."""
        if payload["type"] != FORM_SENT:
            return None
        key = str(payload["data"]["custom_id"]).removeprefix(FORM)
        kept = await self._tools.vault.get(FORMS_KEPT_AS, key, self._tools.clock.now())
        form = Remembered(**json.loads(kept)) if kept else None
        return form if form and form.user == user_of(payload) else None

    async def _refuse(self, handle: Handle, *, at_once: str) -> None:
        outgoing = Outgoing(
            f"refused:{handle.id}", ChannelKey("", handle.user), Message((Paragraph(at_once),), at_once)
        )
        talk = Talk(Stage.NEW)
        try:
            async with talk.lock:
                await self._answers.say(handle, talk, outgoing, until=self._tools.clock.now() + ANSWERS_FOR)
        except (Over, AdapterError) as problem:
            log.info("nobody could be told what is wrong", problem=type(problem).__name__)

    # ----------------------------------------------------------------------------------------------------- suggestions

    async def _suggest(self, payload: Payload) -> None:
        handle = handle_of(payload)
        choices = [{"name": each.label, "value": each.value} for each in await self._suggestions(payload)]
        body = {"type": CHOICES, "data": {"choices": choices}}
        try:
            await self._api.callback(handle.id, handle.token, body)
        except AdapterError as problem:
            log.debug("suggestions came too late", problem=type(problem).__name__)

    async def _suggestions(self, payload: Payload) -> list[Suggestion]:
        """None where anything is wrong: people can type all the same."""
        try:
            async with asyncio.timeout(SECONDS_TO_SUGGEST):
                channel = await self._channel(payload)
                typing = typing_of(payload, channel) if channel else None
                found = await self._tools.suggest(typing) if typing else ()
        except (StaffroomError, TimeoutError, *_UNREADABLE) as problem:
            log.info("nothing can be suggested", problem=type(problem).__name__)
            return []
        return [each for each in found if _fits(each)][:MOST_SUGGESTIONS]


def _fits(suggestion: Suggestion) -> bool:
    return all(0 < len(each) <= LONGEST_SUGGESTION for each in (suggestion.label, suggestion.value))
