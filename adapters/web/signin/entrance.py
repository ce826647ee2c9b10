"""Who is at a request, and whether what they send came from a page of ours."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hmac import compare_digest

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.web.errors import Refusal, TooOften
from adapters.web.guard import Guard
from adapters.web.signin.addresses import asker
from adapters.web.signin.cookies import Cookies, proof_of
from adapters.web.signin.throttle import Throttle
from adapters.web.visitor import THIS_COMPUTER, VISITOR, Visitor, local_person
from bot.domain.people import Role
from bot.plugins import ChatTools

FIELD = "csrf"
SECONDS_TO_SEND_IT = 10.0
SECONDS_TO_SEND_A_FILE = 60.0
MOST_OPEN_PAGES = 20
"""That are kept current, in one browser: each of them looks for what is new again and again."""
SECONDS_TO_CLOSE_ONE = 60
UNREADABLE = (
    HttpProcessingError,
    LookupError,
    RuntimeError,
    ValueError,
    web.HTTPBadRequest,
    web.RequestPayloadError,
)
"""What is raised for a body that is broken, packed wrongly, in an unknown alphabet, or of too many fields."""
NO_FORM = "This was no form that can be read, so nothing was changed. Go back, reload the page and try again."
NOT_FROM_HERE = "This form is from an older page, so nothing was changed. Go back, reload the page and try again."


class Entrance:
    """Lets people in by what their browser shows, each as often as is good for all."""

    def __init__(self, tools: ChatTools, guard: Guard, cookies: Cookies) -> None:
        self._pages = tools.pages
        self._guard = guard
        self._cookies = cookies
        self._of_address = Throttle(tools.clock, at_once=600, a_minute=1_200)
        self._of_session = Throttle(tools.clock, at_once=200, a_minute=600)
        self._changes = Throttle(tools.clock, at_once=60, a_minute=120)
        self._listening: Counter[str] = Counter()
        self._sign_ins = Throttle(tools.clock, at_once=60, a_minute=60)

    async def recognise(self, request: web.Request) -> Visitor | None:
        """Remembers the visitor with the request, too. Raises TooOften."""
        if self._guard.exposed:
            _require(self._of_address.wait(asker(request)))
        found = await self._visitor(request)
        if found is not None:
            request[VISITOR] = found
            if not found.is_local:
                _require(self._of_session.wait(found.csrf))
        return found

    def proof(self, request: web.Request) -> str:
        """What the forms of a page carry that is shown to everybody."""
        visitor = request.get(VISITOR)
        return visitor.csrf if visitor else self._cookies.proof(request)

    @contextmanager
    def listening(self, visitor: Visitor | None) -> Iterator[None]:
        """While a page of this visitor is kept current. Raises TooOften where too many are."""
        who = visitor.csrf if visitor and not visitor.is_local else ""
        if who and self._listening[who] >= MOST_OPEN_PAGES:
            raise TooOften(SECONDS_TO_CLOSE_ONE)
        self._listening[who] += 1
        try:
            yield
        finally:
            self._listening[who] -= 1
            self._listening += Counter()  # drops who is not there any more

    def count_sign_in(self, request: web.Request) -> None:
        """Raises TooOften."""
        _require(self._sign_ins.wait(asker(request)))

    async def check_form(self, request: web.Request, visitor: Visitor | None, *, is_file: bool) -> None:
        """Raises Refusal for a form that no page of ours gave to this browser, TooOften, and 408 where it does not
        come."""
        proof = self.proof(request)
        if self._guard.exposed:
            _require(self._changes.wait(proof if visitor else asker(request)))
        try:
            async with asyncio.timeout(SECONDS_TO_SEND_A_FILE if is_file else SECONDS_TO_SEND_IT):
                posted = await request.post()
        except TimeoutError:
            raise Refusal(408, "That took too long to arrive. Nothing was changed.") from None
        except UNREADABLE:
            raise Refusal(400, NO_FORM) from None
        sent = posted.get(FIELD, "")
        if not isinstance(sent, str) or not compare_digest(sent.encode(errors="replace"), proof.encode()):
            _close_files(posted.values())
            raise Refusal(403, NOT_FROM_HERE)

    async def _visitor(self, request: web.Request) -> Visitor | None:
        session = self._cookies.session(request)
        if self._guard.admits(request, session):
            role = Role.EDITOR if self._guard.exposed else Role.OWNER
            return Visitor(local_person(request), role, THIS_COMPUTER, is_local=True, csrf=self._cookies.proof(request))
        doors = self._pages.doors
        signed_in = await doors.who(session) if doors and session else None
        if signed_in is None:
            return None
        return Visitor(
            signed_in.person, signed_in.role, signed_in.workspace_name, is_local=False, csrf=proof_of(session)
        )


def _close_files(fields: Iterable[object]) -> None:
    for each in fields:
        if isinstance(each, web.FileField):
            each.file.close()


def _require(wait: int) -> None:
    if wait:
        raise TooOften(wait)
