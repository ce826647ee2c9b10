"""What is shown of a digest: in one message, or as a cover and a card for each item."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.digest import Digest
from bot.services.posts.post_words import digest_title
from bot.services.saying.present.gathered import Gathered
from bot.services.saying.present.posts import numbered_post
from bot.views import Block, Heading, Hint, PostItem


def whole_digest(gathered: Gathered, digest: Digest) -> Sequence[Block]:
    items = (numbered_post(gathered, item, digest.composed_at) for item in digest.items)
    return [*_head(gathered, digest), *items]


def cover(gathered: Gathered, digest: Digest) -> Sequence[Block]:
    able = gathered.occasion.abilities
    ways = ["press Save below it"] if able.buttons else []
    if able.reaction_events:
        ways.append(f"react to it with {_with_its_name(_emoji_that_saves(gathered))}")
    how = f"To save an item, {' or '.join(ways)}." if ways else ""
    return [*_head(gathered, digest), *([Hint(how)] if how else [])]


def card(gathered: Gathered, digest: Digest, number: int, *, alone: bool) -> Sequence[Block]:
    """One item in a message of its own, where any emoji that saves is enough; `alone` after which nobody counts."""
    emoji = _emoji_that_saves(gathered)
    shown = (numbered_post(gathered, item, digest.composed_at) for item in digest.items if item.number == number)
    cards = (replace(each, emoji=each.emoji and emoji) if isinstance(each, PostItem) else each for each in shown)
    return [_without_number(each) for each in cards] if alone else list(cards)


def _head(gathered: Gathered, digest: Digest) -> Sequence[Block]:
    in_part = ["Read in part today: not every topic could be read in full."] if digest.in_part else []
    hints = [Hint(said) for said in (*in_part, *digest.remarks)]
    return [Heading(digest_title(digest, gathered.occasion.zone)), *hints]


def _emoji_that_saves(gathered: Gathered) -> str:
    return next(iter(gathered.parts.shelves), "")


def _with_its_name(emoji: str) -> str:
    """`🔖 (bookmark)`: nobody has to recognise a picture."""
    name = unicodedata.name(emoji[:1], "").lower()
    return f"{emoji} ({name})" if name else emoji


def _without_number(block: Block) -> Block:
    if not isinstance(block, PostItem) or block.number is None:
        return block
    counted_as = f"item {block.number}"
    buttons, menu = (
        tuple(replace(each, label=each.label.replace(counted_as, "this post", 1)) for each in some)
        for some in (block.buttons, block.menu)
    )
    return replace(block, number=None, buttons=buttons, menu=menu)
