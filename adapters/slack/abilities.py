"""What can be done in a workspace with the scopes that its admin granted."""

from collections.abc import Collection

from bot.ports import Abilities

READING = {"channels:history", "groups:history"}


def abilities_of(scopes: Collection[str]) -> Abilities:
    granted = set(scopes)
    writes, hears = "chat:write" in granted, "reactions:read" in granted
    return Abilities(
        commands="commands" in granted,
        buttons=writes,
        private_messages=writes,
        reaction_events=hears,
        read_reactions=hears,
        seeded_reactions="reactions:write" in granted,
        edit=writes,
        remove=writes,
        find="channels:history" in granted,
        forms=True,
        home=True,
        threads=True,
        personal_channels=writes,
        personal_reactions=hears,
        read_messages=bool(READING & granted),
        files="files:write" in granted,
    )
