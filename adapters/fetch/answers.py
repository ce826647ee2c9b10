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
CHARSETS = {
    "big5",
    "cp866",
    "euc_jp",
    "euc_kr",
    "gb18030",
    "gbk",
    "iso2022_jp",
    "koi8-r",
    "koi8-u",
    "mac-cyrillic",
    "mac-roman",
    "shift_jis",
    "utf-16",
    "utf-16-be",
    "utf-16-le",
    "utf-8",
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
WRITTEN_AS = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gbk"}
"""What pages mean that name these, as browsers know."""
SHORTEST_WAIT, USUAL_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)


async def text_of(answer: ClientResponse, host: str) -> str:
    """Raises Rejected where it is too large, and Unavailable where it breaks off."""
    unpacked = _Unpacked(answer, host, LARGEST)
    async for piece in answer.content.iter_chunked(AT_ONCE):
        unpacked.add(piece)
        if unpacked.is_too_large:
            raise too_large(host)
    return decoded(unpacked.whole(), answer.charset or "utf-8")


async def beginning_of(answer: ClientResponse, host: str, most: int) -> bytes:
    """The first bytes of it; what comes after them is not read."""
    unpacked = _Unpacked(answer, host, most)
    async for piece in answer.content.iter_chunked(AT_ONCE):
        unpacked.add(piece)
        if unpacked.is_too_large:
            break
    return unpacked.beginning()


class _Unpacked:
    """Never holds more than a byte too many, whatever a small answer would unpack to."""

    def __init__(self, answer: ClientResponse, host: str, most: int) -> None:
        packed = answer.headers.get("Content-Encoding", "").strip().casefold()
        if packed not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unavailable(f"{host} sent it packed in a way that nobody asked for.")
        self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB) if packed not in {"", "identity"} else None
        self._bytes = bytearray()
        self._host = host
        self._most = most

    @property
    def is_too_large(self) -> bool:
        return len(self._bytes) > self._most

    def add(self, piece: bytes) -> None:
        space = self._most + 1 - len(self._bytes)
        try:
            self._bytes += self._unpacker.decompress(piece, space) if self._unpacker else piece[:space]
        except zlib.error:
            raise Unavailable(f"What {self._host} sent cannot be unpacked.") from None

    def whole(self) -> bytes:
        if self._unpacker and self._bytes and not self._unpacker.eof:
            raise Unavailable(f"What {self._host} sent broke off.")
        return bytes(self._bytes)

    def beginning(self) -> bytes:
        return bytes(self._bytes[: self._most])


def too_large(what: str) -> Rejected:
    return Rejected(f"What is at {what} is larger than 1 MiB, so it is not read. Use a smaller calendar.")


def decoded(body: bytes, charset: str) -> str:
    """As UTF-8 where the name is not that of a charset that pages are written in."""
    return body.decode(known_charset(charset) or "utf-8", "replace").removeprefix("\ufeff")


def known_charset(name: str) -> str:
    """How Python calls it; empty for what no browser knows: some codings take minutes for a page."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return WRITTEN_AS.get(known, known) if known in CHARSETS or known in WRITTEN_AS else ""


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
