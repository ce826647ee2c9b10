"""A call to a method of a loopback Slack: in which workspace, on which channel, with which right."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.rigs.slack_server_rules import SCOPES, Refused
from tests.rigs.slack_server_world import Channel, Json, Team, Token, World


@dataclass(frozen=True)
class Call:
    """A request to a method. `team` is the workspace that it works in."""

    method: str
    token: Token
    team: Team
    arguments: Json

    def text(self, name: str) -> str:
        return str(self.arguments.get(name) or "")

    def flag(self, name: str) -> bool:
        return self.arguments.get(name) in (True, "true", "1", 1)


Method = Callable[[World, Call], Json]


def is_of_org(token: Token, enterprise: str) -> bool:
    return not token.team and token.enterprise == enterprise


def channel_of(world: World, call: Call) -> Channel:
    """By its id, or a person's id for the conversation with that person. A private one without us is unknown."""
    wanted = call.text("channel")
    if wanted in call.team.users and not call.team.users[wanted].is_bot:
        return call.team.conversation_with(wanted)
    found = world.channel_anywhere(wanted)
    allowed = found and (found[0] is call.team or is_of_org(call.token, found[0].enterprise))
    if not found or not allowed or found[1].is_deleted or wanted in call.team.users:
        raise Refused("channel_not_found")
    channel = found[1]
    if channel.is_private and found[0].bot.id not in channel.members:
        raise Refused("channel_not_found")
    return channel


def need(call: Call, scope: str) -> None:
    if scope not in call.token.scopes & call.team.scopes:
        raise Refused("missing_scope", needed=scope, provided=",".join(sorted(call.token.scopes & call.team.scopes)))


def require_scope(call: Call) -> None:
    """The scope that the method needs whatever it is used on."""
    if scope := SCOPES.get(call.method):
        need(call, scope)
