"""`staffroom disclose`: what somebody has to know who answers for the school's data and money, from the configuration
as it is. Plain Markdown, to be printed and signed."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from bot.cli.configured import config_of
from bot.cli.plugged import chats, sources
from bot.cli.wiring import Wiring
from bot.config import ChannelSettings, Config
from bot.domain.links import host_of
from bot.plugins import ChatPlugin, Disclosure, SourcePlugin

MONTHS = 12

KEPT_BY_ALL = (
    (
        "What people saved: the link and title of each item, who saved it and when, and the tags and notes that they "
        "added."
    ),
    "What channels follow, when their digests come, and what was in them, as references to posts.",
    "Who asked for less like a post, until that person takes it back. Others see numbers, and only from two people on.",
    "What was spent on reading, by request, topic and day.",
    (
        "What somebody searches for, or has looked up, until it is answered: usually for a few seconds. After that "
        "only who asked and when is kept for two days, because people may search a few times a day."
    ),
    (
        "What one person alone is told, with the words of theirs that it repeats, and what they typed for it on the "
        "page of Staffroom itself: for a day."
    ),
    (
        "A command, a tap or a reaction, as the platform reports it, until it has been worked on: usually for less "
        "than a second. Then its contents are erased, and only its number is kept, so that it is not done twice. One "
        "that failed is kept with its contents, so that somebody can see why."
    ),
)
FOR_HOW_LONG = (
    (
        "Whoever types /pln forget-me is erased at once: the name, the notes, the personal digest and all saves. What "
        "colleagues saved too stays for them. The platform's id of the person stays beside withdrawn saves, so that an "
        "old reaction does not bring them back."
    ),
    (
        "What its source deletes, protects, suspends or withholds is hidden within a day and then erased, its author "
        "with it; only its number, when and why are kept, for staffroom audit. Links to other pages, tags and notes "
        "stay."
    ),
    (
        "Posts that were read and neither shown nor saved are dropped two weeks after they were read last, with "
        "whoever wrote nothing else."
    ),
    (
        "Everything else is kept until the database is deleted. There is no time limit on what was shown and saved "
        "yet; deleting the database erases all of it."
    ),
    (
        "On SQLite what is erased is overwritten in the file, and a copy of the database is made beside it before a "
        "new version changes it. That copy, and backups, are the school's own to delete."
    ),
)
NEVER = (
    "No password, no e-mail address, no telephone number, no picture of a person.",
    (
        "No conversation. Of what staff write to each other nothing is read, unless somebody saves a message on "
        "purpose, or a channel was set to have links saved by reaction (saves_links)."
    ),
    "Nothing about pupils. Staffroom is not for watching anybody: it follows organisations and hashtags.",
    "No figures about persons: there is no count of who read, tapped or saved how much.",
    "The log holds no text of posts, nothing that people typed but the topics that are read, and no token.",
    "Nothing is sent to the makers of Staffroom, and nothing is used to train anything.",
)


def print_disclosure(wiring: Wiring, asked: Namespace) -> int:
    print(disclosure(config_of(wiring, asked.config), chats(), sources()))
    return 0


def disclosure(config: Config, chats: Mapping[str, ChatPlugin], sources: Mapping[str, SourcePlugin]) -> str:
    parts = dict(_disclosures(config, chats, sources))
    return "\n".join(_lines(config, parts))


def _disclosures(
    config: Config, chats: Mapping[str, ChatPlugin], sources: Mapping[str, SourcePlugin]
) -> Iterator[tuple[str, Disclosure]]:
    """Of the plug-ins that are used. The page serves the library wherever a chat is."""
    used = {channel.platform for channel in config.channels} | {"web"}
    read = {source for channel in config.channels for source in channel.sources}
    plugins: dict[str, ChatPlugin | SourcePlugin] = {**sources, **chats}
    for name, plugin in plugins.items():
        disclose = plugin.disclose
        if name in used | read and disclose and name in config.plugins:
            yield name, disclose(config.plugins[name])


def _lines(config: Config, parts: Mapping[str, Disclosure]) -> Iterator[str]:
    yield "# Staffroom: what it may do, what it keeps, what it costs"
    yield ""
    yield f"Made by `staffroom disclose` from {config.origin}. Make it anew when that file changes."
    yield ""
    yield (
        "Staffroom posts a short digest of public posts on school mornings, and keeps a library of what colleagues "
        "saved. The school runs it on a computer of its own."
    )
    yield from _section("Where it posts", [_channel(config, number) for number in range(len(config.channels))])
    yield from _rights(parts)
    hosts = [host for part in parts.values() for host in part.hosts]
    yield from _section("Whom it talks to", [f"{each}." for each in (*hosts, *_read_beside_posts(config, parts))])
    unless_saved = " before somebody saves them" if _reads_titles(config, parts) else ""
    unopened = f"The pages that posts link to are not opened{unless_saved}."
    yield f"Nothing else leaves the computer that it runs on. {unopened}"
    kept = [line for part in parts.values() for line in part.keeps]
    yield from _section("What it keeps", [f"Everything is in {_database(config)}.", *kept, *KEPT_BY_ALL])
    yield from _section("For how long", FOR_HOW_LONG)
    yield from _section("What it never keeps", NEVER)
    yield from _section("Worst cost", _cost(config, parts))
    yield from _section("Who decides", _deciders(config))
    yield from _signature()


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from (f"- {line}" for line in lines or ("Nothing.",))
    yield ""


def _read_beside_posts(config: Config, parts: Mapping[str, Disclosure]) -> Iterator[str]:
    """The host of a calendar only: the rest of its address may be a secret."""
    places = [*config.school.calendars, *(place for each in config.channels for place in _calendars(each))]
    for host in dict.fromkeys(host for place in places if (host := host_of(place))):
        yield f"{_plain(host)}, once a day, for a calendar of the school's"
    if any(parts[name].hosts for name in _read(config) if name in parts):
        yield (
            "Link shorteners such as bit.ly, to learn which page a short link in a post stands for before the post is "
            "shown. They see the address of this computer and that link, once"
        )
    if _reads_titles(config, parts):
        yield (
            "The sites of pages that people here save, to learn what a page is called. Each sees the address of this "
            "computer and that page, once, and a few times where it does not answer"
        )


def _reads_titles(config: Config, parts: Mapping[str, Disclosure]) -> bool:
    """A trial that talks to nobody asks no page what it is called."""
    return config.keeping.page_titles and any(part.hosts for part in parts.values())


def _calendars(channel: ChannelSettings) -> tuple[str, ...]:
    return (*(channel.terms or ()), *(channel.closed or ()))


def _channel(config: Config, number: int) -> str:
    channel = config.channels[number]
    topics = ", ".join(topic.label for topic in channel.topics) or "nothing yet"
    reads = " and ".join(channel.sources)
    return _plain(f"{channel.name} ({channel.platform} {channel.channel}): follows {topics}, from {reads}.")


def _rights(parts: Mapping[str, Disclosure]) -> Iterator[str]:
    """A table for each plug-in that has any."""
    yield ""
    yield "## What it may do"
    if not any(part.rights for part in parts.values()):
        yield ""
        yield "- Nothing: no chat has to give it a right."
    for name, part in parts.items():
        if part.rights:
            yield ""
            yield f"| right in {name} | what it is for |"
            yield "|---|---|"
            yield from (f"| {_plain(right)} | {_plain(use)} |" for right, use in part.rights)


def _database(config: Config) -> str:
    address = urlsplit(config.database_url)
    if address.scheme.startswith("sqlite"):
        return f"one file on the computer that runs Staffroom, {_plain(config.database_url.partition(':///')[2])}"
    return f"a database at {address.hostname or 'the same computer'}"


def _cost(config: Config, parts: Mapping[str, Disclosure]) -> Sequence[str]:
    day, month = config.budget.daily_usd, config.budget.monthly_usd
    if not any(parts[name].hosts for name in _read(config) if name in parts):
        return ("Nothing: the posts are read from nowhere that costs money.",)
    return (
        (
            f"At most ${day:.2f} a day and ${month:.2f} a month, whichever is reached first; ${month * MONTHS:.2f} a "
            f"year. "
            "Before a request leaves, its worst case is counted against both, and what could not be afforded is not "
            "read."
        ),
        "This counts what the sources bill at the prices in the configuration. Set a spending limit with them, too.",
    )


def _read(config: Config) -> set[str]:
    return {source for channel in config.channels for source in channel.sources}


def _deciders(config: Config) -> Sequence[str]:
    owners = ", ".join(config.staffroom.owners) or "nobody"
    lines = [f"Admins of the workspace, and by the configuration also: {_plain(owners)}."]
    if config.admin:
        lines.append(f"What needs a person is reported in {config.admin.platform} {_plain(config.admin.channel)}.")
    return [*lines, "Any member may change what a channel follows, within the limits that admins set or lock."]


def _signature() -> Iterator[str]:
    yield ""
    yield "## Read and agreed"
    yield ""
    yield "Name: ______________________    Position: ______________________"
    yield ""
    yield "Date: ______________________    Signature: ______________________"


def _plain(text: str) -> str:
    """Without what would break a table or a line."""
    return " ".join(text.replace("|", "/").split())
