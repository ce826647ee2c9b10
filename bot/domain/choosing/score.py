"""What a post is worth to a channel: the sum of named parts, each of which can be shown."""

import re
from collections.abc import Sequence
from math import exp2, log, log2

from bot.domain.audience import Audience
from bot.domain.choosing import weights
from bot.domain.choosing.contender import Contender
from bot.domain.choosing.lexicon import MARKS, OWN_CLASS, Mark, with_mark
from bot.domain.choosing.usual import Usual
from bot.domain.languages import written_in
from bot.domain.links import host_of
from bot.domain.post import MediaKind, Post

_NAMES = {
    Mark.CLASSROOM: "about the classroom",
    Mark.PRACTICE: "something to try",
    Mark.TELLING: "from their own class",
    Mark.ASKING: "asks colleagues",
    Mark.COMPANY: "an organisation about itself",
    Mark.OFFERS: "offers something to “you”",
    Mark.CALLS: "asks for a click",
    Mark.SELLS: "sells something",
    Mark.TRADE: "business rather than school",
    Mark.BAIT: "begs for likes or gifts",
    Mark.JOB: "job advertisement",
    Mark.QUARREL: "politics or quarrel",
    Mark.GREETING: "greeting",
    Mark.SHADY: "shady wording",
}
_SIGNS = {words: (_NAMES[mark], *weights.WORDING[mark]) for words, mark in MARKS.items() if mark in weights.WORDING}
ELSEWHERE = "shown in another channel"
_QUOTATION_MARKS = ("“", '"', "‘", "«")
_WHOSE = ("via @", "by @", "from @")
_LISTED = re.compile(r"[“\"‘«]?(?:The |Top |My )*\d{1,2} (?!am\b|pm\b)[^\W\d_]", re.IGNORECASE)
_FOR_TEACHERS = with_mark(Mark.CLASSROOM, Mark.PRACTICE, Mark.TELLING, Mark.ASKING)
_SELLING = with_mark(Mark.COMPANY, Mark.CALLS, Mark.SELLS, Mark.TRADE, Mark.BAIT, Mark.JOB, Mark.QUARREL, Mark.SHADY)
_ENGLISH = frozenset({"en", ""})
_PRICE = re.compile(r"[$£€₹]\s?\d|\d\s?%")
_PHONE = re.compile(r"\+\d[\d ().-]{7,16}\d", re.ASCII)
_MAIL = re.compile(r"@[\w-]{2,40}\.[a-z]{2}", re.ASCII)
_FILE = re.compile(r"\.(?:pdf|docx?|pptx?|xlsx?|odt|zip)\Z")
_FILMS = frozenset({"youtube.com", "vimeo.com", "ted.com"})
_SHOPS = ("amazon.", "etsy.", "ebay.", "udemy.", "eventbrite.", "fiverr.", "gofundme.", "shopify.")


def score(contenders: Sequence[Contender], audience: Audience) -> None:
    """Gives each of them its parts."""
    usual = Usual(contenders)
    for each in contenders:
        _answered_by_others(each, usual.lift(each), audience)
        _known_here(each, audience)
        _as_it_is_written(each)
        _as_it_is_sent(each)
        each.parts["new"] = weights.FRESH * exp2(-each.age / weights.FRESH_HALVES_AFTER_HOURS)
        each.score = sum(each.parts.values())


def score_sharing(contender: Contender) -> None:
    """What it adds that several people share the same thing."""
    sharers = len(contender.sharers)
    if sharers > 1:
        ours = sum(each.is_followed for each in (contender, *contender.members))
        shared = weights.SHARED * log2(sharers) + weights.SHARED_BY_FOLLOWED * ours
        contender.parts["shared by others too"] = min(shared, weights.SHARED_MOST)
        contender.score = sum(contender.parts.values())


def is_worth_a_minute(contender: Contender) -> bool:
    return contender.score - contender.parts.get(ELSEWHERE, 0.0) >= floor_of(contender)


def floor_of(contender: Contender) -> float:
    """What it has to score to be shown at all."""
    post = contender.post
    sells = not _SELLING.isdisjoint(contender.hits) and OWN_CLASS.isdisjoint(contender.hits)
    is_plain = contender.is_followed or (not post.links and len(post.hashtags) <= weights.PLAIN_HASHTAGS)
    return weights.FLOOR_OF_THE_PLAIN if is_plain and not sells else weights.FLOOR


def _answered_by_others(each: Contender, lift: float, audience: Audience) -> None:
    response = min(max(weights.RESPONSE * lift, weights.RESPONSE_LEAST), weights.RESPONSE_MOST)
    each.parts["likes and reposts"] = response
    if lift > 0 and (author := audience.authors.get(each.author)) and author.followers:
        more = log(max(author.followers, 1) / weights.USUAL_FOLLOWERS)
        few = min(-weights.FOLLOWERS_EXPECT * more, response / 2)
        each.parts["its followers"] = max(few, weights.FOLLOWERS_LEAST)
    if each.post.metrics.replies >= weights.ANSWERS and "?" in each.post.text:
        each.parts["answered question"] = weights.ANSWERED


def _known_here(each: Contender, audience: Audience) -> None:
    if each.is_followed:
        each.parts["account followed here"] = weights.ACCOUNT
    if audience.savers and (savers := audience.savers.get(each.author)):
        each.parts["saved before"] = min(weights.SAVED_BEFORE * log2(1 + savers), weights.SAVED_BEFORE_MOST)
    if audience.taste.leanings and (leaning := audience.taste.weight_of(each.post)):
        each.parts["taste of this channel"] = leaning
    if audience.elsewhere and not audience.elsewhere.isdisjoint(each.keys):
        each.parts[ELSEWHERE] = weights.ELSEWHERE


def _as_it_is_written(each: Contender) -> None:
    _as_it_is_worded(each)
    parts = each.parts
    if _is_other_language(each):
        parts["an average for its words"] = weights.OTHER_LANGUAGE
    elif each.reading.length <= weights.WORDS_THAT_POINT:
        parts["few words"] = weights.FEW_WORDS
    text = each.post.text
    if _names_money(text) and _PRICE.search(text):
        parts["has a price"] = weights.PRICE
    if ("+" in text and _PHONE.search(text)) or ("@" in text and _has_mail_address(text)):
        parts["number or address to turn to"] = weights.PHONE
    if text.startswith(_QUOTATION_MARKS) or any(sign in text for sign in _WHOSE):
        parts["points at somebody's work"] = weights.POINTS_AT_OTHERS
    if _LISTED.match(text):
        parts["tells a number of things"] = weights.LISTED
    if text.isupper():
        parts["in capitals"] = weights.SHOUTED


def _as_it_is_worded(each: Contender) -> None:
    parts = each.parts
    blame = 1.0
    if not OWN_CLASS.isdisjoint(each.hits):
        parts[_NAMES[Mark.TELLING]] = weights.WORDING[Mark.TELLING].each
        blame = weights.BLAME_OF_A_TEACHER
    for words in each.hits:
        if words in _SIGNS:
            name, value, bound = _SIGNS[words]
            so_far = parts.get(name, 0.0) + (value * blame if value < 0 else value)
            parts[name] = max(so_far, bound) if bound < 0 else min(so_far, bound)


def _as_it_is_sent(each: Contender) -> None:
    post, parts = each.post, each.parts
    if each.peers and not _FOR_TEACHERS.isdisjoint(each.hits):
        parts["hashtags of teachers"] = min(weights.PEER_TAG * each.peers, weights.PEER_TAG_MOST)
    if len(post.hashtags) > weights.HASHTAGS_MEANT:
        parts["many hashtags"] = weights.HASHTAG_TOO_MANY * (len(post.hashtags) - weights.HASHTAGS_MEANT)
    if post.links:
        parts["link"] = weights.LINK
    if each.links or post.media:
        _what_it_leads_to(each, post)
    if post.references and post.is_reply:
        parts["reply"] = weights.REPLY


def _what_it_leads_to(each: Contender, post: Post) -> None:
    hosts = [host_of(page) for page in each.links]
    if any(host.startswith(_SHOPS) for host in hosts):
        each.parts["link to a shop"] = weights.SHOP
    elif not _FILMS.isdisjoint(hosts) or any(map(_FILE.search, each.links)) or _has_film(post):
        each.parts["file or film"] = weights.FILE_OR_FILM
    if post.media and any(media.alt_text for media in post.media):
        each.parts["picture described"] = weights.PICTURE_IN_WORDS


def _has_film(post: Post) -> bool:
    return bool(post.media) and any(media.kind is MediaKind.VIDEO for media in post.media)


def _names_money(text: str) -> bool:
    """Asked of every post, where the pattern would take ten times as long."""
    return "$" in text or "%" in text or "£" in text or "€" in text or "₹" in text


def _is_other_language(each: Contender) -> bool:
    lang = each.post.lang
    if lang in _ENGLISH:
        return not each.reading.plain.isascii()
    return written_in(lang) not in _ENGLISH


def _has_mail_address(text: str) -> bool:
    """A name, its sign and a host, without a space: not a mention."""
    return any(found.start() > 0 and text[found.start() - 1].isalnum() for found in _MAIL.finditer(text))
