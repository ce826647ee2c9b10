"""Topics packed into as few search queries as X's limit allows. One query asks for one window of time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.coverage import Span
from bot.domain.topic import Topic, TopicKind
from bot.ports import Want

MOST_LETTERS = 512
ROOMY = 100
"""A limit of a full page. Packing saves requests, which cost nothing; it must not cost a small topic its posts."""

_ORIGINALS_ONLY = " -is:retweet"


@dataclass(frozen=True, slots=True)
class Query:
    """A search and the wants it answers, all of the same span."""

    text: str
    span: Span
    wants: tuple[Want, ...]

    @property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(want.topic for want in self.wants)

    @property
    def limit(self) -> int:
        return sum(want.limit for want in self.wants)

    @property
    def certain(self) -> tuple[Topic, ...]:
        """The topics that whatever it finds belongs to."""
        return self.topics if len(self.wants) == 1 else ()


def packed(wants: Sequence[Want]) -> list[Query]:
    """Every want in exactly one query. Alone is what the engine could not find again among other topics' posts (a list,
    and an account whose id is not known), and what is on short rations: a busy topic beside it would eat them."""
    queries: list[Query] = []
    for span in dict.fromkeys(want.span for want in wants):
        of_span = [want for want in wants if want.span == span]
        queries += [_query(span, [want]) for want in of_span if _must_be_alone(want)]
        together = (want for want in of_span if not _must_be_alone(want))
        queries += [_query(span, group) for group in _groups(together)]
    return queries


def _must_be_alone(want: Want) -> bool:
    kind = want.topic.kind
    return kind is TopicKind.LIST or (kind is TopicKind.ACCOUNT and not want.account_id) or want.limit < ROOMY


def _groups(wants: Iterable[Want]) -> Iterator[list[Want]]:
    group: list[Want] = []
    for want in wants:
        if group and len(_text([*group, want])) > MOST_LETTERS:
            yield group
            group = []
        group.append(want)
    if group:
        yield group


def _query(span: Span, wants: Sequence[Want]) -> Query:
    return Query(_text(wants), span, tuple(wants))


def _text(wants: Sequence[Want]) -> str:
    terms = " OR ".join(term(want.topic) for want in wants)
    return (f"({terms})" if len(wants) > 1 else terms) + _ORIGINALS_ONLY


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
