"""Somebody is signed in on the web, and what a browser keeps of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.keys import PersonKey
from bot.domain.people import Role

LINK_LIVES = timedelta(minutes=10)
"""A link that signs somebody in works once, and for so long."""
ENDS_WHEN_IDLE = timedelta(days=14)
ENDS_AT_LATEST = timedelta(days=60)
LOOK_AGAIN_AFTER = timedelta(minutes=5)
"""The role is asked for anew at most so often."""
BELIEVED_FOR = timedelta(hours=1)
"""So long a role holds while the platform does not answer. After that its owner only reads."""
SEEN_EVERY = timedelta(minutes=5)
"""So exactly it is known when somebody was here last."""
MOST_SESSIONS = 20
"""Of one person; who signs in once more is signed out where they were longest ago."""


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is a digest of what the browser keeps, so that who reads the database cannot use it. `role` is as the
    platform had it at `looked_up_at`."""

    id: str
    person: PersonKey
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    looked_up_at: datetime
    role: Role

    def has_ended(self, now: datetime) -> bool:
        return now >= self.ends_at or now >= self.seen_at + ENDS_WHEN_IDLE


def hidden(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode(errors="replace")).hexdigest()
