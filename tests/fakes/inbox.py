"""An inbox that only remembers."""

from bot.domain.events import Event
from bot.errors import StoreError


class FakeInbox:
    """`broken` is an inbox that cannot keep anything."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.broken = False

    async def accept(self, event: Event) -> bool:
        if self.broken:
            raise StoreError("The database cannot be used.")
        if any((event.workspace, event.key) == (known.workspace, known.key) for known in self.events):
            return False
        self.events.append(event)
        return True
