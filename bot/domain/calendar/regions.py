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
_SAID_ALONE = ("GB", "US", "CA", "AU", "NZ")
"""Countries whose schools say Wales or California, and not the country as well."""


def parse_region(text: str) -> str:
    """A country or a region of it by its code, such as GB or GB-ENG; its English name does as well. Raises Mistake."""
    typed = " ".join(text.split())[:MOST_LETTERS]
    country, _, region = typed.upper().replace(" ", "-").partition("-")
    country = _OTHER_NAMES.get(country) or _three_letters().get(country, country)
    if country in _countries():
        return f"{country}-{_region(country, region)}" if region else country
    if found := _names().get(_folded(typed)):
        return found
    raise Mistake(
        f"“{typed}” is no country or region whose holidays are known. Write a code such as GB, GB-ENG or US-CA."
        f"{nearest(typed, [*_countries(), *_titles().values(), *_parts()])}"
    )


@cache
def known_regions() -> Mapping[str, str]:
    """Names by code: of every country, and of the parts that are said alone, such as England."""
    parts = {code: name for name, code in _parts().items()}
    return dict(sorted({**_titles(), **parts}.items(), key=lambda each: each[1]))


def country_code(text: str) -> str:
    """`GB` for what is said of it elsewhere, such as UK; otherwise the same in capitals."""
    return _OTHER_NAMES.get(text.upper(), text.upper())


@cache
def said_elsewhere() -> Mapping[str, str]:
    """What else countries are called in short, by code: UK, USA."""
    return {code: name for name, code in (*_three_letters().items(), *_OTHER_NAMES.items())}


def parts_of_country(text: str) -> Mapping[str, str]:
    """Names by code of the parts of the country whose name or code this is, alone or before a dash; empty for none."""
    country = text.partition("-")[0].strip()
    code = country.upper() if country.upper() in _countries() else _names().get(_folded(country), "")
    if not code or "-" in code:
        return {}
    return {f"{code}-{part}": called_region(f"{code}-{part}") for part in sorted(set(_regions(code).values()))}


def called_region(code: str) -> str:
    """How people call a parsed region: `England`, `France`, `Bayern (DE)`."""
    country, _, region = code.partition("-")
    if not region:
        return _titles()[country]
    name = next((name for name, each in _regions(country).items() if each == region and len(name) > 3), region)
    return name if country in _SAID_ALONE else f"{name} ({country})"


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
def _three_letters() -> Mapping[str, str]:
    """USA for US, and so on."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return {names[2]: names[1] for names in COUNTRIES.values()}


@cache
def _titles() -> Mapping[str, str]:
    """By code the English name of each country."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    return {names[1]: module.replace("_", " ").title() for module, names in COUNTRIES.items()}


@cache
def _parts() -> Mapping[str, str]:
    """The codes of parts of countries by their names, where those are said alone."""
    every = ((name, f"{country}-{code}") for country in _SAID_ALONE for name, code in _regions(country).items())
    return {name: code for name, code in every if len(name) > 3}


@cache
def _names() -> Mapping[str, str]:
    """Codes by what is said; a country wins over a part of another that has its name."""
    countries = {name: code for code, name in _titles().items()}
    return {_folded(name): code for name, code in {**_parts(), **countries}.items()}


def _folded(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())
