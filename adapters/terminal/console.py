"""Questions and answers, at a keyboard or through a pipe."""

import getpass
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import Mistake

NO_MORE = "The answers ended before all was asked. Nothing was written."


class Console:
    """A secret is not shown while it is typed. Through a pipe each line is an answer."""

    def say(self, text: str) -> None:
        print(text, flush=True)  # noqa: T201 - this is what a terminal is for

    def ask(self, question: str, *, secret: bool = False) -> str:
        try:
            with _ctrl_c_ends_it():
                return getpass.getpass(question) if secret and sys.stdin.isatty() else self._line(question)
        except EOFError:
            raise Mistake(NO_MORE) from None

    def _line(self, question: str) -> str:
        typed = input(question)
        if not sys.stdin.isatty():
            self.say("")
        return typed


@contextmanager
def _ctrl_c_ends_it() -> Iterator[None]:
    """asyncio takes the first Ctrl-C for itself and waits for the coroutine, which waits here for a line."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
