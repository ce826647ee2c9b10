"""Which of the watched topics a post belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.domain.post import Post
from bot.domain.topic import Topic, TopicKind, folded, without_spaces, words_of


class TopicIndex:
    """Finds the topics of a post in time that hardly grows with their number.

    `account_ids` gives the source's user id of each account topic; an account without one matches nothing. Lists match
    nothing either: only the source knows who is on them.
    """

    def __init__(self, topics: Iterable[Topic], account_ids: Mapping[Topic, str]) -> None:
        self._by_hashtag: dict[str, Topic] = {}
        self._by_author: dict[tuple[str, str], Topic] = {}
        self._by_first_word: defaultdict[str, list[tuple[list[str], Topic]]] = defaultdict(list)
        self._anywhere: list[Topic] = []
        self._of_words: list[Topic] = []
        for topic in topics:
            match topic.kind:
                case TopicKind.HASHTAG:
                    self._by_hashtag[topic.key] = topic
                case TopicKind.ACCOUNT if topic in account_ids:
                    self._by_author[topic.source, account_ids[topic]] = topic
                case TopicKind.PHRASE if without_spaces(topic.key):
                    self._anywhere.append(topic)
                case TopicKind.PHRASE:
                    words = topic.key.split()
                    self._by_first_word[words[0]].append((words, topic))
                case TopicKind.WORDS:
                    self._of_words.append(topic)
                case _:
                    pass

    def topics_of(self, post: Post) -> list[Topic]:
        """Every topic the post belongs to, each once."""
        found = [self._by_hashtag[tag] for tag in map(folded, post.hashtags) if tag in self._by_hashtag]
        by_author = self._by_author.get((post.key.source, post.author_id))
        if by_author:
            found.append(by_author)
        if self._by_first_word:
            found.extend(self._phrases_in(post.text))
        if self._anywhere and not post.text.isascii():
            text = folded(post.text)
            found.extend(topic for topic in self._anywhere if topic.key in text)
        if self._of_words:
            said = _said_by(post)
            found.extend(topic for topic in self._of_words if said.issuperset(topic.key.split()))
        return list(dict.fromkeys(found))

    def _phrases_in(self, text: str) -> list[Topic]:
        words = words_of(text)
        return [
            topic
            for at, word in enumerate(words)
            for phrase, topic in self._by_first_word.get(word, ())
            if words[at : at + len(phrase)] == phrase
        ]


def _said_by(post: Post) -> set[str]:
    """Its folded words, and its hashtags and mentions with their signs."""
    tags = {f"#{folded(tag)}" for tag in post.hashtags}
    return {*words_of(post.text), *tags, *(f"@{folded(name)}" for name in post.mentions)}
