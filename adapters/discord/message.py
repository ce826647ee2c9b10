"""How Staffroom speaks of servers, channels and messages of Discord. Pure."""

import hashlib
import re

from bot.errors import Rejected

PLATFORM = "discord"
LONGEST_NONCE = 25

_NO_ID = "This is no id of a Discord channel, person or message: those are numbers of up to 20 digits."


def workspace_id(guild: str | int) -> str:
    return f"{PLATFORM}:{guild}"


def guild_of(workspace: str) -> str:
    """The id of the server; empty where the workspace is none of Discord's."""
    platform, _, guild = workspace.partition(":")
    return guild if platform == PLATFORM and is_id(guild) else ""


def reference(channel: str | int, message: str | int) -> str:
    """The channel is the one that the message really stands in: a thread, or the conversation with one person."""
    return f"{channel}:{message}"


def place_of(message: str) -> tuple[str, str]:
    """The channel and the message that a reference means. Raises Rejected for what is none of ours."""
    channel, _, number = message.partition(":")
    return checked(channel), checked(number)


def is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,20}", text) is not None


def checked(text: str) -> str:
    """The id as it is, so that nothing else becomes part of an address. Raises Rejected."""
    if not is_id(text):
        raise Rejected(_NO_ID)
    return text


def mark_of(delivery: str) -> int:
    """What a message of ours carries unseen, to be found by: the id of its first component, which Discord keeps."""
    return int.from_bytes(_digest(delivery)[:4], "big") >> 1 or 1


def home_mark_of(workspace: str) -> int:
    """What it carries to tell which server it belongs to: the id of its last component."""
    return mark_of(f"workspace {workspace}")


def nonce_of(delivery: str) -> str:
    """By this Discord knows for some minutes that a message was sent before."""
    return _digest(delivery).hex()[:LONGEST_NONCE]


def _digest(delivery: str) -> bytes:
    return hashlib.sha256(delivery.encode()).digest()
