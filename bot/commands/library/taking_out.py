"""export: what is saved, as a file for whoever asks"""

from dataclasses import dataclass, replace

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import on_the_web
from bot.commands.library.week import this_week
from bot.domain.content import Say, ShowFile, Way, ways
from bot.domain.department import library_key
from bot.domain.exchange import Format, Listing, ListingKind
from bot.domain.library import parse_tags
from bot.domain.search.entry import tag_facet
from bot.domain.search.language import EVERYWHERE
from bot.domain.search.terms import field_term, with_terms
from bot.errors import Mistake
from bot.services.exchange.exporting import search_meant
from bot.services.library.sought import Looking, everywhere
from bot.services.people.threshold import savers_needed
from bot.services.saying.files import why_no_files
from bot.services.wording import capital, cut

FORMATS = {
    "csv": Format.CSV,
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "html": Format.BOOKMARKS,
    "bookmarks": Format.BOOKMARKS,
    "json": Format.JSON,
}
LABELS = {
    Format.CSV: "As a table",
    Format.MARKDOWN: "As text",
    Format.BOOKMARKS: "As bookmarks",
    Format.JSON: "As JSON",
}
CALLED = {
    Format.CSV: "a table for spreadsheets (CSV)",
    Format.MARKDOWN: "text to read or print (Markdown)",
    Format.BOOKMARKS: "bookmarks for a browser (HTML)",
    Format.JSON: "a file to be imported again (JSON)",
}
LONGEST_IN_A_SENTENCE = 80
FIND = "find "
ALL = "all"
WEEK = "week"


async def export(asked: Asked, words: str) -> Answer:
    wanted = await _wanted(asked, words)
    if not asked.able.files or not asked.able.private_messages:
        why = why_no_files(asked.parts, asked.channel.workspace)
        return Answer((Say(why), *await on_the_web(asked)))
    about = f"{wanted.called}, as {CALLED[wanted.form]}."
    coming = Say(f"{about} It comes to you as a file, for you alone, with links, titles, tags and notes.")
    others = [Way(LABELS[each], f"export {wanted.typed} {each.ending}") for each in Format if each is not wanted.form]
    more = [Way("From all libraries", f"export {wanted.of_all} {wanted.form.ending}")] if wanted.of_all else []
    file = ShowFile(wanted.listing.kind.value, wanted.listing.value, wanted.form.value, about)
    return Answer((coming, *ways(*others, *more)), file=file)


def export_ways(asked: Asked, what: str) -> list[Way]:
    """The button beside a list that can be had as a file, where files can be sent."""
    able = asked.able
    return [Way("Export", f"export {what} {Format.CSV.ending}")] if able.files and able.private_messages else []


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`typed` are the words by which the listing is asked for, `called` is how it is named in a sentence. `of_all` are
    those for the same of all libraries, where it is of one."""

    listing: Listing
    typed: str
    called: str
    form: Format = Format.CSV
    of_all: str = ""


async def _wanted(asked: Asked, words: str) -> _Wanted:
    """The format may stand anywhere after what is wanted, and behind a search; a table unless it is said. Raises
    Mistake."""
    if words.casefold().startswith(FIND):
        return await _searched(asked, words[len(FIND) :].strip())
    typed = words.casefold().split()
    kinds = [word for word in typed if word in FORMATS]
    what = " ".join(word for word in typed if word not in FORMATS)
    if len(set(kinds)) > 1:
        raise Mistake("Say one kind of file: csv, md, html or json, such as /pln export library csv.")
    wanted = await _said(asked, what)
    return replace(wanted, form=FORMATS[kinds[0]]) if kinds else wanted


async def _searched(asked: Asked, typed: str) -> _Wanted:
    """What the same search finds in this channel. Raises Mistake, before a file is promised, also for a search that
    cannot be meant."""
    before, _, last = typed.rpartition(" ")
    words, form = (before, FORMATS[last.casefold()]) if last.casefold() in FORMATS else (typed, Format.CSV)
    if not words.strip():
        raise Mistake("Say what to look for and which kind of file, such as /pln export find fractions csv.")
    channel, least = await asked.known_channel(), await savers_needed(asked.tx, asked.channel.workspace)
    looking = Looking(asked.tx, asked.parts, asked.channel, asked.person.key.person, least, library=channel.library)
    query = await looking.understood(words)
    search = looking.written_out(query)
    await search_meant(asked.tx, asked.parts, asked.person.key, search, least)
    called = f"What is found with “{cut(words, LONGEST_IN_A_SENTENCE)[0]}”"
    found = Listing(ListingKind.FOUND, search)
    if not looking.is_narrowed(query):
        return _Wanted(found, f"{FIND}{words}", called, form)
    called += f" in the library of {channel.department}"
    return _Wanted(found, f"{FIND}{search}", called, form, of_all=f"{FIND}{everywhere(query).text}")


@dataclass(frozen=True, slots=True)
class _Library:
    """That of a department, by its key; all of them where that is empty."""

    key: str
    typed: str
    called: str


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a library is wanted, and `search` finds. `tag` is what it is tagged, empty where it is no tag."""

    search: str
    typed: str
    called: str
    tag: str = ""


async def _said(asked: Asked, what: str) -> _Wanted:
    """What the list of that name means in this channel. Raises Mistake."""
    match what:
        case "me" | "mine":
            return _Wanted(Listing(ListingKind.MINE), "me", "What you saved")
        case "digests":
            called = "Past digests of your own" if asked.is_own else "Past digests of this channel"
            return _Wanted(Listing(ListingKind.DIGESTS, asked.channel.channel), "digests", called)
    named, part = await _part_of(asked, what)
    library = await _library(asked, named)
    if library is None:
        raise Mistake(await _what_there_is(asked))
    return _wanted_of(library, part)


async def _part_of(asked: Asked, what: str) -> tuple[str, _Part | None]:
    """What names the library, and what of it is wanted; None for all. Raises Mistake."""
    place, hash_, said = what.partition("#")
    if hash_:
        tag, where, name = said.partition(" in:")
        return f"{where.strip()}{name}" or place, _tagged(tag)
    words = what.split()
    if WEEK not in words or await _library(asked, what) is not None:
        return what, None
    query, called = await this_week(asked)
    return " ".join(word for word in words if word != WEEK), _Part(query.text, WEEK, f"was {called}")


async def _library(asked: Asked, words: str) -> _Library | None:
    """That of the channel's own department where no other is named; None for a name that there is not."""
    departments = {library_key(each): each for each in await asked.tx.library.departments(asked.channel.workspace)}
    name = words.strip() if library_key(words.strip()) in departments else words.strip().removeprefix("library").strip()
    everything = _Library("", ALL, "all libraries" if departments else "the library")
    if name in {ALL, EVERYWHERE}:
        return everything
    named = name.removeprefix("in:") or (await asked.known_channel()).department
    if not named:
        return everything
    key = library_key(named)
    return _Library(key, f"in:{key}", f"the library of {departments[key]}") if key in departments else None


def _wanted_of(library: _Library, part: _Part | None) -> _Wanted:
    if part is None:
        listing = Listing(ListingKind.LIBRARY, library.key)
        return _Wanted(listing, library.typed, capital(library.called), of_all=ALL if library.key else "")
    called = f"What {part.called} in {library.called}"
    if library.key:
        search = with_terms(part.search, [field_term("library", library.key)])
        found = Listing(ListingKind.FOUND, search)
        return _Wanted(found, f"{library.typed} {part.typed}", called, of_all=f"{ALL} {part.typed}")
    listing = Listing(ListingKind.TAG, part.tag) if part.tag else Listing(ListingKind.FOUND, part.search)
    return _Wanted(listing, f"{ALL} {part.typed}", called)


async def _what_there_is(asked: Asked) -> str:
    departments = await asked.tx.library.departments(asked.channel.workspace)
    others = f", a department such as {departments[0]}" if departments else ""
    return (
        f"Say library, me, digests{others}, find with what to look for, week, or one tag such as #fractions: "
        "/pln export #fractions csv."
    )


def _tagged(typed: str) -> _Part:
    """Raises Mistake."""
    tags = parse_tags(typed)
    if len(tags) != 1:
        raise Mistake("Say one tag at a time, such as /pln export #fractions csv.")
    return _Part(tag_facet(tags[0]), f"#{tags[0]}", f"is tagged {tags[0]}", tags[0])
