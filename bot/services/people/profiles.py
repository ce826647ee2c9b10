"""What platforms say about somebody, asked while a page waits for it."""

import asyncio

import structlog

from bot.domain.keys import PersonKey
from bot.domain.people import Profile
from bot.errors import AdapterError
from bot.services.parts import Parts

SECONDS = 2.0

log = structlog.get_logger(__name__)


async def profile_of(parts: Parts, person: PersonKey) -> Profile | None:
    """None where the platform does not say just now."""
    chat = parts.chat_of(person.workspace)
    if chat is None:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            return await chat.profile(person)
    except (AdapterError, TimeoutError) as problem:
        log.info("the platform did not say who somebody is", problem=type(problem).__name__)
        return None
