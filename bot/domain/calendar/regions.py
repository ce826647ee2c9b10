"""Countries and regions of them, and their public holidays.

The library is imported when somebody names a country: most installations need it once, `--help` never.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from bot.domain.suggest import nearest
from bot.errors import Mistake

if TYPE_CHECKING:
    from holidays import HolidayBase

MOST_LETTERS = 60
LANGUAGES = ("en_GB", "en_US")
"""The engine speaks English, so holidays are called by their English names where the library has them."""
_OTHER_NAMES = {"UK": "GB"}


def parse_region(text: str) -> str:
    """A country or a region of it by its code, such as GB or GB-ENG; its English name does as well. Raises Mistake."""
    typed = " ".join(text.split())[:MOST_LETTERS]
    country, _, region = typed.upper().replace(" ", "-").partition("-")
    country = _OTHER_NAMES.get(country, country)
    if country in _countries():
        return f"{country}-{_region(country, region)}" if region else country
    if found := _names().get(_folded(typed)):
        return found
    known = nearest(typed, [*_countries(), *_names().values(), *(name.title() for name in _names())])
    raise Mistake(f"“{typed}” is no country whose holidays are known. Write a code such as GB, GB-ENG or US-CA.{known}")


def _region(country: str, typed: str) -> str:
    regions = _regions(country)
    by_folded = {_folded(name): code for name, code in regions.items()}
    if found := by_folded.get(_folded(typed)):
        return found
    codes = sorted({f"{country}-{code}" for code in regions.values()})
    if not codes:
        raise Mistake(f"{country} has no regions with holidays of their own. Write {country}.")
    raise Mistake(
        f"“{country}-{typed}” is no region whose holidays are known. Write one such as {codes[0]}, or {country} alone."
        f"{nearest(f'{country}-{typed}', codes)}"
    )


@cache
def holidays_of(region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a parsed region, by day, with what people call them; none where the library knows none."""
    country, _, subdivision = region.partition("-")
    calendar = _calendar_of(country)
    known = calendar.supported_languages or (calendar.default_language,)
    language = next((each for each in LANGUAGES if each in known), calendar.default_language)
    return dict(calendar(years=year, subdiv=subdivision or None, language=language, expand=False))


def _calendar_of(country: str) -> "type[HolidayBase]":
    import holidays  # noqa: PLC0415

    found: type[HolidayBase] = getattr(holidays, country)
    return found


@cache
def _countries() -> frozenset[str]:
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return frozenset(names[1] for names in COUNTRIES.values())


@cache
def _regions(country: str) -> Mapping[str, str]:
    """By code and by every name, the code that the library takes."""
    calendar = _calendar_of(country)
    codes: Iterable[str] = calendar.subdivisions
    aliases: Mapping[str, str] = getattr(calendar, "subdivisions_aliases", {})
    return {**{code: code for code in codes}, **aliases}


@cache
def _names() -> Mapping[str, str]:
    """English names without spaces: of all countries, and of the parts of the United Kingdom, whose schools say so."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    countries = {module.replace("_", ""): names[1] for module, names in COUNTRIES.items()}
    parts = {_folded(name): f"GB-{code}" for name, code in _regions("GB").items() if len(name) > 3}
    return {**countries, **parts}


def _folded(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())
