"""Whom a department learns from, and whom it might: accounts at the sources, told with why and with ways to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.choosing.gist import gist_of
from bot.domain.fate import Reason
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.links import is_web_address
from bot.domain.post import Author
from bot.domain.rules import RuleKind
from bot.domain.topic import TopicKind, folded
from bot.ports import Transaction
from bot.ports.store.network import Met
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed
from bot.services.posts.hiding import not_shown
from bot.services.wording import counted, listed

SPAM = {Reason.SPAM, Reason.STUFFED}
LOOKED_AT = 20
"""Of those that are learned from few are left out: those that are muted, although they are saved most."""
LOOKED_AT_NEW = 30
"""Of those that are new more are: those that are muted, followed already, or sell something."""
SEVERAL_TOPICS = 2
TOPICS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Acquainted:
    """`why` is a sentence; `links` are label and address each, to pages of the source itself. `topic` is how the
    account is followed here, empty where it is."""

    author: Author
    why: str
    links: tuple[tuple[str, str], ...]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is told: a department, by the key of its library, empty for the whole workspace. `channels` are those of it
    that they may know of; nobody is named who is muted in one of `muted_in`, by their ids."""

    workspace: str
    library: str
    channels: tuple[ChannelKey, ...]
    muted_in: frozenset[str]


async def people_of(
    tx: Transaction, parts: Parts, workspace: str, library: str, here: ChannelKey | None = None
) -> Whom:
    """Those of the department who ask in the channel `here`; without one, on a page that all of them see."""
    channels = tuple(
        each.key
        for each in await tx.channels.all()
        if each.key.workspace == workspace
        and each.owner is None
        and library in {"", each.library}
        and (each.key == here or not parts.is_closed(each.key))
    )
    muted_in = [here] if here else channels if library else []
    return Whom(workspace, library, channels, frozenset(each.channel for each in muted_in))


async def acquaintances(
    tx: Transaction, parts: Parts, whom: Whom, most: int, most_met: int
) -> tuple[list[Acquainted], list[Acquainted]]:
    """Those they learn from and those they might, nobody twice."""
    known = await _learned_from(tx, parts, whom)
    others = {(each.author.source, each.author.id) for each in known}
    new = [each for each in await _met(tx, parts, whom) if (each.author.source, each.author.id) not in others]
    return known[:most], new[:most_met]


async def _learned_from(tx: Transaction, parts: Parts, whom: Whom) -> list[Acquainted]:
    """Those whose posts were saved most in the library of the department."""
    least = await savers_needed(tx, whom.workspace)
    found = await tx.network.learned_from(whom.workspace, library=whom.library, least=least, most=LOOKED_AT)
    circle = await _Circle.gather(tx, parts, whom, [(each.source, each.author_id, each.newest) for each in found])
    told = []
    for each in found:
        about = f", about {listed(each.tags, most=len(each.tags))}" if each.tags else ""
        why = f"{counted(each.items, 'item')} saved here{about}."
        told.append(circle.told(each.source, each.author_id, each.newest, why))
    return [each for each in told if each is not None]


async def _met(tx: Transaction, parts: Parts, whom: Whom) -> list[Acquainted]:
    """Those who write about several topics that its channels follow, and whom no channel of the workspace follows
    yet."""
    topics = {following.topic for channel in whom.channels for following in await tx.topics.followed(channel)}
    subjects = [topic for topic in topics if topic.kind in {TopicKind.HASHTAG, TopicKind.PHRASE}]
    found = await tx.network.met(subjects, at_least=SEVERAL_TOPICS, most=LOOKED_AT_NEW)
    found = await _without_spam(tx, found)
    circle = await _Circle.gather(tx, parts, whom, [(each.source, each.author_id, each.newest) for each in found])
    told = []
    for each in found:
        labels = [topic.label for topic in each.topics]
        why = f"Writes about {listed(labels, most=TOPICS_NAMED)}."
        told.append(circle.told(each.source, each.author_id, each.newest, why))
    return [each for each in told if each is not None and each.topic]


async def _without_spam(tx: Transaction, found: Sequence[Met]) -> list[Met]:
    """Without those whose newest post no digest would show, because it sells or begs."""
    posts = await tx.posts.get([each.newest for each in found])
    faults = {key: gist_of(post).fault for key, post in posts.items()}
    return [each for each in found if (faults.get(each.newest) or ("",))[0] not in SPAM]


class _Circle:
    """What has to be known of accounts before they are named: who they are, and whether they are to be named here."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._authors: dict[tuple[str, str], Author] = {}
        self._kept_out: set[str] = set()
        self._followed: set[tuple[str, str]] = set()
        self._replies: dict[PostKey, str] = {}

    @classmethod
    async def gather(
        cls, tx: Transaction, parts: Parts, whom: Whom, accounts: Sequence[tuple[str, str, PostKey]]
    ) -> "_Circle":
        circle = cls(parts)
        for source in {source for source, _, _ in accounts}:
            ids = {id_ for of, id_, _ in accounts if of == source}
            circle._authors |= {(source, each.id): each for each in (await tx.posts.authors(source, ids)).values()}
        rules = [rule for rule in await tx.rules.of(whom.workspace) if rule.kind is RuleKind.ACCOUNT]
        circle._kept_out = {folded(rule.value) for rule in rules if rule.channel in {"", *whom.muted_in}}
        for each in await tx.channels.all():
            if each.owner is None and each.key.workspace == whom.workspace:
                topics = [following.topic for following in await tx.topics.followed(each.key)]
                circle._followed |= {(t.source, folded(t.key)) for t in topics if t.kind is TopicKind.ACCOUNT}
        newest = [post for _, _, post in accounts]
        hidden = await not_shown(tx, whom.workspace, newest)
        stored = (await tx.posts.get(newest)).items()
        circle._replies = {key: post.reply_url for key, post in stored if key not in hidden}
        return circle

    def told(self, source: str, author_id: str, newest: PostKey, why: str) -> Acquainted | None:
        """None for who is muted or blocked here, or unknown."""
        author = self._authors.get((source, author_id))
        if author is None or folded(author.handle) in self._kept_out:
            return None
        is_followed = (source, folded(author.handle)) in self._followed
        return Acquainted(author, why, tuple(self._links(author, newest)), "" if is_followed else f"@{author.handle}")

    def _links(self, author: Author, newest: PostKey) -> Iterable[tuple[str, str]]:
        source = self._parts.sources.get(author.source)
        label = self._parts.source_label(author.source)
        for what, url in (source.account_links(author.handle) if source else {}).items():
            yield f"{what} on {label}", url
        if is_web_address(reply := self._replies.get(newest, "")):
            yield f"Reply on {label}", reply
