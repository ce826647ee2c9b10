"""What a command gets and what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.actions import Action, run_command
from bot.domain.channel import Channel, Origin
from bot.domain.content import AskForm, Content, Offer, Say, ShowFile, offer
from bot.domain.events import Person, ReplyHandle
from bot.domain.keys import ChannelKey
from bot.domain.people import Standing
from bot.domain.schedule import Schedule
from bot.errors import Mistake
from bot.ports import Abilities, ChannelSeen, Transaction
from bot.services.parts import Parts

INVITE = "Invite me to this channel first, otherwise the digest cannot come."


@dataclass(frozen=True, slots=True)
class Around:
    """What the platform said before the transaction began.

    `standing` is None where it could not be asked just now; `seen` is None where it tells nothing about the channel, or
    was not asked. `links` are those of a message somebody reacted to, None where they were not asked for. With
    `is_app` it was no person who did it. `groups` are the ids of those that the person is in. `may_write` says whether
    they may write in that channel themselves.
    """

    standing: Standing | None = Standing.MEMBER
    zone: str | None = None
    seen: ChannelSeen | None = None
    links: tuple[str, ...] | None = None
    is_app: bool = False
    groups: frozenset[str] = frozenset()
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A command within the transaction that its effects and its answer share. `event` is unique to it, `reply` is how
    it can be answered later, where it can. `page` says which one of a list is wanted."""

    tx: Transaction
    parts: Parts
    person: Person
    channel: ChannelKey
    event: str
    at: datetime
    around: Around = Around()
    reply: ReplyHandle | None = None
    page: int = 1

    @property
    def able(self) -> Abilities:
        return self.parts.abilities(self.channel.workspace)

    @property
    def own_channel(self) -> ChannelKey:
        """Where this person's own digest goes, on platforms with such channels."""
        return ChannelKey(self.channel.workspace, self.person.key.person)

    @property
    def is_own(self) -> bool:
        """Whether it is about the person's own digest."""
        return self.able.personal_channels and self.channel == self.own_channel

    @property
    def here(self) -> str:
        """How the channel is called in a sentence."""
        return "Your own digest" if self.is_own else "This channel"

    @property
    def is_outside(self) -> bool:
        """Whether we are known not to be in the channel."""
        return not self.is_own and self.around.seen is not None and not self.around.seen.is_member

    def for_oneself(self) -> "Asked":
        """The same, asked for the person's own channel."""
        return replace(self, channel=self.own_channel, around=replace(self.around, seen=None))

    async def known_channel(self) -> Channel:
        """The channel, with the defaults of a new one where nothing is kept about it yet."""
        return await self.tx.channels.get(self.channel) or self.new_channel()

    def new_channel(self) -> Channel:
        sources = self.parts.reads or tuple(self.parts.sources) or ("x",)
        if self.is_own:
            zone, owner = self.around.zone or self.parts.zone, self.person.key.person
            return Channel(self.channel, "a personal digest", Schedule(zone), sources=sources, owner=owner)
        name = self.around.seen.name if self.around.seen else ""
        return Channel(self.channel, name or self.channel.channel, Schedule(self.parts.zone), sources=sources)

    async def changeable_channel(self) -> Channel:
        """The channel, for changing. Raises Mistake where the configuration file decides."""
        channel = await self.known_channel()
        if channel.origin is Origin.CONFIG:
            raise Mistake(
                f"This channel's digest is set up in {self.parts.config_name}; ask whoever looks after Staffroom."
            )
        return channel

    def again(self, *words: str) -> Action:
        """What a button does that gives another command for the same channel."""
        return run_command("me", *words) if self.is_own else run_command(*words)

    @property
    def remedy(self) -> str:
        """What to do where no digest could come; empty where one can."""
        seen = self.around.seen
        return (seen and seen.remedy) or INVITE if self.is_outside else ""

    def invitation(self) -> Content:
        return (Say(self.remedy),) if self.remedy else ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`private` is for the person who asked; `aloud` is said in the channel because it changes something for all.

    Where a form can be opened, `form` is, and `private` is not said then. `file` comes to the person as a message of
    its own, a direct one where the platform has these; only for chats with files.
    """

    private: Content
    aloud: Content = ()
    form: AskForm | None = None
    file: ShowFile | None = None


def said_aloud(asked: Asked, sentence: str) -> Content:
    """What the channel hears about a change: who made it, and the sentence."""
    return () if asked.is_own or asked.is_outside else (Say(sentence, by=asked.person.key.person),)


def in_one(buttons: Sequence[tuple[str, str]]) -> Sequence[Offer]:
    """A row of buttons, if there are any."""
    return [offer(*buttons)] if buttons else []
