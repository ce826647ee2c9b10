"""What the configuration means once it is known which sources there are and what the chats are connected to."""

from collections.abc import Collection, Mapping

from bot.config.model import ChannelSettings, Config
from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.errors import ConfigMistakes
from bot.ports import ChatAdapter

INVENTED = "sample"


def used_sources(config: Config, installed: Collection[str]) -> set[str]:
    """Those of the channels; without channels those that are configured, or the invented posts."""
    configured = {name for name in installed if name in config.in_use and name != INVENTED}
    usable = {name for name in configured if not config.plugins[name].lacks()}
    return {name for channel in config.channels for name in channel.sources} or usable or {INVENTED}


def channel_of(settings: ChannelSettings, chats: Mapping[str, ChatAdapter]) -> Channel:
    """Raises ConfigMistakes."""
    return Channel(
        channel_key(chats, settings.platform, settings.workspace, settings.channel),
        settings.name,
        settings.schedule,
        settings.sources,
        settings.size,
        Origin.CONFIG,
        layout=settings.layout,
        keycaps=settings.keycaps,
        saves_links=settings.saves_links,
        department=settings.department,
        share=settings.share,
        languages=settings.languages,
        holidays=settings.holidays,
        terms=settings.terms,
        closed=settings.closed,
        roundup=settings.roundup,
    )


def channel_key(chats: Mapping[str, ChatAdapter], platform: str, workspace: str | None, channel: str) -> ChannelKey:
    """Without a workspace it is the only one that the platform is connected to. Raises ConfigMistakes."""
    chat = chats[platform]
    known = {each.id: each.name for each in chat.workspaces()}
    found = [each for each in known if workspace in {None, each, each.partition(":")[2]}]
    if workspace and not found:
        named = f"{platform}:{workspace.rpartition(':')[2]}"
        found = [named] if chat.awaits(named) else []
    if len(found) != 1:
        raise ConfigMistakes([f"channel {channel}: {_why_nowhere(platform, known)}"])
    return ChannelKey(found[0], channel)


def _why_nowhere(platform: str, known: Mapping[str, str]) -> str:
    if not known:
        return f"Staffroom is nowhere on {platform} yet. Invite it first, then start it again."
    connected = ", ".join(f"{each.partition(':')[2]} ({name})" for each, name in known.items())
    return f"say with workspace which one it is in. Connected: {connected}."
