"""The rules of a loopback Discord: its numbers, and where each was read.

──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
rule                                                                      source
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
Requests
each has to fit Discord's description of its API, unknown names too       OpenAPI document of Discord, where it is there
  (`invalid`, `discord_server_spec`)
no token or a wrong one: 401; interactions need none, their own is one    docs: reference, topics/oauth2
the answer's type is exactly application/json; 429 carries `Via`          discord.py (http.json_or_text, http.request)
error codes and their words                                               docs: topics/opcodes-and-status-codes
the tree of errors under 50035                                            docs: reference, error messages; its inner
                                                                          codes as users have seen them
Where one may write
permissions: everyone, roles, then the channel's, its roles', the         docs: topics/permissions, overwrites
  member's; without View Channel none at all; owner and admin all
50001 where the channel is not to be seen, 50013 for what else lacks      docs: the codes; which of them: seen by users
reacting needs Read Message History, the first also Add Reactions         docs: resources/message, create reaction
a history without that right is empty, not refused                        docs: resources/message, get channel messages
50007 where direct messages are closed, or no server is shared            docs: the code
only our own messages are changed; others' are hidden without the         docs: resources/message; events/gateway,
  message-content intent, unless they address us or are direct              message content intent
the same nonce of the same author, enforced, gives the first message      docs: resources/message, create message
  for "a few minutes" (here 3)                                              (the number is guessed)
an edit without allowed_mentions obeys all mentions                       docs: resources/message, edit message
Threads
a message has one thread, with its id: 160004; at most so many: 160006    docs: topics/threads; the codes
it begins with an empty message of type 21                                docs: resources/message, thread starters
archived: only messages are deleted, writing opens it: 50083;             docs: topics/threads, archived, locked
  locked: nothing without Manage Threads: 160005
a forum takes posts only: 40058; one may need a tag: 40067                docs: the codes; resources/channel
Components and texts
40 components, 4,000 characters in all texts, ids and custom ids once;    docs: components/reference; the 4,000:
  content, embeds and polls exclude them, and the flag stays                discord.py (ui.LayoutView)
more than 10,170 bytes of components: 500                                 discord/discord-api-docs#8554 (open)
button 80, custom id 100, link 512, menu 25 options of 100, placeholder   docs: components/reference
  150, section 1 to 3 texts, gallery 10
modal: title and label 45, 1 to 5 components, description 100, value      docs: components/reference, interactions
  4,000, radio 2 to 10, boxes 1 to 10; nothing disabled
content 2,000; embeds 10, 6,000 in all, title 256, description 4,096,     docs: resources/message, embed limits
  25 fields of 256 and 1,024
markdown, mentions, timestamps, invites (`discord_server_markdown`)       docs: reference, message formatting; the apps'
                                                                          parser as public copies of it have it
in a link's label nothing is escaped, and emoji, mentions and addresses   discord/discord-api-docs#6185 and #7673
  break it
Interactions
a callback within 3 seconds: 10062, once: 40060                           docs: interactions/receiving-and-responding
a token lives 15 minutes: 50027; before the callback: 10015               the same; 10015: seen by users
which answer fits which act; of a deferral only EPHEMERAL                 the same
the first follow-up after a deferral is the edit of it                    the same
5 follow-ups where the app is only the person's: 40094                    the same
Commands
100, 15 and 15; 25 options or parts a level, choices 25 of 100; names     docs: interactions/application-commands
  32 of lower case, descriptions 100; 8,000 characters a command
Rates: 429 with Retry-After
50 requests a second in all, but for callbacks                            docs: topics/rate-limits
so many a route and channel, told by headers                              the same; the numbers were seen by users
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

`docs:` stands for discord.com/developers/docs. What no document says stands in `docs/unverified.md`.
"""

from datetime import timedelta
from enum import IntEnum
from typing import Any


class Kind(IntEnum):
    """Of channels."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


STARTS_A_THREAD = 21
"""The type of the first message in a thread that was begun from a message. Nothing stands in it."""
THREADS = (Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD)


class Flag(IntEnum):
    """Of messages."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


class Act(IntEnum):
    """Kinds of interactions."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Kinds of callbacks."""

    PONG = 1
    MESSAGE = 4
    THINKING = 5
    THINKING_ABOUT_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Intent(IntEnum):
    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    EXPRESSIONS = 1 << 3
    PRESENCES = 1 << 8
    MESSAGES = 1 << 9
    REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = {Intent.MEMBERS: "members", Intent.PRESENCES: "presences", Intent.MESSAGE_CONTENT: "message_content"}

EVENT_INTENTS: dict[str, tuple[int, int]] = {
    "GUILD_CREATE": (Intent.GUILDS, 0),
    "GUILD_UPDATE": (Intent.GUILDS, 0),
    "GUILD_DELETE": (Intent.GUILDS, 0),
    "GUILD_ROLE_CREATE": (Intent.GUILDS, 0),
    "GUILD_ROLE_UPDATE": (Intent.GUILDS, 0),
    "GUILD_ROLE_DELETE": (Intent.GUILDS, 0),
    "CHANNEL_CREATE": (Intent.GUILDS, 0),
    "CHANNEL_UPDATE": (Intent.GUILDS, 0),
    "CHANNEL_DELETE": (Intent.GUILDS, 0),
    "THREAD_CREATE": (Intent.GUILDS, 0),
    "THREAD_UPDATE": (Intent.GUILDS, 0),
    "THREAD_DELETE": (Intent.GUILDS, 0),
    "THREAD_LIST_SYNC": (Intent.GUILDS, 0),
    "GUILD_MEMBER_ADD": (Intent.MEMBERS, 0),
    "GUILD_MEMBER_REMOVE": (Intent.MEMBERS, 0),
    "MESSAGE_CREATE": (Intent.MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_UPDATE": (Intent.MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_DELETE": (Intent.MESSAGES, Intent.DIRECT_MESSAGES),
    "MESSAGE_REACTION_ADD": (Intent.REACTIONS, Intent.DIRECT_REACTIONS),
    "MESSAGE_REACTION_REMOVE": (Intent.REACTIONS, Intent.DIRECT_REACTIONS),
    "MESSAGE_REACTION_REMOVE_ALL": (Intent.REACTIONS, Intent.DIRECT_REACTIONS),
    "MESSAGE_REACTION_REMOVE_EMOJI": (Intent.REACTIONS, Intent.DIRECT_REACTIONS),
}
"""By kind of dispatch: what it needs in a server, and in direct messages. Any other kind needs none."""

PERMISSION = {
    "Kick Members": 1 << 1,
    "Ban Members": 1 << 2,
    "Administrator": 1 << 3,
    "Manage Channels": 1 << 4,
    "Manage Server": 1 << 5,
    "Add Reactions": 1 << 6,
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Manage Messages": 1 << 13,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Mention Everyone": 1 << 17,
    "Use External Emojis": 1 << 18,
    "Manage Roles": 1 << 28,
    "Use Application Commands": 1 << 31,
    "Manage Threads": 1 << 34,
    "Create Public Threads": 1 << 35,
    "Create Private Threads": 1 << 36,
    "Send Messages in Threads": 1 << 38,
    "Use External Apps": 1 << 50,
    "Pin Messages": 1 << 51,
    "Bypass Slowmode": 1 << 52,
}
"""As people read them in a channel's settings."""

ALL_PERMISSIONS = (1 << 53) - 1


def _all(*names: str) -> int:
    return sum(PERMISSION[each] for each in names)


EVERYONE_MAY = _all(
    *("View Channel", "Send Messages", "Send Messages in Threads", "Create Public Threads", "Create Private Threads"),
    *("Embed Links", "Attach Files", "Add Reactions", "Read Message History", "Mention Everyone"),
    *("Use External Emojis", "Use Application Commands", "Use External Apps"),
)
"""What @everyone may in a new server."""

STAFFROOM_MAY = _all(
    *("View Channel", "Send Messages", "Send Messages in Threads", "Create Public Threads"),
    *("Embed Links", "Add Reactions", "Read Message History"),
)
"""What its role has from the invite link."""

ACKNOWLEDGE_WITHIN = timedelta(seconds=3)
TOKEN_LIVES = timedelta(minutes=15)
NONCE_LIVES = timedelta(minutes=3)


class Refused(Exception):
    """What Discord answers with a code of its own."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors or {}


def unknown(what: str, code: int) -> Refused:
    return Refused(404, code, f"Unknown {what}")


def no_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def no_permission() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def invalid(path: str, code: str, message: str) -> Refused:
    """An Invalid Form Body with one thing that is wrong; the path with dots between its steps."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for step in reversed(path.split(".")):
        errors = {step: errors}
    return Refused(400, 50035, "Invalid Form Body", errors)


EVERYTHING_A_SECOND = 50
UNLIMITED = (1_000_000, 60.0)
EVERY_OPERATION = (50, 10.0)
LIMITS: dict[str, tuple[int, float]] = {
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "add_my_message_reaction": (1, 0.25),
    "delete_my_message_reaction": (1, 0.25),
    "list_message_reactions_by_emoji": (5, 1.0),
    "create_thread": (50, 300.0),
    "create_thread_from_message": (50, 300.0),
    "create_dm": (10, 10.0),
    "execute_webhook": (5, 5.0),
    "update_original_webhook_message": (5, 5.0),
}
"""So many within so many seconds, by operation and channel (or server, or webhook). Discord publishes none of them and
wants its headers read; these were seen by users."""
