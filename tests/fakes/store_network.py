"""Whom people learn from, in memory."""

from collections import Counter
from collections.abc import Collection, Iterable

from bot.domain.keys import PostKey
from bot.domain.standing import Standing
from bot.domain.topic import Topic
from bot.ports.store.network import LearnedFrom, Met
from tests.fakes.store_citations import is_reported, shown_post
from tests.fakes.store_data import Data, topic_key
from tests.fakes.store_people import is_for_all, saves_of

NOT_PUBLIC = {Standing.PROTECTED, Standing.SUSPENDED, Standing.WITHHELD}
MOST_TAGS = 3
Account = tuple[str, str]


class FakeNetwork:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def learned_from(self, workspace: str, *, library: str, least: int, most: int) -> list[LearnedFrom]:
        cited: dict[Account, list[tuple[str, PostKey]]] = {}
        for (there, item, post), row in self._data.citations.items():
            if there == workspace and row.author and self._counts(workspace, item, library, least):
                cited.setdefault((post.source, row.author), []).append((item, post))
        found = []
        for account, posts in cited.items():
            if self._is_public(account):
                posts.sort(key=lambda each: (self._saved_at(workspace, each[0]), each[1].id), reverse=True)
                found.append((self._saved_at(workspace, posts[0][0]), self._learned(workspace, account, posts)))
        found.sort(key=lambda each: (each[1].source, each[1].author_id))
        found.sort(key=lambda each: (each[1].items, each[0]), reverse=True)
        return [learned for _, learned in found[:most]]

    def _learned(self, workspace: str, account: Account, posts: Iterable[tuple[str, PostKey]]) -> LearnedFrom:
        saved = list(posts)
        items, given = {item for item, _ in saved}, self._data.tags.items()
        tags = Counter(row.tag for (there, item, _), row in given if there == workspace and item in items)
        most_used = tuple(sorted(tags, key=lambda tag: (-tags[tag], tag))[:MOST_TAGS])
        return LearnedFrom(*account, len(items), saved[0][1], most_used)

    def _counts(self, workspace: str, item: str, library: str, least: int) -> bool:
        saves, post = saves_of(self._data, workspace, item), shown_post(self._data, workspace, item)
        if not saves or not is_for_all(self._data, workspace, item, least):
            return False
        if post is not None and is_reported(self._data, workspace, post):
            return False
        marks = [mark for key, mark in self._data.marks.items() if key[:2] == (workspace, item)]
        saved = any(mark.stands and not mark.private and mark.library == library for mark in marks)
        return not library or saved or (workspace, item, library) in self._data.shares

    def _saved_at(self, workspace: str, item: str) -> float:
        return max(saves_of(self._data, workspace, item).values()).timestamp()

    def _is_public(self, account: Account) -> bool:
        known = self._data.authors.get(account)
        theirs = [post.key for post in self._data.posts.values() if (post.key.source, post.author_id) == account]
        fates = {self._data.standings[key].standing for key in theirs if key in self._data.standings}
        return known is not None and not known[0].protected and not fates & NOT_PUBLIC

    async def met(self, topics: Collection[Topic], *, at_least: int, most: int) -> list[Met]:
        known = {topic_key(topic): topic for topic in topics}
        about: dict[Account, set[Topic]] = {}
        newest: dict[Account, PostKey] = {}
        for post in sorted(self._data.posts.values(), key=lambda each: (each.created_at, each.key.id)):
            found = {known[topic] for key, topic in self._data.matches if key == post.key and topic in known}
            account = (post.key.source, post.author_id)
            if found and self._is_public(account):
                about.setdefault(account, set()).update(found)
                newest[account] = post.key
        several = [account for account in sorted(about) if len(about[account]) >= at_least]
        several.sort(key=lambda each: (len(about[each]), self._data.posts[newest[each]].created_at), reverse=True)
        return [Met(*each, tuple(sorted(about[each])), newest[each]) for each in several[:most]]
