"""After a backup was restored: what was asked for since then is done once more."""

from collections.abc import Collection

from bot.domain.forgetting import Forgotten, digest_of
from bot.domain.keys import PostKey
from bot.services.erasing.forgetting import forget
from bot.services.erasing.purging import purge
from bot.services.parts import Parts
from bot.services.wording import counted

POSTS_AT_ONCE = 200


async def settle_restored(parts: Parts, forgotten: Collection[Forgotten], erased: Collection[PostKey]) -> list[str]:
    """Whoever was forgotten since the backup is forgotten, posts that were erased since are erased, and nobody is
    signed in on the web. Says in sentences what was done."""
    people = await _forget_again(parts, forgotten)
    posts = list(erased)
    for start in range(0, len(posts), POSTS_AT_ONCE):
        async with parts.store.transaction() as tx:
            await purge(tx, parts, posts[start : start + POSTS_AT_ONCE])
    async with parts.store.transaction() as tx:
        now = parts.clock.now()
        await tx.sessions.drop_ended(now, now)
    return [
        *([f"{counted(people, 'person', 'people')} forgotten since then: erased again."] if people else []),
        *([f"{counted(len(posts), 'post')} erased since then: erased again."] if posts else []),
        "Everybody who was signed in on the web has to sign in again.",
    ]


async def _forget_again(parts: Parts, forgotten: Collection[Forgotten]) -> int:
    asked = {each.digest: each.at for each in forgotten}
    async with parts.store.transaction() as tx:
        everybody = {person: digest_of(person) for person in await tx.people.everybody()}
        found = {person: asked[digest] for person, digest in everybody.items() if digest in asked}
        for person, at in found.items():
            await forget(tx, parts, person, at)
    return len(found)
