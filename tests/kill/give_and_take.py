"""What Ana does in a life that is about files: she brings one in, has it taken out again, or asks for two in a chat.
Each time she looks how far it is and goes on from there."""

from datetime import timedelta

from bot.domain.events import CommandGiven, Event, Person, ReplyHandle
from bot.domain.exchange import ImportState
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Role
from bot.ports import Inbox
from bot.services.exchange.coming_in import AT_ONCE
from bot.services.exchange.engine import EngineExchange
from bot.services.parts import Parts

PAGE, SLACK = "web:local", "slack:T0SCHOOL"
ON_THE_PAGE, IN_SLACK = ChannelKey(PAGE, "staffroom"), ChannelKey(SLACK, "C0STAFFROOM")
GIVES_AND_TAKES = {
    "imports": ON_THE_PAGE,
    "undoes": ON_THE_PAGE,
    "web-files": ON_THE_PAGE,
    "slack-files": IN_SLACK,
}
"""Where each of these lives takes place."""
ANA = {PAGE: Person(PersonKey(PAGE, "ana"), "Ana"), SLACK: Person(PersonKey(SLACK, "U0ANA"), "Ana Souza")}
ASKED_FOR = {"export": "/pln export library csv", "data": "/pln my-data"}
ROWS = AT_ONCE + 5
FILE = "".join(
    f'<DT><A HREF="https://page.example/{number}" TAGS="maths">Page {number}</A><DD>Said of {number}\n'
    for number in range(ROWS)
)
BOOKMARKS = f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>\n{FILE}</DL>".encode()


async def give_and_take(life: str, parts: Parts, inbox: Inbox) -> None:
    match life:
        case "imports":
            await _bring(EngineExchange(parts))
        case "undoes":
            await _undo(EngineExchange(parts))
        case _:
            await _ask(parts, inbox, GIVES_AND_TAKES[life])


async def _bring(exchange: EngineExchange) -> None:
    ana = ANA[PAGE]
    brought = list(await exchange.imports(ana.key, Role.EDITOR))
    if not brought:
        brought.append(await exchange.look_through(ana, Role.EDITOR, BOOKMARKS, ""))
    if brought[0].state is ImportState.SHOWN:
        await exchange.confirm(ana.key, Role.EDITOR, brought[0].id)


async def _undo(exchange: EngineExchange) -> None:
    ana = ANA[PAGE]
    (done,) = await exchange.imports(ana.key, Role.EDITOR)
    if done.state is ImportState.DONE:
        await exchange.undo(ana.key, Role.EDITOR, done.id)


async def _ask(parts: Parts, inbox: Inbox, channel: ChannelKey) -> None:
    """The platform repeats each command until it is taken, and takes no answer through its reply any more."""
    who, now = ANA[channel.workspace], parts.clock.now()
    for key, words in ASKED_FOR.items():
        given = CommandGiven(who, channel, words, ReplyHandle(who.key.person, now - timedelta(hours=1)))
        await inbox.accept(Event(channel.workspace, f"ana-{key}", given, now))
