"""The commands people can give, as data: a platform can register them, and help is written from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.channel import LARGEST_SIZE
from bot.domain.rules import LARGEST_LIMIT, LARGEST_THRESHOLD
from bot.domain.search.kinds import KINDS
from bot.domain.suggest import nearest

COMMAND = "/pln"
ME = "me"


class Proposed(StrEnum):
    """What is proposed while somebody types an option.

    topics     popular hashtags and those of the packs, for following
    followed   what the channel follows
    zones      time zones
    tags       tags of the library, saved those and the other words that /pln saved knows, sought what a search can have
    regions    countries and regions whose public holidays are known
    muted      what is muted there, blocked what is blocked in the workspace
    packs      subjects of the packs, countries those that packs are for
    days       days of the week
    languages  languages people may want
    commands   what help can be had about
    """

    TOPICS = "topics"
    FOLLOWED = "followed"
    ZONES = "zones"
    TAGS = "tags"
    SAVED = "saved"
    SOUGHT = "sought"
    REGIONS = "regions"
    MUTED = "muted"
    BLOCKED = "blocked"
    PACKS = "packs"
    COUNTRIES = "countries"
    DAYS = "days"
    LANGUAGES = "languages"
    COMMANDS = "commands"


@dataclass(frozen=True, slots=True)
class Option:
    """A part of a command that platforms with typed commands ask for by itself. `name` is of a-z and dashes, at most 32
    characters, `help` at most 100.

    `choices` are all it may be, value and label each; with `least` and `most` it is a whole number between them.
    `written` is how the value stands in the command's text, `{}` for the value itself. With `is_group` it is a group of
    people, such as a role, by its id.
    """

    name: str
    help: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None
    proposed: Proposed | None = None
    written: str = "{}"
    is_group: bool = False

    @property
    def is_number(self) -> bool:
        return self.most is not None


@dataclass(frozen=True, slots=True)
class Verb:
    """`shape` shows what may follow, `example` one way to write it. `aliases` are other words people try. Those
    `for_admins` are shown by `help admin`; what else is refused to whom is the commands' business. `options` say the
    same as `shape`, typed, required ones first. `under` is the group it stands in where a platform has room for few
    verbs. With `own` it is good for one's own digest, too."""

    name: str
    shape: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    for_admins: bool = False
    options: tuple[Option, ...] = ()
    under: str = ""
    own: bool = False

    @property
    def brief(self) -> str:
        """The first sentence of the help, at most 100 characters."""
        return f"{self.help.partition('. ')[0].removesuffix('.')}."

    @property
    def usage(self) -> str:
        return " ".join(part for part in (COMMAND, self.name, self.shape) if part)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A verb on a platform that registers commands part by part: `words` are what stands after the command, such as
    `change size` or `me follow`. With `is_own` it is about one's own digest."""

    words: tuple[str, ...]
    verb: Verb
    is_own: bool = False

    def text(self, given: Mapping[str, str]) -> str:
        """What people would have typed elsewhere, without `/pln`."""
        return f"{ME} {written(self.verb, given)}" if self.is_own else written(self.verb, given)


CHANGE = "change"
KEEP = "keep"
ABOUT_ME = "about-me"
UNDER: Mapping[str, str] = {
    CHANGE: "Change when the digest comes and how it looks.",
    KEEP: "Describe what is kept, take back a save, look at past digests, and take things with you.",
    ABOUT_ME: "See what is kept about you, and have it sent to you or erased.",
    ME: "The same for a digest of your own, which only you get.",
}
"""The groups that verbs stand under where a platform has room for few, with their help."""

MOST_LIKES = 10_000
MOST_DIGESTS_BACK = 1_000
SETTINGS_PARTS = (
    ("what", "What comes: topics, languages, what is muted"),
    ("when", "When it comes: time, days, zone"),
    ("how", "How it looks: size, layout, numbers to tap"),
)
_ITEM = Option("number", "Its number in the latest digest", required=True, least=1, most=LARGEST_SIZE)
_ROUNDUP_DAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
    ("off", "No round-up any more"),
)
_EVERYWHERE = Option(
    "everywhere",
    "Everywhere, not in this channel alone",
    choices=(("everywhere", "Every channel and personal digest"),),
)

VERBS: Sequence[Verb] = (
    Verb("home", "", "See what you can do here, with buttons.", "home", ("menu", "hi", "hello"), own=True),
    Verb(
        "help",
        "",
        "List the commands, or tell all about one of them.",
        "help",
        ("?", "commands"),
        options=(Option("command", "The command you want to know more about", proposed=Proposed.COMMANDS),),
    ),
    Verb(
        "start",
        "<subject> <country>",
        "Choose topics to begin with, by subject and country, with what they can cost.",
        "start maths gb",
        ("begin", "packs"),
        options=(
            Option("subject", "What you teach, such as maths", proposed=Proposed.PACKS),
            Option("country", "Where you teach, such as GB", proposed=Proposed.COUNTRIES),
        ),
        own=True,
    ),
    Verb(
        "follow",
        "<topics> now",
        'Bring a hashtag, an account or a "phrase" into the digest. With now, new posts also come within '
        "minutes, in school hours; with now 10 likes, only the liked ones.",
        "follow #edchat @name",
        ("add", "subscribe", "watch"),
        options=(
            Option(
                "topics",
                'Hashtags (#edchat), accounts (@name) or phrases ("exit ticket")',
                required=True,
                proposed=Proposed.TOPICS,
            ),
            Option(
                "now",
                "Whether new posts also come within minutes, in school hours",
                choices=(("now", "Within minutes as well"),),
            ),
            Option(
                "likes",
                "Within minutes only those with so many likes",
                least=1,
                most=MOST_LIKES,
                written="now {} likes",
            ),
        ),
        own=True,
    ),
    Verb(
        "search",
        "<words>",
        "Look now for posts of the last days, outside the library. Costs money, so only a few times a day.",
        "search fractions",
        ("discover",),
        options=(Option("words", "What the posts are about, such as fractions", required=True),),
    ),
    Verb(
        "unfollow",
        "<topics>",
        "Stop following a topic.",
        "unfollow #edchat",
        ("remove", "unsubscribe", "stop"),
        options=(Option("topics", "What to stop following", required=True, proposed=Proposed.FOLLOWED),),
        own=True,
    ),
    Verb("list", "", "See what is followed here.", "list", ("topics", "following"), own=True),
    Verb(
        "digest",
        "now|preview",
        "Get a digest now, or look at the next one and at what is left out of it. A preview is for you only.",
        "digest preview",
        ("now", "preview"),
        options=(
            Option(
                "what",
                "A digest now, or a look at the next one",
                required=True,
                choices=(("preview", "Preview, which only you see"), ("now", "Now")),
            ),
        ),
        own=True,
    ),
    Verb(
        "schedule",
        "<time> <days> <zone>",
        "Change when the digest comes. Say only what should change.",
        "schedule 07:45 mon-fri Europe/London",
        ("time", "when", "days", "zone"),
        options=(
            Option("time", "When it comes, such as 07:45"),
            Option("days", "Which days, such as mon-fri or mon,wed,fri", proposed=Proposed.DAYS),
            Option("zone", "The time zone, such as Europe/London", proposed=Proposed.ZONES),
        ),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "pause",
        "until <day>",
        "Have no digest for a while. Without a day it lasts until somebody says resume.",
        "pause until 8 January",
        ("snooze",),
        options=(Option("until", "The day digests begin again, such as 8 January or Monday", written="until {}"),),
        own=True,
    ),
    Verb("resume", "", "Have digests again after a pause.", "resume", ("unpause", "continue"), own=True),
    Verb(
        "holidays",
        "<country or region>",
        "Have no digest on public holidays there; none for no holidays, usual for those of the whole school. Alone it "
        "lists the days without a digest.",
        "holidays GB-ENG",
        ("holiday", "calendar", "terms"),
        options=(
            Option(
                "where",
                "A place such as GB-ENG, none, or usual for those of the school",
                proposed=Proposed.REGIONS,
            ),
        ),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "size",
        "<1 to 10>",
        "Change how many posts a digest has at most.",
        "size 5",
        ("posts", "items", "length"),
        options=(Option("posts", "The most posts a digest has", least=1, most=LARGEST_SIZE),),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "layout",
        "list|cards",
        "Have a digest in one message, or each post in a message of its own.",
        "layout cards",
        ("style", "cards"),
        options=(
            Option(
                "layout",
                "How a digest looks",
                choices=(("list", "One message with all posts"), ("cards", "A message for each post")),
            ),
        ),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "language",
        "<languages>",
        "Have posts in these languages only; any means every language.",
        "language en fr",
        ("languages", "lang"),
        options=(Option("languages", "Such as en fr; any for every language", proposed=Proposed.LANGUAGES),),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "roundup",
        "<day> <time>",
        "Have a look back once a week at what colleagues saved and said; off ends it.",
        "roundup fri 15:00",
        ("round-up", "weekly", "week"),
        options=(
            Option("day", "The day it comes, or off", choices=_ROUNDUP_DAYS),
            Option("time", "When it comes on that day, such as 15:00"),
        ),
        under=CHANGE,
        own=True,
    ),
    Verb(
        "taste",
        "",
        "See what the digest prefers, learnt from what people save. With reset it begins anew.",
        "taste",
        ("leanings", "preferences"),
        options=(Option("reset", "Begin anew with what is preferred", choices=(("reset", "Begin anew"),)),),
        own=True,
    ),
    Verb(
        "settings",
        "what|when|how",
        "See or change topics, time, size, layout and languages in one place, or one part of them.",
        "settings when",
        ("setup", "options"),
        options=(Option("part", "Which part of them", choices=SETTINGS_PARTS),),
        own=True,
    ),
    Verb(
        "me",
        "<any command>",
        "Use a command for your own digest, which only you get.",
        "me follow #edchat",
        ("my", "personal"),
    ),
    Verb(
        "saved",
        "me|week|<tag> in:all",
        "See what you have saved. With week it is what colleagues saved this week, with a tag what has that tag: in "
        "the library of this channel's department, where it has one, and with in:all in every library.",
        "saved week",
        ("saves", "mine"),
        options=(
            Option(
                "which",
                "What you saved (me), what colleagues saved this week (week), or a tag",
                proposed=Proposed.SAVED,
            ),
        ),
    ),
    Verb(
        "save",
        "<number or link> [only me]",
        "Save an item of the latest digest, a post by its link, or any page. With only me nobody else finds it.",
        "save 3",
        ("keep", "bookmark"),
        options=(
            Option("what", "The number of an item of the latest digest, or a link", required=True),
            Option("who", "Who finds it; without this everybody here", choices=(("only me", "Only me"),)),
        ),
    ),
    Verb(
        "tag",
        "<number> <tags>",
        "Tag an item of the latest digest. If you have not saved it yet, that saves it, too.",
        "tag 3 fractions, year 9",
        ("tags", "label"),
        options=(
            _ITEM,
            Option("tags", "Tags, with a comma between two", required=True, proposed=Proposed.TAGS),
        ),
        under=KEEP,
    ),
    Verb(
        "untag",
        "<number> <tags>",
        "Take tags away from a saved item of the latest digest.",
        "untag 3 fractions",
        ("unlabel",),
        options=(
            _ITEM,
            Option("tags", "Tags, with a comma between two", required=True, proposed=Proposed.TAGS),
        ),
        under=KEEP,
    ),
    Verb(
        "note",
        "<number> <words>",
        "Write a note for colleagues about an item of the latest digest. If you have not saved it yet, that saves it, "
        "too; beside what you keep for yourself alone only you read it. You can write several. All are read under "
        "Notes of the item, and there you change or delete yours. A note can have **strong** and *stressed* words, "
        "lines that begin with - or 1. for a list or > for a quotation, and links: [our plan](https://plan.example/9).",
        "note 3 Worked well with year 9",
        ("comment",),
        options=(
            _ITEM,
            Option("words", "What it is good for, or how it went; colleagues read it", required=True),
        ),
        under=KEEP,
    ),
    Verb(
        "title",
        "<number> <words>",
        "Change what a saved item of the latest digest is called.",
        "title 3 Exit tickets that work",
        ("rename", "retitle"),
        options=(_ITEM, Option("words", "What everybody here finds it under", required=True)),
        under=KEEP,
    ),
    Verb(
        "kind",
        "<number> article|video|worksheet|research|question|other",
        "Change the kind of a saved item of the latest digest.",
        "kind 3 worksheet",
        options=(
            _ITEM,
            Option("kind", "What it is", required=True, choices=tuple((kind, kind.capitalize()) for kind in KINDS)),
        ),
        under=KEEP,
    ),
    Verb("undo", "", "Take back what you saved last.", "undo", ("unsave",), under=KEEP),
    Verb(
        "find",
        "<words>",
        "Search the library of what colleagues saved. Say /pln help find for all it understands.",
        "find fractions",
        ("look", "seek"),
        options=(
            Option(
                "words",
                "Words of the post, its tags or notes, such as fractions",
                required=True,
                proposed=Proposed.SOUGHT,
            ),
            Option(
                "where",
                "In which library, where departments have their own",
                choices=(("in:all", "In all libraries"),),
            ),
        ),
    ),
    Verb(
        "digests",
        "<number>",
        "See which digests this channel had, and open one for yourself.",
        "digests 2",
        ("archive",),
        options=(Option("which", "Which one to open; 1 is the newest", least=1, most=MOST_DIGESTS_BACK),),
        under=KEEP,
    ),
    Verb(
        "export",
        "library|all|in:<department>|me|week|<tag>|find <search>|digests csv|md|html|json",
        "Get what is saved as a file, sent to you alone. It holds the library; of it what was saved this week (week), "
        "has a tag (#fractions) or is found (find exit ticket); what you saved (me); or the past digests of this "
        "channel (digests). The library is that of this channel's department, where it has one. Say all for every "
        "library and in:maths for that of Maths, such as all week or in:maths #fractions. The file is a table (csv), "
        "text (md), bookmarks for a browser (html), or all there is, to be imported again (json).",
        "export #fractions csv",
        ("download",),
        options=(
            Option(
                "what",
                "What the file holds",
                choices=(
                    ("library", "This channel's library"),
                    ("all", "All libraries"),
                    ("me", "What you saved"),
                    ("week", "What was saved this week"),
                    ("digests", "Past digests of this channel"),
                ),
            ),
            Option("tag", "Only what has this tag", proposed=Proposed.TAGS, written="#{}"),
            Option("department", "Only the library of this department", written="in:{}"),
            Option(
                "format",
                "What kind of file",
                choices=(
                    ("csv", "A table, for a spreadsheet (CSV)"),
                    ("md", "Text to read or print (Markdown)"),
                    ("html", "Bookmarks, for a browser (HTML)"),
                    ("json", "Everything, to import elsewhere (JSON)"),
                ),
            ),
        ),
        under=KEEP,
    ),
    Verb("library", "", "See where to find what colleagues saved.", "library", ("shelf", "shelves")),
    Verb(
        "mute",
        '<@name, #tag, "words", site>',
        "Keep something out of a digest: your own, or as an admin this channel's. Alone it lists what is muted.",
        "mute #ad",
        ("hide", "silence"),
        options=(Option("what", '@name, #tag, "words" or a site'),),
        own=True,
    ),
    Verb(
        "unmute",
        '<@name, #tag, "words", site>',
        "Let something muted in again.",
        "unmute #ad",
        ("unhide",),
        options=(Option("what", '@name, #tag, "words" or a site', proposed=Proposed.MUTED),),
        own=True,
    ),
    Verb("status", "", "See whether all is well: last read, next digest, spending.", "status", ("health",), own=True),
    Verb(
        "people",
        "",
        "See whom colleagues learn from: accounts saved most here, and some that nobody follows yet.",
        "people",
        ("who", "accounts"),
    ),
    Verb(
        "privacy",
        "",
        "See what is kept about you, for how long, and what you can do about it.",
        "privacy",
        ("data-protection",),
        under=ABOUT_ME,
    ),
    Verb(
        "my-data",
        "text|json",
        "Get everything that is kept about you as a file.",
        "my-data",
        ("mydata",),
        options=(
            Option(
                "format",
                "What kind of file",
                choices=(("text", "Text to read"), ("json", "For other programs (JSON)")),
            ),
        ),
        under=ABOUT_ME,
    ),
    Verb(
        "findable",
        "yes|no",
        "Say whether colleagues may find what you saved by your name.",
        "findable yes",
        ("consent",),
        options=(Option("answer", "Whether they may", choices=(("yes", "They may"), ("no", "They may not"))),),
        under=ABOUT_ME,
    ),
    Verb(
        "forget-me",
        "",
        "Erase your name, your saves and your notes from Staffroom, for good. What colleagues saved too stays.",
        "forget-me",
        ("forget", "forgetme", "erase"),
        under=ABOUT_ME,
    ),
    Verb(
        "budget",
        "",
        "See what was spent on reading, what is planned, and for what.",
        "budget",
        ("cost", "costs", "spending", "money"),
        for_admins=True,
        own=True,
    ),
    Verb(
        "limit",
        "topics <number> everywhere",
        "Set how many topics this channel may follow. With the last word it holds for every channel and personal "
        "digest.",
        "limit topics 20",
        ("limits", "max"),
        for_admins=True,
        options=(
            Option("topics", "How many topics it may follow", least=1, most=LARGEST_LIMIT, written="topics {}"),
            _EVERYWHERE,
        ),
    ),
    Verb(
        "lock", "", "Let only admins change what this channel follows and when.", "lock", ("freeze",), for_admins=True
    ),
    Verb("unlock", "", "Let every member change this channel again.", "unlock", ("unfreeze",), for_admins=True),
    Verb(
        "block",
        '<@name, #tag, "words", site>',
        "Keep something out of every digest here. Alone it lists what is blocked.",
        "block example.com",
        ("ban",),
        for_admins=True,
        options=(Option("what", '@name, #tag, "words" or a site'),),
    ),
    Verb(
        "unblock",
        '<@name, #tag, "words", site>',
        "Let something blocked in again.",
        "unblock example.com",
        ("unban",),
        for_admins=True,
        options=(Option("what", '@name, #tag, "words" or a site', proposed=Proposed.BLOCKED),),
    ),
    Verb(
        "removed",
        "",
        "See what was removed from the library lately, and restore it.",
        "removed",
        ("deleted", "bin", "trash"),
        for_admins=True,
    ),
    Verb(
        "names",
        "all|saver|none",
        "Say whose names stand beside what is saved.",
        "names saver",
        (),
        for_admins=True,
        options=(
            Option(
                "whose",
                "Whose names are shown",
                choices=(
                    ("all", "Everybody sees who saved something"),
                    ("saver", "People see their own name only"),
                    ("none", "Nobody is named"),
                ),
            ),
        ),
    ),
    Verb(
        "audit",
        "",
        "See what admins decided, and when.",
        "audit",
        ("log",),
        for_admins=True,
    ),
    Verb(
        "erase-person",
        "<name or id>",
        "Erase what is kept about somebody who has left.",
        "erase-person Ana Turner",
        ("forget-person",),
        for_admins=True,
        options=(
            Option("who", "Their name or id", required=True),
            Option("sure", "That it is erased, for good", choices=(("yes", "Yes, erase it"),)),
        ),
    ),
    Verb(
        "pictures",
        "known|all everywhere",
        "Say whether posts with pictures come from known accounts only. Known are those followed here or saved from "
        "before. With the last word it holds for every channel and personal digest.",
        "pictures known",
        (),
        for_admins=True,
        own=True,
        options=(
            Option(
                "from",
                "Whose posts with pictures are shown",
                choices=(("known", "Known accounts only"), ("all", "Every account")),
            ),
            _EVERYWHERE,
        ),
    ),
    Verb(
        "guests",
        "allow|refuse",
        "Say whether guests and people of other organisations may do what members may.",
        "guests refuse",
        (),
        for_admins=True,
        options=(
            Option(
                "what",
                "Whether they may do what members may",
                choices=(("allow", "They may"), ("refuse", "They may not")),
            ),
        ),
    ),
    Verb(
        "role",
        "save|follow|moderate <role>|everybody|off",
        "Say which roles may save, follow or decide about reported posts; off takes that back. Without a role it tells "
        "who may.",
        "role save Teachers",
        ("roles",),
        for_admins=True,
        options=(
            Option(
                "what",
                "What the role is needed for",
                required=True,
                choices=(
                    ("save", "Saving to the library"),
                    ("follow", "Changing what channels follow and when"),
                    ("moderate", "Deciding about reported posts"),
                ),
            ),
            Option("role", "The role that may do it, beside admins and other roles you chose", is_group=True),
            Option(
                "who",
                "Everybody, or nobody because of a role",
                choices=(("everybody", "Everybody may do it"), ("off", "No role is chosen any more")),
            ),
        ),
    ),
    Verb(
        "threshold",
        "<1 to 20>",
        "Say how many people have to save something before everybody finds it in the library.",
        "threshold 2",
        (),
        for_admins=True,
        options=(Option("people", "How many people have to save it", least=1, most=LARGEST_THRESHOLD),),
    ),
    Verb(
        "department",
        "<name>|none",
        "Say which department this channel belongs to: what is saved here goes into its library.",
        "department Maths",
        ("departments", "library-of"),
        for_admins=True,
        options=(Option("name", "The department, such as Maths, or none"),),
    ),
    Verb(
        "call",
        "<role>|nobody",
        "Say which role the morning digest of this channel calls.",
        "call Teachers",
        ("ping", "mention"),
        for_admins=True,
        options=(
            Option("role", "The role that is told when the digest is there", is_group=True),
            Option("nobody", "Call nobody any more", choices=(("nobody", "Nobody"),)),
        ),
    ),
    Verb("reports", "", "See which posts were reported and wait for a decision.", "reports", ("reported",)),
    Verb(
        "purge",
        "<link or @name>",
        "Erase a post, or all posts of an account, from messages and library at once and for good.",
        "purge https://x.com/name/status/1234567890",
        ("erase-post", "takedown"),
        for_admins=True,
        options=(
            Option("what", "The link of a post, or @name for all posts of an account", required=True),
            Option("sure", "That all posts of the account are erased, for good", choices=(("yes", "Yes, erase them"),)),
        ),
    ),
)

GROUPS: Mapping[str, str] = {
    "What comes": "start follow unfollow list search mute unmute language taste",
    "When and how it comes": "digest schedule pause resume holidays size layout roundup settings me",
    "What is kept": "saved save tag untag note title kind undo find library digests export",
    "Besides": "home help status reports people privacy my-data findable forget-me",
}
"""The verbs for everybody under headings, because nobody reads thirty lines in a row."""

_BY_NAME = {name: verb for verb in VERBS for name in (verb.name, *verb.aliases)}


def written(verb: Verb, given: Mapping[str, str]) -> str:
    """The text of the command, without `/pln`, that says what was given for the options by their names."""
    values = ((option, given.get(option.name, "").strip()) for option in verb.options)
    return " ".join((verb.name, *(option.written.format(value) for option, value in values if value)))


def spellings(*, for_admins: bool) -> list[Spelling]:
    """The commands of everybody, or those of admins, part by part: at most 25 words stand first, and 25 below one."""
    verbs = [verb for verb in VERBS if verb.for_admins == for_admins and verb.name != ME]
    usual = [Spelling((verb.under, verb.name) if verb.under else (verb.name,), verb) for verb in verbs]
    own = [] if for_admins else [Spelling((ME, verb.name), verb, is_own=True) for verb in VERBS if verb.own]
    return [*usual, *own]


def verbs_under(heading: str) -> list[Verb]:
    """Those of the group, in the order of the catalogue."""
    return [verb for verb in VERBS if verb.name in GROUPS[heading].split()]


def verb_named(word: str) -> Verb | None:
    """The verb of that name or alias, whatever its case."""
    return _BY_NAME.get(word.casefold())


def meant(word: str) -> str:
    """“Did you mean …?” for a word that is no verb; empty where none is near."""
    return nearest(word, [verb.name for verb in VERBS])
