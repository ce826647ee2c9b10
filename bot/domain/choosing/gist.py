"""What can be told of a post without knowing for whom it is: its wording, its hashtags and pages, and what they are
worth. It is the greater part of choosing and the same for every channel, so that it is worked out once."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern

from bot.domain.choosing.faults import Exclusion, fault_of
from bot.domain.choosing.merits import (
    as_sent,
    as_written,
    is_of_own_class,
    is_plain,
    is_selling,
    most_of_peers,
    most_response,
    signs_for_teachers,
)
from bot.domain.choosing.said import Said, said_by, unnamed
from bot.domain.choosing.tags import hits_of, peers_among
from bot.domain.choosing.wording import MOST_CHARACTERS, Reading, link_key, post_key, reading
from bot.domain.keys import PostKey
from bot.domain.links import canonical
from bot.domain.post import Post
from bot.domain.topic import folded

REMEMBERED = 10_000
"""Many channels choose among the same posts at the same time."""


@dataclass(frozen=True, slots=True)
class Gist:
    """`hits` is what it says of the lexicon in words and hashtags, `tags` are its folded hashtags, `peers` those under
    which teachers talk to each other, where its words speak to them too. `most_of_peers` and `most_response` bound what
    these and its likes may come to. `is_among_teachers` where it tells of a class of its own, or has such hashtags.
    `links` are canonical; `keys` are its `seen_keys`, the post's first; `traces` are what it would share with another
    post that is the same thing: edges of its wording and pages. `fault` is what keeps it out of every digest. `parts`
    are those of its score that it has by itself, `worth` is their sum."""

    reading: Reading
    hits: tuple[str, ...]
    tags: tuple[str, ...]
    peers: tuple[str, ...]
    links: tuple[str, ...]
    keys: tuple[str, ...]
    traces: tuple[str, ...]
    fault: Exclusion | None
    is_selling: bool
    is_plain: bool
    is_among_teachers: bool
    most_of_peers: float
    most_response: float
    parts: Mapping[str, float]
    worth: float


_known: OrderedDict[tuple[str, str], tuple[Said, Gist]] = OrderedDict()
"""By source and id of the post: plain words are found faster than keys of our own."""


def gist_of(post: Post) -> Gist:
    """Worked out once, and again where the post was edited or its links were followed."""
    key = post.key
    known = _known.get((key.source, key.id))
    if known is None or known[0] != unnamed(post):
        known = _known_from_now_on(post)
    return known[1]


def forget() -> None:
    _known.clear()


def _known_from_now_on(post: Post) -> tuple[Said, Gist]:
    """The longest posts are not remembered: ten thousand of them would not fit into memory."""
    said = said_by(post)
    told = said, _gist(post.key, said)
    if len(post.text) <= MOST_CHARACTERS:
        _known[post.key.source, post.key.id] = told
        if len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return told


def _gist(key: PostKey, said: Said) -> Gist:
    read = reading(said.text)
    # Thousands of posts have the same few hashtags: one string for each is found and counted faster.
    tags = tuple([intern(folded(each)) for each in said.hashtags])
    hits = (*read.hits, *hits_of(tags))
    peers = peers_among(tags)
    signs = signs_for_teachers(said, hits)
    believed = most_of_peers(said, hits, signs)
    links = tuple(dict.fromkeys([canonical(each) for each in said.addresses])) if said.addresses else ()
    pages = [link_key(each) for each in links]
    parts = as_written(said, read, hits) | as_sent(said, links, len(peers))
    return Gist(
        read,
        hits,
        tags,
        tuple(peers) if believed else (),
        links,
        (post_key(key), *pages, read.key) if read.key else (post_key(key), *pages),
        (*read.edges, *pages),
        fault_of(said, read, hits, len(peers)),
        is_selling(hits),
        is_plain(said, hits),
        is_of_own_class(hits) or bool(peers),
        believed,
        most_response(said, read, signs),
        parts,
        sum(parts.values()),
    )
