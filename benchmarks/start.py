"""How long `--help` and `run` take, and how much memory a running Staffroom holds: python -m benchmarks.start"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

RUNS = 5
CONFIG = """
[web]
port = 0
[x]
bearer_token = "invented"
base_url = "http://127.0.0.1:9"
oembed_url = ""
[[channels]]
platform = "web"
channel = "staff"
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
            pass
        ready = (perf_counter() - begun) * 1000
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        process.terminate()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return ready, int(resident.split()[1]) / 1024


def main() -> None:
    print(f"--help: {median(help_ms() for _ in range(RUNS)):.0f} ms")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        first, *others = (ready_ms_and_mib(folder) for _ in range(RUNS + 1))
    ready, memory = median(each[0] for each in others), median(each[1] for each in others)
    print(
        f"run: ready after {ready:.0f} ms and {memory:.0f} MiB (the first time, making the tables, {first[0]:.0f} ms)"
    )


if __name__ == "__main__":
    main()
