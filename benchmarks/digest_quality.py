"""Whether a digest is worth two minutes, beside four simpler ways to choose, on nine real days:

    python -m benchmarks.digest_quality [--data FOLDER] [--each] [--unlabelled]

The posts are not in the project: without them the links alone are measured. What is meant by each column, by a day and
by the labels stands in benchmarks/README.md. `--each` says it for every channel and day, `--unlabelled` lists the posts
that a digest shows and nobody has judged.
"""

import argparse
import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import sqrt
from pathlib import Path

from adapters.x.sample.pages import LoadedPosts, load_posts
from benchmarks.reference_score import alike, reference_score, same_link, worths_of
from bot.domain.audience import Audience
from bot.domain.choosing import choose
from bot.domain.digest import Candidate, Choice
from bot.domain.links import canonical
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.topic import parse_topics
from bot.services.digest.selection import ELSEWHERE_LATELY, SHOWN_LATELY

DATA = Path(__file__).parents[2] / "shared" / "data"
POSTS = "education-posts.v2.jsonl.gz"
LABELS = Path(__file__).parent / "labels" / "labels.tsv"

DAYS = [date(2020, 7, 24) + timedelta(days=number) for number in range(9)]
TUNED_UNTIL = date(2020, 7, 28)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SIZE = 5

CHANNELS = {
    "busy": "#onlinelearning #elearning",
    "staff room": "#edchat #remotelearning #virtuallearning #edtech #teachertwitter",
    "small tags": "#edutwitter #hybridlearning #k12 #sel",
    "maths": "#math #maths #iteachmath #mathchat",
    "tiny": "#edtechchat",
}
KEPT_ASIDE = {
    "distance": "#distancelearning #digitallearning #teachers",
    "subjects": "#science #history #stem #english",
    "primary": "#kindergarten #literacy #reading #teacherlife #preschool",
    "blended": "#blendedlearning #onlineteaching #pedagogy #googleclassroom",
}
"""Nobody looked at these until the first version was done. The second learnt from them."""
KEPT_ASIDE_DAYS = [date(2020, 7, day) for day in (24, 28, 29, 30, 31)]
FLOOR_SET_ON = {
    "school": "#school #schools #classroom #educators #teachertips",
    "own learning": "#cpd #professionaldevelopment #pln #educhat #ntchat #teachingonline",
    "sciences": "#chemistry #biology #physics #coding #computerscience",
    "arts": "#art #music #literature #esl #learnenglish",
    "home": "#homeschool #parents #kids #learnfromhome #mentalhealth",
}
"""Read when all but the floor was done; the floor was raised on seeing their figures."""
MENDED_ON = {
    "technology": "#technology #zoom #gamification #ai #bitmojiclassroom",
    "reopening": "#covid19 #schoolsreopening #backtoschool2020 #newnormal",
    "lecturers": "#highered #college #university #research #lrnchat",
    "students": "#students #teachfromhome #distanceteaching #mtbos",
}
"""Read when the floor had been set. Their noise told what was mended next."""
READ_IN_TURN: dict[str, dict[str, str]] = {
    "first": {
        "learning": "#learning #digitaleducation #learningneverstops #studentengagement",
        "leaders": "#leadership #edreform #equity #globaled #innovation",
        "numbers": "#mathematics #algebra #statistics #calculus",
        "universities": "#highereducation #distanceeducation #mooc #academictwitter",
    },
    "second": {
        "classes": "#onlineclasses #highschool #classes #student",
        "autumn": "#fall2020 #covid #pandemic #lockdown",
        "media": "#video #podcast #webinar #edapp #blendchat",
        "fields": "#psychology #economics #engineering #nursing",
        "mobile": "#mlearning #microlearning #digitalskills #edtechtools",
    },
    "third": {
        "languages": "#tefl #ell #spanish #grammar #languages",
        "leading": "#cpchat #suptchat #edleaders #pd #k12education",
        "wellbeing": "#wellbeing #selfcare #mindfulness #inclusion #accessibility",
        "tools": "#googleedu #googleslides #canvas #whiteboard #microsoftteams #moodle",
        "general": "#onlineeducation #onlineclass #learnonline #educational",
    },
    "fourth": {
        "early years": "#elemchat #kinderchat #earlylearning #kidslearning #learnathome",
        "stem": "#stemeducation #robotics #astronomy #geometry #steam",
        "families": "#homelearning #learningathome #parenting #summerlearning #learningfromhome",
        "policy": "#educationforall #educationpolicy2020 #cbse #exams #righttolearn",
        "wide": "#teach #edu #webinars #resources #virtualschool",
    },
    "fifth": {
        "chats": "#satchat #mschat #hschat #engchat #edumatch #tlap",
        "english": "#vocabulary #storytelling #books #writing #englishlanguage",
        "projects": "#pbl #designthinking #creativity #collaboration #studentvoice",
        "support": "#specialeducation #diversity #socialemotionallearning #learningloss #socialstudies",
        "devices": "#chromebooks #gsuiteedu #flipgrid #seesaw #nearpod #schoology",
        "new year": "#schoolreopening #reopeningschools #firstdayofschool #distancelearning2020 #covidedu",
        "online": "#virtualteaching #teachonline #virtualclasses #virtualeducation #digitalclassroom",
        "research": "#oer #academicchatter #phdchat #edresearch #learningdesign",
    },
    "sixth": {
        "learning from home": "#learnfromanywhere #keeplearning #studyfromhome #stayhome",
        "teachers alone": "#teachersmatter #iteach #teacherproblems #educator #profdev",
        "reading": "#kidlit #library #libraries #librarians #readaloud",
        "policy": "#edpolicy #k12education #publicschools #schools2020 #schoolchoice",
        "tools": "#padlet #edpuzzle #bitmoji #googlemeet #msteams #powerpoint",
        "subjects": "#geography #french #spanish #pe #physed #musiceducation",
        "skills": "#criticalthinking #growthmindset #mindset #communication #gamebasedlearning",
        "quality": "#assessment #feedback #engagement #curriculum #instruction",
    },
}
"""Chosen by their tags alone, and each read only when what the one before it had shown was mended. What each of them
said at its first reading stands in benchmarks/README.md; the sixth was the last, and nothing but a word came after it.
"""
READ_OF_EACH = ("newest", "most liked", "ours")
"""Of the other methods nothing was read there."""
READ_LAST_DAYS = [date(2020, 7, 24), date(2020, 7, 26), date(2020, 7, 28), date(2020, 7, 30), date(2020, 8, 1)]
READ_BY_ONE_TEACHER = ("staff room", "small tags", "tiny")

ARTICLE = "https://www.example.org/maths/fractions?grade=4&unit=2"
SPELLINGS = [
    ARTICLE,
    "http://www.example.org/maths/fractions?grade=4&unit=2",
    "https://example.org/maths/fractions?grade=4&unit=2",
    "https://m.example.org/maths/fractions?grade=4&unit=2",
    "https://amp.example.org/maths/fractions?grade=4&unit=2",
    "https://www.example.org/maths/fractions/amp/?grade=4&unit=2",
    "https://www.example.org:443/maths/fractions?grade=4&unit=2",
    "https://www.example.org/maths/fractions/?grade=4&unit=2",
    "https://www.example.org/maths/fractions?grade=4&unit=2#step-3",
    "https://www.example.org/maths/fractions?unit=2&grade=4",
    "https://www.example.org/maths/fractions?grade=4&unit=2&utm_source=newsletter&utm_medium=email",
    "https://WWW.Example.org/maths/fractions?grade=4&unit=2&fbclid=IwAR0&ref_src=twsrc",
]
VIDEOS = ["https://www.youtube.com/watch?v=aaaaaaaaaaa", "https://www.youtube.com/watch?v=bbbbbbbbbbb"]


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody who read the post thought of it; `worth` is worth, fine or noise."""

    spam: bool
    quarrel: bool
    worth: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a channel was shown on a day by one method, beside all that it could have been shown."""

    channel: str
    day: date
    items: Sequence[Candidate]
    candidates: Sequence[Candidate]

    @property
    def posts(self) -> list[Post]:
        return [item.post for item in self.items]


@dataclass(slots=True)
class Memory:
    """What the engine remembers of a channel."""

    shown: list[tuple[Post, datetime]] = field(default_factory=list)
    keys: dict[str, datetime] = field(default_factory=dict)


class World:
    """The posts of every channel and day."""

    def __init__(self, loaded: LoadedPosts, channels: Mapping[str, str] = CHANNELS) -> None:
        self.loaded = loaded
        self.authors: dict[tuple[str, str], Author] = {(each.source, each.id): each for each in loaded.authors}
        self.topics = {name: parse_topics(text, account_source="x") for name, text in channels.items()}
        self._days: defaultdict[date, list[Post]] = defaultdict(list)
        for post in loaded.posts:
            self._days[post.created_at.date()].append(post)

    def candidates(self, channel: str, day: date) -> list[Candidate]:
        """Newest first. When the likes were counted is not recorded: at the end of the search, or later."""
        index = TopicIndex(self.topics[channel], {})
        found = ((post, tuple(index.topics_of(post))) for post in self._days[day])
        return [Candidate(post, topics, self.loaded.now) for post, topics in found if topics]


Ranking = Callable[[Post], float]
Part = Callable[[Shown], bool]


def newest(post: Post) -> float:
    return post.created_at.timestamp()


def most_liked(post: Post) -> float:
    return post.metrics.likes


def most_reposted(post: Post) -> float:
    return post.metrics.reposts


def known_formula(post: Post) -> float:
    """The geometric mean of boosts and likes, both made one more, over the root of the followers, of which there is 1
    here: mastodon_digest and its descendants. Without any of either it is nothing."""
    boosts, likes = post.metrics.reposts, post.metrics.likes
    return sqrt((boosts + 1) * (likes + 1)) if boosts or likes else 0.0


SIMPLE: dict[str, Ranking] = {
    "newest": newest,
    "most liked": most_liked,
    "most reposted": most_reposted,
    "known formula": known_formula,
}
OURS = "ours"


def ranked(world: World, ranking: Ranking) -> list[Shown]:
    """The first five by one number, the newer one where it is the same."""
    return [
        Shown(channel, day, sorted(found, key=lambda each: ranking(each.post), reverse=True)[:SIZE], found)
        for day in DAYS
        for channel in world.topics
        for found in [world.candidates(channel, day)]
    ]


def ours(world: World) -> list[Shown]:
    """As the engine does it: a digest at the end of each day, channel after channel; each remembers what it showed."""
    memories = {channel: Memory() for channel in world.topics}
    digests = []
    for day in DAYS:
        now = datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY
        for channel in world.topics:
            found = world.candidates(channel, day)
            choice = choose(found, _audience(world, channel, memories, now))
            _remember(memories[channel], choice, now)
            by_key = {each.post.key: each for each in found}
            digests.append(Shown(channel, day, [by_key[each.post.key] for each in choice.chosen], found))
    return digests


def _audience(world: World, channel: str, memories: dict[str, Memory], now: datetime) -> Audience:
    others = [memory for name, memory in memories.items() if name != channel]
    return Audience(
        size=SIZE,
        now=now,
        topics=world.topics[channel],
        languages=("en",),
        seen=frozenset(memories[channel].keys),
        shown=[post for post, at in memories[channel].shown if now - at <= SHOWN_LATELY],
        elsewhere=frozenset(
            key for memory in others for key, at in memory.keys.items() if now - at <= ELSEWHERE_LATELY
        ),
        authors=world.authors,
    )


def _remember(memory: Memory, choice: Choice, now: datetime) -> None:
    for each in choice.chosen:
        memory.shown.append((each.post, now))
        memory.keys.update(dict.fromkeys(each.seen_keys, now))


def shown_by(world: World) -> dict[str, list[Shown]]:
    """The digests of every method, in the order of days and channels."""
    return {name: ranked(world, ranking) for name, ranking in SIMPLE.items()} | {OURS: ours(world)}


def read_labels(path: Path = LABELS) -> dict[str, Label]:
    """What was judged, by post id: a line a post with its id and three labels, never its text."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["id"]: Label(row["spam"] == "y", row["quarrel"] == "y", row["worth"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Quality:
    """Of a number of digests. Shares are of all items, of labels of those that are labelled, from 0 to 1."""

    items: int
    empty: int
    alike: int
    repeated_links: int
    shown_before: int
    spam: int
    authors: float
    topics: float
    resources: float
    quarrel: float
    worth: float
    fine: float
    noise: float
    unlabelled: int
    reference: float


def quality(digests: Sequence[Shown], earlier: Sequence[Shown], labels: Mapping[str, Label]) -> Quality:
    """`earlier` are all digests of the same method: what was shown before is shown again."""
    posts = [post for each in digests for post in each.posts]
    judged = [label for post in posts if (label := labels.get(post.key.id))]
    return Quality(
        items=len(posts),
        empty=sum(not each.items for each in digests),
        alike=sum(_pairs(each.posts, alike) for each in digests),
        repeated_links=sum(_pairs(each.posts, same_link) for each in digests),
        shown_before=sum(_shown_before(each, earlier) for each in digests),
        spam=sum(label.spam for label in judged),
        authors=_mean(len({post.author_id for post in each.posts}) for each in digests),
        topics=_mean(len({topic for item in each.items for topic in item.topics}) for each in digests),
        resources=_mean(bool(post.links) for post in posts),
        quarrel=_mean(label.quarrel for label in judged),
        worth=_mean(label.worth == "worth" for label in judged),
        fine=_mean(label.worth == "fine" for label in judged),
        noise=_mean(label.worth == "noise" for label in judged),
        unlabelled=len(posts) - len(judged),
        reference=_mean(
            reference_score([post.key for post in each.posts], each.candidates, SIZE).total for each in digests
        ),
    )


def repeats_for_a_teacher(digests: Sequence[Shown]) -> int:
    """How many items somebody who reads three of the channels has read before, in any of them, within a week."""
    read: list[tuple[date, Post]] = []
    repeats = 0
    for each in sorted(digests, key=lambda shown: shown.day):
        if each.channel not in READ_BY_ONE_TEACHER:
            continue
        for post in each.posts:
            known = [other for day, other in read if each.day - day <= WEEK]
            repeats += any(_is_the_same(post, other) for other in known)
            read.append((each.day, post))
    return repeats


def _is_the_same(one: Post, other: Post) -> bool:
    return one.key == other.key or alike(one, other) or same_link(one, other)


def _pairs(posts: Sequence[Post], same: Callable[[Post, Post], bool]) -> int:
    """How many of the posts are the same as an earlier one."""
    return sum(any(same(post, other) for other in posts[:at]) for at, post in enumerate(posts))


def _shown_before(shown: Shown, all_shown: Sequence[Shown]) -> int:
    before = [
        post for each in all_shown if each.channel == shown.channel and each.day < shown.day for post in each.posts
    ]
    return sum(any(_is_the_same(post, other) for other in before) for post in shown.posts)


def _mean(numbers: Iterable[float]) -> float:
    """0 where there is none."""
    found = list(numbers)
    return sum(found) / len(found) if found else 0.0


HEADINGS = (
    "items  empty  alike  links  again  spam  authors  topics  resource  quarrel  "
    "worth  fine  noise  unlabelled  reference"
)


def line(title: str, found: Quality) -> str:
    return (
        f"{title:<15}{found.items:>7}{found.empty:>7}{found.alike:>7}{found.repeated_links:>7}{found.shown_before:>7}{found.spam:>6}"
        f"{found.authors:>9.1f}{found.topics:>8.1f}{found.resources:>10.0%}{found.quarrel:>9.0%}"
        f"{found.worth:>7.0%}{found.fine:>6.0%}{found.noise:>7.0%}{found.unlabelled:>12}{found.reference:>11.3f}"
    )


def print_table(title: str, methods: Mapping[str, Sequence[Shown]], labels: Mapping[str, Label], among: Part) -> None:
    print(f"\n{title}\n{'':<15}  {HEADINGS}")
    for name, digests in methods.items():
        print(line(name, quality([each for each in digests if among(each)], digests, labels)))


def is_tuned(shown: Shown) -> bool:
    return shown.day <= TUNED_UNTIL


def is_later(shown: Shown) -> bool:
    return shown.day > TUNED_UNTIL


def is_aside(shown: Shown) -> bool:
    return shown.day in KEPT_ASIDE_DAYS


def is_read_last(shown: Shown) -> bool:
    return shown.day in READ_LAST_DAYS


PARTS: dict[str, Part] = {"24 to 28 July, which we tuned on": is_tuned, "29 July to 1 August": is_later}


def print_everything(loaded: LoadedPosts, *, each_channel: bool) -> None:
    labels = read_labels()
    world = World(loaded)
    methods = shown_by(world)
    for title, among in PARTS.items():
        print_table(f"{title}: five channels", methods, labels, among)
        print_repeats(methods, among)
        if each_channel:
            print_channels(title, CHANNELS, methods, labels, among)
    aside = shown_by(World(loaded, KEPT_ASIDE))
    print_table("Four channels kept aside at first, on five days", aside, labels, is_aside)
    floor = shown_by(World(loaded, FLOOR_SET_ON))
    print_table("Channels whose figures set the floor: five, on five days", floor, labels, is_read_last)
    if each_channel:
        print_channels("the floor", FLOOR_SET_ON, floor, labels, is_read_last)
    mended = shown_by(World(loaded, MENDED_ON))
    print_table("Channels whose noise was mended: four, on five days", mended, labels, is_read_last)
    if each_channel:
        print_channels("mended", MENDED_ON, mended, labels, is_read_last)
    for turn, channels in READ_IN_TURN.items():
        in_turn = _read_of_each(shown_by(World(loaded, channels)))
        print_table(f"The {turn} channels read in turn: {len(channels)}, on five days", in_turn, labels, is_read_last)
        if each_channel:
            print_channels(f"the {turn}", channels, in_turn, labels, is_read_last)
    print_reference(world, labels)


def _read_of_each(methods: Mapping[str, list[Shown]]) -> dict[str, list[Shown]]:
    return {name: methods[name] for name in READ_OF_EACH}


def print_channels(
    title: str,
    channels: Mapping[str, str],
    methods: Mapping[str, Sequence[Shown]],
    labels: Mapping[str, Label],
    among: Part,
) -> None:
    for channel, tags in channels.items():
        of_it = {name: [each for each in digests if each.channel == channel] for name, digests in methods.items()}
        print_table(f"{title}: {channel} ({tags})", of_it, labels, among)


def print_repeats(methods: Mapping[str, Sequence[Shown]], among: Part) -> None:
    repeats = {
        name: repeats_for_a_teacher([each for each in digests if among(each)]) for name, digests in methods.items()
    }
    print("read again by somebody in three channels:", ", ".join(f"{name} {count}" for name, count in repeats.items()))


def print_reference(world: World, labels: Mapping[str, Label]) -> None:
    """Whether the reference score, which knows no labels, agrees with them."""
    good, noise = list[float](), list[float]()
    for channel, day in product(CHANNELS, DAYS):
        for key, worth in worths_of(world.candidates(channel, day)).items():
            if label := labels.get(key.id):
                (noise if label.worth == "noise" else good).append(worth)
    above = _mean((one > other) + (one == other) / 2 for one in good for other in noise)
    print(f"\nThe reference score puts a post that is worth it or fine above a noisy one in {above:.0%} of all pairs.")


def print_links() -> None:
    print(f"{len(SPELLINGS)} spellings of one article: {len(set(map(canonical, SPELLINGS)))}. ", end="")
    print(f"{len(VIDEOS)} videos: {len(set(map(canonical, VIDEOS)))}.")


def print_unlabelled(loaded: LoadedPosts) -> None:
    """By id and text, mixed, so that nobody knows which method chose them."""
    labels = read_labels()
    shown = [each for digests in shown_by(World(loaded)).values() for each in digests]
    for digests in shown_by(World(loaded, KEPT_ASIDE)).values():
        shown += [each for each in digests if is_aside(each)]
    for channels in (FLOOR_SET_ON, MENDED_ON):
        for digests in shown_by(World(loaded, channels)).values():
            shown += [each for each in digests if is_read_last(each)]
    for channels in READ_IN_TURN.values():
        for digests in _read_of_each(shown_by(World(loaded, channels))).values():
            shown += [each for each in digests if is_read_last(each)]
    posts = {post.key.id: post for each in shown for post in each.posts}
    for post_id in sorted(posts.keys() - labels.keys(), key=lambda each: each[::-1]):
        print(post_id, " ".join(posts[post_id].text.split()), sep="\t")


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether a digest is worth two minutes.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the posts")
    parser.add_argument("--each", action="store_true", help="a table for each channel as well")
    parser.add_argument("--unlabelled", action="store_true", help="what is shown and nobody has judged")
    asked = parser.parse_args()
    print_links()
    if not (asked.data / POSTS).exists():
        print(f"The posts are not here ({POSTS}). They belong to their authors and are no part of the project.")
        return
    loaded = load_posts(asked.data / POSTS)
    if asked.unlabelled:
        print_unlabelled(loaded)
    else:
        print_everything(loaded, each_channel=asked.each)


if __name__ == "__main__":
    main()
