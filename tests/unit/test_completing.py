"""What is proposed while somebody types."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.completing import LONGEST, MOST, Known, as_one, by_commas, by_words, completions
from bot.domain.schedule import known_zones, parse_zone

TOPICS = [Known("#edchat"), Known("#mathchat", "Mathematics"), Known("@harbourstlib"), Known('"exit ticket"')]


def texts(text: str, known: list[Known], last_part: object = by_words) -> list[str]:
    return [each.text for each in completions(text, known, last_part)]  # type: ignore[arg-type]


def test_nothing_typed_yet_proposes_what_there_is_in_its_order() -> None:
    assert texts("", TOPICS) == ["#edchat", "#mathchat", "@harbourstlib", '"exit ticket"']


def test_the_last_word_is_completed_and_what_stands_before_it_is_kept() -> None:
    assert texts("#edchat #ma", TOPICS) == ["#edchat #mathchat"]
    assert texts("#edchat, #ma", TOPICS) == ["#edchat, #mathchat"]


def test_what_stands_there_already_is_not_proposed_again() -> None:
    assert texts("#edchat ", TOPICS) == ["#edchat #mathchat", "#edchat @harbourstlib", '#edchat "exit ticket"']
    assert texts('"exit ticket" ', TOPICS)[0] == '"exit ticket" #edchat'
    assert '"exit ticket" "exit ticket"' not in texts('"exit ticket" ', TOPICS)


def test_a_phrase_is_completed_within_its_quotation_marks_whatever_they_look_like() -> None:
    assert texts('#edchat "exit ti', TOPICS) == ['#edchat "exit ticket"']
    assert texts("“exit", TOPICS) == ['"exit ticket"']


def test_marks_case_and_accents_need_not_be_typed() -> None:
    assert texts("MATH", TOPICS) == ["#mathchat"]
    assert texts("élan", [Known("#Elan")]) == ["#Elan"]
    assert texts("＃math", TOPICS) == ["#mathchat"]


def test_what_begins_so_comes_before_what_has_a_word_so_and_that_before_what_has_it_somewhere() -> None:
    known = [Known("premaths"), Known("pure maths"), Known("maths"), Known("year 9")]
    assert texts("math", known, as_one) == ["maths", "pure maths", "premaths"]


def test_only_where_nothing_has_it_what_is_near_is_proposed() -> None:
    assert texts("#mahtchat", TOPICS) == ["#mathchat"]
    assert texts("#zz", TOPICS) == []
    assert texts("mathch", [*TOPICS, Known("#matchday")]) == ["#mathchat"]


def test_it_is_found_by_what_people_call_it_too() -> None:
    found = completions("#edchat mathem", TOPICS, by_words)
    assert [(each.text, each.label) for each in found] == [("#edchat #mathchat", "#edchat #mathchat (Mathematics)")]


def test_tags_stand_apart_by_commas_and_have_spaces_in_them() -> None:
    tags = [Known("fractions"), Known("year 9"), Known("year 10")]
    assert texts("fractions,year", tags, by_commas) == ["fractions,year 9", "fractions,year 10"]
    assert texts("fractions, year 1", tags, by_commas) == ["fractions, year 10"]


def test_a_city_is_enough_for_a_time_zone() -> None:
    zones = list(map(Known, known_zones()))
    assert texts("new york", zones, as_one)[0] == "America/New_York"
    assert texts("lond", zones, as_one) == ["Europe/London"]
    assert texts("Europe/Lodnon", zones, as_one)[0] == "Europe/London"


def test_every_known_zone_can_be_typed() -> None:
    assert all(parse_zone(zone) == zone for zone in known_zones())


def test_what_would_be_too_long_is_left_out_and_a_long_label_is_cut() -> None:
    long = Known("#" + "a" * 99, "b" * 50)
    (only,) = completions("", [long], by_words)
    assert len(only.text) == LONGEST
    assert len(only.label) == LONGEST
    assert only.label.endswith("…")
    assert texts("#edchat ", [long]) == []
    assert texts("#edchat " * 13, TOPICS) == []


@given(
    st.text(max_size=300), st.lists(st.text(max_size=120), max_size=60), st.sampled_from([as_one, by_commas, by_words])
)
def test_whatever_is_typed_and_known_what_is_proposed_has_its_limits(text: str, known: list[str], last: object) -> None:
    found = completions(text, map(Known, known), last)  # type: ignore[arg-type]
    assert len(found) <= MOST
    assert all(0 < len(each.text.strip()) <= len(each.text) <= LONGEST for each in found)
    assert all(0 < len(each.label) <= LONGEST for each in found)
