"""Which posts a digest shows, in which order, and why; and what became of all the others.

candidates ─▶ what a rule excludes ─▶ score ─▶ what is like no other, and groups of the same wording
           ─▶ clusters: one for each thing ─▶ a diverse choice ─▶ why
"""

from collections.abc import Iterable, Sequence

from bot.domain.audience import Audience
from bot.domain.choosing import weights
from bot.domain.choosing.apart import told_apart
from bot.domain.choosing.cluster import clusters
from bot.domain.choosing.contender import Contender
from bot.domain.choosing.diverse import Balance, Variety, diverse
from bot.domain.choosing.exclude import House
from bot.domain.choosing.faults import Exclusion
from bot.domain.choosing.gist import gist_of
from bot.domain.choosing.repeats import campaigns, groups_of, habits
from bot.domain.choosing.score import score, score_sharing
from bot.domain.choosing.undisturbed import undisturbed
from bot.domain.choosing.why import why
from bot.domain.digest import Candidate, Choice, Chosen
from bot.domain.fate import Ending, Fate, Reason
from bot.domain.post import Post

__all__ = ["choose", "read_ahead", "seen_keys", "suitable"]


def choose(candidates: Sequence[Candidate], audience: Audience) -> Choice:
    """At most `audience.size` of the candidates, best first, and on demand what became of each of them.

    The same candidates in another order bring the same choice. A digest is shorter than it might be where the rest is
    not worth a minute.
    """
    with undisturbed():
        return _choice(candidates, audience)


def _choice(candidates: Sequence[Candidate], audience: Audience) -> Choice:
    excluded: dict[int, Exclusion] = {}
    contenders = _admitted(candidates, audience, excluded)
    excluded |= habits(contenders)
    contenders = [each for each in contenders if each.place not in excluded]
    score(contenders, audience)
    alone, others = told_apart(contenders, audience.shown)
    groups, repeated = groups_of(others, audience.shown)
    excluded |= repeated | campaigns(groups)
    joined = clusters(group for group in groups.values() if group[0].place not in excluded)
    for each in joined:
        score_sharing(each)
    leaders = alone + joined
    variety, balance = diverse(leaders, audience)
    return Choice(
        tuple(_chosen(each, audience, asks=each is variety.question) for each in variety.chosen),
        len(candidates),
        frozenset([candidates[place].post.key for place in (*excluded, *variety.told)]),
        lambda: _in_order(_fates_of_excluded(candidates, excluded) | _fates_of(leaders, variety, balance)),
    )


def _in_order(fates: dict[int, Fate]) -> tuple[Fate, ...]:
    return tuple(fates[place] for place in range(len(fates)))


def _admitted(candidates: Sequence[Candidate], audience: Audience, excluded: dict[int, Exclusion]) -> list[Contender]:
    """Those that no rule excludes; the others are `excluded` from now on, by place."""
    house = House(audience)
    admitted = []
    for place, candidate in enumerate(candidates):
        exclusion = house.refuses(candidate)
        if exclusion is None:
            gist = gist_of(candidate.post)
            exclusion = gist.fault or house.has_seen(gist)
            if exclusion is None:
                admitted.append(Contender(place, candidate, gist, audience.now))
                continue
        excluded[place] = exclusion
    return admitted


def _fates_of_excluded(candidates: Sequence[Candidate], excluded: dict[int, Exclusion]) -> dict[int, Fate]:
    return {
        place: Fate(candidates[place].post.key, Ending.EXCLUDED, reason=reason, words=words)
        for place, (reason, words) in excluded.items()
    }


def _fates_of(leaders: Sequence[Contender], variety: Variety, balance: Balance) -> dict[int, Fate]:
    numbers = {each.place: number for number, each in enumerate(variety.chosen, start=1)}
    special = {*numbers, *variety.told, *variety.held_back}
    fates = {}
    for each in leaders:
        if each.place in special:
            fates[each.place] = _fate(each, numbers.get(each.place), variety)
        else:
            fates[each.place] = _outranked(each, variety, balance)
        for member in each.members:
            fates[member.place] = Fate(member.post.key, Ending.MERGED, other=each.post.key, score=member.score)
    return fates


def _fate(each: Contender, number: int | None, variety: Variety) -> Fate:
    key = each.post.key
    if number:
        return Fate(key, Ending.SHOWN, number=number, score=each.score, parts=_parts(each))
    if each.place in variety.told:
        return Fate(key, Ending.EXCLUDED, reason=Reason.SEEN, words=each.plain)
    other = variety.held_back[each.place].post.key
    return Fate(key, Ending.HELD_BACK, other=other, score=each.score, parts=_parts(each))


def _outranked(each: Contender, variety: Variety, balance: Balance) -> Fate:
    """The fate of thousands: by place, because names cost a quarter of its time."""
    short_by = variety.missed_by(each, balance.worth(each))
    parts = _parts(each) if short_by <= weights.NEAR_MISS else ()
    return Fate(each.post.key, Ending.OUTRANKED, None, None, None, "", each.score, short_by, parts)


def _parts(each: Contender) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name, value in each.parts.items() if value)


def _chosen(each: Contender, audience: Audience, *, asks: bool) -> Chosen:
    """Its members' links stay out: another day somebody may say something else about them."""
    members = [key for member in each.members for key in (member.keys[0], member.gist.reading.key) if key]
    keys = tuple(sorted({*each.keys, *members}))
    return Chosen(each.post, why(each, audience, asks=asks), keys, asks)


def read_ahead(posts: Iterable[Post]) -> None:
    """Does what can be done before it is known for whom to choose, which is more than half of it."""
    for post in posts:
        gist_of(post)


def seen_keys(post: Post) -> tuple[str, ...]:
    """What a channel has seen once it was shown this post: the post, the pages it links to, and its wording."""
    return gist_of(post).keys


def suitable(candidates: Sequence[Candidate], audience: Audience) -> list[Candidate]:
    """Those that no rule excludes, in their order, whatever they score: for what is shown without being chosen."""
    with undisturbed():
        return [each.candidate for each in _admitted(candidates, audience, {})]
