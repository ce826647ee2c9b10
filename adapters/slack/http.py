"""HTTP mode: Slack sends signed requests to an address of ours, and people install Staffroom by a page of ours."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.api import Api
from adapters.slack.bolt import Reception, build_app
from adapters.slack.departures import Departures
from adapters.slack.grants import Grants
from adapters.slack.inbound import LEFT
from adapters.slack.installs import Installation, Installations
from adapters.slack.line import Json, Noticed
from adapters.slack.manifest import EVENTS_PATH, REDIRECT_PATH
from adapters.slack.oauth import INSTALL_PATH, Doorway
from adapters.slack.rotation import Rotation
from adapters.slack.secrets import WRONG_KEY, Seal
from adapters.slack.section import SlackSection
from adapters.slack.tokens import Installed
from adapters.slack.workspaces import InstalledTokens
from bot.domain.check import Check, Health
from bot.domain.events import Event, WorkspaceLeft
from bot.errors import Mistake
from bot.plugins import ChatTools
from bot.ports import HttpRequest, HttpResponse, Route

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

NO_ADDRESS = (
    'With mode = "http" under [slack], Slack has to reach Staffroom: set `public_url` under [web] to its address, '
    "such as https://staffroom.example.org."
)
NOT_SIGNED = HttpResponse(401, "This request is not signed by Slack, or too old.")
NOT_READY = HttpResponse(503, "Staffroom is not ready.")

log = structlog.get_logger(__name__)


class HttpLine:
    """A `Line` of requests that Slack sends, with the pages through which people install Staffroom."""

    def __init__(self, section: SlackSection, tools: ChatTools, api: Api) -> None:
        """Raises Mistake where the configuration lacks something."""
        if not tools.public_url:
            raise Mistake(NO_ADDRESS)
        self._tools = tools
        self._api = api
        self._verifier = SignatureVerifier(section.signing_secret.get_secret_value())
        seal = Seal(section.encryption_keys.get_secret_value())
        self._installations = Installations(tools.vault, seal, tools.clock)
        grants = Grants(section, tools.clock)
        self.tokens = InstalledTokens(self._installations, grants, Rotation(self._installations, grants, tools.clock))
        self._departures = Departures(self.tokens)
        self._doorway = Doorway(section, tools.vault, tools.clock, grants, public_url=tools.public_url, keep=self._keep)
        self._reception: Reception | None = None
        self._app: AsyncApp | None = None

    def routes(self) -> Sequence[Route]:
        return (
            Route("POST", EVENTS_PATH, self._hear),
            Route("GET", INSTALL_PATH, self._doorway.install),
            Route("GET", REDIRECT_PATH, self._doorway.come_back),
        )

    async def open(self, noticed: Noticed) -> None:
        """Raises Unauthorised where the keys do not fit what is in the vault."""

        async def noticed_here(workspace: str, body: Json) -> None:
            await noticed(workspace, body)
            await self._heed(workspace, body)

        await self.tokens.load()
        self._reception = Reception(self._tools.inbox, self._tools.clock, self._who_we_are, noticed_here)
        self._app = build_app(self._api.client, self._reception)

    async def close(self) -> None:
        self._app = None
        if self._reception:
            await self._reception.close()

    async def check(self) -> Sequence[Check]:
        kept = await self._installations.all()
        install = f"Open {self._tools.public_url}{INSTALL_PATH} and add Staffroom to a workspace."
        if kept.sealed:
            count = "1 installation" if kept.sealed == 1 else f"{kept.sealed} installations"
            return [Check("slack", Health.FAIL, f"{count} cannot be read", WRONG_KEY)]
        if not kept.installations:
            return [Check("slack", Health.WARN, "it is installed in no workspace yet", install)]
        names = ", ".join(each.name for each in kept.installations)
        return [Check("slack", Health.OK, f"installed in {names}")]

    async def _hear(self, request: HttpRequest) -> HttpResponse:
        if not self._is_slacks(request):
            log.warning("a request that Slack did not sign was refused")
            return NOT_SIGNED
        if self._app is None:
            return NOT_READY
        try:
            body, headers = request.body.decode(), dict[str, str | Sequence[str]](request.headers)
            asked = AsyncBoltRequest(body=body, query=dict(request.query), headers=headers)
        except ValueError:
            return HttpResponse(400, "This cannot be read.")
        answer = await self._app.async_dispatch(asked)
        return HttpResponse(answer.status, answer.body, answer.first_headers())

    def _is_slacks(self, request: HttpRequest) -> bool:
        """Asked before a byte of it is read as anything. Bolt would read it first, and log what it refuses."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not re.fullmatch("[0-9]{1,12}", timestamp) or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(request.body, timestamp, signature)
        except UnicodeDecodeError:
            return False

    async def _who_we_are(self, enterprise: str, team: str) -> Installed | None:
        return self.tokens.in_team(team) or self.tokens.in_org(enterprise)

    async def _heed(self, workspace: str, body: Json) -> None:
        """At every report of it: what could not be done at the first is done then. An organisation may leave with many
        workspaces, of which the report names one at the most."""
        before = self._served()
        if await self._departures.heed(body):
            for left in before - self._served() - {workspace}:
                await self._tools.inbox.accept(Event(left, f"left:{body.get('event_id')}", WorkspaceLeft(LEFT)))
            await self._tools.installed()

    def _served(self) -> set[str]:
        return {each.workspace.id for each in self.tokens.installed()}

    async def _keep(self, installation: Installation) -> None:
        await self.tokens.add(installation)
        await self._tools.installed()
