"""Past digests: of channels that everybody in the workspace may see, and of one's own."""

from collections.abc import Sequence

from bot.domain.channel import Channel
from bot.domain.content import ShowPost
from bot.domain.digest import Digest
from bot.domain.keys import PostKey
from bot.ports.desk import DeskDigest, DigestPage, DigestPost, Page
from bot.services.posts.hiding import NO_LONGER
from bot.services.posts.post_words import digest_title
from bot.services.web.desk.sitting import Sitting
from bot.views import GoneItem, PostItem


async def past_digests(sitting: Sitting, page: Page) -> tuple[Sequence[DeskDigest], int]:
    channels = {each.key: each for each in await sitting.channels()}
    digests, total = await sitting.tx.digests.past(list(channels), page.limit, page.offset)
    return [_in_a_list(digest, channels[digest.channel]) for digest in digests], total


async def past_digest(sitting: Sitting, key: str) -> DigestPage | None:
    digest = await sitting.tx.digests.get(sitting.workspace, key)
    channel = next((each for each in await sitting.channels() if digest and each.key == digest.channel), None)
    if digest is None or channel is None:
        return None
    content = tuple(
        ShowPost(item.post.source, item.post.id, item.why, item.number, asks=item.asks)
        for item in digest.items
        if not item.gone
    )
    numbered = {item.number: item for item in digest.items}
    blocks = {
        block.number: block
        for block in await sitting.blocks(content, digest.channel)
        if isinstance(block, PostItem | GoneItem) and block.number
    }
    posts = tuple(
        DigestPost(item.post.source, item.post.id, blocks.get(number) or GoneItem(number, NO_LONGER))
        for number, item in numbered.items()
    )
    return DigestPage(_in_a_list(digest, channel), posts, digest.remarks)


async def shows(sitting: Sitting, key: str, post: PostKey) -> bool:
    """Whether the digest shows that post to whoever sits here."""
    page = await past_digest(sitting, key)
    shown = [each.shown for each in page.posts if (each.source, each.post) == (post.source, post.id)] if page else []
    return any(isinstance(each, PostItem) for each in shown)


def _in_a_list(digest: Digest, channel: Channel) -> DeskDigest:
    name = "Your own digest" if channel.owner else channel.name
    return DeskDigest(digest.slot, name, digest_title(digest, channel.schedule.zone_info))
