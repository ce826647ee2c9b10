"""export: what is saved, as a file for whoever asks"""

from dataclasses import dataclass, replace

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import on_the_web
from bot.domain.content import Say, ShowFile, Way, ways
from bot.domain.department import library_key
from bot.domain.exchange import EVERYTHING, Format, Listing, ListingKind
from bot.domain.library import parse_tags
from bot.domain.search.entry import tag_facet
from bot.errors import Mistake
from bot.services.exchange.exporting import search_meant
from bot.services.people.threshold import savers_needed
from bot.services.saying.files import why_no_files
from bot.services.wording import cut

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
OF_ALL = {"all", "in:all", "library all", "library in:all"}


async def export(asked: Asked, words: str) -> Answer:
    wanted = await _wanted(asked, words)
    if not asked.able.files or not asked.able.private_messages:
        why = why_no_files(asked.parts, asked.channel.workspace)
        return Answer((Say(why), *await on_the_web(asked)))
    about = f"{wanted.called}, as {CALLED[wanted.form]}."
    coming = Say(f"{about} It comes to you as a file, for you alone, with links, titles, tags and notes.")
    others = [Way(LABELS[each], f"export {wanted.typed} {each.ending}") for each in Format if each is not wanted.form]
    is_of_a_department = wanted.listing.kind is ListingKind.LIBRARY and wanted.listing.value
    more = [Way("From all libraries", f"export all {wanted.form.ending}")] if is_of_a_department else []
    file = ShowFile(wanted.listing.kind.value, wanted.listing.value, wanted.form.value, about)
    return Answer((coming, *ways(*others, *more)), file=file)


def export_ways(asked: Asked, what: str) -> list[Way]:
    """The button beside a list that can be had as a file, where files can be sent."""
    able = asked.able
    return [Way("Export", f"export {what} {Format.CSV.ending}")] if able.files and able.private_messages else []


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`typed` are the words by which the listing is asked for, `called` is how it is named in a sentence."""

    listing: Listing
    typed: str
    called: str
    form: Format = Format.CSV


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
    """Raises Mistake, before a file is promised, also for a search that cannot be meant."""
    wanted, least = _found(typed), await savers_needed(asked.tx, asked.channel.workspace)
    await search_meant(asked.tx, asked.parts, asked.person.key, wanted.listing.value, least)
    return wanted


def _found(typed: str) -> _Wanted:
    """What a search finds. Raises Mistake."""
    before, _, last = typed.rpartition(" ")
    search, form = (before, FORMATS[last.casefold()]) if last.casefold() in FORMATS else (typed, Format.CSV)
    if not search.strip():
        raise Mistake("Say what to look for and which kind of file, such as /pln export find fractions csv.")
    called = f"What is found with “{cut(search, LONGEST_IN_A_SENTENCE)[0]}”"
    return _Wanted(Listing(ListingKind.FOUND, search), f"{FIND}{search}", called, form)


async def _said(asked: Asked, what: str) -> _Wanted:
    """Raises Mistake."""
    departments = await asked.tx.library.departments(asked.channel.workspace)
    of_all = _Wanted(EVERYTHING, "all", "All libraries" if departments else "The library")
    match what:
        case "" | "library":
            department = (await asked.known_channel()).department
            return _of_department(department) if department else of_all
        case "me" | "mine":
            return _Wanted(Listing(ListingKind.MINE), "me", "What you saved")
        case "digests":
            called = "Past digests of your own" if asked.is_own else "Past digests of this channel"
            return _Wanted(Listing(ListingKind.DIGESTS, asked.channel.channel), "digests", called)
        case _ if what in OF_ALL:
            return of_all
    place, hash_, tag = what.partition("#")
    if hash_ and place.strip() in {"", "library", *OF_ALL}:
        return _tagged(tag, is_of_several=bool(departments))
    named = place.removeprefix("library ").removeprefix("in:")
    for name in departments:
        if library_key(named) == library_key(name):
            return _found(f"in:{library_key(name)} {tag_facet(_one_tag(tag))}") if hash_ else _of_department(name)
    others = f", a department such as {departments[0]}" if departments else ""
    raise Mistake(
        f"Say library, me, digests{others}, find with what to look for, or one tag such as #fractions: "
        "/pln export #fractions csv."
    )


def _of_department(name: str) -> _Wanted:
    key = library_key(name)
    return _Wanted(Listing(ListingKind.LIBRARY, key), f"in:{key}", f"The library of {name}")


def _tagged(typed: str, *, is_of_several: bool) -> _Wanted:
    """Raises Mistake."""
    tag = _one_tag(typed)
    called = f"What is tagged {tag}{' in all libraries' if is_of_several else ''}"
    return _Wanted(Listing(ListingKind.TAG, tag), f"#{tag}", called)


def _one_tag(typed: str) -> str:
    """Raises Mistake."""
    tags = parse_tags(typed)
    if len(tags) != 1:
        raise Mistake("Say one tag at a time, such as /pln export #fractions csv.")
    return tags[0]
