"""What people do in a loopback Discord, by the words on their screens."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.rigs.discord_server_gateway import Gateway
from tests.rigs.discord_server_hands import (
    ROLE,
    Filled,
    NotThere,
    being_typed,
    chosen,
    filled_in,
    pressed,
    typed_command,
)
from tests.rigs.discord_server_reactions import add_reaction, take_reaction
from tests.rigs.discord_server_rules import PERMISSION, STAFFROOM_MAY, Act, Kind
from tests.rigs.discord_server_shapes import (
    channel_json,
    emoji_of,
    guild_create,
    guild_json,
    member_json,
    message_json,
    owners_of,
    role_json,
    user_json,
)
from tests.rigs.discord_server_world import FIRST_GUILD, Channel, Guild, Interaction, Json, Message, World

LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True)
class Told:
    """An interaction that was reported. `patience` is how many real seconds its acknowledgement may take."""

    interaction: Interaction
    patience: float

    async def acknowledged(self) -> bool:
        try:
            await asyncio.wait_for(self.interaction.answered.wait(), self.patience)
        except TimeoutError:
            return False
        return True


class People:
    """`person`, `channel` and `guild` are names or ids; a channel called `me` is the person's own with the bot.
    Messages go by their id or by `channel:message`."""

    def __init__(self, world: World, gateway: Gateway, patience: float = 3.0) -> None:
        self.world = world
        self.gateway = gateway
        self.patience = patience
        self.interactions: list[Told] = []
        """All that were reported, in order."""

    # ------------------------------------------------------------------------------------------------------ commands

    def command(self, person: str, channel: str, text: str, guild: str = FIRST_GUILD) -> Told:
        """Types all of it, and sends it when every part is one that Discord offers there."""
        user, where = self._who_and_where(person, channel, guild)
        command, options = typed_command(self._offered(user, where), text)
        data = _called(command, options)
        if resolved := self._resolved(options, where):
            data["resolved"] = resolved
        return self._act(Act.COMMAND, user, where, data)

    def begin_command(self, person: str, channel: str, text: str, guild: str = FIRST_GUILD) -> None:
        """The same for who does not wait until it is taken."""
        self.command(person, channel, text, guild)

    def _resolved(self, options: list[Json], where: Channel) -> Json:
        """The roles that stand in options, which people choose by their names."""
        roles: Json = {}
        for option in options:
            roles |= self._resolved(option.get("options", []), where).get("roles", {})
            if option["type"] == ROLE:
                if where.guild is None:
                    raise NotThere("there are no roles here")
                found = self.world.guilds[where.guild].roles.values()
                role = next((each for each in found if option["value"] in (each.id, each.name)), None)
                if role is None:
                    raise NotThere(f"no role is called {option['value']!r}")
                option["value"] = role.id
                roles[role.id] = role_json(role)
        return {"roles": roles} if roles else {}

    async def proposals(self, person: str, channel: str, text: str, guild: str = FIRST_GUILD) -> list[str] | None:
        """What is proposed while somebody has typed so much: `/pln follow topics:#ed`. None where nothing comes."""
        user, where = self._who_and_where(person, channel, guild)
        command, options = being_typed(self._offered(user, where), text)
        told = self._act(Act.AUTOCOMPLETE, user, where, _called(command, options))
        if not await told.acknowledged():
            return None
        return [each["name"] for each in (told.interaction.answer or {})["data"]["choices"]]

    def choose_message(self, person: str, message: str, entry: str) -> Told:
        """Uses an entry of a message's context menu."""
        shown = self.message(message)
        user, where = self.world.person(person).id, self.world.channels[shown.channel]
        self._sees(user, shown)
        command = next((each for each in self._offered(user, where) if _is_in_menu(each, entry)), None)
        if command is None:
            raise NotThere(f"the menu of a message has no {entry!r}")
        resolved = {"messages": {shown.id: message_json(self.world, shown)}}
        data = {**_called(command, []), "type": 3, "target_id": shown.id, "resolved": resolved}
        del data["options"]
        return self._act(Act.COMMAND, user, where, data)

    def offered(self, person: str, channel: str, guild: str = FIRST_GUILD) -> list[str]:
        """The names of the commands and menu entries that this person has there."""
        return [each["name"] for each in self._offered(*self._who_and_where(person, channel, guild))]

    def _offered(self, user: str, where: Channel) -> list[Json]:
        commands = [*self.world.app.commands, *(self.world.guilds[where.guild].commands if where.guild else [])]
        return [each for each in commands if self._is_offered(each, user, where)]

    def _is_offered(self, command: Json, user: str, where: Channel) -> bool:
        app = self.world.app.id
        kinds = command.get("integration_types") or [0]
        by_user = 1 in kinds and self.world.users[user].has_installed
        if where.guild is None:
            context = 1 if where.with_user else 2
            shares = bool({each.id for each in self.world.guilds_of(user)} & {e.id for e in self.world.guilds_of(app)})
            is_installed = by_user or (0 in kinds and shares)
        else:
            context = 0
            is_installed = by_user or (0 in kinds and app in self.world.guilds[where.guild].members)
        contexts = command.get("contexts")
        return is_installed and (contexts is None or context in contexts) and self._may_use(command, user, where)

    def _may_use(self, command: Json, user: str, where: Channel) -> bool:
        if where.guild is None:
            return True
        needed = int(command.get("default_member_permissions") or 0) | PERMISSION["Use Application Commands"]
        return self.world.permissions(user, where) & needed == needed

    # ---------------------------------------------------------------------------------------------- buttons and menus

    def press(self, person: str, message: str, label: str) -> Told:
        """Presses the button with that label, or chooses the entry of a menu with it."""
        return self._use(person, message, pressed(self.message(message).components, label))

    def choose(self, person: str, message: str, labels: Sequence[str]) -> Told:
        """Chooses entries of a menu together."""
        return self._use(person, message, chosen(self.message(message).components, labels))

    def _use(self, person: str, message: str, data: Json) -> Told:
        shown, user = self.message(message), self.world.person(person).id
        self._sees(user, shown)
        return self._act(Act.COMPONENT, user, self.world.channels[shown.channel], data, shown)

    # ------------------------------------------------------------------------------------------------------- modals

    def modal(self, person: str) -> Interaction | None:
        """The interaction that opened what this person has open, the newest on top."""
        user = self.world.person(person).id
        opened = [each for each in self.world.interactions.values() if each.user == user and each.modal_is_open]
        return opened[-1] if opened else None

    def fill(self, person: str, filled: Mapping[str, Filled]) -> Told:
        """Fills the open modal in by its labels, leaves the rest as it stands, and sends it."""
        opened = self.modal(person)
        if opened is None or opened.modal is None:
            raise NotThere("no form is open")
        data = filled_in(opened.modal, filled)
        opened.modal_is_open = False
        shown = self.world.messages.get(opened.message or "")
        return self._act(Act.MODAL, opened.user, self.world.channels[opened.channel], data, shown)

    def close_modal(self, person: str) -> None:
        """Nobody is told."""
        opened = self.modal(person)
        if opened is None:
            raise NotThere("no form is open")
        opened.modal_is_open = False

    # --------------------------------------------------------------------------------------------- how it is reported

    def _act(self, type_: Act, user: str, where: Channel, data: Json, message: Message | None = None) -> Told:
        acted = self.world.new_interaction(type_, user, where, data, message=message.id if message else None)
        self.world.tell("INTERACTION_CREATE", self._payload(acted, where, message), where.guild)
        told = Told(acted, self.patience)
        self.interactions.append(told)
        return told

    def _payload(self, acted: Interaction, where: Channel, message: Message | None) -> Json:
        may, bot_may = self.world.permissions(acted.user, where), self.world.permissions(self.world.app.id, where)
        payload: Json = {
            "id": acted.id,
            "application_id": self.world.app.id,
            "type": int(acted.type),
            "token": acted.token,
            "version": 1,
            "data": acted.data,
            "channel_id": where.id,
            "channel": {**channel_json(self.world, where), "permissions": str(may)},
            "app_permissions": str(bot_may),
            "locale": "en-GB",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": owners_of(acted, self.world),
            "context": 0 if where.guild else 1 if where.with_user else 2,
            "attachment_size_limit": LARGEST_FILE,
        }
        if message:
            payload["message"] = message_json(self.world, message)
        if where.guild is None:
            return {**payload, "user": user_json(self.world.users[acted.user])}
        guild = self.world.guilds[where.guild]
        partial = {"id": guild.id, "locale": "en-GB", "features": list(guild.features)}
        member = member_json(self.world, guild, acted.user, channel=where)
        return {**payload, "guild_id": guild.id, "guild_locale": "en-GB", "guild": partial, "member": member}

    # ------------------------------------------------------------------------------------------- messages, reactions

    def say(self, person: str, channel: str, text: str, guild: str = FIRST_GUILD) -> Message:
        """Writes an ordinary message. Addresses in it are marked and previewed as Discord does."""
        user, where = self._who_and_where(person, channel, guild)
        message = self.world.add_message(Message(self.world.new_id(), where.id, user, text))
        self.world.tell("MESSAGE_CREATE", message_json(self.world, message), where.guild)
        return message

    def delete_message(self, message: str) -> None:
        """Somebody who may do so takes it away."""
        shown = self.message(message)
        where = self.world.channels[shown.channel]
        self.world.remove_message(shown)
        told = {"id": shown.id, "channel_id": where.id, **_in(where)}
        self.world.tell("MESSAGE_DELETE", told, where.guild)

    def react(self, person: str, message: str, emoji: str) -> None:
        """A Unicode emoji, with its skin tone, or `name:id` for one of a server's own."""
        shown, user = self.message(message), self.world.person(person).id
        where = self.world.channels[shown.channel]
        self._sees(user, shown)
        if user != self.world.app.id and emoji not in shown.reactions:
            self._must(user, "Add Reactions", where)
        add_reaction(self.world, shown, emoji, user)

    def unreact(self, person: str, message: str, emoji: str) -> None:
        shown, user = self.message(message), self.world.person(person).id
        if user not in shown.reactions.get(emoji, []):
            raise NotThere(f"{person} has not reacted with {emoji}")
        take_reaction(self.world, shown, emoji, user)

    def clear_reactions(self, message: str, emoji: str = "") -> None:
        """An admin takes them all away, or all of one emoji."""
        shown = self.message(message)
        where = self.world.channels[shown.channel]
        told = {"channel_id": where.id, "message_id": shown.id, **_in(where)}
        if emoji:
            shown.reactions.pop(emoji, None)
            self.world.tell("MESSAGE_REACTION_REMOVE_EMOJI", {**told, "emoji": emoji_of(emoji)}, where.guild)
        else:
            shown.reactions.clear()
            self.world.tell("MESSAGE_REACTION_REMOVE_ALL", told, where.guild)

    # ------------------------------------------------------------------------------------------------------ channels

    def make_channel(self, name: str, guild: str = FIRST_GUILD, kind: int = Kind.TEXT) -> Channel:
        made = self.world.add_channel(self._guild(guild), name, kind)
        self.world.tell("CHANNEL_CREATE", channel_json(self.world, made), made.guild)
        return made

    def rename(self, channel: str, name: str, guild: str = FIRST_GUILD) -> None:
        where = self._channel(channel, guild)
        where.name = name
        self._tell_of(where)

    def archive(self, thread: str, *, undo: bool = False) -> None:
        """Archives a thread, by its id, or takes it out of the archive."""
        where = self.world.channels[thread]
        where.is_archived = not undo
        self._tell_of(where)

    def lock(self, thread: str) -> None:
        where = self.world.channels[thread]
        where.is_archived = where.is_locked = True
        self._tell_of(where)

    def delete_channel(self, channel: str, guild: str = FIRST_GUILD) -> None:
        """A thread too, by its id."""
        where = self._channel(channel, guild)
        shown = channel_json(self.world, where)
        self.world.remove_channel(where)
        if where.is_thread:
            shown = {name: shown[name] for name in ("id", "guild_id", "parent_id", "type")}
        self.world.tell("THREAD_DELETE" if where.is_thread else "CHANNEL_DELETE", shown, where.guild)

    def deny(self, channel: str, *permissions: str, guild: str = FIRST_GUILD) -> None:
        """Takes these from the app in this channel; none gives all of them back."""
        where = self._channel(channel, guild)
        self.world.deny_app(where, *permissions)
        self._tell_of(where)

    def _tell_of(self, where: Channel) -> None:
        kind = "THREAD_UPDATE" if where.is_thread else "CHANNEL_UPDATE"
        self.world.tell(kind, channel_json(self.world, where), where.guild)

    # ------------------------------------------------------------------------------------------------ people and roles

    def give_role(self, person: str, role: str, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        home.members[self.world.person(person).id].roles.append(home.role(role).id)
        self._tell_of_member(home, person)

    def take_role(self, person: str, role: str, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        home.members[self.world.person(person).id].roles.remove(home.role(role).id)
        self._tell_of_member(home, person)

    def make_role(self, name: str, guild: str = FIRST_GUILD, permissions: Iterable[str] = ()) -> str:
        home = self._guild(guild)
        role = self.world.add_role(home, name, sum(PERMISSION[each] for each in permissions))
        self.world.tell("GUILD_ROLE_CREATE", {"guild_id": home.id, "role": role_json(role)}, home.id)
        return role.id

    def let_anyone_mention(self, role: str, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        home.role(role).mentionable = True
        self.world.tell("GUILD_ROLE_UPDATE", {"guild_id": home.id, "role": role_json(home.role(role))}, home.id)

    def _tell_of_member(self, home: Guild, person: str) -> None:
        """Without the intent for members an app hears of its own bot only."""
        user = self.world.person(person).id
        if user == self.world.app.id:
            told = {"guild_id": home.id, **member_json(self.world, home, user)}
            self.world.tell("GUILD_MEMBER_UPDATE", told, home.id)

    # -------------------------------------------------------------------------------------------------------- servers

    def invite_app(self, guild: str, permissions: int = STAFFROOM_MAY) -> None:
        """An admin lets the app into the server."""
        home = self._guild(guild)
        self.world.put_app_in(home, permissions).joined_at = self.world.clock.now()
        self.world.tell("GUILD_CREATE", guild_create(self.world, home), home.id)

    def kick_app(self, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        self.world.take_app_out(home)
        self.world.tell("GUILD_DELETE", {"id": home.id}, home.id)

    def rename_guild(self, name: str, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        home.name = name
        self.world.tell("GUILD_UPDATE", guild_json(home), home.id)

    def lose_guild(self, guild: str = FIRST_GUILD) -> None:
        """An outage of Discord's own takes the server away for a time."""
        home = self._guild(guild)
        home.is_unavailable = True
        self.world.tell("GUILD_DELETE", {"id": home.id, "unavailable": True}, home.id)

    def bring_back_guild(self, guild: str = FIRST_GUILD) -> None:
        home = self._guild(guild)
        home.is_unavailable = False
        self.world.tell("GUILD_CREATE", guild_create(self.world, home), home.id)

    # -------------------------------------------------------------------------------------------------- who and where

    def message(self, message: str) -> Message:
        shown = self.world.messages.get(message.rpartition(":")[2])
        if shown is None:
            raise NotThere(f"there is no message {message}")
        return shown

    def can_see(self, user: str, shown: Message) -> bool:
        where = self.world.channels[shown.channel]
        return shown.only_for in (None, user) and self.world.may(user, "View Channel", where)

    def _sees(self, user: str, shown: Message) -> None:
        if not self.can_see(user, shown):
            raise NotThere(f"{self.world.users[user].name} does not see message {shown.id}")

    def _must(self, user: str, permission: str, where: Channel) -> None:
        if not self.world.may(user, permission, where):
            raise NotThere(f"{self.world.users[user].name} lacks {permission} in {where.name}")

    def _who_and_where(self, person: str, channel: str, guild: str) -> tuple[str, Channel]:
        user = self.world.person(person).id
        if channel == "me":
            return user, self.world.direct_messages_with(user)
        where = self._channel(channel, guild)
        self._must(user, "View Channel", where)
        return user, where

    def _channel(self, channel: str, guild: str) -> Channel:
        return self.world.channel(channel, self._guild(guild))

    def _guild(self, guild: str) -> Guild:
        return next(each for each in self.world.guilds.values() if guild in (each.id, each.name))


def _called(command: Json, options: list[Json]) -> Json:
    data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": command.get("type", 1)}
    return {**data, "options": options}


def _is_in_menu(command: Json, entry: str) -> bool:
    return command.get("type") == 3 and command["name"] == entry


def _in(where: Channel) -> Json:
    return {"guild_id": where.guild} if where.guild else {}
