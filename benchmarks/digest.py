"""How long it takes to choose five of many candidates, as time of the processor: python -m benchmarks.digest

Cold is with nothing remembered of any post, as right after a start; warm is with posts that were read before, as when
they were collected or for another channel, and come from the store anew. The adversarial posts share most of their
words, begin and end alike, and are nearly but not quite the same.
"""

from datetime import timedelta
from random import Random
from statistics import median
from time import process_time

from bot.domain.audience import Audience
from bot.domain.choosing import choose, gist
from bot.domain.digest import Candidate
from bot.domain.post import Link
from tests.unit.examples import NOW, candidate, liked, post

RUNS = 7
COMMON = """the a to of and in for with on your our you how this is are we it from at students teachers learning online
school class lesson new free ideas tips more about what can be when they their have great share resources today join
""".split()
TAGS = "edchat edtech teachertwitter mathchat sschat stem elearning k12 distancelearning education".split()


def realistic(count: int) -> list[Candidate]:
    """Like 14,000 real posts of education hashtags in what takes time: on average 20 words as unevenly frequent as
    there, 5.9 hashtags, most of them rare, and 1.3 links, 28 in 100 with a character beyond ASCII, one in seven a near
    copy of another, half as many authors as posts; tracking in a third of the links, one in twenty in another language.
    """
    random = Random(7)
    rare = [f"word{n}" for n in range(8_000)]
    rare_tags = [f"Topic{n}" for n in range(3 * count)]
    found: list[Candidate] = []
    for n in range(count):
        said = random.choices(COMMON, k=11) + random.choices(rare, k=9)
        random.shuffle(said)
        text = " ".join(said).capitalize()
        if found and random.random() < 0.14:
            text = found[random.randrange(len(found))].post.text.partition(" http")[0].replace(" the ", " a ")
        text += random.choice(("", "", "", "!", "!", "?", ".", ".", ".", " 🎉", "’s", " – new"))
        links = [_address(random, 4 * n + k) for k in range(random.choice((0, 1, 1, 1, 1, 1, 2, 2, 2, 2)))]
        hashtags = random.sample(TAGS, random.randrange(1, 4)) + random.choices(rare_tags, k=random.randrange(9))
        found.append(
            candidate(
                n,
                f"{text} {' '.join(f'https://t.co/{n:06x}{k}' for k in range(len(links)))} #{' #'.join(hashtags)}",
                topics=tuple(f"#{tag}" for tag in hashtags[: random.choice((1, 1, 2))]),
                hashtags=tuple(hashtags),
                lang="es" if random.random() < 0.05 else "en",
                metrics=liked(int(random.paretovariate(1)) - 1),
                links=tuple(map(Link, links)),
                author_id=f"a{random.randrange(count // 2 + 1)}",
                created_at=NOW - timedelta(minutes=random.randrange(1, 1_440)),
            )
        )
    return found


def adversarial(count: int) -> list[Candidate]:
    random = Random(7)
    words = [f"pedagogical{n}" for n in range(60)]
    return [
        candidate(
            n,
            f"Ten ideas for every lesson: {' '.join(random.sample(words, 12))}, and so on for my pupils",
            links=tuple(Link(f"https://site.example/{random.randrange(count)}") for _ in range(3)),
            author_id=f"a{n % 7}" if n % 2 else f"b{n}",
        )
        for n in range(count)
    ]


def _address(random: Random, number: int) -> str:
    page = f"https://www.site{number % 700}.example/{number % 90}/a-lesson-about-{random.randrange(10**6)}"
    return f"{page}?utm_source=x&utm_medium=social" if number % 3 == 0 else page


def main() -> None:
    shown = [post(-n) for n in range(70)]
    audience = Audience(5, NOW, languages=("en",), shown=shown, seen=frozenset({"post:x:1", "text:none"}))
    for kind, made in (("realistic", realistic), ("adversarial", adversarial)):
        for count in (200, 1_000, 5_000, 20_000):
            many = made(count)
            cold, _ = _median_and_best([_milliseconds(many, audience, forget=True)[0] for _ in range(RUNS)])
            warm = [_milliseconds(made(count), audience, forget=False) for _ in range(RUNS)]
            choice, best = _median_and_best([choice for choice, _ in warm])
            fates, _ = _median_and_best([fates for _, fates in warm])
            print(
                f"{count:>6,} {kind} candidates: cold {cold:.0f} ms, warm {choice:.0f} ms (best {best:.0f}), "
                f"saying what became of each {fates:.0f} ms more"
            )


def _median_and_best(times: list[float]) -> tuple[float, float]:
    return median(times), min(times)


def _milliseconds(many: list[Candidate], audience: Audience, *, forget: bool) -> tuple[float, float]:
    """For the choice, and for saying what became of each candidate."""
    if forget:
        gist.forget()
    begun = process_time()
    choice = choose(many, audience)
    chosen = process_time()
    assert len(choice.fates) == len(many)
    explained = process_time()
    return (chosen - begun) * 1000, (explained - chosen) * 1000


if __name__ == "__main__":
    main()
