"""What no digest shows, whatever it scores: the rules of the house, of the workspace and of the channel."""

from bot.domain.audience import Audience
from bot.domain.choosing.faults import Exclusion
from bot.domain.choosing.gist import Gist
from bot.domain.digest import Candidate
from bot.domain.fate import Reason
from bot.domain.languages import language_name, written_in
from bot.domain.post import Post
from bot.domain.rules import Muting
from bot.domain.topic import TopicKind


class House:
    """What holds for every post of one choice."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._blocks = Muting(audience.blocks)
        self._mutes = Muting(audience.mutes)
        self._hidden = frozenset(audience.hidden)
        self._seen = audience.seen
        self._languages = frozenset(audience.languages)
        self._has_rules = bool(self._hidden or audience.blocks or audience.mutes)
        self._followed = {(topic.source, topic.key) for topic in audience.topics if topic.kind is TopicKind.ACCOUNT}

    def refuses(self, candidate: Candidate) -> Exclusion | None:
        """What needs no look at the wording."""
        post = candidate.post
        if post.withheld:
            return Reason.WITHHELD, ""
        if post.sensitive:
            return Reason.SENSITIVE, ""
        if self._has_rules and (exclusion := self._forbids(post)):
            return exclusion
        if post.media and not self._audience.strangers_pictures and not self._is_known(candidate):
            return Reason.PICTURES, f"@{handle}" if (handle := self._handle(post)) else ""
        if self._languages and post.lang not in self._languages and (language := self._not_read(post.lang)):
            return Reason.LANGUAGE, language
        return (Reason.REPOST, "") if post.references and post.is_repost else None

    def _forbids(self, post: Post) -> Exclusion | None:
        if post.key in self._hidden:
            return Reason.REPORTED, ""
        if found := self._blocks.of(post, self._handle(post)):
            return Reason.BLOCKED, found.label
        if found := self._mutes.of(post, self._handle(post)):
            return Reason.MUTED, found.label
        return None

    def has_seen(self, gist: Gist) -> Exclusion | None:
        if self._seen.isdisjoint(gist.keys):
            return None
        return Reason.SEEN, _what_was_seen(gist, self._audience)

    def _handle(self, post: Post) -> str:
        author = self._audience.authors.get((post.key.source, post.author_id))
        return author.handle if author else ""

    def _is_known(self, candidate: Candidate) -> bool:
        post = candidate.post
        return (
            (post.key.source, post.author_id) in self._audience.savers
            or (post.key.source, self._handle(post).casefold()) in self._followed
            or any(topic.kind is TopicKind.ACCOUNT for topic in candidate.topics)
        )

    def _not_read(self, lang: str) -> str:
        """The language's name where the channel does not read it. Posts of no language are for everybody."""
        code = written_in(lang)
        return language_name(code) if code and code not in self._languages else ""


def _what_was_seen(gist: Gist, audience: Audience) -> str:
    """The link where that is what was seen; else nothing, for then it is the post itself."""
    links = zip(gist.links, gist.keys[1:], strict=False)
    return next((link for link, key in links if key in audience.seen), "")
