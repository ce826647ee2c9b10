"""Discord as a plug-in: `staffroom.chats`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.discord.first_day.disclose import disclose
from adapters.discord.first_day.invite import command
from adapters.discord.first_day.setup import setup
from adapters.discord.section import DiscordSection
from bot.plugins import ChatPlugin, ChatTools, Sight

if TYPE_CHECKING:
    from bot.ports import Abilities, ChatAdapter


def _open(section: DiscordSection, tools: ChatTools) -> "ChatAdapter":
    # The command line loads every plug-in to know its section, and must stay fast: discord.py comes only now.
    from adapters.discord.chat import DiscordChat  # noqa: PLC0415

    return DiscordChat(section, tools)


def _preview(sights: Sequence[Sight]) -> str:
    from adapters.discord.show.preview import preview  # noqa: PLC0415

    return preview(sights)


def _previewed() -> "Abilities":
    from adapters.discord.abilities import abilities_of  # noqa: PLC0415

    return abilities_of(open_to_anyone=False)


plugin = ChatPlugin(
    "discord",
    DiscordSection,
    _open,
    commands=(command,),
    disclose=disclose,
    setup=setup,
    preview=_preview,
    previewed=_previewed,
    about="your school's Discord server",
)
