"""Topics packed into as few search queries as X's limit allows. One query asks for one window of time by one filter."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.coverage import Span
from bot.domain.languages import written_in
from bot.domain.reading.filter import Filter
from bot.domain.topic import Topic, TopicKind
from bot.ports import Query, Want

MOST_LETTERS = 512
MOST_LANGUAGES = 8

_NAME = re.compile(r"@\w{1,15}", re.ASCII)
_ORIGINALS_ONLY = "-is:retweet"
_NO_REPLIES = "(-is:reply OR has:links)"
# The languages that X can be asked for (X docs: operators), as it spells them.
_LANGUAGES = """
    am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hr ht hu hy in is it iw ja ka km kn ko lo lt
    lv ml mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk ur vi zh-CN zh-TW
""".split()


def packed(wants: Sequence[Want]) -> list[Query]:
    """Every want in exactly one query, those of one span and one filter together. Alone is what the engine could not
    find again among other topics' posts (a list, and an account whose id is not known), and the best of a topic, whose
    places a busy one beside it would take."""
    queries: list[Query] = []
    for span, asked_for in dict.fromkeys((want.span, want.filter) for want in wants):
        alike = [want for want in wants if (want.span, want.filter) == (span, asked_for)]
        queries += [_query([want]) for want in alike if _must_be_alone(want)]
        queries += [_query(group) for group in _groups(want for want in alike if not _must_be_alone(want))]
    return queries


def _must_be_alone(want: Want) -> bool:
    kind = want.topic.kind
    is_unknown = kind is TopicKind.LIST or (kind is TopicKind.ACCOUNT and not want.account_id)
    return is_unknown or want.filter.top


def _groups(wants: Iterable[Want]) -> Iterator[list[Want]]:
    group: list[Want] = []
    for want in wants:
        if group and len(_text([*group, want])) > MOST_LETTERS:
            yield group
            group = []
        group.append(want)
    if group:
        yield group


def _query(wants: Sequence[Want]) -> Query:
    return Query(_text(wants), tuple(wants), sum(want.limit for want in wants))


def span_of(query: Query) -> Span:
    return query.wants[0].span


def filter_of(query: Query) -> Filter:
    return query.wants[0].filter


def topics_of(query: Query) -> tuple[Topic, ...]:
    return tuple(want.topic for want in query.wants)


def certain_of(query: Query) -> tuple[Topic, ...]:
    """The topics that whatever it finds belongs to."""
    return topics_of(query) if len(query.wants) == 1 else ()


def _text(wants: Sequence[Want]) -> str:
    return " ".join([_one_of([term(want.topic) for want in wants]), *_conditions(wants[0].filter)])


def _one_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else terms[0]


def _conditions(asked_for: Filter) -> Iterator[str]:
    yield _ORIGINALS_ONLY
    if languages := _languages(asked_for.languages):
        yield _one_of([f"lang:{code}" for code in languages])
    if not asked_for.replies:
        yield _NO_REPLIES
    if thresholds := _thresholds(asked_for):
        yield _one_of(thresholds)


def _thresholds(asked_for: Filter) -> list[str]:
    """A post that reaches either is wanted: many people repost what they do not like."""
    likes = [f"min_likes:{asked_for.min_likes}"] if asked_for.min_likes > 0 else []
    return [*likes, f"min_reposts:{asked_for.min_reposts}"] if asked_for.min_reposts > 0 else likes


def _languages(wanted: Sequence[str]) -> list[str]:
    """X's codes for these languages; none where X cannot be asked for each of them, or where they are too many."""
    folded = {written_in(each) or each.casefold() for each in wanted}
    known = [code for code in _LANGUAGES if written_in(code) in folded or code in folded]
    is_complete = folded <= {*map(written_in, known), *known}
    return known if is_complete and len(folded) <= MOST_LANGUAGES else []


def term(topic: Topic) -> str:
    """The topic as X's search spells it. What is asked for is how people write it, since keys are folded."""
    match topic.kind:
        case TopicKind.HASHTAG:
            return "#" + topic.label.lstrip("#＃")
        case TopicKind.ACCOUNT:
            return "from:" + topic.label.lstrip("@")
        case TopicKind.LIST:
            return "list:" + topic.key
        case TopicKind.PHRASE:
            return f'"{" ".join(topic.label.replace(chr(92), " ").replace(chr(34), " ").split())}"'
        case TopicKind.WORDS:
            return " ".join(map(_word, topic.label.split()))


def _word(word: str) -> str:
    """What only looks like a hashtag or a name is a word: X would refuse the search."""
    is_one = _NAME.fullmatch(word) or (word[0] == "#" and any(letter.isalpha() for letter in word))
    return word if is_one else f'"{word.lstrip("#@")}"'


def counting(topic: Topic) -> str:
    """The query that counts all that the topic would bring."""
    return f"{term(topic)} {_ORIGINALS_ONLY}"
