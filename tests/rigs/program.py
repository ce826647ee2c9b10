"""Staffroom as its users start it: a process of its own, and a visitor who reads its page without a script."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar

from tests.rigs.html_page import Element
from tests.rigs.web import Visitor

PATIENCE = 40.0
READY = "Staffroom is ready: "


@dataclass(frozen=True)
class Ended:
    code: int
    said: str
    complained: str


async def staffroom(*words: str, folder: Path, **environment: str) -> Ended:
    """Runs a command to its end."""
    process = await _start(words, folder, environment)
    try:
        said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        await _end(process)
    return Ended(process.returncode or 0, said.decode(), complained.decode())


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


async def _start(words: tuple[str, ...], folder: Path, environment: dict[str, str]) -> Process:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STAFFROOM_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=plain | environment, stdout=PIPE, stderr=PIPE
    )


class Running:
    """A Staffroom that says it is ready. `page` is what a visitor sees at its address."""

    def __init__(self, process: Process, visitor: Visitor, errors: list[str]) -> None:
        self.process = process
        self.visitor = visitor
        self.errors = errors
        """What it logged so far."""

    async def page_when(self, holds: Callable[[Element], bool], path: str = "/") -> Element:
        """The page as soon as that holds."""

        async def look() -> Element:
            while not holds(page := await self.visitor.page(path)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
            return page

        return await asyncio.wait_for(look(), PATIENCE)

    async def stop(self) -> int:
        """Asks it to stop, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@asynccontextmanager
async def running(*words: str, folder: Path, **environment: str) -> AsyncIterator[Running]:
    process = await _start(words, folder, environment)
    assert process.stdout
    errors: list[str] = []
    log = asyncio.create_task(_keep_log(process, errors))
    try:
        address = await asyncio.wait_for(_address(process, errors), PATIENCE)
        async with ClientSession(cookie_jar=DummyCookieJar()) as session:
            yield Running(process, Visitor(session, address, "Ana"), errors)
    finally:
        await _end(process)
        await log


async def _address(process: Process, errors: list[str]) -> str:
    assert process.stdout
    async for line in process.stdout:
        if line.decode().startswith(READY):
            return line.decode().removeprefix(READY).strip().rstrip("/")
    raise AssertionError("".join(errors))


async def _keep_log(process: Process, errors: list[str]) -> None:
    assert process.stderr
    async for line in process.stderr:
        errors += [line.decode()]
