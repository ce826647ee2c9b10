"""Writing, changing and taking back messages."""

from collections.abc import Awaitable, Callable

import structlog

from adapters.discord import rights
from adapters.discord.api import Api, Json
from adapters.discord.errors import (
    INVALID_FORM_BODY,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Cut,
    Refused,
)
from adapters.discord.guilds import Guilds, called, takes_messages
from adapters.discord.members import Members
from adapters.discord.message import place_of, reference
from adapters.discord.post.bodies import (
    NOT_SHOWN,
    body_of,
    edit_of,
    is_gone,
    of_the_server,
    plain_body_of,
    plain_edit_of,
    title_of,
)
from adapters.discord.post.conversations import Conversations, Place, explained
from adapters.discord.post.threads import Threads
from bot.errors import Rejected
from bot.ports import Outgoing
from bot.views import Message

WRONG_KIND = "Nothing can be written in {name}, for it is no text channel. Choose a text channel or a forum."

_GONE = {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}
NO_THREAD = "Somebody deleted the thread that the cards stood in, and Discord opens no other one there."

log = structlog.get_logger(__name__)


class Posting:
    def __init__(self, api: Api, guilds: Guilds, members: Members, conversations: Conversations) -> None:
        self._api = api
        self._guilds = guilds
        self._members = members
        self._conversations = conversations
        self._threads = Threads(api, guilds)

    async def post(self, outgoing: Outgoing) -> str:
        """To everybody in the channel, as a post of a forum, or as a card in the thread below another message."""
        where = outgoing.channel
        place = await self._conversations.find(where)
        if place.is_direct:
            await self._members.require(where.workspace, where.channel)
        if place.seen is not None and not takes_messages(place.seen):
            raise Rejected(WRONG_KIND.format(name=called(place.seen)))
        title = title_of(outgoing.message)
        if place.is_forum:
            return await self._shown(outgoing, lambda body: self._threads.post_in_forum(place, title, body))
        if outgoing.under is not None:
            return await self._post_below(place, outgoing, outgoing.under)
        sent = await self._shown(outgoing, lambda body: self._sent_to(place, place.id, body))
        self._threads.is_called(sent, title)
        return sent

    async def _post_below(self, place: Place, outgoing: Outgoing, under: str) -> str:
        """Where somebody deleted the thread meanwhile, another one is opened."""
        thread = await self._threads.below(place, under)
        try:
            return await self._shown(outgoing, lambda body: self._sent_to(place, thread, body))
        except Refused as refused:
            if refused.code != UNKNOWN_CHANNEL or thread == place.id:
                raise
        self._threads.forget(under)
        another = await self._threads.below(place, under)
        try:
            return await self._shown(outgoing, lambda body: self._sent_to(place, another, body))
        except Refused as refused:
            raise (Refused(UNKNOWN_CHANNEL, NO_THREAD) if refused.code == UNKNOWN_CHANNEL else refused) from None

    async def _shown(self, outgoing: Outgoing, post: Callable[[Json], Awaitable[str]]) -> str:
        """The plain way where a server refuses the newer components."""
        try:
            return await post(_of_its_server(outgoing, body_of(outgoing.message, outgoing.delivery, outgoing.calls)))
        except Refused as refused:
            if refused.code != INVALID_FORM_BODY:
                raise
            log.warning("Discord refused how a message is made; it is sent plainly", delivery=outgoing.delivery)
            plain = plain_body_of(outgoing.message, outgoing.delivery, outgoing.calls)
            return await post(_of_its_server(outgoing, plain))

    async def _sent_to(self, place: Place, channel: str, body: Json) -> str:
        try:
            answer = await self._api.post(channel, body)
        except Refused as refused:
            is_below = channel != place.id or place.is_thread
            needed = rights.TO_SEND_IN_A_THREAD if is_below else rights.TO_SEND
            deed = "send messages in threads" if is_below else "send messages"
            raise explained(refused, place.seen, self._guilds, needed, deed) from None
        if not answer.get("id"):
            raise Cut
        return reference(channel, answer["id"])

    async def edit(self, workspace: str, message: str, new: Message) -> None:
        channel, number = place_of(message)
        body = of_the_server(edit_of(new), workspace)
        try:
            await self._opened(channel, lambda: self._api.edit(channel, number, body))
        except Refused as refused:
            if refused.code != INVALID_FORM_BODY:
                raise
            plain = of_the_server(plain_edit_of(new), workspace)
            await self._opened(channel, lambda: self._api.edit(channel, number, plain))
        if channel == number:
            await self._retitle(workspace, channel, new)

    async def _retitle(self, workspace: str, post: str, new: Message) -> None:
        """The title of a forum's post says what its first message does, so it goes and comes back with it."""
        known = self._guilds.channel(workspace, post)
        name = known.name if known else ""
        if is_gone(new) and name != NOT_SHOWN:
            await self._name(post, NOT_SHOWN)
        elif name == NOT_SHOWN and not is_gone(new):
            await self._name(post, title_of(new))

    async def _name(self, post: str, title: str) -> None:
        try:
            await self._api.rename_thread(post, title)
        except Refused as refused:
            log.warning("the title of a forum's post stays as it is", problem=str(refused))

    async def remove(self, message: str) -> None:
        channel, number = place_of(message)
        try:
            await self._opened(channel, lambda: self._api.delete(channel, number))
        except Refused as refused:
            if refused.code not in _GONE:
                raise

    async def _opened(self, channel: str, change: Callable[[], Awaitable[object]]) -> None:
        """A closed thread is opened for it, as it is by whoever writes there."""
        try:
            await change()
        except Refused as refused:
            if refused.code != THREAD_ARCHIVED:
                raise
            await self._api.reopen_thread(channel)
            await change()


def _of_its_server(outgoing: Outgoing, body: Json) -> Json:
    return of_the_server(body, outgoing.channel.workspace)
