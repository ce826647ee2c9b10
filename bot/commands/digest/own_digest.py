"""What a person hears about a digest of their own that could not be sent to them"""

from bot.commands.context import Answer, Asked
from bot.domain.content import Say
from bot.services.notice_keys import stopped_key


async def with_own_digest(asked: Asked, answer: Answer) -> Answer:
    """Once, with whatever they are told next: where their own digest was refused, no other message arrives either."""
    if answer.form or not answer.private or not asked.able.personal_channels:
        return answer
    own = await asked.tx.channels.get(asked.own_channel)
    if own is None or not own.stopped:
        return answer
    if not await asked.tx.notices.first_time(own.key.workspace, stopped_key(own.key), asked.at):
        return answer
    told = Say(f"Your own digest could not be sent to you: {own.stopped}")
    return Answer((*answer.private, told), answer.aloud)
