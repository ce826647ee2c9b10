"""What a page's forms send: read strictly, made into events, answered with a redirect or, for our script, with JSON."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.render import fingerprint
from adapters.web.visitor import WORKSPACE
from bot.domain.events import Event, Happening, Person, ReplyHandle

MOST_LETTERS = 2000
REPLIES_FOR = timedelta(minutes=15)
FROM_OUR_SCRIPT = "X-Staffroom-Page"

_NONCE = re.compile(r"[\w-]{8,64}", re.ASCII)


class Note(Enum):
    """What a visitor is told about what they just did. The address carries the name, never a text."""

    HINT = "This box takes commands that start with /pln. Try /pln help. Nothing was sent."
    TOO_LONG = f"That is longer than {MOST_LETTERS} characters. Nothing was sent."
    SENT = "Staffroom has your command. The answer is the newest message."
    PRESSED = "Staffroom has it. The answer is the newest message."
    TAPPED = "Your tap is noted. A number saves its item; the answer to a bookmark is the newest message."
    UNTAPPED = "Your tap is taken back, and with it what that tap saved."
    CHANGED = "This message has changed meanwhile, so nothing was done. Look again, then try again."


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one submission."""

    fields: dict[str, str]

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def key(self, person: Person, *parts: str) -> str:
        """The event's own id: the same for a form that was sent twice, another for every other submission."""
        nonce = self.text("nonce")
        if not _NONCE.fullmatch(nonce):
            raise Refusal(400, "This form is not complete. Reload the page and try again.")
        return fingerprint("\n".join((person.key.person, nonce, *parts)))


async def read_form(request: web.Request) -> Form:
    posted = await request.post()
    return Form({name: value for name, value in posted.items() if isinstance(value, str)})


def event(key: str, happening: Happening, at: datetime) -> Event:
    return Event(WORKSPACE, key, happening, at)


def reply_to(person: Person, now: datetime) -> ReplyHandle:
    return ReplyHandle(person.key.person, now + REPLIES_FOR)


def is_from_script(request: web.Request) -> bool:
    return FROM_OUR_SCRIPT in request.headers


def answer(request: web.Request, path: str, note: Note | None = None, anchor: str = "") -> web.Response:
    """Back to the page that the form was on. Our script stays there and shows the note itself."""
    if is_from_script(request):
        return web.json_response({"note": note.value if note else "", "done": note not in _NOT_DONE})
    address = path + (f"?note={note.name.lower()}" if note else "") + (f"#{anchor}" if anchor else "")
    return web.Response(status=303, headers={"Location": address})


def note_of(request: web.Request) -> str:
    """The sentence behind the note that the address carries; nothing for what is no note of ours."""
    name = request.query.get("note", "").upper()
    return Note[name].value if name in Note.__members__ else ""


_NOT_DONE = {Note.HINT, Note.TOO_LONG, Note.CHANGED}
