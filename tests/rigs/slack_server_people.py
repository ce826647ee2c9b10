"""What people do in a loopback Slack, by the words on their screens. Each act returns what became of its report."""

from tests.rigs.slack_server_methods import view_as_json
from tests.rigs.slack_server_reports import Reporter, enterprise_of
from tests.rigs.slack_server_screen import NotThere, element_with, filled_in, typed
from tests.rigs.slack_server_wire import Envelope, Told
from tests.rigs.slack_server_world import APP, FIRST_TEAM, Channel, Json, Message, Team, View


class People(Reporter):
    """`person`, `channel` and `team` are names or ids."""

    # -------------------------------------------------------------------------------------------- commands, buttons

    async def command(self, person: str, channel: str, text: str, team: str = FIRST_TEAM) -> Told:
        """Types all of it, the command included. It works in channels that the app is not in."""
        home, user = self._who(team, person)
        where = self._where(home, channel, user.id)
        command, _, rest = text.partition(" ")
        payload = {
            "token": "verification",
            "team_id": home.id,
            "team_domain": home.domain,
            "channel_id": where.id,
            "channel_name": where.name or "directmessage",
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": rest.strip(),
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url(home, where, user.id),
            "trigger_id": self.world.new_trigger(home.id, user.id),
            **enterprise_of(self.world, home),
        }
        told = await self.wire.tell(Envelope("slash_commands", payload))
        self._show_answer(home, where, user.id, told)
        return told

    async def press(self, person: str, message: str, label: str, team: str = FIRST_TEAM) -> Told:
        """Presses the button with that label, or chooses the entry of a message's menu with it."""
        home, user = self._who(team, person)
        where, shown = home.find_message(message)
        if shown.only_for not in (None, user.id):
            raise NotThere(message)
        action = element_with(shown.blocks, label)
        return await self.act(home, user.id, action, where, shown)

    async def act(self, home: Team, user: str, action: Json, where: Channel, shown: Message) -> Told:
        """Reports an action on a message as it stands. An ephemeral message is not in the report."""
        container = {"type": "message", "message_ts": shown.ts, "channel_id": where.id}
        payload = {
            **self._interaction("block_actions", home, user),
            "container": {**container, "is_ephemeral": bool(shown.only_for)},
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "response_url": self._response_url(home, where, user, shown.ts),
            "state": {"values": {}},
            "actions": [{**action, "action_ts": self.world.new_ts()}],
        }
        if not shown.only_for:
            payload["message"] = shown.as_json()
        return await self.wire.tell(Envelope("interactive", payload))

    async def press_on_home(self, person: str, label: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        view = next(
            each
            for each in reversed(self.world.views.values())
            if each.user == user.id and each.shown["type"] == "home"
        )
        payload = {
            **self._interaction("block_actions", home, user.id),
            "container": {"type": "view", "view_id": view.id},
            "view": view_as_json(view, home),
            "actions": [{**element_with(view.shown["blocks"], label), "action_ts": self.world.new_ts()}],
        }
        return await self.wire.tell(Envelope("interactive", payload))

    async def choose_message(self, person: str, message: str, shortcut: str, team: str = FIRST_TEAM) -> Told:
        """Uses a message shortcut, by its callback id."""
        home, user = self._who(team, person)
        where, shown = home.find_message(message)
        payload = {
            **self._interaction("message_action", home, user.id),
            "callback_id": shortcut,
            "channel": {"id": where.id, "name": where.name or "directmessage"},
            "response_url": self._response_url(home, where, user.id, shown.ts),
            "message_ts": shown.ts,
            "action_ts": self.world.new_ts(),
            "message": shown.as_json(),
        }
        return await self.wire.tell(Envelope("interactive", payload))

    # -------------------------------------------------------------------------------------------------------- modals

    def modal(self, person: str, team: str = FIRST_TEAM) -> View | None:
        """The one this person has open, the newest on top."""
        _home, user = self._who(team, person)
        opened = [
            each
            for each in self.world.views.values()
            if each.user == user.id and each.is_open and each.shown["type"] == "modal"
        ]
        return opened[-1] if opened else None

    async def submit(self, person: str, filled: dict[str, str | list[str]], team: str = FIRST_TEAM) -> Told:
        """Fills the open modal in by its labels, leaves the rest as it stands, and sends it. Slack itself refuses an
        empty field that is not optional."""
        home, user = self._who(team, person)
        view = self.modal(person, team)
        if view is None:
            raise NotThere("no modal is open")
        payload = {
            **self._interaction("view_submission", home, user.id),
            "view": {**view_as_json(view, home), "state": {"values": filled_in(view.shown["blocks"], dict(filled))}},
            "response_urls": [],
        }
        told = await self.wire.tell(Envelope("interactive", payload))
        if told.acknowledged and (told.answer or {}).get("response_action") != "errors":
            view.is_open = False
        return told

    # ----------------------------------------------------------------------------------------------------- reactions

    async def react(self, person: str, message: str, name: str, team: str = FIRST_TEAM) -> Told:
        """`name` is Slack's, without colons and with its skin tone."""
        home, user = self._who(team, person)
        _where, shown = home.find_message(message)
        shown.reactions.setdefault(name, []).append(user.id)
        return await self.event(self._reaction("reaction_added", home, user.id, shown, name), home)

    async def unreact(self, person: str, message: str, name: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        _where, shown = home.find_message(message)
        shown.reactions[name].remove(user.id)
        return await self.event(self._reaction("reaction_removed", home, user.id, shown, name), home)

    def _reaction(self, kind: str, home: Team, user: str, shown: Message, name: str) -> Json:
        item = {"type": "message", "channel": shown.channel, "ts": shown.ts}
        return {"type": kind, "user": user, "reaction": name, "item": item, "item_user": shown.user, **self._at(home)}

    # ------------------------------------------------------------------------------------------------------ channels

    async def say(self, person: str, channel: str, text: str, team: str = FIRST_TEAM) -> Message:
        """Writes an ordinary message. Slack escapes it, marks its addresses and keeps it as rich text too."""
        home, user = self._who(team, person)
        where = self._where(home, channel, user.id)
        message = Message(self.world.new_ts(), where.id, user.id, *typed(text))
        where.messages.append(message)
        event = {**message.as_json(), "channel": where.id, "channel_type": where.kind, "event_ts": message.ts}
        await self.event(event, home)
        return message

    async def open_home(self, person: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        where = home.conversation_with(user.id)
        return await self.event(
            {"type": "app_home_opened", "user": user.id, "channel": where.id, "tab": "home", **self._at(home)}, home
        )

    async def invite_app(self, person: str, channel: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        where = home.channel(channel)
        where.members.add(home.bot.id)
        kind = "G" if where.is_private else "C"
        joined = {"type": "member_joined_channel", "user": home.bot.id, "channel": where.id, "channel_type": kind}
        return await self.event({**joined, "team": home.id, "inviter": user.id, **self._at(home)}, home)

    async def remove_app(self, person: str, channel: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        where = home.channel(channel)
        where.members.discard(home.bot.id)
        kind = "group_left" if where.is_private else "channel_left"
        return await self.event({"type": kind, "channel": where.id, "actor_id": user.id, **self._at(home)}, home)

    async def rename(self, person: str, channel: str, name: str, team: str = FIRST_TEAM) -> Told:
        home, _user = self._who(team, person)
        where = home.channel(channel)
        where.name = name
        changed = {"id": where.id, "name": name, "created": 1, "is_channel": not where.is_private}
        return await self.event({"type": f"{where.kind}_rename", "channel": changed, **self._at(home)}, home)

    async def archive(self, person: str, channel: str, team: str = FIRST_TEAM, *, undo: bool = False) -> Told:
        home, user = self._who(team, person)
        where = home.channel(channel)
        where.is_archived = not undo
        kind = f"{where.kind}_unarchive" if undo else f"{where.kind}_archive"
        return await self.event({"type": kind, "channel": where.id, "user": user.id, **self._at(home)}, home)

    async def delete_channel(self, person: str, channel: str, team: str = FIRST_TEAM) -> Told:
        home, user = self._who(team, person)
        where = home.channel(channel)
        where.is_deleted = True
        event = {"type": f"{where.kind}_deleted", "channel": where.id, "actor_id": user.id, **self._at(home)}
        return await self.event(event, home)

    async def delete_message(self, person: str, message: str, team: str = FIRST_TEAM) -> Told:
        """Whoever may do so takes a message of the app away."""
        home, _user = self._who(team, person)
        where, shown = home.find_message(message)
        where.messages.remove(shown)
        event = {"type": "message", "subtype": "message_deleted", "channel": where.id, "deleted_ts": shown.ts}
        return await self.event({**event, "channel_type": where.kind, **self._at(home)}, home)

    # ---------------------------------------------------------------------------------------------------- workspaces

    async def uninstall(self, team: str = FIRST_TEAM) -> Told:
        """An admin takes the app out of the workspace: its tokens end, then it is told."""
        home = self.world.teams[team]
        for token in [each for each in self.world.tokens.values() if each.team == team]:
            self.world.end_token(token.text, "account_inactive")
        await self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [home.bot.id]}}, home)
        return await self.event({"type": "app_uninstalled"}, home)

    async def revoke(self, team: str = FIRST_TEAM) -> Told:
        """The app's token is taken back; the app stays installed."""
        home = self.world.teams[team]
        for token in [each for each in self.world.tokens.values() if each.team == team]:
            self.world.end_token(token.text, "token_revoked")
        return await self.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [home.bot.id]}}, home)
