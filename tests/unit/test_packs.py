"""Topic packs: what comes with Staffroom, and a school's own file."""

from importlib.resources import files

import pytest

from bot.domain.packs import countries, subject_meant, subjects
from bot.domain.topic import TopicKind, parse_topic
from bot.errors import ConfigMistakes
from bot.packs import for_school, read_packs

BUNDLED = read_packs((files("bot.packs") / "packs.toml").read_text(encoding="utf-8"), "packs.toml")
ONE = """
[[packs]]
id = "maths-gb"
name = "Mathematics, United Kingdom"
subject = "Mathematics"
countries = ["GB"]
topics = ["#mathscpdchat", "@NCETM", "\\"exit ticket\\""]
checked = "Look at each."
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigMistakes) as caught:
        read_packs(text, "our-packs.toml")
    return list(caught.value.mistakes)


def test_a_pack_says_what_it_is_for_whom_and_how_to_check_it() -> None:
    (pack,) = read_packs(ONE, "our-packs.toml")

    assert (pack.id, pack.subject, pack.countries) == ("maths-gb", "Mathematics", ("GB",))
    assert pack.topics == ("#mathscpdchat", "@NCETM", '"exit ticket"')
    assert pack.checked == "Look at each."


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('id = "maths-gb"', 'id = "Maths GB"', "an id has small letters, digits and hyphens"),
        ('"GB"', '"UK "', "“UK ” is no country"),
        ("#mathscpdchat", "mathscpdchat", "Did you mean #mathscpdchat"),
        ('checked = "Look at each."', "", "[[packs]] 1, checked: this is needed and not set."),
        ('subject = "Mathematics"', 'subjects = "Mathematics"', "[[packs]] 1, subjects: there is no such setting."),
        ("[[packs]]", "[packs]", "each pack begins with [[packs]], in two brackets"),
        ('["GB"]', "GB", "our-packs.toml: "),
    ],
)
def test_a_mistake_in_a_file_of_packs_is_named_with_its_place(old: str, new: str, line: str) -> None:
    found = mistakes(ONE.replace(old, new))

    assert found[0].startswith("our-packs.toml")
    assert line in "\n".join(found)


def test_two_packs_cannot_have_one_id() -> None:
    assert mistakes(ONE + ONE) == ["our-packs.toml: the id maths-gb stands there twice."]


def test_the_bundled_packs_cover_the_subjects_a_school_and_eight_countries() -> None:
    assert len(subjects(BUNDLED)) >= 15
    assert countries(BUNDLED) == ["AU", "CA", "GB", "IE", "IN", "NZ", "US", "ZA"]
    for subject in subjects(BUNDLED):
        assert any(pack.subject == subject and not pack.countries for pack in BUNDLED), f"{subject} for every country"


def test_no_bundled_pack_names_a_topic_twice_or_watches_a_phrase() -> None:
    for pack in BUNDLED:
        topics = [parse_topic(each, account_source="x") for each in pack.topics]
        assert len(set(topics)) == len(topics), pack.id
        assert {topic.kind for topic in topics} <= {TopicKind.HASHTAG, TopicKind.ACCOUNT}, pack.id


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("maths", "Mathematics"),
        ("math", "Mathematics"),
        ("MATHEMATICS", "Mathematics"),
        ("english", "English"),
        ("pe", "Physical education"),
        ("art", "Art and design"),
        ("eng", ""),
        ("", ""),
    ],
)
def test_a_subject_is_found_by_its_name_its_beginning_or_a_packs_id(typed: str, subject: str) -> None:
    assert subject_meant(BUNDLED, typed) == subject


@pytest.mark.parametrize("subject", subjects(BUNDLED))
@pytest.mark.parametrize("country", [*countries(BUNDLED), "FR"])
def test_every_school_has_topics_to_begin_with_and_not_too_many(subject: str, country: str) -> None:
    topics = for_school(BUNDLED, subject, country)

    assert 3 <= len(topics) <= 8
    assert len(set(topics)) == len(topics)


def test_what_is_nearest_comes_first() -> None:
    topics = for_school(BUNDLED, "Science", "GB")

    assert topics[:2] == ["#ASEChat", "@theASE"]
    assert topics.index("#scichat") < topics.index("#UKEdChat")
