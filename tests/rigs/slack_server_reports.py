"""How a loopback Slack puts what people did into payloads."""

from tests.rigs.slack_server_rules import EVENT_SCOPES
from tests.rigs.slack_server_wire import Envelope, Told, Wire
from tests.rigs.slack_server_world import APP, Channel, Json, Message, ResponseUrl, Team, User, World

UNHEARD = Told(acknowledged=False)


class Reporter:
    """`root` is the server's address."""

    def __init__(self, world: World, wire: Wire, root: str) -> None:
        self.world = world
        self.wire = wire
        self.root = root

    async def event(self, event: Json, home: Team) -> Told:
        """Reports it where the app is subscribed to it and has its scope; else nothing happens."""
        if not self._is_heard(event, home):
            return UNHEARD
        payload = {
            "token": "verification",
            "team_id": home.id,
            "api_app_id": APP,
            "event": {"event_ts": self.world.new_ts(), **event},
            "type": "event_callback",
            "event_id": self.world.new_id("Ev"),
            "event_time": int(self.world.clock.now().timestamp()),
            "authorizations": [self._authorization(home)],
            "is_ext_shared_channel": False,
            **({"enterprise_id": home.enterprise} if home.enterprise else {}),
        }
        return await self.wire.tell(Envelope("events_api", payload))

    # ----------------------------------------------------------------------------------------------------- in private

    def _is_heard(self, event: Json, home: Team) -> bool:
        kind = event["type"]
        if kind == "message":
            kind = f"message.{event.get('channel_type')}"
        scope = EVENT_SCOPES.get(kind)
        if event.get("channel_type") == "G":
            scope = "groups:read"
        return kind in self.world.subscribed and scope is not None and (scope == "" or scope in home.scopes)

    def _authorization(self, home: Team) -> Json:
        whole = self._is_whole(home)
        return {
            "enterprise_id": home.enterprise or None,
            "team_id": None if whole else home.id,
            "user_id": home.bot.id,
            "is_bot": True,
            "is_enterprise_install": whole,
        }

    def _is_whole(self, home: Team) -> bool:
        tokens = self.world.tokens.values()
        return bool(home.enterprise) and any(
            each.kind == "bot" and not each.team and each.enterprise == home.enterprise for each in tokens
        )

    def _interaction(self, kind: str, home: Team, user: str) -> Json:
        person = home.users[user]
        return {
            "type": kind,
            "token": "verification",
            "api_app_id": APP,
            "team": {"id": home.id, "domain": home.domain},
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.home_team or home.id},
            "trigger_id": self.world.new_trigger(home.id, user),
            "enterprise": {"id": home.enterprise, "name": self.world.enterprises[home.enterprise]}
            if home.enterprise
            else None,
            "is_enterprise_install": self._is_whole(home),
        }

    def _who(self, team: str, person: str) -> tuple[Team, User]:
        home = self.world.teams[team]
        return home, home.person(person)

    def _where(self, home: Team, channel: str, user: str) -> Channel:
        """`me` is the person's own conversation with the app."""
        return home.conversation_with(user) if channel == "me" else home.channel(channel)

    def _at(self, _home: Team) -> Json:
        return {"event_ts": self.world.new_ts()}

    def _response_url(self, home: Team, where: Channel, user: str, message: str | None = None) -> str:
        key = self.world.new_id("r")
        self.world.response_urls[key] = ResponseUrl(home.id, where.id, user, self.world.clock.now(), message)
        return f"{self.root}/commands/{home.id}/{key}"

    def _show_answer(self, home: Team, where: Channel, user: str, told: Told) -> None:
        """A command may be answered right with its acknowledgement."""
        if told.answer and (told.answer.get("text") or told.answer.get("blocks")):
            in_channel = told.answer.get("response_type") == "in_channel"
            where.messages.append(
                Message(
                    self.world.new_ts(),
                    where.id,
                    home.bot.id,
                    told.answer.get("text", ""),
                    told.answer.get("blocks", []),
                    only_for=None if in_channel else user,
                    by_app=True,
                )
            )


def enterprise_of(world: World, home: Team) -> Json:
    if not home.enterprise:
        return {}
    return {"enterprise_id": home.enterprise, "enterprise_name": world.enterprises[home.enterprise]}
