"""What an answer means: its text, or why there is none."""

import codecs
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from aiohttp import ClientResponse

from bot.errors import AdapterError, Rejected, Throttled, Unavailable

LARGEST = 1024 * 1024
"""Bytes, once unpacked."""
AT_ONCE = 64 * 1024
GZIP_OR_ZLIB = 47
SHORTEST_WAIT, USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)


async def text_of(answer: ClientResponse, host: str) -> str:
    """Raises Rejected where it is too large, and Unavailable where it breaks off."""
    unpacked = _Unpacked(answer.headers.get("Content-Encoding", "").strip().casefold(), host)
    async for piece in answer.content.iter_chunked(AT_ONCE):
        unpacked.add(piece)
    return _decoded(unpacked.whole(), answer.charset)


class _Unpacked:
    """Never holds more than a byte too many, whatever a small answer would unpack to."""

    def __init__(self, packed: str, host: str) -> None:
        if packed not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unavailable(f"{host} sent it packed in a way that nobody asked for.")
        self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB) if packed not in {"", "identity"} else None
        self._bytes = bytearray()
        self._host = host

    def add(self, piece: bytes) -> None:
        space = LARGEST + 1 - len(self._bytes)
        try:
            self._bytes += self._unpacker.decompress(piece, space) if self._unpacker else piece[:space]
        except zlib.error:
            raise Unavailable(f"What {self._host} sent cannot be unpacked.") from None
        if len(self._bytes) > LARGEST:
            raise too_large(self._host)

    def whole(self) -> bytes:
        if self._unpacker and self._bytes and not self._unpacker.eof:
            raise Unavailable(f"What {self._host} sent broke off.")
        return bytes(self._bytes)


def too_large(what: str) -> Rejected:
    return Rejected(f"What is at {what} is larger than 1 MiB, so it is not read. Use a smaller calendar.")


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
        text = body.decode(name, "replace")
    except (LookupError, ValueError):  # a name of a coding that is none for text
        text = body.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def refusal(answer: ClientResponse, host: str, now: datetime) -> AdapterError | None:
    """Why there is nothing to read, or nothing where there is."""
    status = answer.status
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    asked_to_wait = answer.headers.get("Retry-After", "")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and asked_to_wait):
        return Throttled(f"{host} asks to wait.", now + _wait(asked_to_wait, now))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"{host} has a problem of its own (error {status}).")
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Rejected(f"{host} has nothing there (error {status}). Check the link.")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Rejected(f"{host} does not let just anybody read it (error {status}). Use a public link.")
    return Rejected(f"{host} refused it (error {status}). Check the link.")


def _wait(asked: str, now: datetime) -> timedelta:
    """As long as asked, within reason."""
    if asked.isascii() and asked.isdigit():
        wait = timedelta(seconds=min(int(asked[:9]), LONGEST_WAIT.total_seconds()))
    else:
        wait = _until(asked, now) - now
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def _until(asked: str, now: datetime) -> datetime:
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return now + USUAL_WAIT
    return until if until.tzinfo else until.replace(tzinfo=UTC)
