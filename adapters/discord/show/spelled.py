"""Commands as they are typed on Discord, where every verb is registered under a command."""

import re

from bot.domain.catalogue import COMMAND, UNDER, VERBS, spellings

ADMIN = f"{COMMAND}-admin"
_BARE = "home"
"""A command with others below it cannot be given alone."""

_KNOWN = {*UNDER, *(verb.name for verb in VERBS)}
_SPELLED = {
    each.verb.name: (command, *each.words)
    for command, for_admins in ((COMMAND, False), (ADMIN, True))
    for each in spellings(for_admins=for_admins)
    if not each.is_own
}
_GAP = r"[ \N{NO-BREAK SPACE}]"
_GIVEN = re.compile(
    rf"(?<![\w/]){re.escape(COMMAND)}(?![\w-])(?:(?P<gap>{_GAP})(?P<verb>[a-z]+(?:-[a-z]+)?)(?![\w-]))?"
)


def spelled(text: str) -> str:
    """The text of the engine, with its commands as Discord offers them."""
    return _GIVEN.sub(_as_offered, text)


def _as_offered(given: re.Match[str]) -> str:
    word, gap = given["verb"] or "", given["gap"] or " "
    if word in _SPELLED:
        return gap.join(_SPELLED[word])
    if word in _KNOWN:
        return given[0]
    return f"{COMMAND} {_BARE}" + (f"{gap}{word}" if word else "")
