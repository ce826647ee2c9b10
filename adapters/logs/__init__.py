"""What is written to the log, how it looks, and what never appears in it.

**No text of a post is ever logged**, nor what a person typed, noted or searched for. Log ids, counts and names of
things (`slot=…`, `posts=12`), never the things themselves; no processor could tell a post from a message of ours.
Secrets are different: they have shapes and values that are known, and `redact` takes them out of every line.
"""

from adapters.logs.redact import Redactor
from adapters.logs.setup import set_up_logs

__all__ = ["Redactor", "set_up_logs"]
