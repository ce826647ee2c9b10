"""The terminal that a command runs in, and the files that it writes."""

from adapters.terminal.console import Console
from adapters.terminal.files import keep_old, others_may_read, write_private
from adapters.terminal.guess import guess_country

__all__ = ["Console", "guess_country", "keep_old", "others_may_read", "write_private"]
