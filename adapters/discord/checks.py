"""Lines for `staffroom doctor`: the token, the application's settings, the servers, and the gateway."""

import json
from collections.abc import Sequence
from datetime import datetime

from adapters.discord.api import Api, Json
from adapters.discord.granted import INVITE, plain
from bot.domain.check import Check, Health
from bot.errors import AdapterError, Unauthorised

MOST_NAMED = 5
LONGEST_NAME = 60

_PORTAL = "the application's page at discord.com/developers/applications"


async def of_the_application(api: Api, only_in: Sequence[str]) -> list[Check]:
    """The API is open while it is asked."""
    try:
        us = await api.who_am_i()
        application = await api.application()
        servers = await api.guilds()
    except Unauthorised as problem:
        return [Check("discord", Health.FAIL, "the token does not work", str(problem))]
    except AdapterError as problem:
        return [Check("discord", Health.FAIL, "Discord could not be asked", str(problem))]
    found = Check("discord", Health.OK, f"connected as {_short(us.get('username'))}")
    strangers = _strangers(application, [str(each.get("id")) for each in servers], only_in)
    return [found, *of_the_settings(application), *_servers(servers, only_in), *strangers]


def of_the_settings(application: Json) -> list[Check]:
    """What somebody can have set on Discord's page that keeps Staffroom from working."""
    checks = []
    if application.get("interactions_endpoint_url"):
        remedy = f"Empty the field Interactions Endpoint URL on {_PORTAL}, under General Information."
        checks.append(Check("discord commands", Health.FAIL, "Discord sends them to another address", remedy))
    if application.get("bot_require_code_grant"):
        remedy = f"Switch off Requires OAuth2 Code Grant on {_PORTAL}, under Bot."
        checks.append(Check("discord invite", Health.WARN, "nobody can invite Staffroom", remedy))
    return checks


def _servers(servers: Sequence[Json], only_in: Sequence[str]) -> list[Check]:
    if not servers:
        return [Check("discord servers", Health.WARN, "Staffroom is in none", INVITE)]
    names = ", ".join(_short(each.get("name")) for each in servers[:MOST_NAMED])
    more = f" and {len(servers) - MOST_NAMED} more" if len(servers) > MOST_NAMED else ""
    found = Check("discord servers", Health.OK, f"it is in {names}{more}")
    absent = sorted(set(only_in) - {str(each.get("id")) for each in servers})
    if not absent:
        return [found]
    finding = f"it is not in {', '.join(absent)}, which only_in of [discord] names"
    return [found, Check("discord only_in", Health.WARN, finding, INVITE)]


def _strangers(application: Json, servers: Sequence[str], only_in: Sequence[str]) -> list[Check]:
    """Whoever invites Staffroom is an admin there, and what they follow is read with the school's money."""
    if only_in or not application.get("bot_public"):
        return []
    remedy = (
        f"Switch Public Bot off on {_PORTAL}, under Bot, or write only_in = {json.dumps(servers)} under [discord]."
        if servers
        else f"Switch Public Bot off on {_PORTAL}, under Bot."
    )
    finding = "anybody can invite Staffroom into a server of theirs, and spend your budget there"
    return [Check("discord strangers", Health.WARN, finding, remedy)]


def of_the_gateway(*, is_open: bool, away_since: datetime | None, problem: str) -> Check:
    if problem:
        return Check("discord gateway", Health.FAIL, "it is closed", problem)
    if away_since is not None:
        finding = f"it is closed since {away_since:%H:%M} UTC, and being opened again"
        return Check("discord gateway", Health.WARN, finding)
    return Check("discord gateway", Health.OK, "it is open" if is_open else "it can be opened")


async def of_a_closed_gateway(api: Api) -> Check:
    try:
        await api.gateway()
    except AdapterError as problem:
        return of_the_gateway(is_open=False, away_since=None, problem=str(problem))
    return of_the_gateway(is_open=False, away_since=None, problem="")


def _short(name: object) -> str:
    return plain(name)[:LONGEST_NAME]
