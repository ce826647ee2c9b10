"""What no digest shows, the reason that is given, and the words that triggered it."""

from typing import Any

import pytest

from bot.domain.audience import Audience
from bot.domain.choosing import choose, seen_keys
from bot.domain.digest import Candidate
from bot.domain.fate import Ending, Fate, Reason
from bot.domain.post import Author, Media, MediaKind, Reference, ReferenceKind
from bot.domain.rules import Muted, RuleKind
from tests.unit.examples import NOW, candidate, link, post, topic

REPLY = (Reference(ReferenceKind.REPLIED_TO, "9"),)
PICTURE = (Media(MediaKind.PHOTO),)
TEACHERS = [
    "My students handed in an essay due Monday on Sunday already, how do you mark them in time?",
    "Homework help club starts on Thursday in the library, all year 7 pupils welcome",
    "Giving good grades is easy, giving useful feedback is not: three lesson ideas",
    "Free PD for teachers on Thursday: assessment without grades, register with the library",
    "Crypto in maths lessons: how my year 9 class learnt about powers from it",
    "DM me if you want the slides of the lesson on volcanoes, I am happy to share",
    "Is plagiarism a problem in your classroom? No plagiarism checker beats a conversation with pupils",
]
MILLS = [
    "Essay due tonight? We handle all your assignments, quality grades, DM us",
    "Pay someone to write your dissertation, plagiarism free, timely delivery",
    "Struggling with your assignment? Kindly DM, affordable rates and on time delivery",
    "Grades guaranteed! Take your online class with us, hit us up",
    "Get more followers fast, follow everyone who likes this and follow back",
    "Earn money online from home with forex signals, join the WhatsApp group link",
]


def fate(one: Candidate, *others: Candidate, **audience: Any) -> Fate:
    return choose([one, *others], Audience(5, NOW, **audience)).fates[0]


def verdict(one: Candidate, *others: Candidate, **audience: Any) -> tuple[Reason | None, str]:
    found = fate(one, *others, **audience)
    return found.reason, found.words


def test_sensitive_and_withheld_posts_are_never_shown() -> None:
    assert verdict(candidate(1, sensitive=True)) == (Reason.SENSITIVE, "")
    assert verdict(candidate(1, withheld=True)) == (Reason.WITHHELD, "")


def test_a_reported_post_stays_out() -> None:
    assert verdict(candidate(1), hidden=[candidate(1).post.key]) == (Reason.REPORTED, "")


def test_the_workspace_and_the_channel_are_told_apart_and_the_rule_is_named() -> None:
    author = {("x", "a"): Author("x", "a", "ShoppingClub", "Shopping", "https://x.example/s")}
    one = candidate(1, "Fractions for sale", author_id="a", hashtags=("Sale",), links=link("https://shop.example/1"))
    assert verdict(one, authors=author, blocks=[Muted(RuleKind.ACCOUNT, "shoppingclub")]) == (
        Reason.BLOCKED,
        "@shoppingclub",
    )
    assert verdict(one, mutes=[Muted(RuleKind.HASHTAG, "sale")]) == (Reason.MUTED, "#sale")
    assert verdict(one, mutes=[Muted(RuleKind.WORD, "fractions for")]) == (Reason.MUTED, '"fractions for"')
    assert verdict(one, mutes=[Muted(RuleKind.DOMAIN, "shop.example")]) == (Reason.MUTED, "shop.example")


def test_pictures_of_strangers_stay_out_where_they_were_not_wanted() -> None:
    stranger, plain = candidate(1, media=PICTURE), candidate(2)
    assert verdict(stranger, strangers_pictures=False)[0] is Reason.PICTURES
    assert fate(plain, strangers_pictures=False).ending is Ending.SHOWN
    assert fate(stranger).ending is Ending.SHOWN


def test_pictures_of_known_authors_come() -> None:
    author = {("x", "author-1"): Author("x", "author-1", "Ana", "Ana", "https://x.example/ana")}
    one = candidate(1, media=PICTURE)
    assert fate(one, strangers_pictures=False, savers={("x", "author-1"): 1}).ending is Ending.SHOWN
    assert fate(one, strangers_pictures=False, authors=author, topics=[topic("@ana")]).ending is Ending.SHOWN
    assert fate(candidate(1, topics=("@ana",), media=PICTURE), strangers_pictures=False).ending is Ending.SHOWN


@pytest.mark.parametrize(("lang", "reads"), [("en", True), ("en-GB", True), ("", True), ("und", True), ("qme", True)])
def test_the_channels_languages_come_and_what_has_none(lang: str, reads: bool) -> None:  # noqa: FBT001
    assert (fate(candidate(1, lang=lang), languages=("en", "cy")).ending is Ending.SHOWN) is reads


def test_another_language_is_named() -> None:
    assert verdict(candidate(1, lang="in"), languages=("en",)) == (Reason.LANGUAGE, "Indonesian")


@pytest.mark.parametrize(
    "text", ["RT @ana: Ten ideas for the first lesson with a new class", "Agreed! RT @ana: Ten ideas for a lesson"]
)
def test_reposts_add_nothing_however_they_are_made(text: str) -> None:
    assert verdict(candidate(1, text))[0] is Reason.REPOST
    assert verdict(candidate(1, references=(Reference(ReferenceKind.REPOSTED, "9"),)))[0] is Reason.REPOST


def test_replies_come_with_a_resource_only() -> None:
    assert verdict(candidate(1, references=REPLY))[0] is Reason.REPLY
    assert verdict(candidate(1, "@ana I taught fractions to my class with paper strips"))[0] is Reason.REPLY
    assert fate(candidate(1, references=REPLY, links=link("https://a.example/b"))).reason is None


def test_a_few_words_say_nothing() -> None:
    assert verdict(candidate(1, "So true! #edchat https://t.co/abc")) == (Reason.SHORT, "so true")


@pytest.mark.parametrize(
    "piled",
    [
        candidate(1, hashtags=tuple(f"tag{n}" for n in range(16))),
        candidate(1, "Check this out now", hashtags=tuple(f"tag{n}" for n in range(9))),
        candidate(1, mentions=tuple(f"name{n}" for n in range(9))),
    ],
)
def test_piles_of_hashtags_or_mentions_are_addressed_to_nobody(piled: Candidate) -> None:
    assert verdict(piled)[0] is Reason.STUFFED


def test_a_curators_dozen_of_hashtags_beside_a_sentence_is_none() -> None:
    text = "Twenty creative ways to build a classroom community from the first day on"
    assert fate(candidate(1, text, hashtags=tuple(f"tag{n}" for n in range(12)))).reason is None


def test_who_speaks_to_all_chats_of_teachers_at_once_is_heard() -> None:
    text = "Why we need to plan the first week for those who were away the longest"
    chats = tuple(f"{chr(97 + n)}chat" for n in range(16))
    assert fate(candidate(1, text, hashtags=chats)).reason is None


@pytest.mark.parametrize("text", MILLS)
def test_essay_mills_and_follower_sellers_are_spam_and_the_words_are_named(text: str) -> None:
    reason, words = verdict(candidate(1, text))
    assert reason is Reason.SPAM
    assert words


@pytest.mark.parametrize("text", TEACHERS)
def test_teachers_who_use_such_words_are_not(text: str) -> None:
    assert fate(candidate(1, text)).reason is None


def test_hashtags_give_spam_away_too() -> None:
    tags = ("essayhelp", "AssignmentDue")
    text = "We are there for you this week, whatever you have to hand in"
    assert verdict(candidate(1, text, hashtags=tags)) == (Reason.SPAM, "#essayhelp, #assignmentdue")


def test_the_same_text_from_three_accounts_is_a_campaign() -> None:
    text = "Our children need their teachers and we have no problem paying them{}"
    same = [candidate(n, text.format("!" * n)) for n in range(3)]
    assert {verdict(each, *[other for other in same if other is not each])[0] for each in same} == {Reason.COPIES}


def test_one_headline_with_one_page_is_sharing_and_no_campaign() -> None:
    text = "Ten ways to begin a lesson that pupils remember at the end of the year"
    same = [candidate(n, text, links=link(f"https://a.example/ten?utm_source={n}")) for n in range(3)]
    assert [each.ending for each in choose(same, Audience(5, NOW)).fates].count(Ending.MERGED) == 2


def test_one_headline_with_short_links_may_be_one_page() -> None:
    text = "Ten ways to begin a lesson that pupils remember at the end of the year"
    same = [candidate(n, text, links=link(f"https://t.co/{n}")) for n in range(3)]
    assert [each.ending for each in choose(same, Audience(5, NOW)).fates].count(Ending.SHOWN) == 1


def test_one_account_that_posts_out_of_one_mould_is_left_out() -> None:
    subjects = ("Accounting", "Marketing", "Nursing", "Law")
    mould = "Future-proof yourself with a flexible and affordable online degree in {}, today"
    same = [candidate(n, mould.format(subject), author_id="mill") for n, subject in enumerate(subjects)]
    assert verdict(same[0], *same[1:])[0] is Reason.AGAIN


def test_a_teacher_who_posts_three_things_in_a_day_is_heard() -> None:
    texts = ("Exit tickets on paper: my class liked them", "Fractions with paper strips in year 5", "Who reads aloud?")
    said = [candidate(n, text, author_id="ana") for n, text in enumerate(texts)]
    assert Reason.AGAIN not in {each.reason for each in choose(said, Audience(5, NOW)).fates}


def test_nothing_comes_that_was_shown_before_by_post_text_or_link() -> None:
    before = post(7, "Ten minutes of retrieval practice a lesson", links=link("https://a.example/b"))
    seen = frozenset(seen_keys(before))
    assert verdict(candidate(7), seen=seen)[0] is Reason.SEEN
    assert verdict(candidate(8, "TEN minutes of retrieval practice a lesson!"), seen=seen)[0] is Reason.SEEN
    assert verdict(candidate(9, links=link("http://a.example/b/")), seen=seen) == (Reason.SEEN, "https://a.example/b")
    assert fate(candidate(10), seen=seen).reason is None


def test_nearly_the_same_wording_as_what_was_shown_is_seen_or_again() -> None:
    shown = [post(7, "Ten minutes of retrieval practice at the start of every lesson changed my year")]
    text = "Ten minutes of retrieval practice at the start of each lesson changed my year"
    assert verdict(candidate(8, text, author_id="somebody"), shown=shown)[0] is Reason.SEEN
    assert verdict(candidate(8, text, author_id="author-7"), shown=shown)[0] is Reason.AGAIN
