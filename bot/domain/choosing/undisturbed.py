"""Work that leaves no garbage behind."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without a search for garbage in between, of the whole process: among thousands of posts it comes again and again
    and finds nothing, for a third of the time that the work itself takes."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
