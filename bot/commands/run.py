"""A typed command becomes an act within a transaction, and an answer."""

import re
from collections.abc import Awaitable, Callable, Mapping

from bot.commands.context import Answer, Asked
from bot.commands.digest import digests, past_digests, pausing, roundup, settings, shape, status, suiting
from bot.commands.digest.own_digest import with_own_digest
from bot.commands.governing import auditing, governing, purge, reports, roles
from bot.commands.help import home, show_help, unknown
from bot.commands.library import (
    after_saving,
    departments,
    describing,
    finding,
    linking,
    naming,
    removing,
    saved,
    taking_out,
)
from bot.commands.people import forget, names, network, privacy
from bot.commands.people.me import for_oneself
from bot.commands.topics import budget, following, keeping_out, searching, start, taste, topics
from bot.commands.typed import in_lines, typed
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
    "saved": saved.saved,
    "save": linking.save,
    "tag": describing.tag,
    "untag": describing.untag,
    "note": describing.note,
    "title": naming.title,
    "kind": naming.kind,
    "undo": saved.undo_last,
    "find": finding.find,
    "library": after_saving.library,
    "digests": past_digests.digests,
    "export": taking_out.export,
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
    "department": departments.department,
    "call": roles.call,
    "reports": reports.reports,
    "removed": removing.removed,
    "names": names.names,
    "findable": names.findable,
    "privacy": privacy.privacy,
    "my-data": privacy.my_data,
    "erase-person": privacy.erase_person,
    "audit": auditing.audit,
    "people": network.people,
    "purge": purge.purge_post,
}


IN_LINES = {"note"}
"""What is kept as it was written."""


async def run(asked: Asked, text: str) -> Answer:
    """Does what the text asks for. A mistake changes nothing and is answered in plain words."""
    try:
        return await with_own_digest(asked, await _do(asked, text))
    except Mistake as mistake:
        return Answer(say(str(mistake)))


async def _do(asked: Asked, text: str) -> Answer:
    word, _, rest = _without_group(_without_command(typed(text))).partition(" ")
    verb = verb_named(word or "home")
    if verb is None:
        return unknown(word, meant(word))
    if word.casefold() in {"now", "preview", "cards"}:
        rest = word
    if verb.name in IN_LINES:
        rest = in_lines(text, rest)
    return await ACTS[verb.name](asked, rest)


def _without_group(text: str) -> str:
    """`keep tag 3 maths` is the same as `tag 3 maths`: some platforms have verbs in groups."""
    group, _, rest = text.partition(" ")
    verb = verb_named(rest.partition(" ")[0])
    return rest if verb and verb.under == group.casefold() else text


def _without_command(text: str) -> str:
    first, _, rest = text.partition(" ")
    return rest.strip() if first.casefold() == COMMAND else text
