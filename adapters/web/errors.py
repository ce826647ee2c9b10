"""What can go wrong here, in the engine's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE

from bot.errors import StaffroomError, StoreError, Unavailable


class Refusal(Exception):
    """A request that is not served: an HTTP status and one sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class TooOften(Refusal):
    """Somebody asks more often than they may; `wait` seconds later they may again."""

    def __init__(self, wait: int) -> None:
        super().__init__(429, "That was too often in a short time. Wait a minute, then try again.")
        self.wait = wait


@contextmanager
def store_as_platform() -> Iterator[None]:
    """The room's store is this chat's platform: where it fails, the platform is unavailable."""
    try:
        yield
    except StoreError as error:
        raise Unavailable(str(error)) from error


def cannot_listen(host: str, port: int, error: OSError) -> StaffroomError:
    remedy = "Choose another one with --port, or with `port` under [web] in the configuration."
    if error.errno == EADDRINUSE:
        return Unavailable(f"Port {port} on {host} is used by another program. {remedy}")
    if error.errno == EACCES:
        return Unavailable(f"This user may not open port {port} on {host}. {remedy}")
    return Unavailable(f"The page cannot be served at {host}, port {port}: check `host` under [web].")
