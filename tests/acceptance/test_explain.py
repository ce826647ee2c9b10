"""`staffroom explain` beside a Staffroom that runs: it reads the database and nothing else."""

import json
from pathlib import Path

from tests.rigs.program import running, staffroom

CONFIG = """
[web]
port = 0
[[channels]]
platform = "web"
channel = "staff"
name = "Staff room"
topics = ["#edchat", "#mathchat"]
sources = ["sample"]
"""


async def test_it_explains_beside_a_running_staffroom_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        form = next(form for form in (await program.visitor.page()).all("form") if form["action"].endswith("/say"))
        assert await program.visitor.submit(form, text="/pln digest now")
        await program.page_when(lambda page: "posts from" in page.text)
        said = await staffroom("explain", "--channel", "staff room", folder=tmp_path)
        assert said.code == 0, said.complained
        assert said.said.startswith("Staff room (web:local, staff)\n  No digest today so far. It stopped at the ")
        assert "shown here before" in said.said
        assert "Nothing was read for this." in said.said
        simple = await staffroom("explain", folder=tmp_path, PYTHONIOENCODING="ascii")
        assert "\\u201c" in simple.said, simple.complained

        (channel,) = json.loads((await staffroom("explain", "--json", folder=tmp_path)).said)
        assert channel["looked_at"] == len(channel["candidates"]) > 10
        assert {each["ending"] for each in channel["candidates"]} >= {"shown", "excluded"}
        lost = next(each for each in channel["candidates"] if each["ending"] == "excluded")
        about_one = await staffroom("explain", "--post", lost["url"], folder=tmp_path)
        assert lost["in_words"] in about_one.said
        assert await program.stop() == 0
        assert not [line for line in program.errors if '"level": "error"' in line]


async def test_without_a_database_or_a_channel_of_that_name_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    fresh = await staffroom("explain", folder=tmp_path)
    assert fresh.code == 2
    assert "There is no Staffroom in the database" in fresh.complained
    assert not [file for file in tmp_path.iterdir() if file.name != "config.toml"]
    async with running("run", folder=tmp_path):
        pass
    unknown = await staffroom("explain", "--channel", "Staff roam", folder=tmp_path)
    assert unknown.code == 2
    assert "Did you mean Staff room?" in unknown.complained
