"""The pages of a channel: read it, type a command, press a button, tap a reaction, say who you are."""

import asyncio
import re
from collections.abc import Sequence

from aiohttp import web

from adapters.web.emoji import is_emoji, without_skin_tone
from adapters.web.errors import Refusal
from adapters.web.forms import MOST_LETTERS, Form, Note, answer, event, is_from_script, note_of, read_form, reply_to
from adapters.web.frame import Frames
from adapters.web.guard import Guard
from adapters.web.live import Bell, heard, stream
from adapters.web.render import ChannelPage, Templates, bubble, channel_path, version_of
from adapters.web.visitor import person_named, remember, visitor
from bot.domain.catalogue import COMMAND
from bot.domain.events import ButtonPressed, CommandGiven, Person, ReactionAdded, ReactionRemoved
from bot.plugins import ChatTools
from bot.ports import ChannelCard, RoomMessage
from bot.views import Button, Buttons, LibraryEntry, PostItem

MOST_MESSAGES = 100
PATIENCE = 1.0
"""Seconds that a page without our script waits for the engine's answer before it is shown again."""


class ChatRoom:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames, guard: Guard, bell: Bell) -> None:
        self._room = tools.room
        self._inbox = tools.inbox
        self._pages = tools.pages
        self._clock = tools.clock
        self._templates = templates
        self._frames = frames
        self._guard = guard
        self._bell = bell

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.first),
            web.get("/c/{channel}", self.show),
            web.get("/c/{channel}/messages", self.messages),
            web.get("/c/{channel}/events", self.events),
            web.post("/c/{channel}/say", self.say),
            web.post("/c/{channel}/press", self.press),
            web.post("/c/{channel}/react", self.react),
            web.post("/me", self.rename),
        ]

    # ------------------------------------------------------------------------------------------------------- reading

    async def first(self, request: web.Request) -> web.Response:
        if not visitor(request).is_local:
            return web.Response(status=303, headers={"Location": "/library"})
        channels = await self._channels()
        if not channels:
            return self._html(self._templates.notice("No channel yet", _NO_CHANNEL))
        return await self._show(request, channels[0])

    async def show(self, request: web.Request) -> web.Response:
        return await self._show(request, await self._card(request))

    async def messages(self, request: web.Request) -> web.Response:
        """The message list alone, for a page that is open."""
        me = visitor(request)
        page = await self._page(await self._card(request), me.person)
        return self._html(self._templates.messages(page, me))

    async def events(self, request: web.Request) -> web.StreamResponse:
        card = await self._card(request)

        async def look() -> str:
            return version_of((await self._page(card, visitor(request).person)).bubbles)

        return await stream(request, self._bell, look)

    async def _show(self, request: web.Request, card: ChannelCard) -> web.Response:
        frame = await self._frames.of(request, card.key.channel)
        page = await self._page(card, frame.me.person)
        return self._html(self._templates.channel(page, frame, note_of(request)))

    async def _page(self, card: ChannelCard, me: Person) -> ChannelPage:
        messages = await self._room.messages(card.key, me.key.person, MOST_MESSAGES)
        return ChannelPage(card, [bubble(each, me.key.person) for each in messages])

    async def _channels(self) -> Sequence[ChannelCard]:
        return await self._pages.channels("web")

    async def _card(self, request: web.Request) -> ChannelCard:
        wanted = request.match_info["channel"]
        for card in await self._channels() if visitor(request).is_local else ():
            if card.key.channel == wanted:
                return card
        raise Refusal(404, "There is no such channel here.")

    # --------------------------------------------------------------------------------------------------------- doing

    async def say(self, request: web.Request) -> web.Response:
        card, me, form = await self._card(request), visitor(request).person, await read_form(request)
        text = form.text("text")
        if problem := _problem_of(text):
            return self._back(request, card, problem)
        now = self._clock.now()
        command = CommandGiven(me, card.key, COMMAND + text[len(COMMAND) :], reply_to(me, now))
        await self._room.say(event(form.key(me, "say", text), command, now), text, now)
        self._bell.ring()
        await self._wait_for_answer(request, self._bell.next_ring())
        return self._back(request, card, Note.SENT, "latest")

    async def press(self, request: web.Request) -> web.Response:
        card, me, form = await self._card(request), visitor(request).person, await read_form(request)
        message = await self._seen(card, me, form)
        action = form.text("action")
        if message is None or action not in {button.action for button in buttons_of(message)}:
            return self._back(request, card, Note.CHANGED)
        now = self._clock.now()
        pressed = ButtonPressed(me, card.key, message.id, action, reply_to(me, now))
        ring = self._bell.next_ring()
        await self._inbox.accept(event(form.key(me, "press", message.id, action), pressed, now))
        await self._wait_for_answer(request, ring)
        return self._back(request, card, Note.PRESSED, f"m-{message.id}")

    async def react(self, request: web.Request) -> web.Response:
        card, me, form = await self._card(request), visitor(request).person, await read_form(request)
        emoji, change = without_skin_tone(form.text("emoji")), form.text("change")
        if change not in {"add", "remove"} or not is_emoji(emoji):
            raise Refusal(400, "That is not a reaction.")
        message = await self._seen(card, me, form)
        if message is None or message.message is None:
            return self._back(request, card, Note.CHANGED)
        now = self._clock.now()
        kind = ReactionAdded if change == "add" else ReactionRemoved
        reaction = kind(me, card.key, message.id, emoji)
        await self._room.react(event(form.key(me, change, message.id, emoji), reaction, now), now)
        self._bell.ring()
        note = Note.TAPPED if change == "add" else Note.UNTAPPED
        return self._back(request, card, note, f"m-{message.id}")

    async def rename(self, request: web.Request) -> web.Response:
        if not visitor(request).is_local:
            raise Refusal(404, "There is no such page.")
        form = await read_form(request)
        me = person_named(form.text("name"))
        back = form.text("back")
        response = answer(request, back if _OUR_PAGES.fullmatch(back) else "/")
        remember(response, me, secure=self._guard.secure)
        return response

    async def _seen(self, card: ChannelCard, me: Person, form: Form) -> RoomMessage | None:
        """The message the form is on, where it still is there and this person may see it."""
        messages = await self._room.messages(card.key, me.key.person, MOST_MESSAGES)
        return next((each for each in messages if each.id == form.text("message")), None)

    async def _wait_for_answer(self, request: web.Request, ring: asyncio.Event) -> None:
        if not is_from_script(request):
            await heard(ring, PATIENCE)

    def _back(
        self, request: web.Request, card: ChannelCard, note: Note | None = None, anchor: str = ""
    ) -> web.Response:
        return answer(request, channel_path(card.key.channel), note, anchor)

    def _html(self, html: str) -> web.Response:
        return web.Response(text=html, content_type="text/html")


_OUR_PAGES = re.compile(r"/c/[\w%.~-]+|/library(?:/tags|/digests)?|/people|/export|/import")

_NO_CHANNEL = (
    'No channel of this installation is on the web page. Add a [[channels]] with platform = "web" to the '
    "configuration, with a name and the topics it should follow, and start Staffroom again."
)


def buttons_of(message: RoomMessage) -> list[Button]:
    blocks = message.message.blocks if message.message else ()
    return [
        button
        for block in blocks
        if isinstance(block, Buttons | PostItem | LibraryEntry)
        for button in (*block.buttons, *(() if isinstance(block, Buttons) else block.menu))
    ]


def _problem_of(text: str) -> Note | None:
    if len(text) > MOST_LETTERS:
        return Note.TOO_LONG
    is_command = text.casefold().split(maxsplit=1)[:1] == [COMMAND]
    return None if is_command else Note.HINT
