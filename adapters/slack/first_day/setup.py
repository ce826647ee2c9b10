"""How `staffroom init` sets Slack up in socket mode."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.slack.first_day.manifest import as_yaml, manifest
from adapters.slack.rights import RIGHTS, Need, wanted, what_is_lost
from adapters.slack.section import SLACK, SlackSection
from bot.errors import Mistake, Rejected, Unauthorised
from bot.plugins import Question, Setup

APPS = "https://api.slack.com/apps"

STEPS = (
    f"Open {APPS} and press Create New App, then From a manifest.",
    (
        "Choose your workspace, press Next if Slack asks for it, take the tab YAML, and replace what stands there with "
        "the manifest below. Press Next, then Create. (`staffroom slack manifest` prints it once more, by itself.)"
    ),
    (
        "On the page Basic Information, under App-Level Tokens, press Generate Token and Scopes. Give it any name, add "
        "the scope connections:write, press Generate, and copy the token that begins with xapp-."
    ),
    (
        "On the page Install App, press Install and Allow. An admin may have to approve it: docs/slack.md "
        "says what they will ask, and `staffroom disclose` prints it."
    ),
    "On the page OAuth & Permissions, copy the Bot User OAuth Token, which begins with xoxb-.",
    "In Slack, in each channel that is to get a digest, type /invite @Staffroom.",
)
QUESTIONS = (
    Question("app_token", "App token", "begins with xapp-, from Basic Information", secret=True),
    Question("bot_token", "Bot token", "begins with xoxb-, from OAuth & Permissions", secret=True),
)
CHANNEL_HINT = (
    "in Slack, right-click the channel, Copy, Copy link, and paste the link here; or its id, such as C0123ABCD"
)

_ID = re.compile(r"[CG][A-Z0-9]{5,20}")
_LINK = re.compile(r"https://[\w.-]+/(?:archives|client/[A-Z0-9]+)/([CG][A-Z0-9]{5,20})(?:[/?].*)?")
_KINDS = {
    "xoxb-": "the bot token",
    "xapp-": "the app token",
    "xoxp-": "a user token, which Staffroom never needs",
    "xoxe": "a token that expires. Switch token rotation off on the page OAuth & Permissions",
}


def paper() -> str:
    rights = wanted()
    return as_yaml(manifest(rights), rights)


def channel_id(text: str) -> str:
    typed = text.strip().strip("<>")
    if link := _LINK.fullmatch(typed):
        return link[1]
    if not _ID.fullmatch(typed):
        raise Mistake(
            "This is no id of a channel: those begin with C, such as C0123ABCD. In Slack, right-click the channel, "
            "Copy, Copy link, and paste the link here."
        )
    return typed


async def check(answers: Mapping[str, str]) -> str:
    base_url = SlackSection(base_url=answers.get("base_url", SLACK)).base_url
    newest = list(answers)[-1]
    match newest:
        case "bot_token":
            return await _bot(base_url, _kind(answers[newest], "xoxb-"))
        case "app_token":
            return await _app(base_url, _kind(answers[newest], "xapp-"))
        case "channel":
            return await _channel(base_url, answers["bot_token"], answers[newest])
        case _:
            return ""


def _kind(token: str, wanted_kind: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Mistake("A token is one word. Copy it with the button Copy beside it.")
    if not token.startswith(wanted_kind):
        other = next((what for start, what in _KINDS.items() if token.startswith(start)), "")
        what = f"This looks like {other}." if other else "This is not the token that is asked for."
        raise Mistake(f"{what} {_KINDS[wanted_kind].capitalize()} begins with {wanted_kind}.")
    return token


class _Now:
    """The machine's time, for a conversation that lasts minutes."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


async def _bot(base_url: str, token: str) -> str:
    from adapters.slack.api import Api  # noqa: PLC0415 - the command line loads every plug-in

    async with Api(base_url, _Now()) as api:
        try:
            who, scopes = await api.who_am_i(token)
        except Unauthorised:
            raise Unauthorised(
                "Slack does not accept this bot token. Copy it again from the page OAuth & Permissions; it is there "
                "once the app is installed."
            ) from None
    for right in RIGHTS:
        if right.need is Need.ALWAYS and right.scope not in scopes:
            raise Unauthorised(
                f"The app lacks the right {right.scope}: {right.lost} Paste the manifest again on its page App "
                "Manifest, install the app again, and copy the bot token once more."
            )
    lost = "".join(f"\n  Lost without {scope}: {what}" for scope, what in what_is_lost(scopes))
    return f"Slack accepts it: this is {who.get('user')} in the workspace {who.get('team')}.{lost}"


async def _app(base_url: str, token: str) -> str:
    from adapters.slack.api import Api  # noqa: PLC0415 - the command line loads every plug-in

    async with Api(base_url, _Now()) as api:
        try:
            await api.write(token, "", "apps.connections.open", {})
        except Unauthorised:
            raise Unauthorised(
                "Slack does not accept this app token. It needs the scope connections:write: on the page Basic "
                "Information, under App-Level Tokens, make one with it and copy that."
            ) from None
    return "Slack accepts it."


async def _channel(base_url: str, token: str, channel: str) -> str:
    from adapters.slack.api import Api  # noqa: PLC0415 - the command line loads every plug-in

    async with Api(base_url, _Now()) as api:
        try:
            answer = await api.read(token, "", "conversations.info", {"channel": channel})
        except Unauthorised:
            return "Without the right channels:read or groups:read I cannot look at it. Type /invite @Staffroom there."
        except Rejected as refused:
            raise Mistake(f"{refused} Is the id right? If the channel is private, invite Staffroom first.") from None
    found = answer.get("channel") or {}
    name = f"#{found.get('name', channel)}"
    if found.get("is_archived"):
        raise Mistake(f"{name} is archived. Choose another channel, or unarchive it first.")
    if found.get("is_member"):
        return f"{name} is there, and Staffroom is in it."
    return f"{name} is there. Staffroom is not in it yet: type /invite @Staffroom there."


setup = Setup(STEPS, QUESTIONS, check, CHANNEL_HINT, paper, channel_id)
