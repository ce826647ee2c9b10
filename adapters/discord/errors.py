"""What Discord's answers mean, in the words of `bot.errors`."""

from datetime import datetime, timedelta

import aiohttp

from bot.errors import AdapterError, Rejected, Throttled, Unauthorised, Unavailable, Uncertain

WAIT_WITHOUT_ADVICE = timedelta(seconds=30)
A_WHILE = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=1)
REACHED_NOBODY = {503, 521, 522, 523, 525, 526, 530}
"""Codes of those before Discord that say that the request did not get through to it."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_EMOJI = 10014
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
TOO_MANY_REACTIONS = 30010
ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
DMS_CLOSED = 50007
MISSING_PERMISSIONS = 50013
INVALID_TOKEN = 50014
INVALID_WEBHOOK_TOKEN = 50027
INVALID_RECIPIENT = 50033
INVALID_FORM_BODY = 50035
THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004

BEGUN_TOO_FAST = 40003
"""Conversations with people."""

NOT_FOR_A_WHILE = {20022, 20028, 20029, 30046, BEGUN_TOO_FAST, 40004, 40006, 40062, 130000}
"""Too many edits of old messages, too much written in a channel or server, too many conversations begun, and what
Discord switched off for a time."""

WRONG_CREDENTIALS = (
    "Discord does not accept token of [discord]. Copy it again from the application's page at "
    "discord.com/developers/applications, under Bot."
)
NOT_ASKED = "Discord was not asked: too many of Staffroom's requests were refused lately, and Discord bans who goes on."

_ASK_TO_WAIT = "Discord asked to wait."
_OURS = "This is a mistake of Staffroom's: please report it."
_SHAPE = f"Discord refused how the message is made. {_OURS}"
_TOO_LATE = "It took too long to answer. Press the button or type the command again."
_NOT_THERE = "Discord does not know this channel: it is deleted, or Staffroom may not see it. Choose another one."
_GONE = "Somebody took the message away."

_REFUSALS = {
    UNKNOWN_CHANNEL: _NOT_THERE,
    10004: "Staffroom is not in this Discord server. Invite it again.",
    UNKNOWN_MESSAGE: _GONE,
    UNKNOWN_MEMBER: "This person is not in the Discord server.",
    10011: "This role is gone. Choose another one.",
    UNKNOWN_USER: "Discord does not know this person.",
    UNKNOWN_EMOJI: "Discord does not know this emoji.",
    UNKNOWN_WEBHOOK: _TOO_LATE,
    UNKNOWN_INTERACTION: _TOO_LATE,
    TOO_MANY_REACTIONS: "The message has as many reactions as Discord allows.",
    30033: "The thread has as many members as Discord allows. Begin another one.",
    ACKNOWLEDGED: "This was answered already.",
    40005: "The file is larger than Discord takes. Ask for less, such as one tag.",
    40058: "Nothing can be written in a channel of this kind. Choose a text channel or a forum.",
    40067: "This forum asks for a tag on each post. In its settings, under Tags, let posts do without.",
    MISSING_ACCESS: (
        "Staffroom may not see this channel. In its settings, under Permissions, allow Staffroom: View Channel."
    ),
    50005: "This message was written by somebody else.",
    50006: _SHAPE,
    DMS_CLOSED: (
        "Direct messages from Staffroom are switched off. To allow them: right-click the server, Privacy Settings."
    ),
    50278: "This person is in no Discord server with Staffroom any more.",
    50008: "Nothing can be written in a channel of this kind. Choose a text channel or a forum.",
    MISSING_PERMISSIONS: "Staffroom lacks a permission in this channel. docs/discord.md says which it needs.",
    50021: "Nothing can be done with a message of Discord's own.",
    50024: "This cannot be done in a channel of this kind. Choose a text channel or a forum.",
    INVALID_WEBHOOK_TOKEN: _TOO_LATE,
    INVALID_RECIPIENT: "Discord does not know this person.",
    INVALID_FORM_BODY: _SHAPE,
    THREAD_ARCHIVED: "This thread is closed. Open it again, or choose another channel.",
    90001: "Somebody blocked Staffroom, so it cannot add reactions to this message.",
    THREAD_EXISTS: "The message has a thread already.",
    160005: "This thread is locked. Unlock it, or choose another channel.",
    160006: "The server has as many open threads as Discord allows. Close some.",
    160007: "The server has as many open announcement threads as Discord allows. Close some.",
    200000: "The server's AutoMod stopped the message. Let it leave Staffroom alone, in the server's settings.",
    200001: "The server's AutoMod stopped the title. Let it leave Staffroom alone, in the server's settings.",
    240000: "Discord takes the message for spam, for a link in it.",
}


class Refused(Rejected):
    """`code` is Discord's own number for why, 0 where it gave none."""

    def __init__(self, code: int, sentence: str = "") -> None:
        super().__init__(sentence or _REFUSALS.get(code) or f"Discord refused it (code {code}).")
        self.code = code


class Cut(Uncertain):
    """Discord was asked and did not say whether it was done."""

    def __init__(self) -> None:
        super().__init__("Discord was asked and did not say whether it was done.")


def refusal(status: int, code: int, now: datetime) -> AdapterError:
    """What Discord itself means by its answer."""
    if code in NOT_FOR_A_WHILE:
        return Throttled("Discord does not take more of this for a while.", now + A_WHILE)
    if status == 401 and code != INVALID_WEBHOOK_TOKEN:
        return Unauthorised(WRONG_CREDENTIALS)
    if code == INVALID_TOKEN:
        return Unauthorised(WRONG_CREDENTIALS)
    return Refused(code)


def asked_to_wait(until: datetime) -> Throttled:
    return Throttled(_ASK_TO_WAIT, until)


def answered_nonsense(status: int) -> AdapterError:
    """No answer of Discord's API. Below 500 somebody refused to hand the request on; else it may have been done."""
    if 300 <= status < 500:
        return Unavailable(
            f"Something between here and Discord refused the request (status {status}). Check the proxy and api_url."
        )
    return not_now() if status in REACHED_NOBODY else Cut()


def not_now() -> Unavailable:
    return Unavailable("Discord does not answer as it should. It is tried again later.")


def failure(error: aiohttp.ClientError | TimeoutError | OSError) -> AdapterError:
    """What it means that no answer came."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return Unavailable("Discord cannot be reached. Check the internet connection, the proxy and the firewall.")
        case aiohttp.InvalidURL():
            return Rejected("The address of Discord cannot be used. Check api_url of [discord].")
        case _:
            return Cut()


def back_at(seconds: object, now: datetime) -> datetime:
    """When Discord wants to be asked again; it gives seconds, with a point in them or not."""
    try:
        wait = float(str(seconds))
    except ValueError:
        return now + WAIT_WITHOUT_ADVICE
    if not 0 <= wait <= LONGEST_WAIT.total_seconds():  # also what is no number at all
        return now + (LONGEST_WAIT if wait > 0 else WAIT_WITHOUT_ADVICE)
    return now + timedelta(seconds=wait)
