"""The terminal's files and guesses."""

import stat
from pathlib import Path

import pytest

from adapters.terminal import guess_country, keep_old, others_may_read, write_private
from bot.errors import Mistake


def test_a_file_is_there_as_a_whole_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)

    write_private(file, "new\n")

    assert file.read_text(encoding="utf-8") == "new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(Mistake, match="taken cannot be written"):
        write_private(tmp_path / "taken", "text")
    with pytest.raises(Mistake, match="cannot be written: No such file or directory"):
        write_private(tmp_path / "nowhere" / "config.toml", "text")

    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_old_files_are_kept_beside_each_other(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert keep_old(file) is None
    for text in ("first", "second"):
        file.write_text(text, encoding="utf-8")
        keep_old(file)

    assert (tmp_path / "config.toml.old").read_text(encoding="utf-8") == "first"
    assert (tmp_path / "config.toml.old1").read_text(encoding="utf-8") == "second"


def test_a_file_that_others_may_read_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    assert not others_may_read(file)
    write_private(file, "")
    assert not others_may_read(file)
    file.chmod(0o640)
    assert others_may_read(file)


@pytest.mark.parametrize(
    ("zone", "language", "country"),
    [
        ("Europe/London", "", "GB"),
        ("America/New_York", "en_GB.UTF-8", "US"),
        ("Pacific/Auckland", "", "NZ"),
        ("UTC", "en_IE.UTF-8", "IE"),
        ("UTC", "C.UTF-8", ""),
        ("UTC", "", ""),
    ],
)
def test_the_country_is_guessed_by_the_zone_or_else_by_the_language(zone: str, language: str, country: str) -> None:
    assert guess_country({"LANG": language}, zone) == country
