"""Reactions by name, for people who hear the page rather than see it."""

import unicodedata

BOOKMARK = "🔖"

_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"
_JOINERS = {_KEYCAP, "\N{ZERO WIDTH JOINER}", "\N{VARIATION SELECTOR-16}"}
_SKIN_TONES = {chr(tone) for tone in range(0x1F3FB, 0x1F400)}
_MOST_CODE_POINTS = 16


def without_skin_tone(emoji: str) -> str:
    return "".join(letter for letter in emoji if letter not in _SKIN_TONES)


def is_emoji(text: str) -> bool:
    """Whether it can be a single reaction: one keycap, or symbols and what joins them, and no letters."""
    if not text or len(text) > _MOST_CODE_POINTS:
        return False
    return bool(keycap_of(text)) or all(
        letter in _JOINERS or unicodedata.category(letter) in {"So", "Sk"} for letter in text
    )


def keycap_of(emoji: str) -> str:
    """The `3` of a keycap 3; `10` for the keycap ten, which is a symbol of its own; else nothing."""
    if emoji == "🔟":
        return "10"
    return emoji[0] if emoji.endswith(_KEYCAP) and emoji[0] in "0123456789#*" and len(emoji) <= 3 else ""


def name_of(emoji: str) -> str:
    if keycap := keycap_of(emoji):
        return f"keycap {keycap}"
    names = [unicodedata.name(letter, "").lower() for letter in emoji if letter not in _JOINERS]
    return " ".join(name for name in names if name) or "a symbol"
