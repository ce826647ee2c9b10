"""What somebody means by this week, in a list and in a file alike."""

from datetime import datetime, time, timedelta

from bot.commands.context import Asked
from bot.domain.search import Query
from bot.domain.search.language import moment_term
from bot.domain.search.query import Since
from bot.services.wording import day_in_words

DAYS = timedelta(days=7)


async def this_week(asked: Asked) -> tuple[Query, str]:
    """What was saved today or on the seven days before, in the zone of the channel, and how that is called. As long as
    it is today it means the same."""
    zone = (await asked.known_channel()).schedule.zone_info
    first = asked.at.astimezone(zone).date() - DAYS
    begin = datetime.combine(first, time(), zone)
    return Query(Since(begin), moment_term("since", begin)), f"saved since {day_in_words(first)}"
