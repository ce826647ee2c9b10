"""What a form asks for, as its fields say it: `library:maths`, `tag:fractions`, `mine:`, `found:kind:video 7b`."""

from bot.domain.exchange import Format, Listing, ListingKind
from bot.errors import Mistake

LONGEST_VALUE = 400


def listing_meant(text: str) -> Listing:
    """Raises Mistake."""
    kind, _, value = text.partition(":")
    if kind not in list(ListingKind) or len(value) > LONGEST_VALUE:
        raise Mistake("Choose one of what is listed there.")
    return Listing(ListingKind(kind), value)


def format_meant(text: str) -> Format:
    """Raises Mistake."""
    if text not in list(Format):
        raise Mistake("Choose one of the formats that are listed there.")
    return Format(text)
