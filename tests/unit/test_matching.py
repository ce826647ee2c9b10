from bot.domain.matching import TopicIndex
from bot.domain.topic import parse_search
from tests.unit.examples import post, topic


def labels(index: TopicIndex, **changes: object) -> list[str]:
    return [each.label for each in index.topics_of(post(**changes))]  # type: ignore[arg-type]


def test_hashtags_match_whatever_their_case_and_accents() -> None:
    index = TopicIndex([topic("#education"), topic("#edchat")], {})
    assert labels(index, hashtags=("Éducation", "EDCHAT", "edchat")) == ["#education", "#edchat"]


def test_an_account_matches_by_its_user_id_and_not_without_one() -> None:
    ana, ben = topic("@ana"), topic("@ben")
    index = TopicIndex([ana, ben], {ana: "42"})
    assert labels(index, author_id="42") == ["@ana"]
    assert labels(index, author_id="43") == []


def test_a_phrase_matches_whole_words_only() -> None:
    index = TopicIndex([topic('"exit ticket"')], {})
    assert labels(index, text="My favourite Exit-Ticket of the week") == ['"exit ticket"']
    assert labels(index, text="An exit with tickets, or exit tickets") == []


def test_a_phrase_in_a_script_without_spaces_is_found_inside_a_sentence() -> None:
    index = TopicIndex([topic('"探究学習"')], {})
    assert labels(index, text="今日の探究学習はとても楽しかった") == ['"探究学習"']


def searched(words: str) -> TopicIndex:
    return TopicIndex([parse_search(words, account_source="x")], {})


def test_words_match_where_all_of_them_stand_in_whatever_order() -> None:
    index = searched("tickets EXIT")
    assert labels(index, text="My favourite exit – with ten tickets") == ["tickets EXIT"]
    assert labels(index, text="My favourite exit ticket") == []


def test_hashtags_and_names_among_words_are_meant_as_such() -> None:
    index = searched("#Maths fractions @ana")
    assert labels(index, text="Fractions", hashtags=("maths",), mentions=("Ana",)) == ["#Maths fractions @ana"]
    assert labels(index, text="Fractions maths ana") == []
