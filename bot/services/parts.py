"""The parts of a running engine, put together in `bot.__main__`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from bot.domain.budget import Caps
from bot.domain.keys import ChannelKey
from bot.ports import Abilities, ChatAdapter, Clock, PostSource, Store


@dataclass(frozen=True)
class Parts:
    """`worker` is unique to this process, `zone` is for channels that have not chosen one, and `config_name` is how
    people call the configuration file.

    `admin` is the channel that is told about failures; without one they are only logged and shown by `status`.
    """

    store: Store
    clock: Clock
    worker: str
    sources: Mapping[str, PostSource] = field(default_factory=dict)
    chats: Mapping[str, ChatAdapter] = field(default_factory=dict)
    caps: Caps = field(default_factory=Caps)
    random: Random = field(default_factory=Random)
    zone: str = "UTC"
    config_name: str = "the configuration file"
    admin: ChannelKey | None = None

    def chat_of(self, workspace: str) -> ChatAdapter | None:
        """The adapter that is connected to the workspace, if one is."""
        return next((chat for chat in self.chats.values() if _serves(chat, workspace)), None)

    def abilities(self, workspace: str) -> Abilities:
        """What can be done there; nothing where no chat is connected."""
        chat = self.chat_of(workspace)
        return chat.abilities(workspace) if chat else Abilities()

    def source_label(self, name: str) -> str:
        """How people call the source."""
        source = self.sources.get(name)
        return source.label if source else name


def _serves(chat: ChatAdapter, workspace: str) -> bool:
    return any(each.id == workspace for each in chat.workspaces())
