"""In which country this computer is, as far as it says so itself."""

import re
from collections.abc import Mapping
from importlib.resources import files

_LOCALE = re.compile(r"[a-z]{2,3}_([A-Z]{2})\b")


def guess_country(environment: Mapping[str, str], zone: str) -> str:
    """Two letters, by the zone or else by the language; empty where neither says."""
    return _by_zone(zone) or _by_language(environment)


def _by_zone(zone: str) -> str:
    """The table lists each country with its zones; a zone of several countries is in it for each."""
    table = files("tzdata") / "zoneinfo" / "zone.tab"
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return next((row[0] for row in rows if row[2] == zone), "")


def _by_language(environment: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if found := _LOCALE.match(environment.get(name, "")):
            return found[1]
    return ""
