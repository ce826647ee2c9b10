"""How long it takes to choose five of many candidates: python -m benchmarks.digest"""

from random import Random
from statistics import median
from time import perf_counter

from bot.domain.choosing import choose
from bot.domain.digest import Candidate
from tests.unit.examples import NOW, candidate, liked, link

RUNS = 5


def candidates(count: int) -> list[Candidate]:
    random = Random(7)
    words = [f"word{n}" for n in range(3_000)]
    return [
        candidate(
            n,
            " ".join(random.choices(words, k=28)),
            metrics=liked(int(random.paretovariate(1)) - 1),
            links=link(f"https://site{n % 700}.example/page/{n}?utm_source=x") if n % 3 else (),
            author_id=f"a{n % 1_500}",
        )
        for n in range(count)
    ]


def main() -> None:
    for count in (200, 1_000, 5_000, 20_000):
        many = candidates(count)
        times = []
        for _ in range(RUNS):
            begun = perf_counter()
            choose(many, size=5, now=NOW)
            times.append((perf_counter() - begun) * 1000)
        print(f"{count:>6,} candidates: median {median(times):.0f} ms, the first time {times[0]:.0f} ms")


if __name__ == "__main__":
    main()
