"""Repetition that is meant: the same text from several accounts, or again and again from one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from bot.domain.choosing.alike import Alike
from bot.domain.choosing.contender import Contender
from bot.domain.choosing.gist import gist_of
from bot.domain.fate import Reason
from bot.domain.links import is_short
from bot.domain.post import Post

AGAIN = 3
"""Posting something twice may be a mistake; three times is a habit."""
ONE_MOULD = 70.0
"""Wordings of one account that are alike so far come out of one mould, with another subject each time."""
MOST_MOULDS = 12
CAMPAIGN = 3
"""Two people may have the same thought; three accounts with the same sentences were given them."""
WORDS_IN_A_CAMPAIGN = 6

Groups = dict[str, list[Contender]]
Repeated = dict[int, tuple[Reason, str]]


def groups_of(contenders: Sequence[Contender], shown: Sequence[Post]) -> tuple[Groups, Repeated]:
    """Those with nearly the same wording together, by the wording of the first; and those that nearly repeat what was
    `shown`, by their place."""
    in_turn = [(post, gist_of(post).reading) for post in sorted(shown, key=lambda post: (post.created_at, post.key))]
    alike = Alike()
    before: dict[str, tuple[str, str]] = {}
    for post, read in in_turn:
        before.setdefault(alike.leader_of(read.plain, read.edges), (post.key.source, post.author_id))
    groups: Groups = defaultdict(list)
    repeated: Repeated = {}
    for each in contenders:
        leader = alike.leader_of(each.plain, each.gist.reading.edges)
        if leader in before:
            is_same_author = bool(each.post.author_id) and before[leader] == each.author
            repeated[each.place] = (Reason.AGAIN if is_same_author else Reason.SEEN, leader)
        else:
            groups[leader].append(each)
    return groups, repeated


def campaigns(groups: Groups) -> Repeated:
    """The same text from several accounts. Several people who share one page under its headline are no campaign: that
    is what sharing looks like."""
    return {
        each.place: (Reason.COPIES, leader)
        for leader, group in groups.items()
        if len(group) >= CAMPAIGN and _is_campaign(leader, group)
        for each in group
    }


def _is_campaign(leader: str, group: list[Contender]) -> bool:
    accounts = {each.author for each in group if each.post.author_id}
    return len(accounts) >= CAMPAIGN and len(leader.split()) >= WORDS_IN_A_CAMPAIGN and not _share_a_page(group)


def _share_a_page(group: list[Contender]) -> bool:
    """Whether most of them have a link, and the same one as far as it is known where it leads."""
    linked = [each for each in group if each.links]
    known = {link for each in linked for link in each.links if not is_short(link)}
    is_unknown = any(all(map(is_short, each.links)) for each in linked)
    return 2 * len(linked) > len(group) and (is_unknown or len(known) < len(linked))


def habits(contenders: Iterable[Contender]) -> Repeated:
    """What one account posts again and again, word for word or out of one mould."""
    by_author: dict[tuple[str, str], list[Contender]] = defaultdict(list)
    for each in contenders:
        if each.author[1]:
            by_author[each.author].append(each)
    return {
        each.place: (Reason.AGAIN, mould)
        for theirs in by_author.values()
        if len(theirs) >= AGAIN
        for mould, cast in _moulds(theirs).items()
        if len(cast) >= AGAIN
        for each in cast
    }


def _moulds(theirs: list[Contender]) -> Groups:
    moulds: Groups = {}
    for each in sorted(theirs, key=lambda each: each.rank):
        plain = each.plain
        like = next((mould for mould in moulds if fuzz.ratio(plain, mould, score_cutoff=ONE_MOULD)), None)
        if like is not None:
            moulds[like].append(each)
        elif len(moulds) < MOST_MOULDS:
            moulds[plain] = [each]
    return moulds
