"""`staffroom export` and `staffroom import`, beside a Staffroom that runs and where none does."""

import json
from pathlib import Path

from tests.acceptance.test_explain import CONFIG
from tests.rigs.program import Running, running, staffroom

BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><p>
<DT><H3>Maths</H3><DL><p>
<DT><A HREF="https://nrich.example/fractions" ADD_DATE="1700000000">Fractions</A>
<DT><A HREF="javascript:alert(1)">A bookmarklet</A>
</DL><p></DL><p>
"""


async def somebody_comes(program: Running) -> None:
    """Asks for something, so that their name is known."""
    form = next(form for form in (await program.visitor.page()).all("form") if form["action"].endswith("/say"))
    assert await program.visitor.submit(form, text="/pln save https://first.example/")
    await program.page_when(lambda page: "Saved" in page.text)


async def test_bookmarks_come_in_and_the_library_goes_out(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "bookmarks.html").write_text(BOOKMARKS, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await somebody_comes(program)
        name = program.visitor.cookies["staffroom_name"]
        beside = await staffroom("import", "bookmarks.html", "--as", name, folder=tmp_path)
        assert beside.code == 0, beside.complained
        assert "1 page, 1 of them new." in beside.said
        assert "Line 5, “A bookmarklet”: Its address is not one of a web page." in beside.said
        assert "Staffroom is running and brings it in now." in beside.said
        await program.page_when(lambda page: "Fractions" in page.text, path="/library")
        assert await program.stop() == 0
    again = await staffroom("import", "bookmarks.html", "--as", name, folder=tmp_path)
    assert "1 page, 0 of them new." in again.said
    assert "Brought in." in again.said
    out = await staffroom("export", "--out", "library.json", folder=tmp_path)
    assert out.code == 0, out.complained
    items = json.loads((tmp_path / "library.json").read_text("utf-8"))["items"]
    assert sorted(item["link"] for item in items) == ["https://first.example/", "https://nrich.example/fractions"]
    back = await staffroom("import", "library.json", "--as", name, folder=tmp_path)
    assert "2 pages, 0 of them new." in back.said
    again = await staffroom("export", "--out", "library.json", "--format", "csv", folder=tmp_path)
    assert (again.code, "library.json is there already" in again.complained) == (2, True)
    assert json.loads((tmp_path / "library.json").read_text("utf-8"))["items"] == items
    replaced = await staffroom("export", "--out", "library.json", "--replace", folder=tmp_path)
    assert replaced.code == 0, replaced.complained
    await staffroom("export", "--out", "library.csv", "--format", "csv", folder=tmp_path)
    assert len((tmp_path / "library.csv").read_text("utf-8").splitlines()) == 3


async def test_what_cannot_be_exported_or_brought_in_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG + 'department = "Maths"\n', encoding="utf-8")
    (tmp_path / "letter.txt").write_text("Dear Ana", encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await somebody_comes(program)
        name = program.visitor.cookies["staffroom_name"]
    told = {
        ("import", "nothing.html", "--as", name): "cannot be read",
        ("import", "letter.txt", "--as", name): "neither a file of bookmarks",
        ("import", "letter.txt", "--as", "nobody at all"): "Nothing is kept about anybody called",
        ("export", "--out", "x.json", "--library", "nowhere"): "Choose one of these: Maths.",
        ("export", "--out", "x.json", "--library", "?"): "no department",
        ("export", "--out", "x.json", "--workspace", "web:other"): "Which workspace",
        ("export", "--out", "nowhere/x.json"): "cannot be written",
        ("export", "--out", "."): ". is a folder. Add the name of a file to it.",
        ("export", "--out", ".", "--replace"): "is a folder",
        ("my-data", name, "--out", ".", "--replace"): "is a folder",
        ("backup", "--out", "."): "is a folder",
        ("backup", "--out", ".", "--replace"): "is a folder",
    }
    for words, expected in told.items():
        done = await staffroom(*words, folder=tmp_path)
        assert done.code == 2
        assert expected in done.complained
    out = await staffroom("export", "--out", "maths.json", "--library", "Maths", folder=tmp_path)
    assert out.code == 0, out.complained
