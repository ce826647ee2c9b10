"""Posts from a file: pages of X's API v2 layout, or single posts, one a line, packed with gzip or not."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from adapters.x.parse import Page, parse_page
from adapters.x.shapes import Json, json_object, time_at
from bot.domain.post import Author, Post
from bot.errors import Mistake

SOURCE = "sample"
NOW_MARKER = "staffroom_now"
MOST_LINES_NAMED = 5

_EXPECTED = (
    "A posts file holds answers of X's search (API v2, either spelling), one JSON object a line, "
    "and its name ends in .jsonl or .jsonl.gz."
)
_UNTIMED = datetime(2006, 3, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoadedPosts:
    """What a file held, newest first, with its own times. `now` is the moment the file says it is read at, else its
    newest post's. `bad_lines` are the numbers of the lines that could not be used."""

    posts: tuple[Post, ...]
    authors: tuple[Author, ...]
    now: datetime
    bad_lines: tuple[int, ...] = ()

    def complaint(self) -> str:
        """One sentence about the lines that were left out; empty where all were good."""
        if not self.bad_lines:
            return ""
        count = "1 line" if len(self.bad_lines) == 1 else f"{len(self.bad_lines):,} lines"
        named = ", ".join(map(str, self.bad_lines[:MOST_LINES_NAMED]))
        more = " and others" if len(self.bad_lines) > MOST_LINES_NAMED else ""
        return f"{count} could not be used (line {named}{more}). Posts read from the others: {len(self.posts):,}."

    def shifted(self, to: datetime) -> "LoadedPosts":
        """The same posts with `now` moved there by whole seconds; ids stay."""
        by = timedelta(seconds=(to - self.now) // timedelta(seconds=1))
        return replace(self, posts=tuple(_later(post, by) for post in self.posts), now=self.now + by)


def _later(post: Post, by: timedelta) -> Post:
    try:
        return replace(post, created_at=post.created_at + by)
    except OverflowError:
        return post


def load_posts(path: Path, *, invented: bool = False) -> LoadedPosts:
    """The usable posts of a file, each once. Raises Mistake where there is none, or no such file."""
    return _load([path], f"{path} holds no post that can be used. {_EXPECTED}", invented=invented)


def load_bundle(folder: Path) -> LoadedPosts:
    """The invented posts that come with Staffroom: all the posts files of the folder as if they were one."""
    damaged = (
        "The invented posts that belong to Staffroom are missing. Install it again, or name a posts file of your own."
    )
    return _load(sorted(folder.glob("*.jsonl")), damaged, invented=True)


def _load(paths: Sequence[Path], without_any: str, *, invented: bool) -> LoadedPosts:
    collected = _Collected(invented=invented)
    for number, line in enumerate(chain.from_iterable(map(_lines, paths)), start=1):
        if line != b"":
            collected.take(number, line)
    if not collected.posts:
        raise Mistake(without_any)
    return collected.result()


class _Collected:
    """What the lines so far held. A post that comes again, in an edited version say, counts with its latest one."""

    def __init__(self, *, invented: bool) -> None:
        self.posts: dict[str, Post] = {}
        self._authors: dict[str, Author] = {}
        self._invented = invented
        self._marked_now: datetime | None = None
        self._bad_lines: list[int] = []

    def take(self, number: int, line: bytes | None) -> None:
        found = json_object(line) if line else {}
        if marked := time_at(found, NOW_MARKER):
            self._marked_now = marked
        elif line is None or not self._page(found):
            self._bad_lines.append(number)

    def _page(self, found: Json) -> bool:
        """Whether the object could be used: a page, even an empty one, or a single post."""
        page = found if "data" in found else {"data": found}
        parsed = parse_page(page, read_at=_UNTIMED, source=SOURCE, invented=self._invented)
        self._keep(parsed)
        return bool(parsed.posts) or "meta" in found

    def _keep(self, page: Page) -> None:
        for post in page.posts:
            known = self.posts.get(post.key.id)
            if known is None or _version(post) >= _version(known):
                self.posts[post.key.id] = post
        self._authors.update((author.id, author) for author in page.authors)

    def result(self) -> LoadedPosts:
        newest = max(post.created_at for post in self.posts.values())
        timed = (
            replace(each, created_at=newest) if each.created_at == _UNTIMED else each for each in self.posts.values()
        )
        return LoadedPosts(
            posts=tuple(sorted(timed, key=lambda post: post.created_at, reverse=True)),
            authors=tuple(self._authors.values()),
            now=self._marked_now or newest,
            bad_lines=tuple(self._bad_lines),
        )


def _version(post: Post) -> tuple[int, str]:
    """Later ids are longer or greater."""
    return len(post.latest_id), post.latest_id


def _lines(path: Path) -> Iterator[bytes | None]:
    """The lines without the space around them; None stands for the rest of a packed file that broke off."""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            for line in file:
                yield line.strip()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield None
    except OSError as error:
        raise Mistake(f"{path} cannot be read ({error.strerror or 'not a file'}). {_EXPECTED}") from None
