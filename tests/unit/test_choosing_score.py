"""What makes a post worth more or less, each sign beside the same post without it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.audience import Audience
from bot.domain.choosing import choose, weights
from bot.domain.choosing.lexicon import MARKS, Mark
from bot.domain.digest import Candidate
from bot.domain.fate import Ending, Fate
from bot.domain.post import Author, Link, Media, MediaKind, Metrics
from bot.domain.taste import Leaning, Taste, Trait, TraitKind
from tests.unit.examples import NOW, candidate, liked, link

TEXT = "Paper strips helped my pupils to see why a third is more than a quarter"


def fate(one: Candidate, *others: Candidate, **audience: Any) -> Fate:
    return choose([one, *others], Audience(5, NOW, **audience)).fates[0]


def parts(one: Candidate, *others: Candidate, **audience: Any) -> dict[str, float]:
    return dict(fate(one, *others, **audience).parts)


def score(text: str = TEXT, **changes: Any) -> float:
    return fate(candidate(1, text, **changes)).score


def test_more_likes_than_usual_count_and_a_thousand_no_more_than_some() -> None:
    others = [candidate(n, metrics=liked(3)) for n in range(2, 12)]
    likes = [fate(candidate(1, TEXT, metrics=liked(n)), *others).score for n in (0, 3, 12, 200, 4_000)]
    assert likes[0] < likes[1] < likes[2] <= likes[3] == likes[4]
    assert parts(candidate(1, TEXT, metrics=liked(4_000)), *others)["likes and reposts"] == weights.RESPONSE_MOST


def test_an_hour_old_post_is_not_a_day_old_one() -> None:
    young = candidate(1, TEXT, created_at=NOW - timedelta(hours=1))
    old = candidate(1, TEXT, created_at=NOW - timedelta(hours=24))
    name = "likes and reposts"
    assert parts(young)[name] > parts(old)[name]
    few = Metrics(likes=2)
    young, old = (Candidate(replace(each.post, metrics=few), each.topics) for each in (young, old))
    assert parts(young)[name] > parts(old)[name]


def test_age_counts_as_it_was_when_the_likes_were_counted() -> None:
    written = NOW - timedelta(hours=20)
    early = replace(candidate(1, TEXT, created_at=written), read_at=written + timedelta(minutes=30))
    late = replace(candidate(1, TEXT, created_at=written), read_at=written + timedelta(hours=200))
    assert parts(early)["likes and reposts"] > parts(late)["likes and reposts"]


def test_a_small_tag_is_measured_by_what_is_usual_there() -> None:
    busy = [candidate(n, metrics=liked(40)) for n in range(10, 50)]
    quiet = [candidate(n, metrics=liked(1), topics=("#sschat",)) for n in range(60, 90)]
    in_busy = candidate(1, TEXT, metrics=liked(6))
    in_quiet = candidate(1, TEXT, metrics=liked(6), topics=("#sschat",))
    name = "likes and reposts"
    assert parts(in_quiet, *busy, *quiet)[name] > parts(in_busy, *busy, *quiet).get(name, 0)


def test_sources_are_never_compared() -> None:
    def elsewhere(n: int) -> Candidate:
        one = candidate(n, metrics=liked(900))
        return replace(one, post=replace(one.post, key=replace(one.post.key, source="other")))

    one = candidate(1, TEXT, metrics=liked(3))
    assert fate(one, *map(elsewhere, range(10, 40))).score == fate(one).score


def test_likes_of_a_small_account_say_more() -> None:
    def known(followers: int | None) -> float:
        author = Author("x", "author-1", "ana", "Ana", "https://x.example/ana", followers=followers)
        return fate(candidate(1, TEXT, metrics=liked(9)), authors={("x", "author-1"): author}).score

    assert known(100) > known(1_000) == known(None) > known(1_000_000)


@pytest.mark.parametrize(
    ("better", "sign"),
    [
        ({"links": link("https://a.example/b")}, "link"),
        ({"links": link("https://a.example/plan.pdf")}, "file or film"),
        ({"media": (Media(MediaKind.VIDEO),)}, "file or film"),
        ({"media": (Media(MediaKind.PHOTO, "paper strips on a desk"),)}, "picture described"),
        ({"hashtags": ("sschat", "teachertwitter")}, "hashtags of teachers"),
        ({"topics": ("@ana",)}, "account followed here"),
        ({"text": f"{TEXT}, via @ana"}, "points at somebody's work"),
        ({"text": f"“{TEXT}”"}, "points at somebody's work"),
        ({"text": f"7 ways to see it. {TEXT}"}, "tells a number of things"),
    ],
)
def test_what_speaks_for_a_post(better: dict[str, Any], sign: str) -> None:
    one = candidate(1, better.pop("text", TEXT), **better)
    assert parts(one)[sign] > 0
    assert fate(one).score > score()


@pytest.mark.parametrize(
    ("worse", "sign"),
    [
        ({"links": link("https://www.amazon.co.uk/wishlist")}, "link to a shop"),
        ({"hashtags": tuple(f"tag{n}" for n in range(11))}, "many hashtags"),
        ({"text": f"{TEXT}, for $19"}, "has a price"),
        ({"text": f"{TEXT}, now 20 % off"}, "has a price"),
        ({"text": f"{TEXT}: +44 20 7946 0000"}, "number or address to turn to"),
        ({"text": f"{TEXT}: hello@tutors.example"}, "number or address to turn to"),
        ({"text": TEXT.upper()}, "in capitals"),
        ({"text": f"RT if you agree. {TEXT}"}, "begs for likes or gifts"),
        ({"text": f"We are hiring. {TEXT}"}, "job advertisement"),
        ({"text": f"What a disgrace, said the minister. {TEXT}"}, "politics or quarrel"),
        ({"text": f"{TEXT}. Register now, click here"}, "asks for a click"),
        ({"text": f"{TEXT}. Our experts and our platform"}, "an organisation about itself"),
    ],
)
def test_what_speaks_against_a_post(worse: dict[str, Any], sign: str) -> None:
    plain = candidate(1, TEXT, links=(worse.get("links") and link("https://a.example/b")) or ())
    one = candidate(1, worse.pop("text", TEXT), **worse, metrics=liked(40))
    assert parts(one)[sign] < 0
    assert fate(one).score < fate(Candidate(replace(plain.post, metrics=liked(40)), plain.topics)).score


@pytest.mark.parametrize(
    "text", ["7 pm on Tuesday, by the sea with some friends", "2026 is the year of the sea and of the river"]
)
def test_a_time_or_a_year_is_no_number_of_things(text: str) -> None:
    assert "tells a number of things" not in parts(candidate(1, text))


def test_hashtags_of_teachers_say_nothing_where_the_words_do_not() -> None:
    tags = ("sschat", "teachertwitter")
    sold = candidate(1, "Dashboards and seamless portals for everybody, out this week", hashtags=tags, metrics=liked(9))
    assert "hashtags of teachers" not in parts(sold)


def test_one_word_for_teachers_vouches_for_few_of_their_hashtags_and_few_likes() -> None:
    tags = ("teachertwitter", "iteachmath", "mathchat")
    one = candidate(1, "Our phonics, the best there is for everybody at home", hashtags=tags, metrics=liked(4_000))
    two = candidate(1, "How to teach phonics from the first day on", hashtags=tags, metrics=liked(4_000))
    others = [candidate(n, metrics=liked(1)) for n in range(2, 12)]
    assert parts(one, *others)["hashtags of teachers"] == weights.PEER_TAG_OF_ONE_SIGN
    assert parts(two, *others)["hashtags of teachers"] == weights.PEER_TAG_MOST
    assert parts(one, *others)["likes and reposts"] == weights.RESPONSE_OF_ONE_SIGN
    assert parts(two, *others)["likes and reposts"] == weights.RESPONSE_MOST


def test_a_learner_under_hashtags_of_teachers_is_no_colleague() -> None:
    text = "My teacher has an eye on me in the lesson, with tips and ideas"
    joke = candidate(1, text, hashtags=("teachertwitter",), metrics=liked(40))
    assert "hashtags of teachers" not in parts(joke)
    assert parts(joke)["a learner or a parent speaks"] < 0


def test_a_long_quotation_is_no_title_and_who_is_quoted_is_not_who_writes() -> None:
    said = "The college gave me a scholarship and I am thankful, for without it my brother and I would both have had to"
    quoted = parts(candidate(1, f"“{said} look for work in the town”", ("@ana",)))
    assert quoted
    assert "points at somebody's work" not in quoted
    assert "from their own class" not in quoted
    assert parts(candidate(1, f"{said} look for work in the town", ("@ana",)))["from their own class"] > 0


@pytest.mark.parametrize(
    ("text", "is_headline"),
    [
        ("Why Early Reading Matters as Much as Early Counting https://t.co/1 #edchat", True),
        ("Why early reading matters as much as early counting https://t.co/1 #edchat", False),
        ("Why Early Reading Matters, Register Today! https://t.co/1", False),
        ("WHY EARLY READING MATTERS AS MUCH AS EARLY COUNTING https://t.co/1", False),
        ("Anna Brown told us how she begins her lessons with a riddle https://t.co/1", False),
    ],
)
def test_the_headline_of_an_article_is_known_by_its_capitals(text: str, is_headline: bool) -> None:  # noqa: FBT001
    shared = candidate(1, text, links=link("https://a.example/b"), metrics=liked(9))
    assert ("the headline of an article" in parts(shared)) is is_headline
    assert "the headline of an article" not in parts(candidate(1, text, metrics=liked(9)))


def test_our_students_are_what_sellers_speak_of_and_my_pupils_are_not() -> None:
    sells = "asked for ideas: a discount on all of them"
    ours = parts(candidate(1, f"Our students {sells}", ("@ana",)))
    mine = parts(candidate(1, f"My pupils {sells}", ("@ana",)))
    assert ours["sells something"] < mine["sells something"] < 0


def test_hashtags_of_teachers_are_not_too_many() -> None:
    chats = tuple(f"{name}chat" for name in ("ss", "elem", "kinder", "ms", "hs", "nt", "pbl", "sw", "ap", "supt", "cp"))
    assert "many hashtags" not in parts(candidate(1, hashtags=chats))


@pytest.mark.parametrize(
    "text", ["The café was closed and so we met in the library, naïve as we were", "ಥ_ಥ and so on until the bell rang"]
)
def test_a_borrowed_word_or_an_ornament_makes_no_other_language(text: str) -> None:
    assert "an average for its words" not in parts(candidate(1, text, metrics=liked(9)))


@pytest.mark.parametrize(
    "worse",
    [
        {"topics": ("#maths",)},
        {"mentions": ("minister", "governor")},
        {"text": "We moved the desks at my university into a horseshoe"},
    ],
)
def test_plain_is_only_who_tells_something_to_teachers(worse: dict[str, Any]) -> None:
    plain = "We moved the desks into a horseshoe and the talk got better"
    assert fate(candidate(1, worse.pop("text", plain), **worse)).ending is Ending.OUTRANKED


def test_who_tells_of_their_own_class_is_plain_under_any_hashtag() -> None:
    told = candidate(1, "My pupils moved the desks into a horseshoe and the talk got better", topics=("#maths",))
    assert fate(told).ending is Ending.SHOWN


def test_a_plain_post_that_nobody_has_liked_yet_is_shown_on_a_quiet_day() -> None:
    plain = candidate(1, "We moved the desks into a horseshoe and the talk got better", hashtags=("edchat",))
    assert fate(plain).ending is Ending.SHOWN


def test_what_a_followed_account_says_comes_unless_it_sells() -> None:
    read = {"links": link("https://a.example/b"), "author_id": "museum"}
    says = candidate(1, "The new gallery of maps has opened, and the old one too", ("@museum",), **read)
    sells = candidate(1, "Buy tickets for the new gallery now, 20% discount, our best offer", ("@museum",), **read)
    assert fate(says).ending is Ending.SHOWN
    assert fate(sells).ending is Ending.OUTRANKED


@pytest.mark.parametrize(
    "worse",
    [
        {"text": "We moved the desks into a horseshoe, and our experts can do it for others"},
        {"links": link("https://a.example/b")},
        {"hashtags": tuple(f"tag{n}" for n in range(6))},
    ],
)
def test_what_sells_or_leads_elsewhere_needs_a_reason_to_be_shown(worse: dict[str, Any]) -> None:
    plain = "We moved the desks into a horseshoe and the talk got better"
    missed = fate(candidate(1, worse.pop("text", plain), **worse))
    assert missed.ending is Ending.OUTRANKED
    assert missed.short_by == pytest.approx(weights.FLOOR - missed.score)


def test_a_mention_with_a_full_stop_is_no_mail_address() -> None:
    assert "number or address to turn to" not in parts(candidate(1, f"{TEXT}, via @ana.smith and (@bob.jones)"))


def test_an_answered_question_is_worth_its_answers() -> None:
    asked = candidate(1, f"{TEXT}. What do you use?", metrics=Metrics(replies=6))
    assert parts(asked)["answered question"] > 0


def test_what_colleagues_saved_before_counts_within_bounds() -> None:
    saved = [fate(candidate(1, TEXT), savers={("x", "author-1"): n}).score for n in (0, 1, 3, 50, 5_000)]
    assert saved[0] < saved[1] < saved[2] < saved[3] == saved[4]


def test_the_taste_of_the_channel_counts() -> None:
    trait = Trait(TraitKind.AUTHOR, "x/author-1")
    taste = Taste({trait: Leaning(trait, saved=3, less=0, weight=0.6)})
    leaning = taste.weight_of(candidate(1, TEXT).post)
    assert leaning > 0
    assert parts(candidate(1, TEXT), taste=taste)["taste of this channel"] == leaning


def test_what_another_channel_showed_comes_last_and_may_still_come() -> None:
    first, second = candidate(1, metrics=liked(20)), candidate(2, metrics=liked(1))
    elsewhere = frozenset({"post:x:1"})
    chosen = choose([first, second], Audience(5, NOW, elsewhere=elsewhere)).chosen
    assert [each.post.key.id for each in chosen] == ["2", "1"]


def test_posts_in_other_languages_are_neither_praised_nor_blamed_for_their_words() -> None:
    english = candidate(1, "A few words about this and that and what came of it")
    french = candidate(1, "Quelques mots sur ceci et cela et ce qui en est venu", lang="fr")
    assert parts(french)["an average for its words"] > 0
    assert fate(french).score > fate(english).score
    linked = replace(french, post=replace(french.post, links=link("https://a.example/b")))
    assert fate(linked).ending is Ending.SHOWN


def test_every_kind_of_wording_has_a_weight_but_what_excludes_and_what_only_tells_questions_apart() -> None:
    assert set(Mark) - set(weights.WORDING) == {Mark.SPAM, Mark.RHETORIC}
    assert all(
        abs(weight.each) <= abs(weight.bound) and weight.each * weight.bound > 0 for weight in weights.WORDING.values()
    )
    assert set(MARKS.values()) == set(Mark)


def test_hostile_lengths_take_no_time() -> None:
    long = [candidate(n, f"word{n} " * 4_000 + "@" * 4_000 + "+1" * 4_000 + "$" * 4_000) for n in range(4)]
    assert len(choose(long, Audience(5, NOW)).fates) == 4


def test_a_link_that_is_no_address_harms_nothing() -> None:
    assert fate(candidate(1, TEXT, links=(Link("::"), Link("http://[")))).reason is None
