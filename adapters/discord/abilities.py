"""What can be done in a Discord server."""

from datetime import timedelta

from bot.ports import Abilities

NONCE_HOLDS = timedelta(minutes=2)
"""Discord keeps a nonce for "a few minutes"; this much is certain enough."""
FIELDS_OF_A_FORM = 5


def abilities_of(*, open_to_anyone: bool | None) -> Abilities:
    """The same in every server: where a permission is missing in a channel, Staffroom says so there."""
    return Abilities(
        commands=True,
        buttons=True,
        private_messages=True,
        reaction_events=True,
        read_reactions=True,
        seeded_reactions=True,
        edit=True,
        remove=True,
        find=True,
        forms=True,
        threads=True,
        personal_channels=True,
        resend_safe_for=NONCE_HOLDS,
        form_fields=FIELDS_OF_A_FORM,
        calls_groups=True,
        files=True,
        open_to_anyone=open_to_anyone,
    )
