"""Topics to begin with, by subject and country."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.budget import Caps, Money

MOST_POSTS_A_DAY = 300
"""What one topic brings at most in a day's reading."""
SCHOOL_DAYS_A_MONTH = 23


@dataclass(frozen=True, slots=True)
class Pack:
    """`topics` are written as people type them; `countries` are two-letter codes, none for every country. `checked` is
    how anybody can check that these topics are what the pack says."""

    id: str
    name: str
    subject: str
    topics: tuple[str, ...]
    countries: tuple[str, ...] = ()
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading costs at most: on a school day, and in a month of them."""

    a_day: Money
    a_month: Money


def cost_at_most(topics: int, price: Money, caps: Caps) -> Cost:
    """For so many topics that nobody reads yet, at the price of a post; never more than the caps allow."""
    a_day = _capped(topics * MOST_POSTS_A_DAY * price, caps.daily, caps.monthly)
    return Cost(a_day, _capped(a_day * SCHOOL_DAYS_A_MONTH, caps.monthly))


def _capped(amount: int, *caps: Money | None) -> Money:
    return Money(min([amount, *(cap for cap in caps if cap is not None)]))


def subjects(packs: Sequence[Pack]) -> list[str]:
    return list(dict.fromkeys(pack.subject for pack in packs))


def subject_meant(packs: Sequence[Pack], typed: str) -> str:
    """The subject of that name, with a pack of that id, or the only one that begins so; empty where there is none."""
    word = " ".join(typed.casefold().split())
    by_name = {pack.id: pack.subject for pack in packs} | {each.casefold(): each for each in subjects(packs)}
    begun = [each for each in subjects(packs) if word and each.casefold().startswith(word)]
    return by_name.get(word) or (begun[0] if len(begun) == 1 else "")


def countries(packs: Sequence[Pack]) -> list[str]:
    return sorted({country for pack in packs for country in pack.countries})


def packs_for(packs: Sequence[Pack], subject: str, country: str) -> list[Pack]:
    """Those of the subject, for every country or for this one; an empty word is any."""
    return [pack for pack in packs if _is_about(pack, subject.casefold()) and _is_for(pack, country.casefold())]


def _is_about(pack: Pack, subject: str) -> bool:
    return not subject or pack.subject.casefold() == subject


def _is_for(pack: Pack, country: str) -> bool:
    return not country or not pack.countries or country in {each.casefold() for each in pack.countries}
