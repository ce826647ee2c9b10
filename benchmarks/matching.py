"""How long it takes to find the topics of a post among 10,000 subscriptions: python -m benchmarks.matching"""

from random import Random
from statistics import median
from time import perf_counter

from bot.domain.matching import TopicIndex
from bot.domain.topic import parse_topic
from tests.unit.examples import post

SUBSCRIPTIONS = 10_000
POSTS = 2_000


def main() -> None:
    random = Random(7)
    words = [f"word{n}" for n in range(4_000)]
    kinds = ("#{}", "@a{}", '"{} lesson"')
    texts = {kind.format(word) for kind in kinds for word in words}
    topics = [parse_topic(text, account_source="x") for text in sorted(texts)[:SUBSCRIPTIONS]]
    index = TopicIndex(topics, {topic: topic.key for topic in topics if topic.source})
    posts = [
        post(n, " ".join(random.choices(words, k=28)), hashtags=tuple(random.choices(words, k=3)), author_id=f"a{n}")
        for n in range(POSTS)
    ]
    times = []
    for each in posts:
        start = perf_counter()
        index.topics_of(each)
        times.append((perf_counter() - start) * 1e6)
    slowest = sorted(times)[-POSTS // 100]
    print(f"{len(topics):,} topics, {POSTS:,} posts: median {median(times):.1f} µs, p99 {slowest:.1f} µs")


if __name__ == "__main__":
    main()
