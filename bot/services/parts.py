"""The parts of a running engine, put together in `bot.__main__`."""

from asyncio import Event
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from secrets import token_bytes

from bot.domain.budget import Caps, SpendingRules
from bot.domain.calendar.school import School
from bot.domain.keeping import Keeping
from bot.domain.keys import ChannelKey
from bot.domain.library import SHELVES
from bot.domain.packs import Pack
from bot.ports import Abilities, ChatAdapter, Clock, Documents, PostSource, Store
from bot.services.breakers import Breakers
from bot.services.followed import Followed


@dataclass(frozen=True)
class Parts:
    """`worker` is unique to this process, `zone` is for channels that have not chosen one, and `config_name` is how
    people call the configuration file.

    `admin` is the channel that is told about failures; without one they are only logged and shown by `status`.
    `owners` are the ids of people who look after Staffroom beside the admins of a workspace, `shelves` the emoji that
    save, each with the shelf it puts an item on, `packs` the topics that `/pln start` offers, and `reads`
    the sources of a channel that people open by a command: all there are, where it is empty. `school` holds for every
    channel that decided nothing else. Without `documents` no calendar is read and no short link is followed;
    `followed` remembers where those led, and `breakers` which sources are left alone for a while. `keeping` says how
    long is kept what nobody needs any more.
    `public_url` is how people reach the web page, empty where only this computer does, and `link_secret` makes the
    links that sign them in there. `import_wanted` is set once a file waits to be brought in or taken out again.
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
    owners: frozenset[str] = frozenset()
    shelves: Mapping[str, str] = field(default_factory=lambda: dict(SHELVES))
    packs: Sequence[Pack] = ()
    reads: tuple[str, ...] = ()
    school: School = field(default_factory=School)
    documents: Documents | None = None
    followed: Followed = field(default_factory=Followed)
    spending: SpendingRules = field(default_factory=SpendingRules)
    breakers: Breakers = field(default_factory=Breakers)
    keeping: Keeping = field(default_factory=Keeping)
    public_url: str = ""
    link_secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    import_wanted: Event = field(default_factory=Event, repr=False, compare=False)

    def chat_of(self, workspace: str) -> ChatAdapter | None:
        """The adapter that is connected to the workspace, if one is."""
        return next((chat for chat in self.chats.values() if _serves(chat, workspace)), None)

    def abilities(self, workspace: str) -> Abilities:
        """What can be done there; nothing where no chat is connected."""
        chat = self.chat_of(workspace)
        return chat.abilities(workspace) if chat else Abilities()

    def groups(self, workspace: str) -> Mapping[str, str]:
        """The names of the groups of people there, by their ids."""
        chat = self.chat_of(workspace)
        return chat.groups(workspace) if chat else {}

    def why_not_called(self, channel: ChannelKey, group: str) -> str:
        """Why a message there would tell nobody in this group; empty where it would."""
        chat = self.chat_of(channel.workspace)
        return chat.why_not_called(channel, group) if chat else ""

    def is_closed(self, channel: ChannelKey) -> bool:
        """Whether not everybody in the workspace may see the channel, or that is not known."""
        chat = self.chat_of(channel.workspace)
        return chat is None or chat.is_closed(channel)

    def may_export_text(self, name: str) -> bool:
        """Whether what posts of the source say may stand in files."""
        source = self.sources.get(name)
        return source is not None and source.exports_text

    def source_label(self, name: str) -> str:
        """How people call the source."""
        source = self.sources.get(name)
        return source.label if source else name


def _serves(chat: ChatAdapter, workspace: str) -> bool:
    return any(each.id == workspace for each in chat.workspaces())
