"""The emoji that save, each with the shelf it puts an item on."""

import re
import unicodedata
from collections.abc import Mapping

from bot.domain.library import KEYCAPS, bare
from bot.domain.topic import plain

LONGEST_SHELF = 40

_AS_PICTURE = "\N{VARIATION SELECTOR-16}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"
_OWN = re.compile(r"<a?:[A-Za-z0-9_]{2,32}:([0-9]{15,20})>")
"""One that a community made itself, as Discord writes it. It can be called differently tomorrow; its number stays."""


def known_shelves(shelves: Mapping[str, str]) -> dict[str, str]:
    """One that a community made itself is `<:number>`. Raises ValueError with what is wrong."""
    known = {_emoji(emoji.strip()): _shelf(emoji, name) for emoji, name in shelves.items()}
    spellings = [bare(emoji) for emoji in known]
    if twice := [emoji for emoji in known if spellings.count(bare(emoji)) > 1]:
        raise ValueError(f"{twice[0]} stands there twice; each emoji has one shelf")
    if next(iter(known), "").startswith("<"):
        raise ValueError("the first emoji is the one that people are told of; begin with one that all have, such as 🔖")
    return known


def _emoji(text: str) -> str:
    if own := _OWN.fullmatch(text):
        return f"<:{own[1]}>"
    if text in KEYCAPS or _KEYCAP in text:
        raise ValueError(f"{text} is a number, and numbers choose the item of a digest; take another emoji")
    if any(_is_skin_tone(letter) for letter in text):
        raise ValueError(f"{text} has a skin tone; write it without, it then counts in every tone")
    if not _is_one_emoji(text):
        raise ValueError(f"“{text[:20]}” is not one emoji; write a single one, such as 🔖")
    return text


def _shelf(emoji: str, name: str) -> str:
    shelf = " ".join(plain(name).split())
    if len(shelf) > LONGEST_SHELF:
        raise ValueError(f"the name of the shelf of {emoji} is too long; {LONGEST_SHELF} characters are the most")
    return shelf


def _is_one_emoji(text: str) -> bool:
    """A picture, or several joined into one: a family, a flag."""
    if len(text) == 2 and all(_is_flag_letter(letter) for letter in text):
        return True
    return all(_is_picture(part) for part in text.split(_JOINER))


def _is_picture(part: str) -> bool:
    """The few emoji that are also signs of writing are only known by what stands behind them."""
    if part.endswith(_AS_PICTURE):
        return len(part) == 2 and not part[0].isalnum()
    return len(part) == 1 and unicodedata.category(part) == "So" and not _is_flag_letter(part)


def _is_flag_letter(letter: str) -> bool:
    return "\N{REGIONAL INDICATOR SYMBOL LETTER A}" <= letter <= "\N{REGIONAL INDICATOR SYMBOL LETTER Z}"


def _is_skin_tone(letter: str) -> bool:
    return "\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}" <= letter <= "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}"
