"""How what happens in Slack reaches us: a socket of ours, or Slack's requests to an address."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from adapters.slack.tokens import Tokens
from bot.domain.check import Check
from bot.ports import Route

Json = dict[str, Any]
Noticed = Callable[[str, Json], Awaitable[None]]
"""Called with the workspace and the payload once what happened is kept, before Slack gets its acknowledgement."""


class Line(Protocol):
    @property
    def tokens(self) -> Tokens: ...

    async def open(self, noticed: Noticed) -> None:
        """From now on what happens reaches the inbox, and `tokens` knows its workspaces. Raises Unauthorised with one
        sentence that names the token where it is refused."""
        ...

    async def close(self) -> None:
        """Nothing reaches the inbox after this returns. Closing what is not open is no error."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`, open or not. The API is open while it is asked."""
        ...

    def routes(self) -> Sequence[Route]: ...
