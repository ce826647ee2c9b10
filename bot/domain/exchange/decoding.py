"""The text of a file that somebody brings, whatever program wrote it."""

import codecs
import re
from datetime import datetime

from bot.domain.exchange.bookmarks import looks_like_bookmarks, read_bookmarks
from bot.domain.exchange.bringing import ON_THE_WEB, ImportForm, Limits
from bot.domain.exchange.found import Found
from bot.domain.exchange.ours import looks_like_ours, read_ours
from bot.errors import Mistake

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_file(file: bytes, now: datetime, *, limits: Limits = ON_THE_WEB) -> tuple[ImportForm, Found]:
    """Raises Mistake for a file that is too large, empty, or neither bookmarks nor our own."""
    if len(file) > limits.bytes:
        raise Mistake(f"This file has more than {limits.megabytes} MB. Split it, and bring in one after another.")
    text = text_of(file)
    if not text.strip():
        raise Mistake("This file is empty. Choose the one that your browser or Staffroom exported.")
    if looks_like_ours(text):
        return ImportForm.JSON, read_ours(text, now, limits.rows)
    if looks_like_bookmarks(text):
        return ImportForm.BOOKMARKS, read_bookmarks(text, now, limits.rows)
    raise Mistake("This is neither a file of bookmarks nor one of Staffroom's. Export bookmarks as HTML, and try that.")


def text_of(file: bytes) -> str:
    """Whatever its encoding: what cannot be read stands as a question mark. Without zero letters."""
    if file.startswith(_UTF_16):
        return file.decode("utf-16", "replace").replace("\0", "")
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.decode("cp1252", "replace")
    return re.sub("\r\n?", "\n", text.replace("\0", ""))
