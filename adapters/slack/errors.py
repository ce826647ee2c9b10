"""Slack's refusals in our words. Nothing that Slack echoes back is repeated."""

import re
from datetime import datetime, timedelta

import aiohttp

from bot.errors import AdapterError, Rejected, Throttled, Unauthorised, Unavailable, Uncertain

WAIT_WITHOUT_ADVICE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=1)

ONCE = {"chat.postMessage", "chat.postEphemeral", "views.open", "response_url", "files.completeUploadExternal"}
"""Doing these twice is seen by somebody. The others may be repeated freely."""


class MissingScope(Unauthorised):
    """`scope` is the right that lacks."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"Staffroom lacks the right {scope} in this Slack workspace. Add it on the app's page at "
            "api.slack.com/apps under OAuth & Permissions, then install the app again there."
        )
        self.scope = scope


_REFUSED_CREDENTIALS = (
    "Slack no longer accepts the token of this workspace. Copy the bot token again from the app's page at "
    "api.slack.com/apps, or install Staffroom in the workspace again."
)
_NOT_ALLOWED = "The Slack workspace does not let Staffroom do this. Ask its admin to approve the app."
INVITE = "Type /invite @Staffroom there, and the digest comes again."
INVITE_FIRST = "Invite me first: type /invite @Staffroom here, otherwise the digest cannot come."
_INVITE = "Invite me: type /invite @Staffroom there."
_OURS = "This is a mistake of Staffroom's: please report it."
_TOO_LATE = "It took too long to open the form. Press the button or type the command again."
_GONE = "Somebody took the message away."
_LOCKED = "The workspace no longer lets this message be changed."

_TOKEN_CODES = "invalid_auth not_authed token_revoked token_expired account_inactive not_allowed_token_type".split()
_RIGHTS_CODES = "no_permission access_denied org_login_required ekm_access_denied two_factor_setup_required".split()
_NOT_DONE = "service_unavailable request_timeout team_added_to_org".split()
_FATE_UNKNOWN = "fatal_error internal_error".split()
_WAIT = "ratelimited rate_limited message_limit_exceeded accesslimited".split()

_REFUSALS = {
    "channel_not_found": f"Slack does not show me this channel: it is gone, or it is private. {_INVITE}",
    "not_in_channel": f"I am not in this channel. {_INVITE}",
    "user_not_in_channel": "This person is not in the channel.",
    "is_archived": "This channel is archived. Unarchive it, or choose another one.",
    "restricted_action": "The workspace does not let me write in this channel. Ask an admin, or choose another one.",
    "restricted_action_read_only_channel": "Only some people may write in this channel. Ask an admin to add me.",
    "restricted_action_thread_only_channel": "Nobody may begin a thread in this channel. Choose another one.",
    "messages_tab_disabled": "Messages to the app are switched off in its settings: tick them under App Home.",
    "thread_not_found": "The message that this belongs under is gone.",
    "msg_too_long": f"Slack refused the message as too long. {_OURS}",
    "msg_blocks_too_long": f"Slack refused the message as too long. {_OURS}",
    "invalid_blocks": f"Slack refused how the message is made. {_OURS}",
    "invalid_blocks_format": f"Slack refused how the message is made. {_OURS}",
    "view_too_large": f"Slack refused the form or page as too large. {_OURS}",
    "message_not_found": _GONE,
    "cant_update_message": _LOCKED,
    "cant_delete_message": _LOCKED,
    "edit_window_closed": _LOCKED,
    "user_not_found": "Slack does not know this person.",
    "user_disabled": "This person's account is switched off.",
    "expired_trigger_id": _TOO_LATE,
    "exchanged_trigger_id": _TOO_LATE,
    "invalid_trigger_id": _TOO_LATE,
    "trigger_expired": _TOO_LATE,
    "trigger_exchanged": _TOO_LATE,
    "too_many_reactions": "The message has as many reactions as Slack allows.",
    "already_reacted": "I have reacted with this already.",
}


def refusal(method: str, code: str, *, needed: str = "", until: datetime) -> AdapterError:
    """What Slack means by the code. `until` is when to come back where it asks to wait."""
    if code in _WAIT:
        return Throttled("Slack asked to wait.", until)
    if code == "missing_scope":
        return MissingScope(_word(needed) or "it needs for this")
    if code in _TOKEN_CODES:
        return Unauthorised(_REFUSED_CREDENTIALS)
    if code in _RIGHTS_CODES:
        return Unauthorised(_NOT_ALLOWED)
    if code in _FATE_UNKNOWN:
        return unclear(method)
    if code in _NOT_DONE:
        return Unavailable("Slack cannot do this now. It is tried again later.")
    return Refused(code)


class Refused(Rejected):
    """`code` is Slack's own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(_REFUSALS.get(code) or f"Slack refused it ({_word(code) or 'without saying why'}).")
        self.code = code


def answered_nonsense(method: str, status: int) -> AdapterError:
    """No answer of Slack's API. Below 500 somebody refused to hand the request on; else it may have been done."""
    if 300 <= status < 500:
        return Unavailable(
            f"Something between here and Slack refused the request (status {status}). Check the proxy and base_url."
        )
    return unclear(method)


def unclear(method: str) -> AdapterError:
    if method in ONCE:
        return Uncertain("Slack was asked and did not say whether it was done.")
    return Unavailable("Slack does not answer as it should. It is tried again later.")


def failure(method: str, error: aiohttp.ClientError | TimeoutError) -> AdapterError:
    """What it means that no answer came."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return Unavailable("Slack cannot be reached. Check the internet connection, the proxy and the firewall.")
        case aiohttp.InvalidURL():
            return Rejected("The address of Slack cannot be used. Check base_url of [slack].")
        case _:
            return unclear(method)


def back_at(retry_after: str, now: datetime) -> datetime:
    """When Slack wants to be asked again."""
    if not retry_after.strip().isdigit() or len(retry_after) > 9:
        return now + WAIT_WITHOUT_ADVICE
    return now + min(timedelta(seconds=max(int(retry_after), 1)), LONGEST_WAIT)


def _word(text: str) -> str:
    """What Slack says about itself, where it is only that: words such as channels:history."""
    return text if re.fullmatch(r"[a-z0-9_:.,]{1,80}", text) else ""
