"""Answers to interactions: the first one within three seconds or after the deferral, the others after it; each once."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import structlog

from adapters.discord import errors
from adapters.discord.api import Api
from adapters.discord.errors import Refused
from adapters.discord.message import mark_of
from adapters.discord.post.bodies import bodies_of, of_the_server, plain_body_of
from adapters.discord.show.modal import modal
from adapters.discord.talk.handle import Handle
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import AdapterError, Rejected, Throttled, Unavailable, Uncertain
from bot.ports import Clock, Outgoing, Vault
from bot.views import Form

MESSAGE, THINKING, CHOICES, MODAL = 4, 5, 8, 9
PRIVATE, IS_LOADING, OF_COMPONENTS = 1 << 6, 1 << 7, 1 << 15

FORM = "form:"
FORMS_KEPT_AS = "discord:form"
FORMS_KEPT_FOR = timedelta(hours=1)
FURTHER_KEPT_AS = "discord:follow-up"
FURTHER_KEPT_FOR = timedelta(hours=1)
_BEGUN, _DONE = "begun", "done"

NOBODY_KNOWS = "Nobody knows whether this answer was shown, so it is not shown again."
IT_IS_ASKED = "Discord did not say whether the answer arrived. It is asked."
TOO_LATE = "It took too long to open the form. Press the button or type the command again."

_NEVER_ANSWERED = {errors.UNKNOWN_WEBHOOK, errors.UNKNOWN_MESSAGE, errors.UNKNOWN_INTERACTION}
_OVER = {*_NEVER_ANSWERED, errors.INVALID_WEBHOOK_TOKEN, 40094}
"""40094: somebody who installed the app for themselves had as many answers as Discord lets them have."""

Json = dict[str, Any]

log = structlog.get_logger(__name__)


class Over(Exception):
    """Discord takes no answer to this interaction any more."""


class Stage(Enum):
    """
    new       Discord has heard nothing from us about it
    thinking  people see that we think
    answered  they see the first answer, or filled a form in
    unclear   we were cut off or started anew: Discord has to be asked
    over      Discord takes no answer to it any more
    """

    NEW = "new"
    THINKING = "thinking"
    ANSWERED = "answered"
    UNCLEAR = "unclear"
    OVER = "over"


@dataclass(slots=True)
class Talk:
    """What became of one interaction so far. `first` is the mark of the delivery that was its first answer, 0 where
    none was, `doubtful` the mark of one that was cut off; `settled` that nobody has to wait for the first answer any
    more; `place` where a form that it opens belongs. One request at a time, under the `lock`."""

    stage: Stage
    first: int = 0
    doubtful: int = 0
    place: ChannelKey | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def is_at(self, stage: Stage) -> None:
        self.stage = stage
        if stage in (Stage.THINKING, Stage.ANSWERED, Stage.OVER):
            self.settled.set()


class Answers:
    """Called under the lock of the talk."""

    def __init__(self, api: Api, vault: Vault, clock: Clock) -> None:
        self._api = api
        self._vault = vault
        self._clock = clock

    async def say(self, handle: Handle, talk: Talk, outgoing: Outgoing, *, until: datetime) -> None:
        """Shows it privately to whoever acted, once however often it is tried. Raises Over where that cannot be, and
        after `until`; then Rejected where it may be there all the same."""
        bodies = _bodies(outgoing)
        try:
            await self._show(handle, talk, outgoing, bodies, until)
        except Over:
            if await self._may_be_there(talk, outgoing.delivery, len(bodies)):
                raise Rejected(NOBODY_KNOWS) from None
            raise

    async def _may_be_there(self, talk: Talk, delivery: str, parts: int) -> bool:
        further = [f"{delivery}:{number}" for number in range(parts)]
        known = [await self._vault.get(FURTHER_KEPT_AS, key, self._clock.now()) for key in further]
        return talk.doubtful == mark_of(delivery) or _BEGUN in known

    async def _show(
        self, handle: Handle, talk: Talk, outgoing: Outgoing, bodies: Sequence[Json], until: datetime
    ) -> None:
        if until <= self._clock.now():
            raise Over
        try:
            await self._say_all(handle, talk, outgoing.delivery, bodies)
        except Refused as refused:
            if refused.code != errors.INVALID_FORM_BODY:
                raise
            log.warning("Discord refused how an answer is made; it is given plainly", delivery=outgoing.delivery)
            await self._say_all(handle, talk, outgoing.delivery, [_plain_body(outgoing)])

    async def _say_all(self, handle: Handle, talk: Talk, delivery: str, bodies: Sequence[Json]) -> None:
        is_first = await self._is_first(handle, talk, delivery, bodies[0])
        for number, body in enumerate(bodies[1:] if is_first else bodies):
            await self._further(handle, f"{delivery}:{number}", body)

    async def think(self, handle: Handle, talk: Talk) -> None:
        """Tells Discord that the answer comes later."""
        try:
            await self._callback(handle, talk, {"type": THINKING, "data": {"flags": PRIVATE}}, Stage.THINKING)
        except Over:
            log.info("Discord did not wait for the answer")
        except AdapterError as problem:
            log.warning("Discord could not be told that the answer comes later", problem=type(problem).__name__)

    async def open_form(self, handle: Handle, talk: Talk, form: Form) -> None:
        """What the form carries is kept here: Discord brings back no more than 100 characters. Raises Rejected."""
        if talk.stage is not Stage.NEW or talk.place is None:
            raise Rejected(TOO_LATE)
        where = {"workspace": talk.place.workspace, "channel": talk.place.channel}
        carried = json.dumps({"name": form.name, "state": form.state, "user": handle.user, **where})
        until, about = self._clock.now() + FORMS_KEPT_FOR, PersonKey(talk.place.workspace, handle.user)
        await self._vault.put(FORMS_KEPT_AS, handle.id, carried, until, about)
        body = {"type": MODAL, "data": modal(form, f"{FORM}{handle.id}").to_dict()}
        try:
            is_open = await self._callback(handle, talk, body, Stage.ANSWERED)
        except Over:
            raise Rejected(TOO_LATE) from None
        if not is_open:
            raise Rejected(TOO_LATE)

    async def _is_first(self, handle: Handle, talk: Talk, delivery: str, body: Json) -> bool:
        """Makes it the first answer; False where another one is."""
        if talk.stage is Stage.UNCLEAR:
            await self._ask(handle, talk, otherwise=Stage.NEW)
        if talk.stage is Stage.NEW:
            mark = mark_of(delivery)
            if await self._callback(handle, talk, {"type": MESSAGE, "data": body}, Stage.ANSWERED, mark):
                talk.first = mark
            else:
                await self._ask(handle, talk, otherwise=Stage.ANSWERED)
        if talk.stage is Stage.THINKING:
            await self._fill(handle, talk, delivery, body)
        if talk.stage is Stage.OVER:
            raise Over
        return talk.first == mark_of(delivery)

    async def _callback(self, handle: Handle, talk: Talk, body: Json, then: Stage, mark: int = 0) -> bool:
        """False where Discord has had an answer already. `mark` is the one of the delivery that is shown by it."""
        before, talk.stage = talk.stage, Stage.UNCLEAR
        try:
            await self._api.callback(handle.id, handle.token, body)
        except Refused as refused:
            if refused.code == errors.ACKNOWLEDGED:
                return False
            if refused.code in _OVER:
                talk.is_at(Stage.OVER)
                raise Over from refused
            talk.stage = before
            raise
        except Throttled:
            talk.stage = before
            raise
        except Uncertain as cut:
            talk.doubtful = talk.doubtful or mark
            raise Unavailable(IT_IS_ASKED) from cut
        talk.doubtful = 0
        talk.is_at(then)
        return True

    async def _fill(self, handle: Handle, talk: Talk, delivery: str, body: Json) -> None:
        """Puts the answer where people see that we think."""
        talk.stage = Stage.UNCLEAR
        try:
            await self._api.edit_original(handle.application, handle.token, _without_privacy(body))
        except Refused as refused:
            talk.stage = Stage.THINKING
            self._give_up(talk, refused)
        except Throttled:
            talk.stage = Stage.THINKING
            raise
        except Uncertain as cut:
            talk.doubtful = mark_of(delivery)
            raise Unavailable(IT_IS_ASKED) from cut
        talk.first = mark_of(delivery)
        talk.is_at(Stage.ANSWERED)

    async def _ask(self, handle: Handle, talk: Talk, *, otherwise: Stage) -> None:
        """How far it is, from what people see now; `otherwise` where they see nothing."""
        try:
            seen = await self._api.original(handle.application, handle.token)
        except Refused as refused:
            if refused.code not in _NEVER_ANSWERED:
                self._give_up(talk, refused)
            talk.stage, talk.doubtful = otherwise, 0
            return
        talk.doubtful = 0
        if int(seen.get("flags") or 0) & IS_LOADING:
            talk.is_at(Stage.THINKING)
            return
        talk.first = next((int(each.get("id") or 0) for each in seen.get("components") or []), 0)
        talk.is_at(Stage.ANSWERED)

    async def _further(self, handle: Handle, key: str, body: Json) -> None:
        """A message after the first answer. Discord keeps no list of those, so that we write down before and after."""
        known = await self._vault.get(FURTHER_KEPT_AS, key, self._clock.now())
        if known == _DONE:
            return
        if known == _BEGUN:
            raise Rejected(NOBODY_KNOWS)
        until = self._clock.now() + FURTHER_KEPT_FOR
        await self._vault.put(FURTHER_KEPT_AS, key, _BEGUN, until)
        try:
            await self._api.follow_up(handle.application, handle.token, body)
        except (Refused, Throttled, Unavailable) as problem:
            await self._vault.remove(FURTHER_KEPT_AS, key)
            if isinstance(problem, Refused) and problem.code in _OVER:
                raise Over from problem
            raise
        await self._vault.put(FURTHER_KEPT_AS, key, _DONE, until)

    def _give_up(self, talk: Talk, refused: Refused) -> None:
        if refused.code not in _OVER:
            raise refused
        talk.is_at(Stage.OVER)
        raise Over from refused


def _bodies(outgoing: Outgoing) -> list[Json]:
    bodies = bodies_of(outgoing.message, outgoing.delivery)
    return [of_the_server(_private(body, OF_COMPONENTS), outgoing.channel.workspace) for body in bodies]


def _plain_body(outgoing: Outgoing) -> Json:
    """For a server that refuses the newer components."""
    plain = _private(plain_body_of(outgoing.message, outgoing.delivery))
    return of_the_server(plain, outgoing.channel.workspace)


def _private(body: Json, flags: int = 0) -> Json:
    """Answers know no nonce."""
    shown = {name: part for name, part in body.items() if name not in {"nonce", "enforce_nonce"}}
    return shown | {"flags": PRIVATE | flags}


def _without_privacy(body: Json) -> Json:
    """That only one person sees it was settled when they were told to wait."""
    return body | {"flags": body["flags"] & ~PRIVATE}
