"""What a post is worth by itself: named parts of its score, whoever reads it and whatever others made of it."""

import re
from collections.abc import Sequence

from bot.domain.choosing import weights
from bot.domain.choosing.lexicon import MARKS, MY_CLASS, OWN_CLASS, Mark, with_mark
from bot.domain.choosing.said import Said
from bot.domain.choosing.wording import Reading
from bot.domain.languages import written_in
from bot.domain.links import host_of
from bot.domain.post import Media, MediaKind

Parts = dict[str, float]

_NAMES = {
    Mark.CLASSROOM: "about the classroom",
    Mark.PRACTICE: "something to try",
    Mark.HINT: "something to try",
    Mark.TELLING: "from their own class",
    Mark.ASKING: "asks colleagues",
    Mark.FAMILY: "a learner or a parent speaks",
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
_SELLING = with_mark(Mark.COMPANY, Mark.CALLS, Mark.SELLS, Mark.TRADE, Mark.BAIT, Mark.JOB, Mark.QUARREL, Mark.SHADY)
_FOR_TEACHERS = (with_mark(Mark.CLASSROOM, Mark.PRACTICE, Mark.ASKING) | OWN_CLASS) - {"via"}
_TELLING = with_mark(Mark.TELLING)
_ASKING = with_mark(Mark.ASKING)
_OF_FAMILIES = with_mark(Mark.FAMILY)
_QUOTATION_MARKS = ("“", '"', "‘", "«")
_CLOSING_MARKS = ("”", '"', "’ ", "»")
_WHOSE = ("via @", "by @", "from @")
_LISTED = re.compile(r"[“\"‘«]?(?:The |Top |My )*\d{1,2} (?!am\b|pm\b)[^\W\d_]", re.IGNORECASE)
_ENGLISH = frozenset({"en", ""})
_PRICE = re.compile(r"[$£€₹]\s?\d|\d\s?%")
_PHONE = re.compile(r"\+\d[\d ().-]{7,16}\d", re.ASCII)
_MAIL = re.compile(r"@[\w-]{2,40}\.[a-z]{2}", re.ASCII)
_FILES = (".pdf", ".doc", ".docx", ".ppt", ".pptx", ".xls", ".xlsx", ".odt", ".zip")
_FILMS = frozenset({"youtube.com", "vimeo.com", "ted.com"})
_SHOPS = ("amazon.", "etsy.", "ebay.", "udemy.", "eventbrite.", "fiverr.", "gofundme.", "shopify.")


def is_selling(hits: Sequence[str]) -> bool:
    """Who speaks of a class of their own is not."""
    return not _SELLING.isdisjoint(hits) and MY_CLASS.isdisjoint(hits)


def is_plain(said: Said, hits: Sequence[str]) -> bool:
    """Whether somebody simply tells something."""
    return (
        not said.addresses
        and len(said.hashtags) <= weights.PLAIN_HASHTAGS
        and said.mentions <= weights.PLAIN_MENTIONS
        and _OF_FAMILIES.isdisjoint(hits)
    )


def is_of_own_class(hits: Sequence[str]) -> bool:
    return not OWN_CLASS.isdisjoint(hits)


def signs_for_teachers(said: Said, hits: Sequence[str]) -> int:
    """How many of its words speak to teachers, to whom a learner or a parent does not speak."""
    if not _OF_FAMILIES.isdisjoint(hits):
        return 0
    return sum([words in _FOR_TEACHERS for words in hits]) + _begins_with_a_title(said.text)


def most_response(said: Said, read: Reading, signs: int) -> float:
    """What its likes may come to."""
    is_enough = signs > 1 or _is_other_language(said.lang, read.plain)
    return weights.RESPONSE_MOST if is_enough else weights.RESPONSE_OF_ONE_SIGN


def most_of_peers(said: Said, hits: Sequence[str], signs: int) -> float:
    """What its hashtags of teachers may come to."""
    if signs > 1 or ("?" in said.text and not _ASKING.isdisjoint(hits)):
        return weights.PEER_TAG_MOST
    return weights.PEER_TAG_OF_ONE_SIGN if signs else 0.0


def as_written(said: Said, read: Reading, hits: Sequence[str]) -> Parts:
    """`read` is its wording, `hits` what it says of the lexicon."""
    is_quoted = said.text.startswith(_QUOTATION_MARKS)
    parts = _as_worded(hits, is_quoted=is_quoted) if hits else {}
    if _is_other_language(said.lang, read.plain):
        parts["an average for its words"] = weights.OTHER_LANGUAGE
    elif read.length <= weights.WORDS_THAT_POINT:
        parts["few words"] = weights.FEW_WORDS
    text = said.text
    if _names_money(text) and _PRICE.search(text):
        parts["has a price"] = weights.PRICE
    if ("+" in text and _PHONE.search(text)) or ("@" in text and _has_mail_address(text)):
        parts["number or address to turn to"] = weights.PHONE
    if _begins_with_a_title(text) or ("@" in text and any(sign in text for sign in _WHOSE)):
        parts["points at somebody's work"] = weights.POINTS_AT_OTHERS
    if said.addresses and _is_headline(text):
        parts["the headline of an article"] = weights.HEADLINE
    if _LISTED.match(text):
        parts["tells a number of things"] = weights.LISTED
    if text.isupper():
        parts["in capitals"] = weights.SHOUTED
    return parts


def _begins_with_a_title(text: str) -> bool:
    """Or with another short quotation. A longer one is a slogan, or what a customer says."""
    if not text.startswith(_QUOTATION_MARKS):
        return False
    beginning = text[1 : weights.LONGEST_TITLE]
    return any(mark in beginning for mark in _CLOSING_MARKS)


def _is_headline(text: str) -> bool:
    """Whether it Begins Like This, before its link and hashtags, and neither shouts nor calls."""
    beginning = text[: weights.LONGEST_HEADLINE].partition("http")[0].partition("#")[0]
    if "!" in beginning:
        return False
    longer = [word for word in beginning.split() if len(word) >= weights.LONGER_WORD]
    capital = sum([word[0].isupper() and not word.isupper() for word in longer])
    return capital >= weights.WORDS_OF_A_HEADLINE and capital >= weights.CAPITALS_OF_A_HEADLINE * len(longer)


def _as_worded(hits: Sequence[str], *, is_quoted: bool) -> Parts:
    """Where it begins with a quotation it is not the author who says “I”."""
    parts: Parts = {}
    blame = 1.0
    if not OWN_CLASS.isdisjoint(hits):
        parts[_NAMES[Mark.TELLING]] = weights.WORDING[Mark.TELLING].each
    if not MY_CLASS.isdisjoint(hits):
        blame = weights.BLAME_OF_A_TEACHER
    for words in hits:
        if words in _SIGNS and not (is_quoted and words in _TELLING):
            name, value, bound = _SIGNS[words]
            so_far = parts.get(name, 0.0) + (value * blame if value < 0 else value)
            parts[name] = max(so_far, bound) if bound < 0 else min(so_far, bound)
    return parts


def as_sent(said: Said, links: Sequence[str], peers: int) -> Parts:
    """`links` are the canonical addresses, `peers` counts its hashtags of teachers."""
    parts: Parts = {}
    others = len(said.hashtags) - peers
    if others > weights.HASHTAGS_MEANT:
        parts["many hashtags"] = weights.HASHTAG_TOO_MANY * (others - weights.HASHTAGS_MEANT)
    if links:
        parts["link"] = weights.LINK
    if links:
        _add_what_it_leads_to(parts, links)
    if said.media:
        _add_media(parts, said.media)
    if said.is_reply:
        parts["reply"] = weights.REPLY
    return parts


def _add_what_it_leads_to(parts: Parts, links: Sequence[str]) -> None:
    hosts = [host_of(page) for page in links]
    if any(host.startswith(_SHOPS) for host in hosts):
        parts["link to a shop"] = weights.SHOP
    elif not _FILMS.isdisjoint(hosts) or any(page.endswith(_FILES) for page in links):
        parts["file or film"] = weights.FILE_OR_FILM


def _add_media(parts: Parts, media: Sequence[Media]) -> None:
    if "link to a shop" not in parts and any(each.kind is MediaKind.VIDEO for each in media):
        parts["file or film"] = weights.FILE_OR_FILM
    if any(each.alt_text for each in media):
        parts["picture described"] = weights.PICTURE_IN_WORDS


def _names_money(text: str) -> bool:
    """Asked of every post, where the pattern would take ten times as long."""
    return "$" in text or "%" in text or "£" in text or "€" in text or "₹" in text


def _is_other_language(lang: str, plain: str) -> bool:
    if lang in _ENGLISH:
        return _has_other_letters(plain)
    return written_in(lang) not in _ENGLISH


def _has_other_letters(plain: str) -> bool:
    """More than a borrowed word or an ornament has."""
    if plain.isascii():
        return False
    return sum([not letter.isascii() for letter in plain]) >= weights.OTHER_LETTERS * len(plain)


def _has_mail_address(text: str) -> bool:
    """A name, its sign and a host, without a space: not a mention."""
    return any(found.start() > 0 and text[found.start() - 1].isalnum() for found in _MAIL.finditer(text))
