"""HTTP mode: Slack sends signed requests to an address of ours, and people install Staffroom by a page of ours."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.api import Api
from adapters.slack.bolt import Reception, build_app
from adapters.slack.district.departures import Departures
from adapters.slack.district.grants import Grants
from adapters.slack.district.installs import Installation, Installations
from adapters.slack.district.oauth import INSTALL_PATH, Doorway, is_wanted
from adapters.slack.district.rotation import Rotation
from adapters.slack.district.secrets import WRONG_KEY, Seal
from adapters.slack.district.workspaces import InstalledTokens
from adapters.slack.first_day.manifest import EVENTS_PATH, REDIRECT_PATH
from adapters.slack.inbound import LEFT
from adapters.slack.line import Json, Noticed
from adapters.slack.rights import what_is_lost
from adapters.slack.section import SlackSection
from adapters.slack.tokens import Installed
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
BETWEEN_NOTES = timedelta(minutes=1)
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
        self._only_in = section.only_in
        self._clock = tools.clock
        self._refused, self._note_again_at = 0, tools.clock.now()
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
            await self._heed(body)

        await self.tokens.load()
        self._reception = Reception(
            self._tools.inbox, self._tools.clock, self._who_we_are, noticed_here, self._believes
        )
        self._app = build_app(self._api.client, self._reception)

    async def close(self) -> None:
        self._app = None
        if self._reception:
            await self._reception.close()

    async def check(self) -> Sequence[Check]:
        kept = await self._installations.look()
        install = f"Open {self._tools.public_url}{INSTALL_PATH} and add Staffroom to a workspace."
        if kept.sealed:
            count = "1 installation" if kept.sealed == 1 else f"{kept.sealed} installations"
            return [Check("slack", Health.FAIL, f"{count} cannot be read", WRONG_KEY)]
        if not kept.installations:
            return [Check("slack", Health.WARN, "it is installed in no workspace yet", install)]
        names = ", ".join(each.name for each in kept.installations)
        found = Check("slack", Health.OK, f"installed in {names}")
        return [found, *self._strangers(kept.installations), *_lacking(kept.installations)]

    def _strangers(self, installations: Sequence[Installation]) -> Iterator[Check]:
        """Those that were installed before `only_in` was set."""
        for each in installations:
            if not is_wanted(each, self._only_in):
                remedy = "Take Staffroom out of that workspace's apps, or add its id to only_in under [slack]."
                yield Check("slack only_in", Health.WARN, f"{each.name} is not named there and is served", remedy)

    async def _hear(self, request: HttpRequest) -> HttpResponse:
        if not self._is_slacks(request):
            self._note_refusal()
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

    def _note_refusal(self) -> None:
        """Once a minute: strangers shall not fill the log."""
        self._refused += 1
        if self._clock.now() >= self._note_again_at:
            log.warning("requests that Slack did not sign were refused", count=self._refused)
            self._refused, self._note_again_at = 0, self._clock.now() + BETWEEN_NOTES

    async def _who_we_are(self, enterprise: str, team: str) -> Installed | None:
        return self.tokens.in_team(team) or self.tokens.in_org(enterprise)

    async def _believes(self, event: Event, body: Json) -> bool:
        if not isinstance(event.happening, WorkspaceLeft):
            return True
        return event.workspace in self._served() and await self._departures.has_ended(body) is not None

    async def _heed(self, body: Json) -> None:
        """At every report of it: what could not be done at the first is done then. An organisation may leave with many
        workspaces, of which the report names one at the most; that one is not told twice, for the key is the same."""
        before = self._served()
        if await self._departures.heed(body):
            for left in before - self._served():
                await self._tools.inbox.accept(Event(left, f"event:{body.get('event_id')}", WorkspaceLeft(LEFT)))
            await self._tools.installed()

    def _served(self) -> set[str]:
        return {each.workspace.id for each in self.tokens.installed()}

    async def _keep(self, installation: Installation) -> None:
        await self.tokens.add(installation)
        await self._tools.installed()


def _lacking(installations: Sequence[Installation]) -> Iterator[Check]:
    for each in installations:
        for scope, lost in what_is_lost(each.scopes):
            finding = f"not granted in {each.name}"
            yield Check(f"slack right {scope}", Health.WARN, finding, f"What is lost without it: {lost}")
