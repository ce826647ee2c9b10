"""The real Bolt, with one middleware that keeps what happened before Slack gets its acknowledgement.

Bolt itself acknowledges first and works afterwards, and what fails then is lost. So nothing is left to its listeners:
the middleware commits the event to the inbox, and only its answer is the acknowledgement. Where it raises, Bolt answers
500 (over a socket: nothing), and Slack reports the event again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.inbound import Arrival, event_of
from adapters.slack.line import Json, Noticed
from adapters.slack.tokens import Installed, workspace_id
from bot.domain.events import Event
from bot.ports import Clock, Inbox

Authorize = Callable[[str, str], Awaitable[Installed | None]]
"""Asked with the enterprise's and the team's id, either of which may be empty, who we are there. None where Staffroom
is not installed: Bolt then says so to who asked."""

Believes = Callable[[Event, Json], Awaitable[bool]]
"""Asked with an event and its payload whether it is still true: a departure may be reported late, or be another's."""

CLOSE_THE_FORM = {"response_action": "clear"}
NOT_HERE = "Staffroom is not installed in this workspace, or no longer. Ask whoever looks after it to install it again."

log = structlog.get_logger(__name__)


@dataclass
class Reception:
    """Where everything from Slack arrives. Once it is `closed` nothing reaches the inbox."""

    inbox: Inbox
    clock: Clock
    authorize: Authorize
    noticed: Noticed
    believes: Believes
    _is_open: bool = True
    _at_work: set[asyncio.Task[Any]] = field(default_factory=set)

    async def receive(self, body: Mapping[str, Any], arrival: Arrival) -> BoltResponse:
        if not self._is_open:
            return BoltResponse(status=503, body="")
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in one
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        await self._keep(body, arrival)
        return BoltResponse(status=200, body=CLOSE_THE_FORM if body.get("type") == "view_submission" else "")

    async def _keep(self, body: Mapping[str, Any], arrival: Arrival) -> None:
        event = _understood(body, arrival)
        if event is not None and await self.believes(event, dict(body)):
            await self.inbox.accept(event)
        await self.noticed(arrival.workspace, dict(body))

    async def close(self) -> None:
        """Waits until what is being kept is kept and acknowledged."""
        self._is_open = False
        if waiting := self._at_work - {asyncio.current_task()}:
            await asyncio.wait(waiting)


def build_app(client: AsyncWebClient, reception: Reception, *, signing_secret: str = "") -> AsyncApp:
    """Without a signing secret for Socket Mode, with one for requests that have to be signed."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        installed = await reception.authorize(enterprise_id or "", team_id or "")
        return _result(installed, enterprise_id, team_id) if installed else None

    async def commit_first(req: AsyncBoltRequest) -> BoltResponse:
        return await reception.receive(req.body, _arrival(req, reception.clock))

    app = AsyncApp(
        name="staffroom",
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # None is Bolt's word for where it is not installed
        signing_secret=signing_secret,
        request_verification_enabled=bool(signing_secret),
        process_before_response=True,
        user_facing_authorize_error_message=NOT_HERE,
    )
    app.use(commit_first)
    return app


def _result(installed: Installed, enterprise: str | None, team: str | None) -> AuthorizeResult:
    """Who we are there, so that Bolt leaves out what we did ourselves."""
    return AuthorizeResult(enterprise_id=enterprise, team_id=team, bot_user_id=installed.bot_user, bot_id=installed.bot)


def _arrival(req: AsyncBoltRequest, clock: Clock) -> Arrival:
    known = req.context.authorize_result
    bot_user = (known.bot_user_id if known else None) or ""
    return Arrival(workspace_id(_team(req)), bot_user, clock.now())


def _team(req: AsyncBoltRequest) -> str:
    """The workspace where it happened. In an app of a whole organisation Bolt knows none in some places; then
    `team_id` may be somebody else's in a shared channel, and Slack names ours as the context."""
    body, context = req.body, req.context
    user = body.get("user")
    of_user = user.get("team_id") if isinstance(user, dict) else ""
    return str(context.team_id or body.get("context_team_id") or body.get("team_id") or of_user or "")


def _understood(body: Mapping[str, Any], arrival: Arrival) -> Event | None:
    """What cannot be read will not become readable by being reported again."""
    try:
        return event_of(body, arrival)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as problem:
        log.warning("a report of Slack's cannot be read", kind=_kind(body), problem=type(problem).__name__)
        return None


def _kind(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    return str(event.get("type") if isinstance(event, dict) else body.get("type"))[:40]
