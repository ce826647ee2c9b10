"""For monitors: whether the process lives, and whether the engine works."""

from aiohttp import web

from adapters.web.guard import Guard
from bot.domain.check import Check
from bot.domain.check import Health as State
from bot.ports import Pages


class Health:
    def __init__(self, pages: Pages, guard: Guard) -> None:
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]

    async def alive(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.Response(text="ok")

    async def ready(self, request: web.Request) -> web.Response:
        """503 as long as anything fails. What was found is told at this computer, the state to everybody."""
        checks = await self._pages.readiness()
        is_ready = all(check.health is not State.FAIL for check in checks)
        in_full = self._guard.is_at_this_computer(request)
        lines = [_line(check, in_full=in_full) for check in checks]
        return web.json_response({"ready": is_ready, "checks": lines}, status=200 if is_ready else 503)


def _line(check: Check, *, in_full: bool) -> dict[str, str]:
    line = {"name": check.name, "health": check.health.value}
    return line | {"finding": check.finding, "remedy": check.remedy} if in_full else line
