"""`/pln`, the same on every platform: a typed command becomes an act within a transaction, and an answer."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands import digests, library, topics
from bot.commands.context import Answer, Asked
from bot.commands.help import home, show_help, unknown
from bot.domain.catalogue import COMMAND, meant, verb_named
from bot.domain.content import say
from bot.errors import Mistake

Act = Callable[[Asked, str], Awaitable[Answer]]

ACTS: Mapping[str, Act] = {
    "home": home,
    "help": show_help,
    "follow": topics.follow,
    "unfollow": topics.unfollow,
    "list": topics.show_list,
    "digest": digests.digest,
    "schedule": digests.schedule,
    "size": digests.size,
    "saved": library.saved,
    "save": library.save,
    "find": library.find,
    "status": digests.status,
    "forget-me": library.forget_me,
}


async def run(asked: Asked, text: str) -> Answer:
    """Does what the text asks for. A mistake changes nothing and is answered in plain words."""
    word, _, rest = _without_command(" ".join(text.split())).partition(" ")
    verb = verb_named(word or "home")
    if verb is None:
        return unknown(word, meant(word))
    if word.casefold() in {"now", "preview"}:
        rest = word
    try:
        return await ACTS[verb.name](asked, rest)
    except Mistake as mistake:
        return Answer(say(str(mistake)))


def _without_command(text: str) -> str:
    first, _, rest = text.partition(" ")
    return rest.strip() if first.casefold() == COMMAND else text


__all__ = ["ACTS", "Answer", "Asked", "run"]
