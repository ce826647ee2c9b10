"""What a post carries beside its words: links, hashtags, mentions. X marks them; a plain text is searched for them."""

import re
from collections.abc import Iterable, Iterator

from adapters.x.shapes import Json, object_at, objects_at, text_at, texts_at, unescaped
from bot.domain.post import Link

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w/.])@(\w{1,15})(?!\w)", re.ASCII)
_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(?:i/web|i|\w+)/status/(\d+)(/(?:photo|video)/\d+)?"
)


def long_form(post: Json) -> Json:
    """The full text of a long post with its entities, or nothing."""
    note = object_at(post, "note_tweet", "note_post")
    return note if text_at(note, "text") else {}


def text_of(post: Json) -> str:
    return unescaped(text_at(long_form(post), "text") or text_at(post, "text"))


def hashtags_of(post: Json, text: str) -> tuple[str, ...]:
    return _marked_or_found(post, ("hashtags", "tag"), _HASHTAG, text)


def mentions_of(post: Json, text: str) -> tuple[str, ...]:
    return _marked_or_found(post, ("mentions", "username"), _MENTION, text)


def _marked_or_found(post: Json, place: tuple[str, str], pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    among, name = place
    marked = [text_at(each, name) for entities in _entities(post) for each in objects_at(entities, among)]
    found = [] if _text_is_marked(post) else pattern.findall(text)
    return tuple(dict.fromkeys(each for each in [*marked, *found] if each))


def _entities(post: Json) -> Iterator[Json]:
    """Those of the full text first, then those of the shortened one, which know more about the same links."""
    yield object_at(long_form(post), "entities")
    yield object_at(post, "entities")


def _text_is_marked(post: Json) -> bool:
    return bool(object_at(long_form(post) or post, "entities"))


def links_of(post: Json, own_ids: Iterable[str], quoted: str | None) -> tuple[Link, ...]:
    """The addresses that lead somewhere: not to the post's own pictures, itself, or the post it quotes, which the
    reader sees anyway. An address that X names several times is one link with all that is known of it."""
    own = {*own_ids, quoted}
    found = _named(post).values()
    return tuple(link for same in found if not _is_the_post_itself(same, own) and (link := _link(same)) is not None)


def hidden_addresses_of(post: Json, own_ids: Iterable[str], quoted: str | None) -> tuple[str, ...]:
    """The short addresses in the text that X does not show to readers: of its own pictures and the quoted post."""
    own = {*own_ids, quoted}
    return tuple(written for written, same in _named(post).items() if written and _is_the_post_itself(same, own))


def _named(post: Json) -> dict[str, list[Json]]:
    """All that is known of each address, under its short form."""
    named: dict[str, list[Json]] = {}
    for entities in _entities(post):
        for each in objects_at(entities, "urls"):
            named.setdefault(text_at(each, "url") or text_at(each, "expanded_url"), []).append(each)
    return named


def _is_the_post_itself(same: list[Json], own: set[str | None]) -> bool:
    return any(text_at(each, "media_key") or texts_at(each, "media_keys") or _shows(each, own) for each in same)


def _shows(entity: Json, own: set[str | None]) -> bool:
    status = _STATUS.match(text_at(entity, "expanded_url"))
    return status is not None and (status[2] is not None or status[1] in own)


def _link(same: list[Json]) -> Link | None:
    addresses = (text_at(each, name) for name in ("unwound_url", "expanded_url", "url") for each in same)
    url = next((each for each in addresses if each.startswith(("https://", "http://"))), None)
    if url is None:
        return None
    url = url.replace("&amp;", "&")  # and nothing else: `&copy=1` is no sign but a parameter
    return Link(url, _known(same, "url"), unescaped(_known(same, "title")), unescaped(_known(same, "description")))


def _known(same: list[Json], name: str) -> str:
    return next((text for each in same if (text := text_at(each, name))), "")
