"""When a newer version of a message that is shown may be shown."""

from datetime import datetime, timedelta


def not_before(
    *,
    now: datetime,
    at_most_every: timedelta,
    last_shown_at: datetime | None,
    is_behind: bool,
    is_held: bool,
    earlier: datetime | None,
) -> datetime | None:
    """What holds once a newer version is wished for. None is no limit; `earlier` is what held so far.

    Of several wishes that wait the most urgent one counts. A message that a worker holds is about to be shown, so the
    next version counts from now.
    """
    last = now if is_held else last_shown_at
    wished = now if last is None else max(now, last + at_most_every)
    if not is_behind:
        return wished
    if earlier is None:
        return wished if is_held else None
    return min(wished, earlier)
