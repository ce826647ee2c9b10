"""The library in the chat of the local page, with `staffroom run` behind: what is typed and pressed there."""

import json
from pathlib import Path

from tests.acceptance.test_explain import CONFIG
from tests.acceptance.test_purge import digest_in
from tests.rigs.html_page import Element
from tests.rigs.program import Running, running, staffroom
from tests.rigs.web import Visitor


async def say(program: Running, text: str, expected: str, visitor: Visitor | None = None) -> Element:
    """Types it, and reads the newest message as soon as it says what is expected."""
    who = visitor or program.visitor
    form = next(form for form in (await who.page()).all("form") if form["action"].endswith("/say"))
    assert await who.submit(form, text=text)
    return await newest(program, expected)


async def newest(program: Running, expected: str) -> Element:
    def holds(page: Element) -> bool:
        messages = list(page.all("li", class_="message"))
        return bool(messages) and expected in messages[-1].words

    try:
        page = await program.page_when(holds)
    except TimeoutError:
        page = await program.visitor.page()
        raise AssertionError([each.words for each in page.all("li", class_="message")][-2:]) from None
    return list(page.all("li", class_="message"))[-1]


async def press(program: Running, message: Element, label: str) -> None:
    form = next(form for form in message.all("form") if form.words.startswith(label))
    assert await program.visitor.submit(form)


async def test_what_was_saved_is_found_shared_described_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await digest_in(program)
        for number in range(1, 8):
            await say(program, f"/pln save https://pages.example/fractions/{number:02}", "Saved")
        found = await say(program, "/pln find pages.example/fractions", "1 to 5")
        await press(program, found, "Next 2")
        found = await newest(program, "6 to 7")
        await press(program, found, "History")
        await newest(program, "Ana saved it")
        await press(program, found, "Share")
        await newest(program, "shared this from the library")
        await say(program, "/pln tag 1 plenary, year 9", "Tagged plenary and year 9")
        await say(program, "/pln note 1 Worked well.", "note")
        page = await say(program, "/pln find #year9", "1 item")
        assert "Worked well." in page.words
        await press(program, page, "Notes")
        notes = await newest(program, "1 note about")
        assert "Worked well." in notes.one(class_="written").words
        await press(program, notes, "Change “Worked well.”")
        way = await newest(program, "Open Details: there your notes can be changed.")
        details = next(link["href"] for link in way.all("a") if link.words.startswith("Details"))
        assert "Change this note" in (await program.visitor.page(details)).words
        await say(program, "/pln save https://pages.example/wrong", "Saved")
        await say(program, "/pln undo", "Undone: “pages.example/wrong”")
        assert "1 past digest" in (await say(program, "/pln digests", "Only visible to you")).words
        assert await program.stop() == 0
        assert not [line for line in program.errors if '"level": "error"' in line]
        assert not [line for line in program.errors if "plenary" in line or "fractions" in line]


async def test_an_export_and_what_is_kept_about_me_are_files_that_only_i_may_take_and_once(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await say(program, "/pln save https://pages.example/fractions", "Saved")
        for command, name in {"/pln export me json": "staffroom", "/pln my-data": "my-data"}.items():
            offered = await say(program, command, "Download")
            (form,) = [each for each in offered.all("form") if each["action"] == "/file"]
            fields = {each["name"]: each["value"] for each in form.all("input")}
            stranger = Visitor(program.visitor.session, program.visitor.address, "Ben")
            wanted = fields | {"csrf": stranger.proof}
            async with await stranger.post("/file", wanted, is_script=False) as refused:
                assert refused.status == 410
            async with await program.visitor.post("/file", fields, is_script=False) as taken:
                assert taken.status == 200
                assert ((taken.content_disposition and taken.content_disposition.filename) or "").startswith(name)
                assert "pages.example/fractions" in json.dumps(await taken.text())
            async with await program.visitor.post("/file", fields, is_script=False) as again:
                assert again.status != 200


async def test_a_library_that_was_exported_comes_whole_into_another_staffroom(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=here) as program:
        await digest_in(program)
        await say(program, "/pln tag 1 plenary", "Tagged plenary")
        assert (await staffroom("export", "--out", "library.json", folder=here)).code == 0
        name = program.visitor.cookies["staffroom_name"]
    async with running("run", folder=there) as program:
        await say(program, "/pln save https://pages.example/own", "Saved")
        brought = await staffroom("import", str(here / "library.json"), "--as", name, folder=there)
        assert brought.code == 0, brought.complained
        await program.page_when(lambda page: "plenary" in page.text, path="/library")
        assert "plenary" in (await say(program, "/pln find #plenary", "1 item")).words
