"""Files that were sent to somebody on this page: kept in memory only, until they are taken once or an hour has gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.forms import read_form
from adapters.web.visitor import visitor
from bot.ports import Clock
from bot.views import File

PATH = "/file"
KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 50
_NOT_KEPT = "This file was downloaded already, or it waited too long. Ask for it again, and a new one comes."


@dataclass(frozen=True, slots=True)
class _Kept:
    person: str
    file: File
    until: datetime


class Downloads:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.give)]

    def keep(self, message: str, person: str, file: File) -> None:
        """The oldest goes where there would be too many."""
        now = self._clock.now()
        self._kept = {key: kept for key, kept in self._kept.items() if kept.until > now}
        self._kept[message, file.name] = _Kept(person, file, now + KEPT_FOR)
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    async def give(self, request: web.Request) -> web.Response:
        """Once, and only to whom it was sent."""
        me, form = visitor(request), await read_form(request)
        key = form.fields.get("message", ""), form.fields.get("name", "")
        kept = self._kept.get(key)
        is_theirs = kept is not None and me.is_local and kept.person == me.key.person
        if kept is None or not is_theirs or kept.until <= self._clock.now():
            raise Refusal(410, _NOT_KEPT)
        del self._kept[key]
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.file.name, safe='')}"}
        return web.Response(body=kept.file.bytes, content_type=kept.file.media_type, charset="utf-8", headers=headers)
