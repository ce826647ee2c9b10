"""Which chats and sources are installed: each registers by entry point. `--help` needs no more than their names."""

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.plugins import ChatPlugin, SourcePlugin

CHATS = "staffroom.chats"
SOURCES = "staffroom.sources"


def names(group: str) -> list[str]:
    return sorted(each.name for each in entry_points(group=group))


def chats() -> "dict[str, ChatPlugin]":
    return {each.name: each.load() for each in entry_points(group=CHATS)}


def sources() -> "dict[str, SourcePlugin]":
    return {each.name: each.load() for each in entry_points(group=SOURCES)}
