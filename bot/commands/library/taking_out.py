"""export: what is saved, as a file for whoever asks"""

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import on_the_web
from bot.domain.content import Say, ShowFile, Way, ways
from bot.domain.exchange import EVERYTHING, Format, Listing, ListingKind
from bot.domain.library import parse_tags
from bot.errors import Mistake
from bot.services.saying.files import why_no_files

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


async def export(asked: Asked, words: str) -> Answer:
    listing, form = _wanted(asked, words)
    if not asked.able.files or not asked.able.private_messages:
        why = why_no_files(asked.parts, asked.channel.workspace)
        return Answer((Say(why), *await on_the_web(asked)))
    about = f"{_called(asked, listing)}, as {CALLED[form]}."
    coming = Say(f"{about} It comes to you as a file, for you alone, with links, titles, tags and notes.")
    others = [Way(LABELS[each], f"export {_typed(listing)} {each.ending}") for each in Format if each is not form]
    file = ShowFile(listing.kind.value, listing.value, form.value, about)
    return Answer((coming, *ways(*others)), file=file)


def _called(asked: Asked, listing: Listing) -> str:
    match listing:
        case Listing(ListingKind.MINE):
            return "What you saved"
        case Listing(ListingKind.DIGESTS):
            return "Past digests of your own" if asked.is_own else "Past digests of this channel"
        case Listing(ListingKind.TAG, tag):
            return f"What is tagged {tag}"
        case _:
            return "The library"


def _typed(listing: Listing) -> str:
    """The words by which it is asked for."""
    match listing:
        case Listing(ListingKind.MINE):
            return "me"
        case Listing(ListingKind.TAG, tag):
            return f"#{tag}"
        case _:
            return str(listing.kind)


def _wanted(asked: Asked, words: str) -> tuple[Listing, Format]:
    """The format may stand anywhere after what is wanted; a table unless it is said. Raises Mistake."""
    typed = words.casefold().split()
    kinds = [word for word in typed if word in FORMATS]
    what = " ".join(word for word in typed if word not in FORMATS)
    if len(set(kinds)) > 1:
        raise Mistake("Say one kind of file: csv, md, html or json, such as /pln export library csv.")
    return _listing(asked, what), FORMATS[kinds[0]] if kinds else Format.CSV


def _listing(asked: Asked, what: str) -> Listing:
    match what:
        case "" | "library" | "all":
            return EVERYTHING
        case "me" | "mine":
            return Listing(ListingKind.MINE)
        case "digests":
            return Listing(ListingKind.DIGESTS, asked.channel.channel)
    tags = parse_tags(what.removeprefix("library ").strip()) if "#" in what else ()
    if len(tags) != 1:
        raise Mistake("Say library, me, digests or one tag such as #fractions: /pln export #fractions csv.")
    return Listing(ListingKind.TAG, tags[0])
