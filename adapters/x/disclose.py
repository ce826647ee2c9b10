"""What a school has to know about reading X."""

from urllib.parse import urlsplit

from adapters.x.section import XSection
from bot.plugins import Disclosure

KEEPS = (
    (
        "Public posts that were read because a topic matched them: text, links, descriptions of pictures, counts of "
        "likes and replies; and their authors' public name, handle and profile address. Pictures and videos are not "
        "fetched."
    ),
    (
        "Nothing about staff is sent to X: it sees the topics that are read, the ids of posts that were shown or saved "
        "when it is asked whether they are still there, the words and links that somebody has looked up, the app's "
        "token, and the address that the requests come from."
    ),
)


def disclose(section: XSection) -> Disclosure:
    api = urlsplit(section.base_url).hostname or section.base_url
    hosts = [
        f"{api}: X's API, for reading posts",
        "storage.googleapis.com: where X takes lists of post ids and tells which of them must not be shown any more",
    ]
    if section.oembed_url:
        embed = urlsplit(section.oembed_url).hostname or section.oembed_url
        hosts.append(
            f"{embed}: X's public embed service, for the names of authors and for asking whether a post is there"
        )
    return Disclosure(
        rights=(
            ("bearer token (app-only)", "Reads public posts. It cannot post, follow, or read anybody's messages."),
        ),
        hosts=tuple(hosts),
        keeps=KEEPS,
    )
