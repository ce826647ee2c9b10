"""home, help"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked
from bot.domain.catalogue import COMMAND, GROUPS, ME, UNDER, VERBS, Verb, meant, verb_named, verbs_under
from bot.domain.content import Say, headed, offer, say
from bot.domain.search.kinds import KINDS
from bot.services.digest.calendars import coming
from bot.services.wording import listed

SEARCHING = (
    "What can stand in a search",
    (
        "fractions year — both words, wherever they stand; of the last word the beginning is enough.",
        "“exit ticket” — these words next to each other.",
        "fractions / decimals — one or the other; or means the same, and brackets ( ) hold more together.",
        "-primary — without that; the minus may stand before anything here.",
        "#year9 — with that tag. @nrichmaths — by that account.",
        "from:#edchat — came with that topic. in:maths — from that channel or department; in:all — from everywhere.",
        "library:maths — from the library of that department, and from no channel of that name.",
        f"kind:video — one of {', '.join(KINDS)}. domain:nrich.org — a page of that site.",
        "since:2026-09 before:2026-10-15 — saved from that month or day on, or before it.",
        "by:me — what you saved; by: with a colleague’s name finds what they saved, where they agreed to it.",
    ),
)
"""The language of `bot.domain.search`, on one screen."""


async def home(asked: Asked, _: str) -> Answer:
    channel = await asked.known_channel()
    labels = [following.topic.label for following in await asked.tx.topics.followed(asked.channel)]
    follows = f"{asked.here} follows {listed(labels)}." if labels else f"{asked.here} follows nothing yet."
    begin = ("Start", asked.again("start").encode())
    find = [("Find", asked.again("find").encode())] if asked.able.forms else []
    buttons = offer(
        *([] if labels else [begin]),
        *find,
        ("Topics", asked.again("list").encode()),
        ("My saves", asked.again("saved").encode()),
        ("Preview", asked.again("digest", "preview").encode()),
        *([begin] if labels else []),
        ("Settings", asked.again("settings").encode()),
        ("Status", asked.again("status").encode()),
        ("Help", asked.again("help").encode()),
    )
    follow = f"{COMMAND} me follow" if asked.is_own else f"{COMMAND} follow"
    hint = Say(f"Search what colleagues saved with {COMMAND} find, follow a topic with {follow}.", "hint")
    found = await coming(asked.tx, asked.parts, channel)
    lines = [follows, *([found.line(asked.parts.clock.now())] if labels else [])]
    return Answer((*headed("Your learning network", lines), *asked.invitation(), buttons, hint))


async def show_help(_: Asked, words: str) -> Answer:
    word = _verb_of(words.casefold().split())
    if word == "admin":
        return Answer(headed("What admins can type", _briefly([verb for verb in VERBS if verb.for_admins])))
    if word in UNDER and word != ME:
        return Answer(headed(UNDER[word], _lines([verb for verb in VERBS if verb.under == word])))
    if verb := verb_named(word):
        return Answer((*say(*_lines([verb])), *(headed(*SEARCHING) if verb.name == "find" else ())))
    if word:
        return Answer(say(f"There is no command “{word[:40]}”.{meant(word)} See {COMMAND} help for all of them."))
    groups = [part for heading in GROUPS for part in headed(heading, _briefly(verbs_under(heading)))]
    one = f"All about one of them, with an example: {COMMAND} help follow."
    more = Say(f"What admins can type is under {COMMAND} help admin.", "hint")
    return Answer((*headed("What you can type", [one]), *groups, more))


def _verb_of(words: list[str]) -> str:
    """Whether it is asked for as `schedule`, as `/pln schedule` or as `change schedule`."""
    while len(words) > 1 and (words[0] in UNDER or words[0].removeprefix("/").startswith(COMMAND.removeprefix("/"))):
        words = words[1:]
    return " ".join(words)


def _briefly(verbs: Sequence[Verb]) -> list[str]:
    """Without an example: nobody reads fifty."""
    return [f"{verb.usage} — {verb.brief}" for verb in verbs]


def _lines(verbs: Sequence[Verb]) -> list[str]:
    return [f"{verb.usage} — {verb.help}{_example(verb)}" for verb in verbs]


def _example(verb: Verb) -> str:
    """Where it says more than the usage does; `/pln` is not torn from its words at the end of a line."""
    return f" For example: {COMMAND}\N{NO-BREAK SPACE}{verb.example}" if verb.shape else ""


def unknown(word: str, suggestion: str) -> Answer:
    return Answer(say(f"“{word[:40]}” is not something I know.{suggestion} See {COMMAND} help."))
