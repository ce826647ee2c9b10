"""Discord as a chat: `ChatAdapter` over discord.py's gateway and our own requests to the REST API."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp

from adapters.discord import checks, rights
from adapters.discord.abilities import abilities_of
from adapters.discord.api import Api
from adapters.discord.errors import Refused
from adapters.discord.granted import check_channel
from adapters.discord.guilds import Guilds, called, is_forum, needed_to_send, takes_messages
from adapters.discord.history import History
from adapters.discord.members import Members
from adapters.discord.message import PLATFORM, guild_of, place_of, workspace_id
from adapters.discord.post.conversations import Conversations, explained
from adapters.discord.post.posting import WRONG_KIND, Posting
from adapters.discord.post.standing_reactions import StandingReactions
from adapters.discord.post.whispers import Whispers
from adapters.discord.requests import TIMEOUT
from adapters.discord.section import DiscordSection
from adapters.discord.sign_in import DiscordSignIn
from adapters.discord.talk.commands import offer
from adapters.discord.talk.interactions import Interactions
from adapters.discord.wire.client import CHANGES_SERVERS
from adapters.discord.wire.gateway import Gateway, Patience
from adapters.discord.wire.happenings import Happenings
from adapters.discord.wire.reports import Reports
from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile
from bot.errors import NotAllowed, Rejected, Throttled, Unavailable
from bot.plugins import ChatTools
from bot.ports import Abilities, ChannelSeen, ChatAdapter, Outgoing, SeenReaction, SignIn
from bot.views import Form, Message

USUAL_PATIENCE = Patience()

_READS_NO_MESSAGES = (
    "Discord does not show Staffroom what people write. “Save to library”, under Apps in the menu of a message, saves "
    "what it links to."
)
_NOT_TO_BE_MENTIONED = (
    "Discord does not tell them, though: in Server Settings, under Roles, let anyone mention this role, and it does."
)


class DiscordChat(ChatAdapter):
    name = PLATFORM

    def __init__(
        self,
        section: DiscordSection,
        tools: ChatTools,
        *,
        patience: Patience = USUAL_PATIENCE,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._section = section
        self._tools = tools
        self._api = Api(section.api_url, section.token.get_secret_value(), tools.clock, timeout=timeout)
        self._gateway = Gateway(section, tools, self._api, self._hear, is_at_rest=self._is_at_rest, patience=patience)
        self._guilds = Guilds(lambda: self._gateway.client, section.only_in)
        self._reports = Reports(tools, self._kept)
        self._members = Members(self._api, self._guilds, tools.clock)
        self._conversations = Conversations(self._api, self._guilds)
        self._whispers = Whispers(self._api, self._conversations, tools.vault)
        self._posting = Posting(self._api, self._guilds, self._members, self._conversations)
        self._history = History(self._api, self._guilds, self._conversations)
        self._standing = StandingReactions(self._api)
        self._interactions = Interactions(
            self._api, tools, self._guilds, self._members, self._whispers.say, answer_within=patience.for_an_answer
        )
        self._happenings = Happenings(
            tools,
            self._guilds,
            self._reports,
            moment=self._moment,
            us=lambda: self._gateway.us,
            interaction=self._interactions.heard,
            leave=self._api.leave,
            place=self._conversations.belongs,
            member_changed=self._member_changed,
            kept=self._kept,
        )
        self._sign_in = DiscordSignIn(
            section, tools.clock, self._guilds, application=self._application, is_in=self._members.is_in
        )
        self._connection = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._api)
            self._reports.open()
            stack.push_async_callback(self._leave)
            await self._gateway.open()
            await offer(self._api, self._tools.vault, self._tools.clock, self._application())
            self._connection = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.aclose()

    async def _leave(self) -> None:
        """What was heard is kept, and people are told that their answers come later, while there is a way."""
        await self._interactions.close()
        await self._happenings.close()
        await self._reports.close()
        await self._gateway.close()

    def workspaces(self) -> Sequence[Workspace]:
        return self._guilds.workspaces()

    def abilities(self, workspace: str) -> Abilities:
        if not self._guilds.has(guild_of(workspace)):
            return Abilities()
        return abilities_of(open_to_anyone=self._guilds.open_to_anyone(workspace))

    def why_no_links(self, workspace: str) -> str:  # noqa: ARG002 - the same in every server
        return _READS_NO_MESSAGES

    def refuses_doubles_for(self, channel: ChannelKey) -> timedelta:
        """Posts of a forum know no nonce."""
        seen = self._guilds.channel(channel.workspace, channel.channel)
        return timedelta(0) if is_forum(seen) else super().refuses_doubles_for(channel)

    def awaits(self, workspace: str) -> bool:
        guild = guild_of(workspace)
        return bool(guild) and self._guilds.is_wanted(guild)

    async def check_channel(self, channel: str) -> Sequence[Check]:
        async with AsyncExitStack() as stack:
            if not self._api.is_open:
                await stack.enter_async_context(self._api)
            return await check_channel(self._api, channel)

    async def check(self) -> Sequence[Check]:
        if not self._api.is_open:
            async with self._api:
                return [
                    *await checks.of_the_application(self._api, self._section.only_in),
                    await checks.of_a_closed_gateway(self._api),
                ]
        gateway = checks.of_the_gateway(
            is_open=True, away_since=self._gateway.away_since, problem=self._gateway.problem
        )
        return [*await checks.of_the_application(self._api, self._section.only_in), gateway]

    # -------------------------------------------------------------------------------------------------------- messages

    async def send(self, outgoing: Outgoing) -> str | None:
        if outgoing.reply is not None and not outgoing.message.files:
            await self._interactions.answer(outgoing, outgoing.reply)
            return None
        if outgoing.private_to is not None:
            await self._members.require(outgoing.channel.workspace, outgoing.private_to)
            return await self._whispers.say(outgoing.private_to, outgoing)
        if outgoing.message.files:
            raise Rejected("Files are only for one person.")
        self._guilds.reachable(outgoing.channel.workspace)
        return await self._posting.post(outgoing)

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        self._guilds.reachable(channel.workspace)
        await self._posting.edit(channel.workspace, message, new)

    async def remove(self, channel: ChannelKey, message: str) -> None:
        self._guilds.reachable(channel.workspace)
        await self._posting.remove(message)

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        self._guilds.reachable(channel.workspace)
        return await self._history.find(channel, delivery, str(self._gateway.us))

    # ------------------------------------------------------------------------------------------------------- reactions

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        self._guilds.reachable(channel.workspace)
        place, number = place_of(message)
        try:
            await self._standing.add(place, number, emoji)
        except Refused as refused:
            seen = self._guilds.channel(channel.workspace, place)
            raise explained(refused, seen, self._guilds, rights.TO_REACT, "add reactions") from None

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        """NotAllowed is raised only where something may be missing for it."""
        self._guilds.reachable(channel.workspace)
        place, number = place_of(message)
        seen = self._guilds.channel(channel.workspace, place)
        lacking = self._guilds.lacking(seen, rights.TO_READ) if seen else []
        if seen and lacking:
            remedy = rights.remedy(called(seen), lacking)
            raise NotAllowed(remedy) if self._gateway.may_have_missed else Rejected(remedy)
        return await self._standing.read(channel.workspace, place, number)

    # ----------------------------------------------------------------------------------------- forms, people, channels

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:
        await self._interactions.open_form(reply, form)

    async def profile(self, person: PersonKey) -> Profile:
        return await self._members.profile(person)

    def sign_in(self) -> SignIn | None:
        return self._sign_in if self._section.client_secret else None

    def groups(self, workspace: str) -> Mapping[str, str]:
        """Roles, without those that everybody or a bot has."""
        guild = self._guilds.guild(guild_of(workspace))
        roles = guild.roles if guild else []
        return {str(role.id): role.name for role in roles if not role.is_default() and not role.managed}

    def why_not_called(self, channel: ChannelKey, group: str) -> str:
        return "" if self._guilds.may_call(channel, group) else _NOT_TO_BE_MENTIONED

    def may_write(self, person: PersonKey, channel: ChannelKey) -> bool:
        return self._members.may_write(person, channel)

    def is_closed(self, channel: ChannelKey) -> bool:
        return self._guilds.is_closed(channel)

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:
        """None for a person's own channel, and while Discord has trouble with the server."""
        try:
            self._guilds.reachable(channel.workspace)
            place = await self._conversations.find(channel)
        except (Unavailable, Throttled):
            return None
        if place.is_direct:
            return None
        if place.seen is None:
            return ChannelSeen(place.name, is_member=True)
        if not takes_messages(place.seen):
            raise Rejected(WRONG_KIND.format(name=called(place.seen)))
        if not self._guilds.lacking(place.seen, needed_to_send(place.seen)):
            return ChannelSeen(place.name, is_member=True)
        lacking = self._guilds.lacking(place.seen, rights.IN_A_CHANNEL)
        remedy = f"The digest cannot come here yet. {rights.remedy(called(place.seen), lacking)}"
        return ChannelSeen(place.name, is_member=False, remedy=remedy)

    # ------------------------------------------------------------------------------------------------------ in private

    def _hear(self, event: str, *told: Any, **more: Any) -> None:  # noqa: ANN401 - as discord.py tells it
        if event in CHANGES_SERVERS:
            self._guilds.changed()
        self._happenings.hear(event, *told, **more)

    def _moment(self, guild: int) -> str:
        return self._gateway.moment(guild)

    def _kept(self) -> None:
        self._gateway.kept()

    def _is_at_rest(self) -> bool:
        return self._happenings.are_over and self._reports.are_kept

    def _application(self) -> str:
        speaking = self._gateway.speaking
        return str(speaking.application_id or "") if speaking else ""

    def _member_changed(self, guild: str, user: str) -> None:
        self._members.forget(PersonKey(workspace_id(guild), user))
