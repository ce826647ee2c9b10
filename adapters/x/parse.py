"""From a page of X's API v2 to posts. It may use either vocabulary, lack anything, or hold what X never promised."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from adapters.x.entities import hashtags_of, hidden_addresses_of, links_of, long_form, mentions_of, text_of
from adapters.x.shapes import (
    NONE_OF_IT,
    Json,
    count_at,
    last_segment,
    object_at,
    objects_at,
    text_at,
    texts_at,
    time_at,
    unescaped,
)
from bot.domain.budget import Resources
from bot.domain.keys import PostKey
from bot.domain.post import Author, Media, MediaKind, Metrics, Post, Reference, ReferenceKind

_REFERENCES = {
    "retweeted": ReferenceKind.REPOSTED,
    "reposted": ReferenceKind.REPOSTED,
    "quoted": ReferenceKind.QUOTED,
    "replied_to": ReferenceKind.REPLIED_TO,
}
_MEDIA = {"photo": MediaKind.PHOTO, "video": MediaKind.VIDEO, "animated_gif": MediaKind.GIF}
_LEFT_OUT = {
    "resource-not-found": "no longer there",
    "not-authorized-for-resource": "protected or suspended",
}


@dataclass(frozen=True, slots=True)
class Page:
    """`oldest` and `newest` are the times of what the page lists, before reposts were resolved; `resources` is all
    that X bills for it."""

    posts: tuple[Post, ...] = ()
    authors: tuple[Author, ...] = ()
    problems: tuple[str, ...] = ()
    oldest: datetime | None = None
    newest: datetime | None = None
    resources: Resources = field(default_factory=Resources)
    next_token: str = ""


def parse_page(page: Json, *, read_at: datetime, source: str = "x", invented: bool = False) -> Page:
    """Every post of the page that has an id and a text, each once; a repost is its original where that came along.

    A post whose time is missing gets that of the post listed before it, else `read_at`: times are never read out of
    ids. Never raises.
    """
    includes = _Includes(page, source)
    listed = objects_at(page, "data")
    times = [time_at(each, "created_at") for each in listed]
    known = [time for time in times if time]
    posts: dict[PostKey, Post] = {}
    for item, time in zip(listed, _filled(times, read_at), strict=True):
        original = includes.original_of(item)
        if original is not None or _is_post(item):
            written_at = time if original is None else time_at(original, "created_at") or time
            post = _post(item if original is None else original, written_at, includes, invented=invented)
            posts.setdefault(post.key, post)
    return Page(
        posts=tuple(posts.values()),
        authors=tuple(includes.authors.values()),
        problems=tuple(_problems(page)),
        oldest=min(known, default=None),
        newest=max(known, default=None),
        resources=_resources(listed, includes),
        next_token=text_at(object_at(page, "meta"), "next_token"),
    )


def _resources(listed: Sequence[Json], includes: "_Includes") -> Resources:
    known = [text_at(each, "id") for each in listed]
    return Resources(
        posts=len(listed) + len(includes.posts),
        users=len(includes.authors),
        post_ids=tuple(each for each in [*known, *includes.posts] if each),
        user_ids=tuple(includes.authors),
    )


def parse_users(page: Json, *, source: str = "x") -> tuple[list[Author], list[str]]:
    """The users of an answer, and what it says is missing: handles or ids, as they were asked for."""
    found = [author for each in objects_at(page, "data") if (author := _author(each, source))]
    return found, [text_at(each, "value", "resource_id") for each in objects_at(page, "errors")]


class _Includes:
    """What a page brought along with its posts, by id. Any of it may be missing."""

    def __init__(self, page: Json, source: str) -> None:
        includes = object_at(page, "includes")
        authors = (_author(each, source) for each in objects_at(includes, "users"))
        self.source = source
        self.authors = {author.id: author for author in authors if author}
        self.posts = {text_at(each, "id"): each for each in objects_at(includes, "tweets", "posts")}
        self.media = {text_at(each, "media_key"): each for each in objects_at(includes, "media")}
        self.polls = {text_at(each, "id"): each for each in objects_at(includes, "polls")}

    def original_of(self, item: Json) -> Json | None:
        """The post that this one only repeats, if it came along."""
        references = _references(item)
        original = self.posts.get(_referred(references, ReferenceKind.REPOSTED) or "", NONE_OF_IT)
        return original if _is_post(original) else None


def _is_post(item: Json) -> bool:
    return bool(text_at(item, "id") and (text_at(item, "text") or long_form(item)))


def _filled(times: Sequence[datetime | None], first: datetime) -> Iterator[datetime]:
    known = first
    for time in times:
        known = time or known
        yield known


def _post(item: Json, created_at: datetime, includes: _Includes, *, invented: bool) -> Post:
    latest_id, author_id, text = text_at(item, "id"), text_at(item, "author_id"), text_of(item)
    editions = editions_of(item)
    references, attachments = _references(item), object_at(item, "attachments")
    author = includes.authors.get(author_id)
    own_ids, quoted = {latest_id, *editions}, _referred(references, ReferenceKind.QUOTED)
    return Post(
        key=PostKey(includes.source, editions[0]),
        latest_id=latest_id,
        author_id=author_id,
        text=text,
        created_at=created_at,
        url=permalink(latest_id, author.handle if author else ""),
        lang=text_at(item, "lang"),
        conversation_id=text_at(item, "conversation_id"),
        metrics=_metrics(object_at(item, "public_metrics")),
        links=links_of(item, own_ids, quoted),
        hidden_addresses=hidden_addresses_of(item, own_ids, quoted),
        hashtags=hashtags_of(item, text),
        mentions=mentions_of(item, text),
        media=_media(texts_at(attachments, "media_keys"), includes),
        poll=_poll(texts_at(attachments, "poll_ids"), includes),
        references=references,
        sensitive=item.get("possibly_sensitive") is True,
        withheld=bool(item.get("withheld")),
        invented=invented,
        reply_url=reply_intent(latest_id),
    )


def editions_of(item: Json) -> list[str]:
    """The ids of a post's versions, oldest first; at least its own."""
    return texts_at(item, "edit_history_tweet_ids", "edit_history_post_ids") or [text_at(item, "id")]


def permalink(post_id: str, handle: str = "") -> str:
    """A post's address at X; it works without the handle too."""
    return f"https://x.com/{handle or 'i'}/status/{post_id}"


def reply_intent(post_id: str) -> str:
    """Where anybody with an account at X answers a post: a Web Intent, which asks for no right to their account."""
    return f"https://x.com/intent/tweet?{urlencode({'in_reply_to': post_id})}"


def _references(item: Json) -> tuple[Reference, ...]:
    return tuple(
        Reference(kind, text_at(each, "id"))
        for each in objects_at(item, "referenced_tweets", "referenced_posts")
        if (kind := _REFERENCES.get(text_at(each, "type"))) and text_at(each, "id")
    )


def _referred(references: tuple[Reference, ...], kind: ReferenceKind) -> str | None:
    return next((each.id for each in references if each.kind is kind), None)


def _metrics(counted: Json) -> Metrics:
    return Metrics(
        likes=count_at(counted, "like_count"),
        reposts=count_at(counted, "retweet_count", "repost_count"),
        replies=count_at(counted, "reply_count"),
        quotes=count_at(counted, "quote_count"),
    )


def _media(keys: Sequence[str], includes: _Includes) -> tuple[Media, ...]:
    """Those that came along; what kind the others are is not known."""
    found = [includes.media.get(key, NONE_OF_IT) for key in keys]
    kinds = [_MEDIA.get(text_at(each, "type")) for each in found]
    described = [unescaped(text_at(each, "alt_text")) for each in found]
    return tuple(Media(kind, words) for kind, words in zip(kinds, described, strict=True) if kind)


def _poll(ids: Sequence[str], includes: _Includes) -> tuple[str, ...]:
    options = [option for each in ids for option in objects_at(includes.polls.get(each, NONE_OF_IT), "options")]
    ordered = sorted(options, key=lambda option: count_at(option, "position"))
    return tuple(unescaped(label) for option in ordered if (label := text_at(option, "label")))


def _author(user: Json, source: str) -> Author | None:
    handle, account = text_at(user, "username"), text_at(user, "id")
    if not handle or not account:
        return None
    return Author(
        source=source,
        id=account,
        handle=handle,
        name=unescaped(text_at(user, "name")) or handle,
        profile_url=f"https://x.com/{handle}",
        avatar_url=text_at(user, "profile_image_url"),
        protected=user.get("protected") is True,
        followers=_followers(object_at(user, "public_metrics")),
    )


def _followers(counted: Json) -> int | None:
    """None where it was not counted: nobody knows is not nobody."""
    found = counted.get("followers_count")
    is_counted = isinstance(found, int) and not isinstance(found, bool)
    return count_at(counted, "followers_count") if is_counted else None


def _problems(page: Json) -> Iterator[str]:
    """What X says it left out, counted by reason; what it says word for word may repeat the whole query."""
    kinds = (last_segment(each) for each in objects_at(page, "errors"))
    for reason, count in sorted(Counter(_LEFT_OUT.get(kind, "without a known reason") for kind in kinds).items()):
        yield f"Left out of an answer of X: {count} × {reason}."
