"""Emoji as Discord writes them in events, and as everything inside speaks of them: in Unicode.

Skin tones do not count. A server's own emoji is `<:number>`, whatever it is called.
"""

import re
from collections.abc import Mapping
from typing import Any

_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


def emoji_of(emoji: Mapping[str, Any]) -> str:
    """The emoji of an event, such as `{"id": null, "name": "🔖"}`; empty where it names none: a server's own one that
    was deleted."""
    name = str(emoji.get("name") or "")
    return f"<:{emoji['id']}>" if emoji.get("id") and name else _SKIN_TONES.sub("", name)
