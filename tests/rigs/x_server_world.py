"""What the loopback X knows and what it billed. Everything is kept in the old vocabulary."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.rigs.x_server_faults import PROBLEMS
from tests.rigs.x_server_query import Searched, fold, words

Json = dict[str, Any]

PRICES = {"post": 5_000, "user": 10_000}  # micro-dollars a resource (X docs: pricing)

NEW_SPELLING = {
    "tweets": "posts",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "pinned_tweet_id": "pinned_post_id",
    "most_recent_tweet_id": "most_recent_post_id",
}
OLD_SPELLING = {new: old for old, new in NEW_SPELLING.items()}


def spelt(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON with its keys spelt in the other vocabulary (X's OpenAPI 2.166 → 2.167)."""
    if isinstance(value, dict):
        return {names.get(key, key): spelt(each, names) for key, each in value.items()}
    return [spelt(each, names) for each in value] if isinstance(value, list) else value


def written_at(post: Json) -> datetime:
    return datetime.fromisoformat(post["created_at"]).astimezone(UTC)


@dataclass
class World:
    posts: dict[str, Json] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    media: dict[str, Json] = field(default_factory=dict)
    polls: dict[str, Json] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=dict)
    _searched: dict[str, Searched] = field(default_factory=dict)

    def add_page(self, page: Json) -> None:
        """A page of the v2 layout in either vocabulary, or a single post."""
        page = spelt(page, OLD_SPELLING)
        data = page.get("data", page if "id" in page else [])
        includes = page.get("includes", {})
        self.users.update(_by(includes.get("users", []), "id"))
        self.media.update(_by(includes.get("media", []), "media_key"))
        self.polls.update(_by(includes.get("polls", []), "id"))
        self.posts.update(_by([*includes.get("tweets", []), *(data if isinstance(data, list) else [data])], "id"))

    def newest_first(self) -> list[Json]:
        """Keyword search returns no reposts (X docs: changelog, 4 May 2026)."""
        originals = (post for post in self.posts.values() if "retweet" not in self.searched(post).kinds)
        return sorted(originals, key=lambda post: (written_at(post), int(post["id"])), reverse=True)

    def searched(self, post: Json) -> Searched:
        if post["id"] not in self._searched:
            self._searched[post["id"]] = self._as_searched(post)
        return self._searched[post["id"]]

    def _as_searched(self, post: Json) -> Searched:
        text = post.get("note_tweet", {}).get("text") or post["text"]
        marked = [post.get("entities", {}), post.get("note_tweet", {}).get("entities", {})]
        tags = {fold(each["tag"]) for entities in marked for each in entities.get("hashtags", [])}
        names = {each["username"].casefold() for entities in marked for each in entities.get("mentions", [])}
        author = post.get("author_id", "")
        handle = self.users.get(author, {}).get("username", "")
        kinds = {"retweeted": "retweet", "replied_to": "reply", "quoted": "quote"}
        return Searched(
            words=words(text),
            hashtags=frozenset(tags | {fold(word[1:]) for word in text.split() if word.startswith("#") and not tags}),
            mentions=frozenset(names),
            author=frozenset({author, handle.casefold()} - {""}),
            lists=frozenset(each for each, members in self.lists.items() if author in members),
            kinds=frozenset(kinds.get(each["type"], "") for each in post.get("referenced_tweets", [])),
        )


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


def looked_up(ids: Iterable[str], known: dict[str, Json], parameter: str, kind: str) -> tuple[list[Json], list[Json]]:
    """What is there, and an entry of `errors` for what is not (X docs: partial errors)."""
    asked = list(dict.fromkeys(ids))
    gone = [
        {
            "value": each,
            "resource_id": each,
            "resource_type": kind,
            "parameter": parameter,
            "title": "Not Found Error",
            "detail": f"Could not find {kind} with {parameter}: [{each}].",
            "type": PROBLEMS + "resource-not-found",
        }
        for each in asked
        if each not in known
    ]
    return [known[each] for each in asked if each in known], gone


class Bill:
    """What was billed: a resource once in a UTC day (X docs: post-cap, pricing)."""

    def __init__(self) -> None:
        self.resources: defaultdict[date, dict[str, set[str]]] = defaultdict(lambda: {"post": set(), "user": set()})
        self.listed = 0

    def charge(self, day: date, *, posts: Iterable[str] = (), users: Iterable[str] = ()) -> None:
        for kind, ids in (("post", list(posts)), ("user", list(users))):
            self.resources[day][kind].update(ids)
            self.listed += PRICES[kind] * len(ids)

    def of(self, day: date) -> int:
        """In micro-dollars."""
        return sum(PRICES[kind] * len(ids) for kind, ids in self.resources[day].items())

    @property
    def total(self) -> int:
        return sum(self.of(day) for day in list(self.resources))
