"""The terminal that a command runs in, and the files that it reads and writes."""

from adapters.terminal.console import Console
from adapters.terminal.files import (
    is_folder,
    is_there,
    keep_old,
    others_may_read,
    read_bytes,
    read_text,
    write_private,
)
from adapters.terminal.guess import guess_country

__all__ = [
    "Console",
    "guess_country",
    "is_folder",
    "is_there",
    "keep_old",
    "others_may_read",
    "read_bytes",
    "read_text",
    "write_private",
]
