"""What is said about a post or a digest, in words."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.digest import Digest
from bot.domain.links import host_of, is_web_address
from bot.domain.post import Link, MediaKind, Post
from bot.services.wording import counted, cut, day_in_words, listed
from bot.views import Resource


def digest_title(digest: Digest, zone: ZoneInfo) -> str:
    """`Tuesday 24 November · 5 posts from #edchat, #mathchat and 2 more`"""
    day = day_in_words(digest.composed_at.astimezone(zone).date())
    return f"{day} · {counted(len(digest.items), 'post')} from {listed(digest.topics, most=3)}"


def as_read(post: Post) -> str:
    """The wording as people see it at the source: short links by where they lead, those of pictures not at all."""
    text = post.text
    for link in post.links:
        if link.written:
            text = text.replace(link.written, _address_shown(link))
    for address in post.hidden_addresses:
        text = text.replace(address, "")
    return text.strip()


def resource_of(post: Post) -> Resource | None:
    """The first link that leads somewhere."""
    link = next((each for each in post.links if is_web_address(each.url)), None)
    return Resource(link.title or _address_shown(link), link.url, host_of(link.url)) if link else None


def _address_shown(link: Link) -> str:
    parts = urlsplit(link.url)
    return cut(host_of(link.url) + parts.path.rstrip("/"), 40)[0]


def media_in_words(post: Post) -> tuple[str, ...]:
    names = {MediaKind.PHOTO: "Picture", MediaKind.VIDEO: "Video", MediaKind.GIF: "Moving picture"}
    return tuple(
        f"{names[media.kind]}: {media.alt_text}" if media.alt_text else f"{names[media.kind]}, no description"
        for media in post.media
    )
