"""What `staffroom --help` says."""

from pathlib import Path

from tests.rigs.program import staffroom


async def test_a_chat_says_which_commands_of_its_own_it_has_or_that_it_has_none(tmp_path: Path) -> None:
    told = " ".join((await staffroom("--help", folder=tmp_path)).said.split())
    assert "staffroom CHAT --help: discord, slack, web." in told
    assert "manifest" in (await staffroom("slack", "--help", folder=tmp_path)).said
    for words in (("web", "--help"), ("web",)):
        none = await staffroom(*words, folder=tmp_path)
        assert none.code == 0, none.complained
        assert "The chat web has no commands of its own." in none.said
