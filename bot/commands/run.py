"""A typed command becomes an act within a transaction, and an answer."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.commands import (
    budget,
    digests,
    following,
    forget,
    governing,
    keeping_out,
    library,
    linking,
    pausing,
    purge,
    reports,
    roles,
    roundup,
    searching,
    settings,
    shape,
    start,
    status,
    suiting,
    taste,
    topics,
)
from bot.commands.context import Answer, Asked
from bot.commands.help import home, show_help, unknown
from bot.commands.me import for_oneself
from bot.commands.own_digest import with_own_digest
from bot.commands.typed import typed
from bot.domain.catalogue import COMMAND, meant, verb_named
from bot.domain.content import say
from bot.errors import Mistake

Act = Callable[[Asked, str], Awaitable[Answer]]

_ME = re.compile(r"^(?:me(?:\s+|$))+", re.IGNORECASE)


async def me(asked: Asked, words: str) -> Answer:
    return await for_oneself(asked, _do, _ME.sub("", words))


ACTS: Mapping[str, Act] = {
    "home": home,
    "help": show_help,
    "start": start.start,
    "follow": following.follow,
    "unfollow": topics.unfollow,
    "list": topics.show_list,
    "search": searching.search,
    "digest": digests.digest,
    "schedule": shape.schedule,
    "pause": pausing.pause,
    "resume": pausing.resume,
    "holidays": pausing.holidays,
    "size": shape.size,
    "layout": shape.layout,
    "language": suiting.language,
    "roundup": roundup.roundup,
    "taste": taste.taste,
    "settings": settings.settings,
    "me": me,
    "saved": library.saved,
    "save": linking.save,
    "tag": library.tag,
    "note": library.note,
    "find": library.find,
    "library": library.library,
    "mute": keeping_out.mute,
    "unmute": keeping_out.unmute,
    "status": status.status,
    "forget-me": forget.forget_me,
    "budget": budget.budget,
    "limit": governing.limit,
    "lock": governing.lock,
    "unlock": governing.unlock,
    "block": keeping_out.block,
    "unblock": keeping_out.unblock,
    "pictures": suiting.pictures,
    "guests": governing.guests,
    "role": roles.role,
    "threshold": governing.threshold,
    "call": roles.call,
    "reports": reports.reports,
    "purge": purge.purge_post,
}


async def run(asked: Asked, text: str) -> Answer:
    """Does what the text asks for. A mistake changes nothing and is answered in plain words."""
    try:
        return await with_own_digest(asked, await _do(asked, _without_command(typed(text))))
    except Mistake as mistake:
        return Answer(say(str(mistake)))


async def _do(asked: Asked, text: str) -> Answer:
    word, _, rest = text.partition(" ")
    verb = verb_named(word or "home")
    if verb is None:
        return unknown(word, meant(word))
    if word.casefold() in {"now", "preview", "cards"}:
        rest = word
    return await ACTS[verb.name](asked, rest)


def _without_command(text: str) -> str:
    first, _, rest = text.partition(" ")
    return rest.strip() if first.casefold() == COMMAND else text
