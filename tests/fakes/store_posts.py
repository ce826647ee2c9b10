"""Posts, their authors and what has become of them, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.history import What
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.library import key_of_post
from bot.domain.post import Author, Link, Post
from bot.domain.removal import Removal
from bot.domain.standing import Standing
from bot.domain.topic import Topic, folded
from bot.errors import StoreError
from tests.fakes.store_data import CareRow, Data, StandingRow, topic_key
from tests.fakes.store_people import is_removed


class FakePosts:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        kept = [post for post in posts if not self._is_erased(post.key)]
        self._data.posts |= {post.key: storable(post) for post in kept}
        self._data.read_at |= {post.key: storable(at) for post in kept}
        for key, topics in matches.items():
            if self._is_erased(key):
                continue
            if key not in self._data.posts:
                raise StoreError("There is no such post.")
            for topic in topics:
                self._data.topics.setdefault(topic_key(topic), storable(topic))
                self._data.matches[key, topic_key(topic)] = None

    async def get(self, keys: Collection[PostKey]) -> dict[PostKey, Post]:
        return {key: self._data.posts[key] for key in keys if key in self._data.posts}

    async def candidates(self, channel: ChannelKey, sources: Collection[str], span: Span) -> list[Candidate]:
        followed = {topic: each.topic for (who, topic), each in self._data.following.items() if who == channel}
        found = [
            Candidate(post, topics, self._data.read_at[post.key])
            for post in self._data.posts.values()
            if post.key.source in sources
            and span.start <= post.created_at < span.end
            and not self._standing(post.key).is_absent
            and (topics := tuple(followed[key] for key in followed if (post.key, key) in self._data.matches))
        ]
        return sorted(found, key=lambda each: (-each.post.created_at.timestamp(), each.post.key))

    async def put_links(self, key: PostKey, links: Sequence[Link]) -> None:
        if key in self._data.posts:
            self._data.posts[key] = storable(replace(self._data.posts[key], links=tuple(links)))

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None:
        self._data.authors |= {(author.source, author.id): (storable(author), storable(at)) for author in authors}

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        known = {id_: self._data.authors[source, id_] for id_ in ids if (source, id_) in self._data.authors}
        return {id_: author for id_, (author, at) in known.items() if not_before is None or at >= not_before}

    async def with_edition(self, source: str, id: str) -> PostKey | None:  # noqa: A002
        found = (each for each in self._data.posts.values() if id in {each.key.id, each.latest_id})
        return min((each.key for each in found if each.key.source == source), default=None)

    async def referring_to(self, keys: Collection[PostKey]) -> dict[PostKey, list[PostKey]]:
        shown = {item.post for row in self._data.digests.values() for item in row.digest.items}
        found: dict[PostKey, list[PostKey]] = {}
        for key, post in sorted(self._data.posts.items()):
            for reference in post.references if key in shown else ():
                if (about := PostKey(key.source, reference.id)) in keys:
                    found.setdefault(about, []).append(key)
        return found

    async def author_named(self, source: str, handle: str) -> Author | None:
        known = [
            (at, author)
            for author, at in self._data.authors.values()
            if (author.source, author.handle.lower()) == (source, storable_text(handle).lower())
        ]
        return max(known, key=lambda each: each[0], default=(None, None))[1]

    async def by_author(self, source: str, author_id: str) -> list[PostKey]:
        wrote = {
            post.key for post in self._data.posts.values() if (post.key.source, post.author_id) == (source, author_id)
        }
        saved = {
            post
            for (_, _, post), row in self._data.citations.items()
            if (post.source, row.author) == (source, author_id)
        }
        return sorted(wrote | saved)

    async def set_standing(self, keys: Collection[PostKey], standing: Standing, at: datetime) -> None:
        for key in keys:
            row = replace(self._standing(key), looked_at=storable(at))
            if standing not in {Standing.PRESENT, Standing.UNKNOWN}:
                row = replace(row, standing=standing, missed_at=row.missed_at or at)
            elif standing is Standing.PRESENT and not row.erased:
                row = replace(row, standing=standing, missed_at=None)
            self._data.standings[key] = row

    async def absent(self, keys: Collection[PostKey]) -> dict[PostKey, Standing]:
        return {key: self._standing(key).standing for key in keys if self._standing(key).is_absent}

    async def missed_since(self, keys: Collection[PostKey]) -> dict[PostKey, datetime]:
        missed = {key: self._standing(key).missed_at for key in keys}
        return {key: at for key, at in missed.items() if at}

    async def unconfirmed(self, source: str, checked_before: datetime, most: int) -> list[PostKey]:
        missed = [
            (row.looked_at, key)
            for key, row in self._data.standings.items()
            if key.source == source and row.is_absent and not row.erased
            if row.looked_at and row.looked_at < checked_before
        ]
        return [key for _, key in sorted(missed)[:most]]

    async def to_recheck(
        self, source: str, checked_before: datetime, written_after: datetime, most: int
    ) -> list[PostKey]:
        found = [
            (self._looked_at(key), key)
            for key in self._shown_or_saved()
            if key.source == source
            and key in self._data.posts
            and self._data.posts[key].created_at >= written_after
            and self._looked_at(key) < checked_before
        ]
        return [key for _, key in sorted(found)[:most]]

    def _shown_or_saved(self) -> set[PostKey]:
        shown = {item.post for row in self._data.digests.values() for item in row.digest.items}
        kept = {post for workspace, id_, post in self._data.citations if self._is_kept(workspace, id_)}
        return shown | kept

    def _is_kept(self, workspace: str, item: str) -> bool:
        """By somebody, or because it was removed and may come back."""
        marks = [mark for key, mark in self._data.marks.items() if key[:2] == (workspace, item) and mark.stands]
        return bool(marks) or is_removed(self._data, workspace, item)

    def _looked_at(self, key: PostKey) -> datetime:
        read_at = self._data.read_at[key]
        return max(read_at, self._standing(key).looked_at or read_at)

    async def erase(self, keys: Collection[PostKey]) -> None:
        keys = [key for key in keys if not self._is_erased(key)]
        for key in keys:
            row = self._standing(key)
            standing = row.standing if row.is_absent else Standing.GONE
            self._data.standings[key] = replace(row, standing=standing, erased=True)
            self._erase_saved(key)
        erased = [self._data.posts.pop(key) for key in keys if key in self._data.posts]
        for match in [match for match in self._data.matches if match[0] in set(keys)]:
            del self._data.matches[match]
        for wish, less in self._data.less.items():
            if PostKey(less.source, less.post_id) in keys:
                self._data.less[wish] = replace(less, author_id="")
        self._drop_authors(erased)

    def _drop_authors(self, posts: Sequence[Post]) -> None:
        kept = {(post.key.source, post.author_id) for post in self._data.posts.values()}
        for author in {(post.key.source, post.author_id) for post in posts} - kept:
            self._data.authors.pop(author, None)

    async def drop_unseen(self, before: datetime, most: int) -> int:
        digests = {item.post for row in self._data.digests.values() for item in row.digest.items}
        items = {post for workspace, id_, post in self._data.citations if self._is_kept(workspace, id_)}
        wishes = {PostKey(less.source, less.post_id) for less in self._data.less.values()}
        kept = digests | items | wishes | {post for _, post in self._data.reports}
        old = sorted((at, key) for key, at in self._data.read_at.items() if at < before and key in self._data.posts)
        kept |= (await self.referring_to([key for _, key in old])).keys()
        unseen = [key for _, key in old if key not in kept][:most]
        for key in unseen:
            self._erase_saved(key)
        dropped = [self._data.posts.pop(key) for key in unseen]
        for match in [match for match in self._data.matches if match[0] not in self._data.posts]:
            del self._data.matches[match]
        self._drop_authors(dropped)
        return len(dropped)

    def _erase_saved(self, key: PostKey) -> None:
        post = self._data.posts.get(key)
        for (workspace, id_, cited), citation in self._data.citations.items():
            if cited != key:
                continue
            self._data.citations[workspace, id_, key] = replace(citation, text="", author="")
            row = self._data.items[workspace, id_]
            if row.item.key == key_of_post(key):
                leads_on = post is not None and row.item.url != post.url
                left = replace(row.item, search_text=folded(f"{row.item.title} {row.item.url}"))
                if not leads_on:
                    left = replace(row.item, url="", title="", search_text="", kind="")
                    cared = self._data.cared.get((workspace, id_), CareRow())
                    self._data.cared[workspace, id_] = replace(cared, own_title=False, own_kind=False)
                self._data.items[workspace, id_] = replace(row, item=left)
                self._forget_titles(workspace, id_)

    def _forget_titles(self, workspace: str, item: str) -> None:
        for at, change in self._data.history.items():
            if (at[0], change.item, change.what) == (workspace, item, What.RETITLED):
                self._data.history[at] = replace(change, before="", after="")

    def _standing(self, key: PostKey) -> StandingRow:
        return self._data.standings.get(key, StandingRow())

    def _is_erased(self, key: PostKey) -> bool:
        return self._standing(key).erased


class FakeRemovals:
    def __init__(self, data: Data) -> None:
        self._removals = data.removals

    async def put(self, removal: Removal) -> None:
        self._removals[len(self._removals)] = storable(removal)

    async def since(self, at: datetime) -> list[Removal]:
        lately = [each for each in self._removals.values() if each.at >= at]
        return sorted(lately, key=lambda each: (each.at, each.post, each.erased))
