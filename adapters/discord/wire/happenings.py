"""What the gateway tells, each as what it means to us: something people did, or something that became of a server or
channel."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import discord
import structlog

from adapters.discord import rights
from adapters.discord.guilds import GuildChannel, Guilds, called, lets_anyone_in
from adapters.discord.inbound import reaction_of
from adapters.discord.message import workspace_id
from adapters.discord.wire.client import CAME_IN, GONE_MEANWHILE, INTERACTION, REACTION
from adapters.discord.wire.reports import Reports
from bot.domain.events import Change, ChannelChanged, Event, WorkspaceLeft
from bot.domain.keys import ChannelKey
from bot.errors import AdapterError
from bot.plugins import ChatTools

LEFT = "Somebody took Staffroom out of the Discord server. Nothing is sent there until it is invited again."
NEW_FOR = timedelta(days=1)
"""Whoever invites Staffroom and then starts it the same day is greeted."""
GREETED = "discord:greeted"

Json = Mapping[str, Any]

log = structlog.get_logger(__name__)


class Happenings:
    """`moment` says which report of the gateway is being told, `us` is our own id, `place` where a channel belongs that
    the gateway did not tell of. `leave` takes us out of a server, `kept` is called when something came to its end."""

    def __init__(
        self,
        tools: ChatTools,
        guilds: Guilds,
        reports: Reports,
        *,
        moment: Callable[[int], str],
        us: Callable[[], int],
        interaction: Callable[..., Awaitable[None]],
        leave: Callable[[str], Awaitable[None]],
        place: Callable[[str, str], Awaitable[ChannelKey]],
        member_changed: Callable[[str, str], None],
        kept: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._guilds = guilds
        self._reports = reports
        self._moment = moment
        self._us = us
        self._interaction = interaction
        self._leave = leave
        self._place = place
        self._member_changed = member_changed
        self._kept = kept
        self._at_work: set[asyncio.Task[None]] = set()
        self._in_turn = asyncio.Lock()
        self._telling = asyncio.Lock()
        self._is_about_to_tell = False
        self._unwanted: set[int] = set()
        self._seen: dict[int, tuple[str, bool]] = {}
        self._is_open = True
        self._hears: dict[str, Callable[..., None]] = {
            INTERACTION: self._acted,
            REACTION: self._reacted,
            CAME_IN: self._joined,
            "guild_available": self._is_there,
            "guild_update": self._renamed,
            "guild_remove": self._removed,
            GONE_MEANWHILE: self._removed,
            "guild_channel_update": self._channel_changed,
            "guild_channel_delete": self._channel_deleted,
            "thread_update": self._thread_changed,
            "raw_thread_delete": self._thread_deleted,
            "member_update": self._we_changed,
        }

    def hear(self, event: str, *told: Any, **more: Any) -> None:  # noqa: ANN401 - as discord.py tells it
        """Never raises: what escapes here would end the connection."""
        hears = self._hears.get(event)
        if hears is None or not self._is_open:
            return
        try:
            hears(*told, **more)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as problem:
            log.warning("a report of Discord's cannot be read", kind=event, problem=type(problem).__name__)

    @property
    def are_over(self) -> bool:
        return not self._at_work

    async def close(self) -> None:
        """Nothing is heard any more, and what is under way comes to its end."""
        self._is_open = False
        while waiting := self._at_work - {asyncio.current_task()}:
            await asyncio.wait(waiting)

    # ----------------------------------------------------------------------------------------------------------- people

    def _acted(self, payload: Json, *, is_late: bool = False) -> None:
        self._begin(self._interaction(payload, is_late=is_late))

    def _reacted(self, payload: Json, *, added: bool) -> None:
        """Only in servers that are ours, for those in people's own channels are not told of, and only on messages of
        ours, as far as Discord says whose they are: of one that is taken back it does not."""
        guild, us = str(payload.get("guild_id") or ""), str(self._us())
        if str(payload["user_id"]) == us or not self._guilds.has(guild):
            return
        if str(payload.get("message_author_id") or us) != us:
            return
        key = f"gateway:{self._moment(int(guild))}"
        channel = str(payload["channel_id"])
        if self._guilds.channel(workspace_id(guild), channel) is None:
            self._begin(self._reacted_in_a_closed_thread(payload, key, added=added))
        else:
            self._tell(reaction_of(payload, self._guilds.place(guild, channel), key, added=added))

    async def _reacted_in_a_closed_thread(self, payload: Json, key: str, *, added: bool) -> None:
        """One after another, as people did them. Where it cannot be asked what the thread hangs from, the engine looks
        for itself which reactions stand; after a new start it does so anyway."""
        async with self._in_turn:
            if not self._is_open:
                return
            try:
                place = await self._place(str(payload["guild_id"]), str(payload["channel_id"]))
            except AdapterError as problem:
                log.info("a reaction could not be placed", problem=str(problem))
                self._tools.missed()
            else:
                self._tell(reaction_of(payload, place, key, added=added))

    # ---------------------------------------------------------------------------------------------------------- servers

    def _joined(self, guild: discord.Guild) -> None:
        if self._guilds.is_wanted(guild.id):
            self._begin(self._greet(guild, is_new=True))
        elif guild.id not in self._unwanted:
            log.warning("left a Discord server that is not among only_in", server=str(guild.id))
            self._unwanted.add(guild.id)
            self._begin(self._go_away(str(guild.id)))

    def _is_there(self, guild: discord.Guild) -> None:
        """Told at every start, and when a server's trouble is over."""
        if not self._guilds.is_wanted(guild.id):
            self._joined(guild)
            return
        if self._is_other_now(guild) or self._guilds.has_its_name_now(guild.id):
            self._begin(self._tell_of_servers())
        since = guild.me.joined_at
        is_young = since is not None and self._tools.clock.now() - since < NEW_FOR
        if is_young:
            self._begin(self._greet(guild, is_new=False))

    async def _greet(self, guild: discord.Guild, *, is_new: bool) -> None:
        """Once for each time that we came in."""
        if is_new:
            await self._tools.installed()
        since = guild.me.joined_at
        came = since.isoformat() if since else ""
        known = await self._tools.vault.get(GREETED, str(guild.id), self._tools.clock.now())
        if known != came or (is_new and not came):
            channel = self._where_to_greet(guild)
            if channel is not None:
                where = ChannelKey(workspace_id(guild.id), str(channel.id))
                joined = ChannelChanged(where, Change.JOINED, channel.name)
                self._tell(Event(where.workspace, f"joined:{guild.id}:{came}", joined))
            await self._tools.vault.put(GREETED, str(guild.id), came)

    async def _go_away(self, guild: str) -> None:
        try:
            await self._leave(guild)
        except AdapterError as problem:
            log.warning("the Discord server could not be left", server=guild, problem=str(problem))

    def _renamed(self, before: discord.Guild, after: discord.Guild) -> None:
        self._seen.setdefault(before.id, _what_counts(before))
        if self._is_other_now(after) and self._guilds.has(after.id):
            self._begin(self._tell_of_servers())

    def _is_other_now(self, guild: discord.Guild) -> bool:
        """Whether it is called differently, or may be joined by others, than when it was seen last."""
        now = _what_counts(guild)
        before, self._seen[guild.id] = self._seen.get(guild.id, now), now
        return before != now

    def _removed(self, guild: discord.Guild) -> None:
        self._unwanted.discard(guild.id)
        self._seen.pop(guild.id, None)
        if self._guilds.is_wanted(guild.id):
            workspace = workspace_id(guild.id)
            self._tell(Event(workspace, f"gateway:{self._moment(guild.id)}:{guild.id}", WorkspaceLeft(LEFT)))
            self._begin(self._forget(guild))

    async def _forget(self, guild: discord.Guild) -> None:
        await self._tools.vault.remove(GREETED, str(guild.id))
        await self._tell_of_servers()

    async def _tell_of_servers(self) -> None:
        """Once for many of which something becomes at the same time: after an outage those are all of them."""
        if self._is_about_to_tell:
            return
        self._is_about_to_tell = True
        async with self._telling:
            self._is_about_to_tell = False
            await self._tools.installed()

    def _where_to_greet(self, guild: discord.Guild) -> discord.TextChannel | None:
        usual = guild.system_channel
        if usual is not None and self._guilds.may_send(usual):
            return usual
        return next((each for each in guild.text_channels if self._guilds.may_send(each)), None)

    # --------------------------------------------------------------------------------------------------------- channels

    def _channel_changed(self, before: GuildChannel, after: GuildChannel) -> None:
        if before.name != after.name:
            self._tell_change(after, Change.RENAMED, after.name)
        could, can = self._guilds.may_send(before), self._guilds.may_send(after)
        if could and not can:
            lacking = self._guilds.lacking(after, rights.IN_A_CHANNEL)
            self._tell_change(after, Change.LEFT, after.name, rights.remedy(called(after), lacking))
        elif can and not could:
            is_invited = _is_let_in(after) and not _is_let_in(before)
            self._tell_change(after, Change.JOINED if is_invited else Change.UNARCHIVED, after.name)

    def _channel_deleted(self, channel: GuildChannel) -> None:
        self._tell_change(channel, Change.DELETED, channel.name)

    def _thread_changed(self, before: discord.Thread, after: discord.Thread) -> None:
        """A thread that is only closed opens again when something is written in it; a locked one does not."""
        if before.name != after.name:
            self._tell_change(after, Change.RENAMED, after.name)
        was_shut, is_shut = before.archived and before.locked, after.archived and after.locked
        if is_shut and not was_shut:
            self._tell_change(after, Change.ARCHIVED, after.name)
        elif was_shut and not is_shut:
            self._tell_change(after, Change.UNARCHIVED, after.name)

    def _thread_deleted(self, told: discord.RawThreadDeleteEvent) -> None:
        if self._guilds.has(told.guild_id):
            where = ChannelKey(workspace_id(told.guild_id), str(told.thread_id))
            key = f"gateway:{self._moment(told.guild_id)}:{told.thread_id}:{Change.DELETED}"
            self._tell(Event(where.workspace, key, ChannelChanged(where, Change.DELETED)))

    def _we_changed(self, _before: discord.Member, after: discord.Member) -> None:
        self._member_changed(str(after.guild.id), str(after.id))

    def _tell_change(self, channel: GuildChannel, change: Change, name: str, remedy: str = "") -> None:
        guild = channel.guild.id
        if self._guilds.has(guild):
            key = f"gateway:{self._moment(guild)}:{channel.id}:{change}"
            where = ChannelKey(workspace_id(guild), str(channel.id))
            self._tell(Event(where.workspace, key, ChannelChanged(where, change, name, remedy=remedy)))

    # ------------------------------------------------------------------------------------------------------- in private

    def _tell(self, event: Event | None) -> None:
        if event is not None:
            self._reports.tell(event)

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_guarded(work))
        self._at_work.add(task)
        task.add_done_callback(self._came_to_its_end)

    def _came_to_its_end(self, task: asyncio.Task[None]) -> None:
        self._at_work.discard(task)
        self._kept()


async def _guarded(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception("what Discord told could not be taken up")


def _what_counts(guild: discord.Guild) -> tuple[str, bool]:
    return guild.name, lets_anyone_in(guild)


def _is_let_in(channel: GuildChannel) -> bool:
    """Whether the channel's own permissions let us in, by our role or as a member: somebody did that by hand."""
    us = channel.guild.me
    return any(
        decided.view_channel is True
        for target, decided in channel.overwrites.items()
        if target == us or (isinstance(target, discord.Role) and target.is_bot_managed() and target in us.roles)
    )
