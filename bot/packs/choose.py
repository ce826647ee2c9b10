"""Which packs suit a school."""

from collections.abc import Sequence

from bot.domain.packs import Pack

GENERAL = "Any subject"
ENOUGH = 8
"""Topics to begin with: as many as a small budget reads every day."""


def for_school(packs: Sequence[Pack], subject: str, country: str) -> list[str]:
    """The topics to begin with: what is nearest first, the subject in the country, then anywhere, then the country."""
    chosen = [
        *(pack for pack in packs if pack.subject == subject and country in pack.countries),
        *(pack for pack in packs if pack.subject == subject and not pack.countries),
        *(pack for pack in packs if pack.subject == GENERAL and country in pack.countries),
        *(pack for pack in packs if pack.subject == GENERAL and not pack.countries),
    ]
    return list(dict.fromkeys(topic for pack in chosen for topic in pack.topics))[:ENOUGH]
