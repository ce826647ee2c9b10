"""`staffroom budget`, beside a Staffroom that runs."""

import csv
from pathlib import Path

from tests.acceptance.test_explain import CONFIG
from tests.rigs.program import running, staffroom


async def test_the_bill_is_told_as_lines_and_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    assert "There is no Staffroom in the database" in (await staffroom("budget", folder=tmp_path)).complained
    async with running("run", folder=tmp_path):
        told = await staffroom("budget", folder=tmp_path)
        assert told.code == 0, told.complained
        assert "of $0.45 today" in told.said
        table = await staffroom("budget", "--csv", "--since", "2026-01-01", folder=tmp_path)
        header = next(csv.reader(table.said.splitlines()))
        assert {"time_utc", "endpoint", "purpose", "topics", "dollars", "state"} <= set(header)
    for since in ("yesterday", "2999-01-01"):
        refused = await staffroom("budget", "--since", since, folder=tmp_path)
        assert refused.code == 2
        assert since in refused.complained
