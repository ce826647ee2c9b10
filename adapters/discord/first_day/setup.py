"""How `staffroom init` sets Discord up."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from adapters.discord import rights
from adapters.discord.first_day.invite import link
from adapters.discord.section import DISCORD, HOW_TO_COPY_A_CHANNEL, DiscordSection, is_one_word, looks_like_an_id
from bot.errors import Mistake, Rejected, Unauthorised
from bot.plugins import Question, Setup

if TYPE_CHECKING:
    from adapters.discord.api import Api

APPLICATIONS = "https://discord.com/developers/applications"
MOST_NAMED = 5

STEPS = (
    f"Open {APPLICATIONS} and press New Application. Call it Staffroom, and press Create.",
    (
        "On the page Bot, leave the switches under Privileged Gateway Intents off: Staffroom needs none of them. Press "
        "Reset Token and Yes, do it!, and copy the token. Discord shows it once."
    ),
    (
        "Paste it below. You are then given a link that invites Staffroom: open it, choose your server, and press "
        "Authorise. You need the permission Manage Server there."
    ),
    (
        "In a channel that not everybody sees, let Staffroom in: the channel's settings, Permissions, add Staffroom. "
        "docs/discord.md has all of this with more words."
    ),
)
QUESTIONS = (Question("token", "Bot token", "from the page Bot, Reset Token", secret=True),)
CHANNEL_HINT = "in Discord, right-click the channel, Copy Link, and paste the link here"

_LINK = re.compile(r"https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/channels/([0-9]{15,20})/([0-9]{15,20})(?:/.*)?")

Json = dict[str, Any]


def channel_id(text: str) -> str:
    typed = text.strip().strip("<>")
    if found := _LINK.fullmatch(typed):
        return found[2]
    if not looks_like_an_id(typed):
        raise Mistake(f"This is no link of a channel. {HOW_TO_COPY_A_CHANNEL}")
    return typed


def workspace(text: str) -> str:
    found = _LINK.fullmatch(text.strip().strip("<>"))
    return found[1] if found else ""


async def check(answers: Mapping[str, str]) -> str:
    api_url = _api_url(answers.get("api_url", DISCORD))
    match list(answers)[-1]:
        case "token":
            return await _bot(api_url, _like_a_token(answers["token"]))
        case "channel":
            return await _channel(api_url, answers["token"], answers["channel"])
        case _:
            return ""


def _api_url(address: str) -> str:
    try:
        return DiscordSection(api_url=address).api_url
    except ValidationError:
        raise Mistake(f"api_url of [discord] is no address. Write the whole of it, such as {DISCORD}.") from None


def _like_a_token(text: str) -> str:
    """What else stands on Discord's pages looks different."""
    if not is_one_word(text):
        raise Mistake("A token is one word. Copy it with the button Copy beside it.")
    if text.count(".") == 2:
        return text
    if looks_like_an_id(text):
        raise Mistake("This looks like the application's id. The token is on the page Bot: press Reset Token.")
    if re.fullmatch(r"[0-9a-f]{64}", text):
        raise Mistake("This looks like the public key. The token is on the page Bot: press Reset Token.")
    if re.fullmatch(r"[\w-]{32}", text):
        raise Mistake("This looks like the client secret. The token is on the page Bot: press Reset Token.")
    raise Mistake(
        "This is no bot's token: those have three parts with points between. Press Reset Token on the page Bot."
    )


class _Now:
    """The machine's time, for a conversation that lasts minutes."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


def _open(api_url: str, token: str) -> "Api":
    from adapters.discord.api import Api  # noqa: PLC0415 - the command line loads every plug-in

    return Api(api_url, token, _Now())


async def _bot(api_url: str, token: str) -> str:
    from adapters.discord.checks import of_the_settings  # noqa: PLC0415 - see above
    from adapters.discord.granted import plain  # noqa: PLC0415

    async with _open(api_url, token) as api:
        try:
            application = await api.application()
            servers = await api.guilds()
        except Unauthorised:
            raise Unauthorised(
                "Discord does not accept this token. Press Reset Token on the page Bot, and copy the new one."
            ) from None
    for wrong in of_the_settings(application):
        raise Mistake(f"{wrong.finding[0].upper()}{wrong.finding[1:]}. {wrong.remedy}")
    found = f"Discord accepts it: this is {plain(application.get('name'))}, {_where(servers)}."
    what = "This link invites it:" if servers else "Open this link now, choose your server and press Authorise:"
    return f"{found}\n  {what}\n  {link(str(application.get('id')))}"


def _where(servers: Sequence[Json]) -> str:
    from adapters.discord.granted import plain  # noqa: PLC0415 - see above

    if not servers:
        return "in no server yet"
    names = ", ".join(plain(each.get("name")) for each in servers[:MOST_NAMED])
    return f"in {names}{f' and {len(servers) - MOST_NAMED} more' if len(servers) > MOST_NAMED else ''}"


async def _channel(api_url: str, token: str, channel: str) -> str:
    from adapters.discord.granted import granted, plain  # noqa: PLC0415 - see above

    async with _open(api_url, token) as api:
        try:
            found = await api.channel(channel)
        except Rejected as refused:
            return _unseen(refused)
        name = f"#{plain(found.get('name'))}"
        _check_kind(found, name)
        may = await granted(api, found)
    lacking = rights.missing(may, rights.IN_A_CHANNEL)
    if not lacking:
        return f"{name} is there, and Staffroom may do there what it needs."
    lost = "".join(f"\n  Lost without {each.name}: {each.lost}" for each in lacking)
    return f"{name} is there. {rights.remedy(name, lacking)}{lost}"


def _unseen(refused: Rejected) -> str:
    """Raises Mistake where there is no such channel at all."""
    from adapters.discord.errors import MISSING_ACCESS, Refused  # noqa: PLC0415 - see above

    if isinstance(refused, Refused) and refused.code == MISSING_ACCESS:
        return (
            "Staffroom may not see this channel yet. If it is not in the server, open the link above. If it is, open "
            "the channel's settings, Permissions, and allow Staffroom: View Channel."
        )
    raise Mistake(f"{refused} {HOW_TO_COPY_A_CHANNEL}") from None


def _check_kind(found: Json, name: str) -> None:
    from adapters.discord.granted import THREADS, WRITABLE  # noqa: PLC0415 - see above

    if found.get("type") in THREADS:
        raise Mistake(f"{name} is a thread. Take the link of the channel that it is in.")
    if found.get("type") not in WRITABLE:
        raise Mistake(f"Nothing can be written in {name}, for it is no text channel. Choose a text channel or a forum.")


setup = Setup(STEPS, QUESTIONS, check, CHANNEL_HINT, channel_id=channel_id, workspace=workspace)
