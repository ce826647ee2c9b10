"""Past digests: of channels that everybody in the workspace may see, and of one's own."""

from collections.abc import Mapping, Sequence

from bot.domain.channel import Channel
from bot.domain.content import ShowPost
from bot.domain.digest import Digest
from bot.domain.keys import PostKey
from bot.domain.library import Item
from bot.ports.desk import DeskDigest, DigestPage, DigestPost, Page
from bot.services.people.threshold import may_see, savers_needed
from bot.services.posts.hiding import NO_LONGER
from bot.services.posts.post_words import digest_title
from bot.services.web.desk.sitting import Sitting
from bot.views import GoneItem, PostItem


async def past_digests(sitting: Sitting, page: Page) -> tuple[Sequence[DeskDigest], int]:
    channels = {each.key: each for each in await sitting.channels()}
    digests, total = await sitting.tx.digests.past(list(channels), page.limit, page.offset)
    return [_in_a_list(digest, channels[digest.channel]) for digest in digests], total


async def past_digest(sitting: Sitting, key: str) -> DigestPage | None:
    digest, channel = await _open_digest(sitting, key)
    if digest is None or channel is None:
        return None
    shown, saved = await _shown(sitting, digest), await _saved_of(sitting, digest)
    posts = tuple(
        _post(item.post, shown.get(item.number) or GoneItem(item.number, NO_LONGER), saved.get(item.post))
        for item in digest.items
    )
    return DigestPage(_in_a_list(digest, channel), posts, digest.remarks)


def _post(post: PostKey, shown: PostItem | GoneItem, item: Item | None) -> DigestPost:
    if item is None:
        return DigestPost(post.source, post.id, shown)
    return DigestPost(post.source, post.id, shown, item.id, item.saved_by_me, item.private)


async def library_shown_in(sitting: Sitting, key: str, post: PostKey) -> str | None:
    """The key of the department's library that the digest is of; None where it does not show that post to whoever sits
    here."""
    digest, channel = await _open_digest(sitting, key)
    if digest is None or channel is None:
        return None
    shown = await _shown(sitting, digest)
    is_there = any(item.post == post and isinstance(shown.get(item.number), PostItem) for item in digest.items)
    return channel.library if is_there else None


async def _open_digest(sitting: Sitting, key: str) -> tuple[Digest | None, Channel | None]:
    """The digest and the channel it was sent to, where this person may look into that."""
    digest = await sitting.tx.digests.get(sitting.workspace, key)
    channels = await sitting.channels() if digest else ()
    return digest, next((each for each in channels if digest and each.key == digest.channel), None)


async def _shown(sitting: Sitting, digest: Digest) -> Mapping[int, PostItem | GoneItem]:
    """Its items by their numbers."""
    content = tuple(
        ShowPost(item.post.source, item.post.id, item.why, item.number, asks=item.asks)
        for item in digest.items
        if not item.gone
    )
    blocks = await sitting.blocks(content, digest.channel)
    return {block.number: block for block in blocks if isinstance(block, PostItem | GoneItem) and block.number}


async def _saved_of(sitting: Sitting, digest: Digest) -> Mapping[PostKey, Item]:
    """What its posts are in the library, as far as whoever sits here may see it: their own save first."""
    led_to = await sitting.tx.library.led_to(sitting.workspace, [item.post for item in digest.items])
    ids = {item for items in led_to.values() for item in items}
    known = await sitting.tx.library.items(sitting.workspace, ids, sitting.person)
    needed = await savers_needed(sitting.tx, sitting.workspace)
    found: dict[PostKey, Item] = {}
    for post, items in led_to.items():
        seen = [known[item] for item in items if known[item].removed_at is None and may_see(known[item], needed)]
        if seen:
            found[post] = max(seen, key=lambda item: (item.saved_by_me, not item.private))
    return found


def _in_a_list(digest: Digest, channel: Channel) -> DeskDigest:
    name = "Your own digest" if channel.owner else channel.name
    return DeskDigest(digest.slot, name, digest_title(digest, channel.schedule.zone_info))
