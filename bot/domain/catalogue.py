"""The commands people can give, as data: a platform can register them, and help is written from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.suggest import nearest

COMMAND = "/pln"


@dataclass(frozen=True, slots=True)
class Verb:
    """`shape` shows what may follow, `example` one way to write it. `aliases` are other words people try. Those
    `for_admins` are shown by `help admin`; what else is refused to whom is the commands' business."""

    name: str
    shape: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    for_admins: bool = False

    @property
    def usage(self) -> str:
        return " ".join(part for part in (COMMAND, self.name, self.shape) if part)


VERBS: Sequence[Verb] = (
    Verb("home", "", "See what you can do here, with buttons.", "home", ("menu", "hi", "hello")),
    Verb(
        "help",
        "",
        "List the commands, with an example each.",
        "help",
        ("?", "commands"),
    ),
    Verb(
        "start",
        "<subject> <country>",
        "Choose topics to begin with, by subject and country, with what they can cost.",
        "start maths gb",
        ("begin", "packs"),
    ),
    Verb(
        "follow",
        "<topics> now",
        'Bring a hashtag, an account or a "phrase" into this channel\'s digest. With now, new posts also come within '
        "minutes, in school hours; with now 10 likes, only the liked ones.",
        "follow #edchat @name",
        ("add", "subscribe", "watch"),
    ),
    Verb(
        "search",
        "<words>",
        "Look now for posts of the last days, outside the library. Costs money, so only a few times a day.",
        "search fractions",
        ("discover",),
    ),
    Verb("unfollow", "<topics>", "Stop following a topic.", "unfollow #edchat", ("remove", "unsubscribe", "stop")),
    Verb("list", "", "See what this channel follows.", "list", ("topics", "following")),
    Verb(
        "digest",
        "now|preview",
        "Get a digest now, or look at the next one and at what is left out of it. A preview is for you only.",
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
    Verb(
        "pause",
        "until <day>",
        "Have no digest for a while. Without a day it lasts until somebody says resume.",
        "pause until 8 January",
        ("snooze",),
    ),
    Verb("resume", "", "Have digests again after a pause.", "resume", ("unpause", "continue")),
    Verb(
        "holidays",
        "<country or region>",
        "Have no digest on public holidays there; none for no holidays, usual for those of the whole school. Alone it "
        "lists the days without a digest.",
        "holidays GB-ENG",
        ("holiday", "calendar", "terms"),
    ),
    Verb("size", "<1 to 10>", "Change how many posts a digest has at most.", "size 5", ("posts", "items", "length")),
    Verb(
        "layout",
        "list|cards",
        "Have a digest in one message, or each post in a message of its own.",
        "layout cards",
        ("style", "cards"),
    ),
    Verb(
        "language",
        "<languages>",
        "Have posts in these languages only; any means every language.",
        "language en fr",
        ("languages", "lang"),
    ),
    Verb(
        "roundup",
        "<day> <time>",
        "Have a look back once a week at what colleagues saved and said; off ends it.",
        "roundup fri 15:00",
        ("round-up", "weekly", "week"),
    ),
    Verb(
        "taste",
        "",
        "See what this channel prefers, learnt from what people save. With reset it begins anew.",
        "taste",
        ("leanings", "preferences"),
    ),
    Verb(
        "settings",
        "",
        "See or change topics, time, size, layout and languages in one place.",
        "settings",
        ("setup", "options"),
    ),
    Verb(
        "me",
        "<any command>",
        "Use a command for your own digest, which only you get.",
        "me follow #edchat",
        ("my", "personal"),
    ),
    Verb("saved", "", "See what you have saved.", "saved", ("saves", "mine")),
    Verb(
        "save",
        "<number or link>",
        "Save an item of the latest digest, a post by its link, or any page.",
        "save 3",
        ("keep", "bookmark"),
    ),
    Verb(
        "tag",
        "<number> <tags>",
        "Save an item of the latest digest with tags.",
        "tag 3 fractions, year 9",
        ("tags", "label"),
    ),
    Verb(
        "note",
        "<number> <words>",
        "Save an item of the latest digest with a note for colleagues.",
        "note 3 Worked well with year 9",
        ("comment",),
    ),
    Verb("find", "<words>", "Search the library of what colleagues saved.", "find fractions", ("look", "seek")),
    Verb("library", "", "See where to find what colleagues saved.", "library", ("shelf", "shelves")),
    Verb(
        "mute",
        '<@name, #tag, "words", site>',
        "Keep something out of a digest: your own, or as an admin this channel's. Alone it lists what is muted.",
        "mute #ad",
        ("hide", "silence"),
    ),
    Verb("unmute", '<@name, #tag, "words", site>', "Let something muted in again.", "unmute #ad", ("unhide",)),
    Verb("status", "", "See whether all is well: last read, next digest, spending.", "status", ("health",)),
    Verb(
        "forget-me",
        "",
        "Erase your name, your saves and your notes from Staffroom, for good. What colleagues saved too stays.",
        "forget-me",
        ("forget", "forgetme", "erase"),
    ),
    Verb(
        "budget",
        "",
        "See what was spent on reading, what is planned, and for what.",
        "budget",
        ("cost", "costs", "spending", "money"),
        for_admins=True,
    ),
    Verb(
        "limit",
        "topics <number> everywhere",
        "Set how many topics this channel may follow, or with the last word every channel and personal digest.",
        "limit topics 20",
        ("limits", "max"),
        for_admins=True,
    ),
    Verb(
        "lock", "", "Let only admins change what this channel follows and when.", "lock", ("freeze",), for_admins=True
    ),
    Verb("unlock", "", "Let every member change this channel again.", "unlock", ("unfreeze",), for_admins=True),
    Verb(
        "block",
        '<@name, #tag, "words", site>',
        "Keep something out of every digest of the workspace. Alone it lists what is blocked.",
        "block example.com",
        ("ban",),
        for_admins=True,
    ),
    Verb(
        "unblock",
        '<@name, #tag, "words", site>',
        "Let something blocked in again.",
        "unblock example.com",
        ("unban",),
        for_admins=True,
    ),
    Verb(
        "pictures",
        "known|all everywhere",
        "Say whether posts with pictures come from known accounts only: those followed here or saved from before. "
        "With the last word it holds for every channel and personal digest.",
        "pictures known",
        (),
        for_admins=True,
    ),
    Verb(
        "guests",
        "allow|refuse",
        "Say whether guests and people of other organisations may do what members may.",
        "guests refuse",
        (),
        for_admins=True,
    ),
    Verb(
        "reports",
        "",
        "See which posts were reported and wait for a decision.",
        "reports",
        ("reported",),
        for_admins=True,
    ),
    Verb(
        "purge",
        "<link or @name>",
        "Erase a post, or all posts of an account, from messages and library at once and for good.",
        "purge https://x.com/name/status/1234567890",
        ("erase-post", "takedown"),
        for_admins=True,
    ),
)

GROUPS: Mapping[str, str] = {
    "What comes": "start follow unfollow list search mute unmute language taste",
    "When and how it comes": "digest schedule pause resume holidays size layout roundup settings me",
    "What is kept": "saved save tag note find library",
    "Besides": "home help status forget-me",
}
"""The verbs for everybody under headings, because nobody reads thirty lines in a row."""

_BY_NAME = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}


def verbs_under(heading: str) -> list[Verb]:
    """Those of the group, in the order of the catalogue."""
    return [verb for verb in VERBS if verb.name in GROUPS[heading].split()]


def verb_named(word: str) -> Verb | None:
    """The verb of that name or alias, whatever its case."""
    return _BY_NAME.get(word.casefold())


def meant(word: str) -> str:
    """“Did you mean …?” for a word that is no verb; empty where none is near."""
    return nearest(word, [verb.name for verb in VERBS])
