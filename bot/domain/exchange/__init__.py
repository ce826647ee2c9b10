"""What goes out of the library and what comes in, as text: files for people and for other programs.

Nothing in here reads or writes a file.
"""

from bot.domain.exchange.bringing import (
    MOST_NAMED,
    ON_THE_COMMAND_LINE,
    ON_THE_WEB,
    Bringing,
    Broken,
    Cut,
    ImportForm,
    ImportState,
    Limits,
    Row,
)
from bot.domain.exchange.listing import EVERYTHING, Format, Listing, ListingKind, Written

__all__ = [
    "EVERYTHING",
    "MOST_NAMED",
    "ON_THE_COMMAND_LINE",
    "ON_THE_WEB",
    "Bringing",
    "Broken",
    "Cut",
    "Format",
    "ImportForm",
    "ImportState",
    "Limits",
    "Listing",
    "ListingKind",
    "Row",
    "Written",
]
