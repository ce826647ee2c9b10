"""The layout of each format, and what a file is called."""

import re
from datetime import datetime

from bot.domain.exchange import Format, Listing, ListingKind
from bot.domain.exchange.entry import Entry, told
from bot.domain.exchange.layout import Layout
from bot.domain.exchange.markdown import markdown
from bot.domain.exchange.netscape import netscape
from bot.domain.exchange.whole import whole
from bot.domain.topic import folded
from bot.services.spreadsheet import csv_line
from bot.services.wording import date_in_words

COLUMNS = ("Title", "Link", "Kind", "Saved", "Libraries", "Shelves", "Tags", "Notes", "Saved by", "Posts", "Text")
_READ_AS_UTF_8 = "\ufeff"
"""Without it spreadsheets take a table for one of their own computer's alphabet."""
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")


def layout_of(into: Format, title: str, now: datetime) -> Layout:
    match into:
        case Format.CSV:
            return Layout(_READ_AS_UTF_8 + csv_line(COLUMNS), _row)
        case Format.MARKDOWN:
            return markdown(title, f"Exported on {date_in_words(now.date())}.")
        case Format.BOOKMARKS:
            return netscape(title)
        case Format.JSON:
            return whole(title, now)


def file_name(what: Listing, into: Format, now: datetime) -> str:
    """`staffroom-library-maths-2026-11-23.csv`"""
    parts = [what.kind.value] if what.kind is ListingKind.DIGESTS else [what.kind.value, what.value]
    words = (_NOT_IN_A_NAME.sub("-", folded(part)).strip("-")[:40] for part in parts)
    return "-".join(["staffroom", *(word for word in words if word), f"{now:%Y-%m-%d}"]) + f".{into.ending}"


def title_of(what: Listing, name: str = "") -> str:
    """What a file or a feed is called; `name` is that of the department or the channel."""
    match what.kind:
        case ListingKind.LIBRARY:
            return f"The library of {name or what.value}" if what.value else "The library"
        case ListingKind.TAG:
            return f"Tagged {what.value}"
        case ListingKind.SHELF:
            return f"On the shelf {what.value}"
        case ListingKind.MINE:
            return "What I saved"
        case ListingKind.DIGESTS:
            return f"Digests of {name}" if name else "Digests"
        case ListingKind.FOUND:
            return f"From the library: {what.value}"


def _row(entry: Entry) -> str:
    return csv_line(
        (
            entry.title,
            entry.url,
            entry.kind,
            f"{entry.saved_at:%Y-%m-%d}",
            ", ".join(entry.libraries),
            ", ".join(entry.shelves),
            ", ".join(entry.tags),
            "\n".join(map(told, entry.notes)),
            ", ".join(entry.saved_by),
            ", ".join(f"{source}:{id_}" for source, id_ in entry.citations),
            entry.text,
        )
    )
