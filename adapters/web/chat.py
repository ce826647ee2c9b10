"""The local web page as a chat adapter: what the engine sends goes into the room, and the page shows the room."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from adapters.web.errors import store_as_platform
from adapters.web.guard import is_loopback
from adapters.web.section import WebSection
from adapters.web.server import WebServer
from adapters.web.visitor import WORKSPACE
from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile, Standing
from bot.errors import Rejected
from bot.plugins import ChatTools
from bot.ports import Abilities, ChatAdapter, Outgoing, Route, SeenReaction
from bot.views import File, Message

ALWAYS = timedelta(days=365)
"""The room never shows a delivery twice, however late it is sent again; a year is always, for the engine."""

EVERYTHING = Abilities(
    commands=True,
    buttons=True,
    private_messages=True,
    reaction_events=True,
    read_reactions=True,
    seeded_reactions=True,
    edit=True,
    remove=True,
    find=True,
    find_private=True,
    files=True,
    item_pages=True,
    resend_safe_for=ALWAYS,
)


class WebChat(ChatAdapter):
    """Serves the page while it is entered. A reply handle is the id of the person who gets the reply."""

    name = "web"
    is_the_page = True

    def __init__(self, section: WebSection, tools: ChatTools) -> None:
        self._section = section
        self._room = tools.room
        self._pages = tools.pages
        self._clock = tools.clock
        self._server = WebServer(section, tools)

    @property
    def address(self) -> str:
        """Where a person opens the page; where it needs the one-time token, with it."""
        return self._server.address

    @property
    def port(self) -> int:
        """The port it is bound to, also where any free one was asked for."""
        return self._server.port

    def mount(self, routes: Sequence[Route]) -> None:
        """Has them served beside the page, once it is entered."""
        self._server.mount(routes)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.stop()

    def workspaces(self) -> Sequence[Workspace]:
        return [Workspace(WORKSPACE, self.name, "This computer")]

    def abilities(self, workspace: str) -> Abilities:  # noqa: ARG002 - there is one
        return EVERYTHING

    async def send(self, outgoing: Outgoing) -> str | None:
        with store_as_platform():
            await self._require(outgoing.channel)
            reply_to = outgoing.reply.value if outgoing.reply else None
            private_to = outgoing.private_to or reply_to
            shown = replace(outgoing, private_to=private_to, message=_without_contents(outgoing.message))
            message = await self._room.post(shown, self._clock.now())
        for file in outgoing.message.files:
            self._server.downloads.keep(message, private_to or "", file)
        self._server.bell.ring()
        return message

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:  # noqa: ARG002 - ids are unique
        with store_as_platform():
            if not await self._room.replace(message, new):
                raise Rejected("The message is no longer on the web page.")
        self._server.bell.ring()

    async def remove(self, channel: ChannelKey, message: str) -> None:  # noqa: ARG002
        with store_as_platform():
            await self._room.delete(message)
        self._server.bell.ring()

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:  # noqa: ARG002
        with store_as_platform():
            return await self._room.by_delivery(delivery)

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:  # noqa: ARG002
        with store_as_platform():
            await self._room.seed(message, emoji)
        self._server.bell.ring()

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        with store_as_platform():
            standing = await self._room.reactions(message)
        return [SeenReaction(Person(PersonKey(channel.workspace, person)), emoji) for person, emoji in standing]

    async def check(self) -> Sequence[Check]:
        with store_as_platform():
            channels = await self._pages.channels(self.name)
        where = f"{self._section.host}, port {self._section.port or 'any free one'}"
        if self._server.is_exposed:
            return [self._check_address(where)]
        if channels:
            return [Check("web page", Health.OK, f"Served at {where}; channels: {len(channels)}.")]
        remedy = 'It comes with `staffroom run` where the configuration has a [[channels]] with platform = "web".'
        return [Check("web page", Health.WARN, f"Served at {where}, but it has no channel yet.", remedy)]

    def _check_address(self, where: str) -> Check:
        """What lies between here and the people who sign in."""
        public = self._section.public_url
        if not public:
            found = f"Served at {where}, and nobody can sign in."
            return Check("web page", Health.WARN, found, "Set public_url under [web] to how people reach it.")
        if not public.startswith("https://") and not is_loopback(urlsplit(public).hostname or ""):
            found = f"Served at {where}, for {public}: whoever is on the way can read along."
            return Check("web page", Health.WARN, found, "Put a proxy with HTTPS in front. docs/web.md says how.")
        return Check("web page", Health.OK, f"Served at {where}, for {public}.")

    async def profile(self, person: PersonKey) -> Profile:  # noqa: ARG002 - whoever it says they are
        """Who sits at this computer looks after it; where others reach the page, nobody can be told apart."""
        return Profile(Standing.MEMBER if self._server.is_exposed else Standing.ADMIN)

    async def _require(self, channel: ChannelKey) -> None:
        if channel not in {card.key for card in await self._pages.channels(self.name)}:
            raise Rejected("The web page has no such channel. Add it to the configuration under [[channels]].")


def _without_contents(message: Message) -> Message:
    """What is in files does not stand in the room: it would be there for good."""
    blocks = (replace(block, text="") if isinstance(block, File) else block for block in message.blocks)
    return replace(message, blocks=tuple(blocks))
