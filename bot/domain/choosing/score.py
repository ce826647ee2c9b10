"""What a post is worth to a channel: the sum of named parts, each of which can be shown."""

from collections.abc import Iterable
from math import exp2, log, log2

from bot.domain.audience import Audience
from bot.domain.choosing import weights
from bot.domain.choosing.contender import Contender
from bot.domain.choosing.merits import Parts
from bot.domain.choosing.tags import peers_among
from bot.domain.choosing.usual import lifts

ELSEWHERE = "shown in another channel"


def score(contenders: Iterable[Contender], audience: Audience) -> None:
    """Gives each of them the parts that it has here, and its score."""
    is_anybody_known = bool(audience.savers or audience.taste.leanings or audience.elsewhere)
    for each, lift in lifts(contenders):
        here = _answered_by_others(each, lift, audience)
        if is_anybody_known or each.is_followed:
            here |= _known_here(each, audience)
        if each.gist.peers:
            here |= _under_hashtags_of_teachers(each)
        here["new"] = weights.FRESH * exp2(-each.age / weights.FRESH_HALVES_AFTER_HOURS)
        each.here = here
        each.score = each.gist.worth + sum(here.values())
        each.floor = _floor_of(each)


def score_sharing(contender: Contender) -> None:
    """What it adds that several people share the same thing."""
    sharers = len(contender.sharers)
    if sharers > 1:
        ours = sum(each.is_followed for each in (contender, *contender.members))
        shared = weights.SHARED * log2(sharers) + weights.SHARED_BY_FOLLOWED * ours
        contender.here["shared by others too"] = min(shared, weights.SHARED_MOST)
        contender.score = contender.gist.worth + sum(contender.here.values())


def is_worth_a_minute(contender: Contender) -> bool:
    return contender.score - contender.here.get(ELSEWHERE, 0.0) >= contender.floor


def _floor_of(contender: Contender) -> float:
    if contender.gist.is_selling:
        return weights.FLOOR
    is_plain = contender.is_followed or (contender.gist.is_plain and _is_among_teachers(contender))
    return weights.FLOOR_OF_THE_PLAIN if is_plain else weights.FLOOR


def _is_among_teachers(contender: Contender) -> bool:
    """Whether somebody tells of their own class, or it was written or found under a hashtag of teachers."""
    return contender.gist.is_among_teachers or bool(peers_among(contender.topics))


def _answered_by_others(each: Contender, lift: float, audience: Audience) -> Parts:
    if lift > 0:
        response = min(weights.RESPONSE * lift, each.gist.most_response)
    else:
        response = max(weights.RESPONSE * lift, weights.RESPONSE_LEAST)
    parts = {"likes and reposts": response}
    if lift > 0 and (author := audience.authors.get(each.author)) and author.followers:
        more = log(max(author.followers, 1) / weights.USUAL_FOLLOWERS)
        few = min(-weights.FOLLOWERS_EXPECT * more, response / 2)
        parts["its followers"] = max(few, weights.FOLLOWERS_LEAST)
    if each.post.metrics.replies >= weights.ANSWERS and "?" in each.post.text:
        parts["answered question"] = weights.ANSWERED
    return parts


def _known_here(each: Contender, audience: Audience) -> Parts:
    parts = {}
    if each.is_followed:
        parts["account followed here"] = weights.ACCOUNT
    if audience.savers and (savers := audience.savers.get(each.author)):
        parts["saved before"] = min(weights.SAVED_BEFORE * log2(1 + savers), weights.SAVED_BEFORE_MOST)
    if audience.taste.leanings and (leaning := audience.taste.weight_of(each.post)):
        parts["taste of this channel"] = leaning
    if audience.elsewhere and not audience.elsewhere.isdisjoint(each.keys):
        parts[ELSEWHERE] = weights.ELSEWHERE
    return parts


def _under_hashtags_of_teachers(each: Contender) -> Parts:
    """Those that it was found for not counted."""
    further = [peer for peer in each.gist.peers if peer not in each.topics]
    if not further:
        return {}
    return {"hashtags of teachers": min(weights.PEER_TAG * len(further), each.gist.most_of_peers)}
