"""How a digest was chosen, in words: what became of each candidate, and of all of them together."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.digest import Candidate, Digest, DigestItem
from bot.domain.fate import Ending, Fate, Reason
from bot.domain.keys import PostKey
from bot.domain.languages import language_name
from bot.domain.links import is_web_address
from bot.domain.topic import plain
from bot.services.digest.selection import Selection
from bot.services.wording import counted, cut, listed

MOST_REASONS = 3
MOST_PARTS = 2
LONGEST_QUOTE = 60
SMALLEST_PART = 0.05
"""Of a score; less would read as nothing."""

OF_MANY = {
    Reason.WITHHELD: "withheld by their source",
    Reason.SENSITIVE: "marked as sensitive",
    Reason.REPORTED: "reported here",
    Reason.BLOCKED: "blocked for everybody here",
    Reason.MUTED: "muted here",
    Reason.PICTURES: "with pictures by unknown accounts",
    Reason.LANGUAGE: "in other languages",
    Reason.REPOST: "only repeating another post",
    Reason.REPLY: "answering somebody without a link",
    Reason.SHORT: "too short to say something",
    Reason.STUFFED: "full of hashtags or names",
    Reason.SPAM: "spam",
    Reason.COPIES: "sent by several accounts word for word",
    Reason.AGAIN: "sent again and again by one account",
    Reason.SEEN: "shown here before",
}
"""Each after a number: “12 in other languages”."""

OF_ONE = {
    Reason.WITHHELD: "its source withholds it",
    Reason.SENSITIVE: "it is marked as sensitive",
    Reason.REPORTED: "somebody here reported it",
    Reason.BLOCKED: "it is blocked for everybody here",
    Reason.MUTED: "it is muted here",
    Reason.PICTURES: "it has pictures, and its author is not known here",
    Reason.LANGUAGE: "it is in a language that is not read here",
    Reason.REPOST: "it only repeats another post",
    Reason.REPLY: "it answers somebody and brings no link",
    Reason.SHORT: "it is too short to say something",
    Reason.STUFFED: "it is full of hashtags or names",
    Reason.SPAM: "it reads like spam",
    Reason.COPIES: "several accounts sent it word for word",
    Reason.AGAIN: "its author sends it again and again",
    Reason.SEEN: "it was shown here before",
}

TOO_LOW = "with too little that speaks for them"

QUOTED = frozenset({Reason.BLOCKED, Reason.MUTED, Reason.PICTURES, Reason.STUFFED, Reason.SPAM})
"""Whose words tell more than the post itself."""

NOT_SHOWN = frozenset({Reason.WITHHELD, Reason.SENSITIVE, Reason.REPORTED, Reason.BLOCKED})
"""What is kept from a school is kept from its explanations, too."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate, and what became of it in words."""

    candidate: Candidate
    fate: Fate
    words: str

    @property
    def may_be_quoted(self) -> bool:
        return self.fate.reason not in NOT_SHOWN


def account_of(selection: Selection) -> str:
    """`Looked at 412 posts: 5 shown, 31 say the same as another, 120 left out (…), 256 scored lower.`"""
    fates = selection.choice.fates
    counts = Counter(fate.ending for fate in fates)
    said = {
        Ending.SHOWN: "shown",
        Ending.MERGED: "say the same as another",
        Ending.HELD_BACK: "held back for variety",
        Ending.EXCLUDED: f"left out ({reasons_in_words(fates)})",
        Ending.OUTRANKED: "scored lower" if _is_full(selection) else TOO_LOW,
    }
    parts = [f"{counts[ending]:,} {words}" for ending, words in said.items() if counts[ending]]
    return f"Looked at {counted(len(fates), 'post')}" + (f": {', '.join(parts)}." if parts else ".")


def nothing_in_words(selection: Selection) -> str:
    """Why there is nothing to show: a sentence without its beginning."""
    fates = selection.choice.fates
    if not fates:
        return "no post has come for these topics."
    too_low = sum(fate.ending is Ending.OUTRANKED for fate in fates)
    said = [reasons_in_words(fates), f"{too_low:,} {TOO_LOW}" if too_low else ""]
    why = "; ".join(part for part in said if part)
    return f"{counted(len(fates), 'post')} came, and none is worth showing here" + (f": {why}." if why else ".")


def _is_full(selection: Selection) -> bool:
    return len(selection.choice.chosen) >= selection.audience.size


def reasons_in_words(fates: Iterable[Fate], most: int = MOST_REASONS) -> str:
    """`60 in other languages, 40 shown here before and 12 for other reasons`"""
    counts = Counter(fate.reason for fate in fates if fate.reason)
    common = counts.most_common(most if len(counts) > most + 1 else None)
    others = counts.total() - sum(count for _, count in common)
    parts = [f"{count:,} {OF_MANY[reason]}" for reason, count in common]
    if not parts:
        return ""
    return listed([*parts, *([f"{others:,} for other reasons"] if others else [])], most=len(parts) + 1)


def explained(selection: Selection) -> list[Explained]:
    """Every candidate, in the order given."""
    seats = _Seats.of(selection)
    return [
        Explained(candidate, fate, seats.in_words(candidate, fate))
        for candidate, fate in zip(selection.candidates, selection.choice.fates, strict=True)
    ]


def shown(all_of_them: Sequence[Explained]) -> list[Explained]:
    """The items of the digest, in their order."""
    return sorted((each for each in all_of_them if each.fate.number), key=lambda each: each.fate.number or 0)


def close(all_of_them: Sequence[Explained]) -> list[Explained]:
    """What was suitable and found no place, nearest first."""
    losers = [each for each in all_of_them if each.fate.ending in {Ending.HELD_BACK, Ending.OUTRANKED}]
    return sorted(losers, key=lambda each: (each.fate.short_by, -each.fate.score))


def merged(all_of_them: Sequence[Explained]) -> list[Explained]:
    """What says the same as something else, that of the first item first."""
    places = {each.fate.post: place for place, each in enumerate([*shown(all_of_them), *close(all_of_them)])}
    same = [each for each in all_of_them if each.fate.ending is Ending.MERGED]
    return sorted(same, key=lambda each: places.get(each.fate.other or each.fate.post, len(places)))


def left_out(all_of_them: Sequence[Explained]) -> list[Explained]:
    """What a rule keeps out, by reason, the most common one first."""
    out = [each for each in all_of_them if each.fate.ending is Ending.EXCLUDED]
    counts = Counter(each.fate.reason for each in out)
    return sorted(out, key=lambda each: (-counts[each.fate.reason], each.fate.reason or ""))


def why_item(item: DigestItem, digest: Digest) -> str:
    """Why a shown item is where it is, for whoever asks."""
    asks = " Its author asks something and has hardly been answered." if item.asks else ""
    return (
        f"Item {item.number} is here because of: {item.why}.{asks} It was chosen from "
        f"{counted(digest.looked_at, 'post')} that came. What comes next, and why: /pln digest preview."
    )


@dataclass(frozen=True, slots=True)
class _Seats:
    """The items of a digest, as those that found no place among them are compared with."""

    numbers: Mapping[PostKey, int]
    authors: Mapping[PostKey, str]
    questions: Collection[PostKey]
    lowest: float
    are_full: bool

    @classmethod
    def of(cls, selection: Selection) -> "_Seats":
        taken = [fate for fate in selection.choice.fates if fate.number]
        return cls(
            {fate.post: fate.number or 0 for fate in taken},
            {each.post.key: each.post.author_id for each in selection.choice.chosen},
            {each.post.key for each in selection.choice.chosen if each.asks},
            min((fate.score for fate in taken), default=0.0),
            _is_full(selection),
        )

    def in_words(self, candidate: Candidate, fate: Fate) -> str:
        match fate.ending:
            case Ending.SHOWN:
                return f"shown as item {fate.number}"
            case Ending.MERGED:
                return f"says the same as {self._named(fate.other)}"
            case Ending.HELD_BACK:
                return f"held back for variety: {self._what_for(candidate, fate.other)} {self._named(fate.other)}"
            case Ending.OUTRANKED:
                return f"{self._short_by(fate)}{_for_and_against(fate)}"
            case Ending.EXCLUDED:
                return _reason(fate)

    def _named(self, other: PostKey | None) -> str:
        number = self.numbers.get(other) if other else None
        return f"item {number}" if number else "another post"

    def _what_for(self, candidate: Candidate, other: PostKey | None) -> str:
        if other is not None and self.authors.get(other) == candidate.post.author_id:
            return "by the author of"
        return "it left its place to the question," if other in self.questions else "about the same as"

    def _short_by(self, fate: Fate) -> str:
        amount = f"{fate.short_by:.1f}" if fate.short_by >= SMALLEST_PART else "just"
        if not self.are_full:
            return f"scored {fate.score:.1f}, {amount} short of what a post needs to be worth a place"
        others = ", because its topics have their share" if fate.score > self.lowest else ""
        return f"scored {fate.score:.1f}, {amount} short of a place{others}"


def weighty(fate: Fate) -> list[tuple[str, float]]:
    """The parts of the score that changed something, as the score names them."""
    return [(name, amount) for name, amount in fate.parts if abs(amount) >= SMALLEST_PART]


def _for_and_against(fate: Fate) -> str:
    """What counted most, where it came close."""
    parts = weighty(fate)
    best = sorted((each for each in parts if each[1] > 0), key=lambda each: -each[1])[:MOST_PARTS]
    worst = [name for name, amount in parts if amount < 0]
    said = [f" · for it: {', '.join(name for name, _ in best)}" if best else ""]
    return "".join([*said, f" · against it: {', '.join(worst)}" if worst else ""])


def _reason(fate: Fate) -> str:
    """Which rule, and the words that triggered it where they are not simply the post's own."""
    reason = OF_ONE[fate.reason] if fate.reason else "a rule keeps it out"
    words = plain(" ".join(fate.words.split())).strip('"')
    if fate.reason is Reason.LANGUAGE and words:
        return f"{reason} ({language_name(words)})"
    if fate.reason is Reason.SEEN and words:
        return f"its {'link' if is_web_address(words) else 'wording'} was shown here before"
    return f"{reason} (“{cut(words, LONGEST_QUOTE)[0]}”)" if words and fate.reason in QUOTED else reason
