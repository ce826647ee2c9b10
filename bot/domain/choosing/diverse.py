"""A choice among things worth showing that is not five times the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from rapidfuzz import fuzz

from bot.domain.audience import Audience
from bot.domain.choosing import weights
from bot.domain.choosing.alike import SAME_WORDING
from bot.domain.choosing.contender import Contender
from bot.domain.choosing.gist import gist_of
from bot.domain.choosing.question import asks
from bot.domain.choosing.score import is_worth_a_minute

MOST_BY_AN_AUTHOR = 2
SAME_STORY = 90.0
WORDS_OF_A_STORY = 5
UNCOMMON = 0.1
"""A hashtag in more than this part of the posts is a subject rather than an event."""
SIZE_WITH_A_QUESTION = 3


@dataclass(slots=True)
class Variety:
    """`chosen` are in their order; `question` is the one of them whose readers are asked to reply. `held_back` has the
    item that each would repeat, `told` those whose story the channel was shown before, both by place. `last` is what
    the last one of a full digest had; None where there was room for more."""

    chosen: list[Contender] = field(default_factory=list)
    question: Contender | None = None
    held_back: dict[int, Contender] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    last: float | None = None

    def missed_by(self, contender: Contender, worth: float) -> float:
        """What one lacked that was not chosen."""
        return max((contender.floor if self.last is None else self.last) - worth, 0.0)


def diverse(leaders: Sequence[Contender], audience: Audience) -> tuple[Variety, "Balance"]:
    """The best of them, one at a time: each choice changes what the others are worth."""
    variety = Variety()
    balance = Balance(leaders, audience)
    told = [plain for post in audience.shown if len((plain := gist_of(post).reading.plain).split()) >= WORDS_OF_A_STORY]
    rest = sorted([each for each in leaders if is_worth_a_minute(each)], key=lambda each: each.rank)
    while len(variety.chosen) < audience.size and (best := _best_that_fits(rest, balance, variety, told)):
        gone = {best.place, *variety.told, *variety.held_back}
        rest = [each for each in rest if each.place not in gone]
        variety.chosen.append(best)
        if len(variety.chosen) == audience.size:
            variety.last = balance.worth(best)
        else:
            balance.count(best)
    _seat_a_question(variety, rest, audience)
    return variety, balance


def _best_that_fits(
    rest: Sequence[Contender], balance: "Balance", variety: Variety, told: Sequence[str]
) -> Contender | None:
    """Mostly that is the best one, which is found without asking what each is worth."""
    best = balance.best(rest)
    if best is None or _fits(best, variety, told):
        return best
    best_first = sorted(rest, key=lambda each: -balance.worth(each))
    return next((each for each in best_first if _fits(each, variety, told)), None)


def _fits(contender: Contender, variety: Variety, told: Sequence[str]) -> bool:
    """Writes down why not."""
    if any(_same_story(contender.plain, plain) for plain in told):
        variety.told.add(contender.place)
    elif (other := _repeated_by(contender, variety.chosen)) is not None:
        variety.held_back[contender.place] = other
    else:
        return True
    return False


class Balance:
    """What is worth how much beside what was chosen already."""

    def __init__(self, leaders: Sequence[Contender], audience: Audience) -> None:
        self._topics: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        self._frequency = Counter(chain.from_iterable([each.gist.tags for each in leaders]))
        self._common = max(UNCOMMON * len(leaders), 3)
        self._own = {topic.key for topic in audience.topics}.union(*{each.topics for each in leaders})

    def best(self, rest: Sequence[Contender]) -> Contender | None:
        """`rest` is best first, so that the search ends early."""
        found, worth = None, 0.0
        for each in rest:
            if found is not None and each.score <= worth:
                break
            value = self.worth(each)
            if found is None or value > worth:
                found, worth = each, value
        return found

    def worth(self, each: Contender) -> float:
        again = min([self._topics.get(topic, 0) for topic in each.topics], default=0)
        worth = each.score - weights.SECOND_OF_A_TOPIC * again
        if self._tags.keys().isdisjoint(each.gist.tags):
            return worth
        return worth - weights.SAME_TAG_AGAIN * max([self._tags.get(tag, 0) for tag in each.gist.tags])

    def count(self, chosen: Contender) -> None:
        self._topics.update(chosen.topics)
        self._tags.update(
            {tag for tag in chosen.gist.tags if self._frequency[tag] <= self._common and tag not in self._own}
        )


def _repeated_by(contender: Contender, chosen: Sequence[Contender]) -> Contender | None:
    """The chosen one beside which it would be a repetition."""
    links = set(contender.links)
    for each in chosen:
        if links & set(each.links) or _same_story(contender.plain, each.plain):
            return each
    theirs = [each for each in chosen if each.post.author_id and each.author == contender.author]
    return theirs[0] if len(theirs) >= MOST_BY_AN_AUTHOR else None


def _same_story(one: str, other: str) -> bool:
    """Nearly the same wording, or one headline with more said around it."""
    if fuzz.ratio(one, other, score_cutoff=SAME_WORDING):
        return True
    is_story = min(one.count(" "), other.count(" ")) >= WORDS_OF_A_STORY - 1
    return is_story and bool(fuzz.token_set_ratio(one, other, score_cutoff=SAME_STORY))


def _seat_a_question(variety: Variety, rest: Sequence[Contender], audience: Audience) -> None:
    """At most one colleague's question: one of those chosen, else it takes the last seat."""
    variety.question = next((each for each in variety.chosen if asks(each)), None)
    if variety.question or variety.last is None or audience.size < SIZE_WITH_A_QUESTION:
        return
    *staying, last = variety.chosen
    lowest = variety.last - weights.QUESTION_LACKS_MOST
    for each in rest:
        if each.score < lowest:
            return
        if asks(each) and _repeated_by(each, staying) is None:
            variety.chosen[-1] = variety.question = each
            variety.held_back[last.place] = each
            return
