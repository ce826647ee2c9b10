"""home, help"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked
from bot.domain.catalogue import COMMAND, GROUPS, UNDER, VERBS, Verb, meant, verb_named, verbs_under
from bot.domain.content import Say, headed, offer, say
from bot.services.calendars import coming
from bot.services.wording import listed


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
        return Answer(headed("What admins can type", _lines([verb for verb in VERBS if verb.for_admins])))
    if verb := verb_named(word):
        return Answer(say(*_lines([verb])))
    if word in UNDER:
        return Answer(headed(UNDER[word], _lines([verb for verb in VERBS if verb.under == word])))
    if word:
        return Answer(say(f"There is no command “{word[:40]}”.{meant(word)} See {COMMAND} help for all of them."))
    groups = [part for heading in GROUPS for part in headed(heading, _lines(verbs_under(heading)))]
    one = f"For one of them alone: {COMMAND} help follow."
    more = Say(f"What admins can type is under {COMMAND} help admin.", "hint")
    return Answer((*headed("What you can type", [one]), *groups, more))


def _verb_of(words: list[str]) -> str:
    """Whether it is asked for as `schedule`, as `/pln schedule` or as `change schedule`."""
    while len(words) > 1 and (words[0] in UNDER or words[0].removeprefix("/").startswith(COMMAND.removeprefix("/"))):
        words = words[1:]
    return " ".join(words)


def _lines(verbs: Sequence[Verb]) -> list[str]:
    return [f"{verb.usage} — {verb.help}{_example(verb)}" for verb in verbs]


def _example(verb: Verb) -> str:
    """Where it says more than the usage does; `/pln` is not torn from its words at the end of a line."""
    return f" For example: {COMMAND}\N{NO-BREAK SPACE}{verb.example}" if verb.shape else ""


def unknown(word: str, suggestion: str) -> Answer:
    return Answer(say(f"“{word[:40]}” is not something I know.{suggestion} See {COMMAND} help."))
