"""What is needed to answer an interaction: Discord's token for it, good for a quarter of an hour."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from adapters.discord.message import checked
from bot.domain.events import ReplyHandle
from bot.errors import Rejected

ANSWERS_FOR = timedelta(minutes=15)
FORMS_FOR = timedelta(seconds=2)
"""Discord allows 3 seconds, by its own clock."""


@dataclass(frozen=True, slots=True)
class Handle:
    """`id` is that of the interaction, `user` whoever it was."""

    id: str
    token: str = field(repr=False)
    application: str
    user: str

    @classmethod
    def read(cls, reply: ReplyHandle) -> Self:
        """Raises Rejected for what is none of ours."""
        try:
            parts: dict[str, Any] = json.loads(reply.value)
            handle = cls(*(str(parts[name]) for name in ("id", "token", "application", "user")))
        except (ValueError, TypeError, KeyError):
            raise Rejected("This cannot be answered: Discord gave no way back.") from None
        for each in (handle.id, handle.application, handle.user):
            checked(each)
        return handle

    def reply(self, at: datetime, *, may_open_forms: bool = True) -> ReplyHandle:
        """For what came in at that time."""
        until = at + FORMS_FOR if may_open_forms else None
        return ReplyHandle(json.dumps(asdict(self)), at + ANSWERS_FOR, until)
