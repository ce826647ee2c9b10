"""What goes out of the library, and as what."""

from dataclasses import dataclass
from enum import StrEnum


class ListingKind(StrEnum):
    """
    library   all that stands in a department's library; `value` is its key, empty for the libraries of all
    tag       what has the tag `value`
    shelf     what is on the shelf `value`
    mine      what the person who asks saved, for themselves alone too
    digests   what the digests of the channel with the id `value` showed
    found     what the search `value` finds for the person who asks
    """

    LIBRARY = "library"
    TAG = "tag"
    SHELF = "shelf"
    MINE = "mine"
    DIGESTS = "digests"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Listing:
    kind: ListingKind
    value: str = ""


EVERYTHING = Listing(ListingKind.LIBRARY)


class Format(StrEnum):
    """
    csv         a table for spreadsheets
    markdown    a list to read, or to put into a document
    bookmarks   what every browser reads in
    json        all of it, to be read in again
    """

    CSV = "csv"
    MARKDOWN = "markdown"
    BOOKMARKS = "bookmarks"
    JSON = "json"

    @property
    def ending(self) -> str:
        """Of a file's name."""
        return _ENDINGS[self]

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_ENDINGS = {Format.CSV: "csv", Format.MARKDOWN: "md", Format.BOOKMARKS: "html", Format.JSON: "json"}
_MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.MARKDOWN: "text/markdown",
    Format.BOOKMARKS: "text/html",
    Format.JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file, whole. `media_type` goes with `charset=utf-8`."""

    name: str
    media_type: str
    text: str
