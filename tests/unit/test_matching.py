from bot.domain.matching import TopicIndex
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
