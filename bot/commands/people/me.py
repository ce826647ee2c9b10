"""me: any command, for one's own digest"""

from collections.abc import Awaitable, Callable

from bot.commands.context import Answer, Asked
from bot.domain.content import say

NO_PERSONAL_CHANNELS = (
    "This chat has no place that is yours alone, so there is no digest of your own here. "
    "Follow topics in a channel instead: /pln follow #edchat."
)


async def for_oneself(asked: Asked, act: Callable[[Asked, str], Awaitable[Answer]], words: str) -> Answer:
    """Does it in the person's own channel. Nobody else hears of it."""
    if not asked.able.personal_channels:
        return Answer(say(NO_PERSONAL_CHANNELS))
    answer = await act(asked.for_oneself(), words)
    return Answer(answer.private, form=answer.form)
