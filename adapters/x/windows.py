"""Which part of a wanted span X's recent search gives, and which part of it an answer has covered."""

from datetime import datetime, timedelta

from bot.domain.coverage import Span

SECOND = timedelta(seconds=1)
LOOKS_BACK = timedelta(days=7)
# X counts the seven days when the request arrives, and clocks differ.
MARGIN = timedelta(minutes=2)
# Posts of the last seconds may not be searchable yet: X refuses an end less than ten seconds ago. By its own clock, and
# a computer in a school is soon most of a minute ahead.
SETTLING = timedelta(minutes=1)


def readable(wanted: Span, now: datetime) -> Span:
    """The wanted span in whole seconds, as far as X gives it; of no length where it gives nothing."""
    oldest = _whole_second(now - LOOKS_BACK + MARGIN)
    return Span(max(_whole_second(wanted.start), oldest), _whole_second(min(wanted.end, now - SETTLING)))


def read_back_to(oldest_post: datetime, asked: Span) -> Span:
    """What a page, newest first, has covered when more follow. More posts of its oldest second may be on the next."""
    return Span(min(max(_whole_second(oldest_post) + SECOND, asked.start), asked.end), asked.end)


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
