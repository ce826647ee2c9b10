"""Which item of a digest somebody means who taps on a message of ours."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.content import ShowCard, ShowCover, ShowDigest
from bot.domain.delivery import Delivery
from bot.domain.digest import Digest, DigestItem
from bot.domain.library import keycap_meant, number_meant, shelf_of
from bot.ports import Transaction


@dataclass(frozen=True, slots=True)
class ShownDigest:
    """A message that shows a digest, or a part of one. `items` are those that can be tapped on it: one on a card, none
    on the head of a digest in cards."""

    delivery: Delivery
    digest: Digest
    items: tuple[DigestItem, ...]
    is_card: bool = False

    def numbered(self, number: int) -> DigestItem | None:
        """The item of the whole digest."""
        return next((item for item in self.digest.items if item.number == number), None)


async def digest_shown_by(tx: Transaction, delivery: Delivery) -> ShownDigest | None:
    """None for messages that show none."""
    for part in delivery.content:
        if isinstance(part, ShowDigest | ShowCover | ShowCard):
            digest = await tx.digests.get(delivery.channel.workspace, part.slot)
            return ShownDigest(delivery, digest, *_items(part, digest)) if digest else None
    return None


def _items(part: ShowDigest | ShowCover | ShowCard, digest: Digest) -> tuple[tuple[DigestItem, ...], bool]:
    match part:
        case ShowCard(number=number):
            return tuple(item for item in digest.items if item.number == number), True
        case ShowCover():
            return (), False
        case _:
            return digest.items, False


def means_something(emoji: str, shelves: Mapping[str, str]) -> bool:
    """Whether it may save something somewhere: people react all day with what means nothing to us."""
    return shelf_of(emoji, shelves) is not None or keycap_meant(emoji) is not None


def item_tapped(shown: ShownDigest, emoji: str, shelves: Mapping[str, str]) -> tuple[DigestItem, str] | None:
    """The item that a reaction chooses, and the shelf it goes on. None where it chooses none."""
    shelf = shelf_of(emoji, shelves)
    if shown.is_card:
        return (shown.items[0], shelf) if shown.items and shelf is not None else None
    number = number_meant(emoji, len(shown.items), shelves)
    item = shown.numbered(number) if number else None
    return (item, shelf or "") if item else None
