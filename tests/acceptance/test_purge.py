"""`staffroom purge` and `staffroom audit`, beside a Staffroom that runs and where none does."""

import csv
import json
from pathlib import Path

from tests.acceptance.test_explain import CONFIG
from tests.rigs.program import Running, running, staffroom

GONE = "no longer available"


async def digest_in(program: Running) -> None:
    form = next(form for form in (await program.visitor.page()).all("form") if form["action"].endswith("/say"))
    assert await program.visitor.submit(form, text="/pln digest now")
    await program.page_when(lambda page: "posts from" in page.text)


async def shown_in(folder: Path) -> list[str]:
    """The posts of the latest digest, as the audit writes them."""
    (channel,) = json.loads((await staffroom("explain", "--last", "--json", folder=folder)).said)
    return [f"{each['source']}:{each['id']}" for each in channel["candidates"] if each["ending"] == "shown"]


async def test_a_post_is_purged_beside_a_running_staffroom_and_where_none_runs(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await digest_in(program)
        first, second, *_ = await shown_in(tmp_path)
        purged = await staffroom("purge", first, folder=tmp_path)
        assert purged.code == 0, purged.complained
        assert "1 post erased" in purged.said
        await program.page_when(lambda page: page.text.count(GONE) == 1)
        assert await program.stop() == 0
        assert not [line for line in program.errors if '"level": "error"' in line]

    purged = await staffroom("purge", second, folder=tmp_path)
    assert "else the next one does when it starts" in purged.said
    async with running("run", folder=tmp_path) as program:
        await program.page_when(lambda page: page.text.count(GONE) == 2)

    rows = list(csv.DictReader((await staffroom("audit", "--csv", folder=tmp_path)).said.splitlines()))
    assert [(f"{row['source']}:{row['post']}", row["cause"], row["done"], row["messages"]) for row in rows] == [
        (first, "purged", "erased", "1"),
        (second, "purged", "erased", "1"),
    ]
    told = await staffroom("audit", folder=tmp_path)
    assert "2 posts erased." in told.said


async def test_what_cannot_be_purged_or_listed_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    fresh = await staffroom("purge", "@somebody", folder=tmp_path)
    assert fresh.code == 2
    assert "There is no Staffroom in the database" in fresh.complained
    async with running("run", folder=tmp_path):
        pass
    assert "Nothing is kept of @somebody" in (await staffroom("purge", "@somebody", folder=tmp_path)).complained
    assert "Say which" in (await staffroom("purge", "everything", folder=tmp_path)).complained
    assert "is no date" in (await staffroom("audit", "--since", "yesterday", folder=tmp_path)).complained
    assert "Nothing was taken away" in (await staffroom("audit", folder=tmp_path)).said
