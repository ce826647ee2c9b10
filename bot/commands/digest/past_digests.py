"""digests: those that the channel had, and one of them opened for whoever asks"""

from bot.commands.context import Answer, Asked
from bot.commands.paging import page_of
from bot.domain.actions import open_digest, whole_number
from bot.domain.content import Content, Say, ShowPost, headed, offer, say, ways
from bot.domain.digest import Digest
from bot.errors import Mistake
from bot.services.posts.post_words import digest_title
from bot.services.wording import counted

SHOWN_AT_ONCE = 10


async def digests(asked: Asked, words: str) -> Answer:
    if typed := words.strip():
        return await _numbered(asked, whole_number(typed.removeprefix("#")))
    page = page_of(asked, SHOWN_AT_ONCE)
    found, total = await asked.tx.digests.past([asked.channel], page.size, page.offset)
    if not found:
        return Answer(say(f"{asked.here} has had no digest yet. See when the next one comes with /pln list."))
    zone = (await asked.known_channel()).schedule.zone_info
    lines = [f"{page.offset + place}. {digest_title(each, zone)}" for place, each in enumerate(found, start=1)]
    heading = f"{counted(total, 'past digest')}{page.part(len(found), total)}"
    buttons = offer(
        *((f"Open {page.offset + place}", open_digest(each.slot).encode()) for place, each in enumerate(found, start=1))
    )
    command = "me digests" if asked.is_own else "digests"
    return Answer((*headed(heading, lines), buttons, *ways(*page.ways(command, total))))


async def _numbered(asked: Asked, number: int) -> Answer:
    """1 is the newest."""
    if not number:
        raise Mistake("Say the number of a digest, such as /pln digests 2. /pln digests lists them.")
    found, total = await asked.tx.digests.past([asked.channel], 1, number - 1)
    if not found:
        raise Mistake(f"{asked.here} has had {counted(total, 'digest')}. /pln digests lists them.")
    return await _shown(asked, found[0])


async def open_one(asked: Asked, slot: str) -> Answer:
    """Only in the channel that had it. Raises Mistake."""
    found = await asked.tx.digests.get(asked.channel.workspace, slot)
    if found is None or found.channel != asked.channel:
        raise Mistake("This digest is no longer kept. /pln digests lists those that are.")
    return await _shown(asked, found)


async def _shown(asked: Asked, digest: Digest) -> Answer:
    """Each post with a button of its own, because what stands in the channel may be long gone."""
    zone = (await asked.known_channel()).schedule.zone_info
    posts: Content = tuple(
        ShowPost(item.post.source, item.post.id, item.why, item.number, saves=True) for item in digest.items
    )
    return Answer((Say(digest_title(digest, zone), "heading"), *posts, Say("Only you see this.", "hint")))
