"""What the loopback X knows, and how it changes. Everything is kept in the old vocabulary."""

import gzip
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import floor, log2
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.rigs.x_server_faults import PROBLEMS
from tests.rigs.x_server_query import Condition, Searched, fold, words

Json = dict[str, Any]

NEW_SPELLING = {
    "tweets": "posts",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "total_tweet_count": "total_post_count",
    "pinned_tweet_id": "pinned_post_id",
    "most_recent_tweet_id": "most_recent_post_id",
}
OLD_SPELLING = {new: old for old, new in NEW_SPELLING.items()}

_KINDS = {"retweeted": "retweet", "replied_to": "reply", "quoted": "quote"}
_REFERS = {"replied_to": "in_reply_to_tweet_id", "quoted": "quotes_of_tweet_id"}
_MISSING = {
    "": ("Not Found Error", "resource-not-found", "Could not find {kind} with {parameter}: [{id}]."),
    "deleted": ("Not Found Error", "resource-not-found", "Could not find {kind} with {parameter}: [{id}]."),
    "protected": (
        "Authorization Error",
        "not-authorized-for-resource",
        "Sorry, you are not authorized to see the Tweet with {parameter}: [{id}].",
    ),
    "suspended": ("Forbidden", "not-authorized-for-resource", "User has been suspended: [{id}]."),
}


def spelt(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON with its keys spelt in the other vocabulary (X's OpenAPI 2.166 → 2.167)."""
    if isinstance(value, dict):
        return {names.get(key, key): spelt(each, names) for key, each in value.items()}
    return [spelt(each, names) for each in value] if isinstance(value, list) else value


def written_at(post: Json) -> datetime:
    return datetime.fromisoformat(post["created_at"]).astimezone(UTC)


class _Entry(NamedTuple):
    at: datetime
    number: int
    post: Json
    searched: Searched


@dataclass
class World:
    """Engagement grows with the age of a post, half of what is left to come in each `half_life`; without one it is all
    there from the beginning. `noise` is how far, in doublings of engagement, what X calls relevant strays from what
    people engaged with. `absent` are posts and `closed` users that are not shown any more, with X's word for it:
    deleted, deactivated, protected or suspended."""

    posts: dict[str, Json] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    media: dict[str, Json] = field(default_factory=dict)
    polls: dict[str, Json] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=dict)
    half_life: timedelta | None = None
    noise: float = 1.0
    seed: int = 1
    absent: dict[str, str] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    _superseded: set[str] = field(default_factory=set)
    _relevance: dict[str, float] = field(default_factory=dict)
    _index: "_Index | None" = None

    def add_page(self, page: Json) -> None:
        """A page of the v2 layout in either vocabulary, or a single post."""
        page = spelt(page, OLD_SPELLING)
        data = page.get("data", page if "id" in page else [])
        includes = page.get("includes", {})
        self.users.update(_by(includes.get("users", []), "id"))
        self.media.update(_by(includes.get("media", []), "media_key"))
        self.polls.update(_by(includes.get("polls", []), "id"))
        self.posts.update(_by([*includes.get("tweets", []), *(data if isinstance(data, list) else [data])], "id"))
        self._index = None

    # ------------------------------------------------------------------------------------------------- what happens

    def delete(self, post_id: str) -> None:
        self.absent[post_id] = "deleted"

    def close(self, user_id: str, reason: str) -> None:
        """Protected, suspended or deactivated: nobody sees what that user wrote."""
        self.closed[user_id] = reason

    def withhold(self, post_id: str, *countries: str) -> None:
        withheld = {"copyright": False, "country_codes": list(countries)}
        self.posts[post_id] = self.posts[post_id] | {"withheld": withheld}
        self._index = None

    def edit(self, post_id: str, text: str) -> str:
        """Each edit is a post with an id of its own; all of them know them all (X docs: edit posts)."""
        old = self.posts[post_id]
        new_id = next(each for each in map(str, count(int(post_id) + 1)) if each not in self.posts)
        history = [*old.get("edit_history_tweet_ids", [post_id]), new_id]
        for version in history[:-1]:
            self.posts[version] = self.posts[version] | {"edit_history_tweet_ids": history}
        self.posts[new_id] = old | {"id": new_id, "text": text, "edit_history_tweet_ids": history}
        self._superseded |= set(history[:-1])
        self._index = None
        return new_id

    def why_absent(self, post_id: str) -> str:
        """X's word for it; empty where the post is shown. Every version of a deleted post is gone."""
        post = self.posts.get(post_id, {})
        versions = {post_id, *post.get("edit_history_tweet_ids", [])}
        own = next((self.absent[each] for each in versions if each in self.absent), "")
        return own or self.closed.get(post.get("author_id", ""), "")

    # ------------------------------------------------------------------------------------------------ what is found

    def found(self, wanted: Condition, begin: datetime, end: datetime, now: datetime) -> list[Json]:
        """The posts written from `begin` until `end` that match, newest first, as they are now. Keyword search returns
        no reposts (X docs: changelog, 4 May 2026)."""
        if self._index is None:
            self._index = _Index(self._entries())
        entries = self._index.within(begin, end, wanted.hashtags)
        matching = (entry.post for entry in entries if wanted(self._counted(entry, now)))
        all_there = not (self.absent or self.closed)
        return [self.as_of(post, now) for post in matching if all_there or not self.why_absent(post["id"])]

    def by_relevance(self, posts: Iterable[Json]) -> list[Json]:
        """Of posts as they are now; the same ones always come in the same order."""
        return sorted(posts, key=self._how_relevant, reverse=True)

    def _how_relevant(self, post: Json) -> float:
        metrics = post.get("public_metrics", {})
        engagement = log2(1 + metrics.get("like_count", 0) + 2 * metrics.get("retweet_count", 0))
        if post["id"] not in self._relevance:
            self._relevance[post["id"]] = Random(f"{self.seed}:{post['id']}").gauss(0, 1)
        return engagement + self.noise * self._relevance[post["id"]]

    def as_of(self, post: Json, now: datetime) -> Json:
        """The post with what it is counted at by now."""
        if self.half_life is None or "public_metrics" not in post:
            return post
        return post | {"public_metrics": self._grown(post["public_metrics"], now - written_at(post))}

    def _counted(self, entry: _Entry, now: datetime) -> Searched:
        if self.half_life is None:
            return entry.searched
        return replace(entry.searched, counts=self._grown(entry.searched.counts, now - entry.at))

    def _grown(self, final: Mapping[str, int], age: timedelta) -> dict[str, int]:
        if self.half_life is None:
            return dict(final)
        share = 1 - 2 ** -(max(age, timedelta(0)) / self.half_life)
        return {name: floor(count * share) for name, count in final.items()}

    def _entries(self) -> Iterator[_Entry]:
        for post in self.posts.values():
            searched = self._as_searched(post)
            if "retweet" not in searched.kinds and post["id"] not in self._superseded and "created_at" in post:
                yield _Entry(written_at(post), int(post["id"]), post, searched)

    def _as_searched(self, post: Json) -> Searched:
        text = post.get("note_tweet", {}).get("text") or post["text"]
        marked = [post.get("entities", {}), post.get("note_tweet", {}).get("entities", {})]
        tags = {fold(each["tag"]) for entities in marked for each in entities.get("hashtags", [])}
        names = {each["username"].casefold() for entities in marked for each in entities.get("mentions", [])}
        author = post.get("author_id", "")
        handle = self.users.get(author, {}).get("username", "")
        references = post.get("referenced_tweets", [])
        return Searched(
            words=words(text),
            hashtags=frozenset(tags | {fold(word[1:]) for word in text.split() if word.startswith("#") and not tags}),
            mentions=frozenset(names),
            author=frozenset({author, handle.casefold()} - {""}),
            lists=frozenset(each for each, members in self.lists.items() if author in members),
            kinds=frozenset(_KINDS.get(each["type"], "") for each in references),
            holds=frozenset(_held(post, marked)),
            lang=post.get("lang", "").casefold(),
            refers={_REFERS[each["type"]]: each["id"] for each in references if each["type"] in _REFERS}
            | {"conversation_id": post.get("conversation_id", "")},
            counts=post.get("public_metrics", {}),
        )

    # ------------------------------------------------------------------------------------------------ what is missed

    def looked_up(self, ids: Iterable[str], now: datetime, parameter: str = "ids") -> tuple[list[Json], list[Json]]:
        """The posts that are there, and an entry of `errors` for each that is not (X docs: partial errors)."""
        asked = list(dict.fromkeys(ids))
        reasons = {each: self.why_absent(each) for each in asked}
        there = [each for each in asked if each in self.posts and not reasons[each]]
        gone = [missing(each, parameter, "tweet", reasons[each]) for each in asked if each not in there]
        return [self.as_of(self.posts[each], now) for each in there], gone


def _held(post: Json, marked: Iterable[Json]) -> Iterator[str]:
    for entities in marked:
        for kind, name in (("hashtags", "hashtags"), ("mentions", "mentions"), ("urls", "links")):
            if entities.get(kind):
                yield name
    if "https://" in post["text"] or "http://" in post["text"]:
        yield "links"
    if post.get("attachments", {}).get("media_keys"):
        yield "media"


class _Index:
    """Entries by time, all together and by hashtag."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self._all = sorted(entries, key=lambda entry: (entry.at, entry.number))
        self._by_hashtag: defaultdict[str, list[_Entry]] = defaultdict(list)
        for entry in self._all:
            for tag in entry.searched.hashtags:
                self._by_hashtag[tag].append(entry)

    def within(self, begin: datetime, end: datetime, hashtags: frozenset[str] | None) -> list[_Entry]:
        """Newest first; all that could match, at least."""
        if hashtags is None:
            return _between(self._all, begin, end)[::-1]
        found = {
            entry.number: entry for tag in hashtags for entry in _between(self._by_hashtag.get(tag, []), begin, end)
        }
        return sorted(found.values(), key=lambda entry: (entry.at, entry.number), reverse=True)


def _between(entries: list[_Entry], begin: datetime, end: datetime) -> list[_Entry]:
    return entries[
        bisect_left(entries, begin, key=lambda entry: entry.at) : bisect_left(entries, end, key=lambda entry: entry.at)
    ]


def _by(objects: Iterable[Json], key: str) -> dict[str, Json]:
    return {each[key]: each for each in objects if key in each}


def read_pages(path: Path) -> Iterator[Json]:
    """The pages of a `.jsonl` or `.jsonl.gz` file; lines that hold none are left out."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            try:
                page = json.loads(line)
            except ValueError:
                continue
            if isinstance(page, dict):
                yield page


def load_world(path: Path) -> World:
    world = World()
    for page in read_pages(path):
        world.add_page(page)
    return world


def only(post: Json, fields: set[str]) -> Json:
    return {name: value for name, value in post.items() if name in fields}


def attached(posts: Iterable[Json], kind: str, known: dict[str, Json]) -> list[Json]:
    keys = dict.fromkeys(key for post in posts for key in post.get("attachments", {}).get(kind, []))
    return [known[key] for key in keys if key in known]


def missing(resource: str, parameter: str, kind: str, reason: str = "") -> Json:
    title, problem, detail = _MISSING.get(reason, _MISSING["deleted"])
    return {
        "value": resource,
        "resource_id": resource,
        "resource_type": kind,
        "parameter": parameter,
        "title": title,
        "detail": detail.format(kind=kind, parameter=parameter, id=resource),
        "type": PROBLEMS + problem,
    }


def looked_up(ids: Iterable[str], known: Mapping[str, Json], parameter: str) -> tuple[list[Json], list[Json]]:
    """The users that are there, and an entry of `errors` for each that is not."""
    asked = list(dict.fromkeys(ids))
    gone = [missing(each, parameter, "user") for each in asked if each not in known]
    return [known[each] for each in asked if each in known], gone
