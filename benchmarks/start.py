"""How long `--help` and `run` take, and how much memory a running Staffroom holds, on the web page alone, in Slack and
in Discord with loopback ones in another process: python -m benchmarks.start

Only what the runtime needs should be installed: test packages have entry points that are looked through at each start.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

RUNS = 5
X = """
[web]
port = 0
[x]
bearer_token = "invented"
base_url = "http://127.0.0.1:9"
oembed_url = ""
"""
WEB = f"""{X}
[[channels]]
platform = "web"
channel = "staff"
topics = ["#edchat"]
"""
SLACK = f"""{X}
[slack]
bot_token = "{{bot_token}}"
app_token = "{{app_token}}"
base_url = "{{url}}"
[[channels]]
platform = "slack"
channel = "C0STAFFROOM"
topics = ["#edchat"]
"""
DISCORD = f"""{X}
[discord]
token = "{{token}}"
api_url = "{{api_url}}"
gateway_url = "{{gateway_url}}"
[[channels]]
platform = "discord"
channel = "{{channel}}"
topics = ["#edchat"]
"""


def help_ms() -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
    return (perf_counter() - begun) * 1000


def ready_ms_and_mib(folder: Path) -> tuple[float, float]:
    """Until `run` says it is ready, and its resident memory then. The database is there already."""
    begun = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        while "ready" not in process.stdout.readline():
            assert process.poll() is None, "run has ended"
        ready = (perf_counter() - begun) * 1000
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        process.terminate()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return ready, int(resident.split()[1]) / 1024


def trial(title: str, config: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(config, encoding="utf-8")
        first, *others = (ready_ms_and_mib(folder) for _ in range(RUNS + 1))
    ready, memory = median(each[0] for each in others), median(each[1] for each in others)
    print(
        f"run, {title}: ready after {ready:.0f} ms and {memory:.0f} MiB (the first time, making the tables, "
        f"{first[0]:.0f} ms)"
    )


@contextmanager
def loopback(words: Sequence[str], told: int) -> Iterator[dict[str, str]]:
    """So many lines that it tells of itself: its addresses, tokens and ids."""
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        lines = [server.stdout.readline().split() for _ in range(told)]
        try:
            yield dict(lines)
        finally:
            server.terminate()


def main() -> None:
    print(f"--help: {median(help_ms() for _ in range(RUNS)):.0f} ms")
    trial("the page", WEB)
    with loopback(["tests.rigs.slack_server", "--no-pace"], 3) as slack:  # nobody starts that often otherwise
        trial("Slack", SLACK.format(**slack))
    with loopback(["tests.rigs.discord_server"], 6) as discord:
        trial("Discord", DISCORD.format(**discord))


if __name__ == "__main__":
    main()
