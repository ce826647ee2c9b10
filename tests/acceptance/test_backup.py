"""`staffroom backup`, `restore`, `my-data` and `erase-person`, beside a Staffroom that runs and where none does."""

import stat
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from tests.acceptance.test_explain import CONFIG
from tests.acceptance.test_purge import digest_in
from tests.rigs.program import Running, running, staffroom


async def say(program: Running, text: str) -> None:
    form = next(form for form in (await program.visitor.page()).all("form") if form["action"].endswith("/say"))
    assert await program.visitor.submit(form, text=text)


async def test_a_backup_made_beside_a_running_staffroom_is_put_back(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await digest_in(program)
        await say(program, "/pln save 1")
        await program.page_when(lambda page: "Saved by" in page.text)
        saved = await staffroom("backup", "--out", "night.backup", folder=tmp_path)
        assert saved.code == 0, saved.complained
        assert "checked it" in saved.said
        again = await staffroom("backup", "--out", "night.backup", folder=tmp_path)
        assert "there already" in again.complained
        refused = await staffroom("restore", "night.backup", folder=tmp_path)
        assert (refused.code != 0, "Stop it first" in refused.complained) == (True, True)
    assert stat.S_IMODE((tmp_path / "night.backup").stat().st_mode) == 0o600

    restored = await staffroom("restore", "night.backup", folder=tmp_path)
    assert restored.code == 0, restored.complained
    assert "is restored" in restored.said
    assert "is kept as" in restored.said
    async with running("run", folder=tmp_path) as program:
        page = await program.page_when(lambda page: "Saved by" in page.text)
        assert page.text.count("posts from") == 1


async def test_a_person_is_told_of_and_erased_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await digest_in(program)
        await say(program, "/pln save 1")
        await program.page_when(lambda page: "Saved by" in page.text)
        nobody = await staffroom("erase-person", "Nobody At All", folder=tmp_path)
        assert "Nothing is kept about anybody called" in nobody.complained
        name = await _somebody(tmp_path)
        written = await staffroom("my-data", name, "--out", "kept.txt", folder=tmp_path)
        assert written.code == 0, written.complained
        assert "Saves (1)" in (tmp_path / "kept.txt").read_text(encoding="utf-8")
        asked = await staffroom("erase-person", name, folder=tmp_path)
        assert "add --yes" in asked.said
        erased = await staffroom("erase-person", name, "--yes", folder=tmp_path)
        assert "Erased" in erased.said
    told = await staffroom("audit", folder=tmp_path)
    assert "erased somebody who is to be forgotten" in told.said
    assert "took out what is kept about somebody" in told.said


async def _somebody(folder: Path) -> str:
    """The id of the only visitor."""
    file = next(each for each in folder.rglob("*") if each.is_file() and each.read_bytes().startswith(b"SQLite"))
    with closing(connect(file)) as connection:
        (row,) = connection.execute("SELECT DISTINCT person_id FROM mark").fetchall()
    return str(row[0])
