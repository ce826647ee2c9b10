"""The commands people can give, as data: a platform can register them, and help is written from them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.suggest import nearest

COMMAND = "/pln"


@dataclass(frozen=True, slots=True)
class Verb:
    """`shape` shows what may follow, `example` one way to write it. `aliases` are other words people try."""

    name: str
    shape: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        return " ".join(part for part in (COMMAND, self.name, self.shape) if part)


VERBS: Sequence[Verb] = (
    Verb("home", "", "See what you can do here, with buttons.", "home", ("menu", "hi", "hello")),
    Verb("help", "", "List the commands, with an example each.", "help", ("?", "commands")),
    Verb(
        "follow",
        "<topics>",
        'Bring a hashtag, an account or a "phrase" into this channel\'s digest.',
        "follow #edchat @name",
        ("add", "subscribe", "watch"),
    ),
    Verb("unfollow", "<topics>", "Stop following a topic.", "unfollow #edchat", ("remove", "unsubscribe", "stop")),
    Verb("list", "", "See what this channel follows.", "list", ("topics", "following")),
    Verb(
        "digest",
        "now|preview",
        "Get a digest now, or look at the next one. A preview is for you only and reads nothing new.",
        "digest preview",
        ("now", "preview"),
    ),
    Verb(
        "schedule",
        "<time> <days> <zone>",
        "Change when the digest comes. Say only what should change.",
        "schedule 07:45 mon-fri Europe/London",
        ("time", "when", "days", "zone"),
    ),
    Verb("size", "<1 to 10>", "Change how many items a digest has at most.", "size 5", ("items", "length")),
    Verb("saved", "", "See what you have saved.", "saved", ("saves", "mine")),
    Verb("save", "<number>", "Save an item of the latest digest.", "save 3", ("keep", "bookmark")),
    Verb("find", "<words>", "Search the library of what colleagues saved.", "find fractions", ("search",)),
    Verb("status", "", "See whether all is well: last read, next digest, spending.", "status", ("health",)),
    Verb(
        "forget-me",
        "",
        "Erase your name and your saves from Staffroom, for good. What colleagues saved too stays.",
        "forget-me",
        ("forgetme", "erase"),
    ),
)

_BY_NAME = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}


def verb_named(word: str) -> Verb | None:
    """The verb of that name or alias, whatever its case."""
    return _BY_NAME.get(word.casefold())


def meant(word: str) -> str:
    """“Did you mean …?” for a word that is no verb; empty where none is near."""
    return nearest(word, [verb.name for verb in VERBS])
