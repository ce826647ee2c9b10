"""`staffroom plan` beside a Staffroom that runs: it reads the database and nothing else."""

import json
from pathlib import Path

from tests.rigs.program import running, staffroom

CONFIG = """
[web]
port = 0
[x]
base_url = "http://127.0.0.1:9"
bearer_token = "invented"
[[channels]]
platform = "web"
channel = "staff"
name = "Staff room"
topics = ["#edchat", "#mathchat"]
days = "daily"
"""


async def test_it_plans_beside_a_running_staffroom_without_a_word_to_x(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    fresh = await staffroom("plan", folder=tmp_path)
    assert fresh.code == 2
    assert "There is no Staffroom in the database" in fresh.complained
    async with running("run", folder=tmp_path) as program:
        said = await staffroom("plan", folder=tmp_path)
        assert said.code == 0, said.complained
        assert "for Staff room" in said.said
        assert "#edchat: nobody has read it yet, so its posts are counted first" in said.said
        assert "Nothing was read for this." in said.said
        (told,) = json.loads((await staffroom("plan", "--json", folder=tmp_path)).said)
        assert [read["topic"] for query in told["queries"] for read in query["reads"]] == ["#edchat", "#mathchat"]
        assert await program.stop() == 0
