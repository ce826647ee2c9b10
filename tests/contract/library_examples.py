"""An invented library, and what has to be found in it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.keys import PostKey
from bot.domain.library import LINK, Mark, NewItem, Note, key_of_post
from bot.domain.post import Author
from bot.domain.rules import Verdict
from bot.domain.search import Around
from bot.domain.topic import Topic
from bot.ports import Store, Transaction
from tests.contract.store_examples import (
    ARTS,
    EDCHAT,
    FRIDA,
    HILL,
    MATHCHAT,
    MATHS,
    NOW,
    VALLEY,
    digest,
    new_id,
    new_slot,
    post,
    school,
)

CHANNELS = Around(channels={"maths": ("maths",), "arts": ("arts",), "artsanddrama": ("arts",)})


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Saved:
    """One item, saved by these people. With a `handle` it is a post's."""

    title: str
    url: str
    at: datetime
    text: str = ""
    handle: str = ""
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kind: str = ""
    by: tuple[str, ...] = ("ana",)
    topics: tuple[Topic, ...] = ()
    shown_in: tuple[str, ...] = ()
    workspace: str = HILL
    fate: str = ""


LIBRARY = {
    "a": Saved(
        "Fractions by folding paper",
        "https://nrich.maths.org/folding",
        on(8, 10),
        "Fold a strip, halve it, compare. #edchat",
        "frida_frakt",
        ("fractions", "year 5"),
        ("Worked well with 5B",),
        topics=(EDCHAT, FRIDA),
        shown_in=("maths",),
    ),
    "b": Saved(
        "Exit tickets on the back of a post card",
        "https://tickets.example/ten",
        on(9, 2),
        "Ten exit tickets for Monday, no printing #ukedchat",
        "ben_tickets",
        ("assessment",),
        by=("ben",),
        topics=(EDCHAT,),
        shown_in=("maths", "arts"),
    ),
    "c": Saved(
        "Café talk: éducation in Lyon",
        "https://www.cafe-pedagogique.net/lyon",
        on(9, 15),
        "Une leçon pour tous, naïve but fun",
        "eloise_l",
        ("français",),
        by=("cleo",),
        shown_in=("arts",),
    ),
    "d": Saved(
        "Fractions with pizza",
        "https://www.youtube.com/watch?v=abcdefghijk",
        on(9, 20),
        "Watch the slices. #mathchat #Year6",
        "frida_frakt",
        ("Fractions", "year 6"),
        ("Loud; use it in period 1", "Folding works better"),
        by=("ana", "ben"),
        topics=(MATHCHAT,),
        shown_in=("maths",),
    ),
    "e": Saved(
        "Decimals worksheet",
        "https://files.school.example/decimals.pdf",
        on(10, 1),
        "Decimals worksheet files.school.example",
        tags=("decimals", "KS2"),
        by=("ben",),
    ),
    "f": Saved(
        "Post by Gita Gauge",
        "https://x.example/f",
        on(10, 5),
        "Does anybody teach ratio before fractions? #edchat",
        "gita_gauge",
        kind="question",
        topics=(EDCHAT,),
    ),
    "g": Saved(
        "Retrieval practice: a meta-analysis",
        "https://doi.org/10.1000/182",
        on(10, 20),
        "Spacing and retrieval beat rereading in 9 of 10 studies",
        "dora_data",
        ("research", "memory"),
        by=("cleo",),
        topics=(MATHCHAT,),
    ),
    "h": Saved("数学教育 ideas", "https://shuxue.example", on(10, 21), "分数 by 李老师", "li_laoshi"),
    "i": Saved(
        "Teacher’s guide to don'ts",
        "https://guides.example/dont",
        on(11, 1),
        "Teachers don’t panic: O'Brien's rules / 100% calm",
        "hugo_hush",
        by=("ben",),
    ),
    "j": Saved(
        "Poems for winter",
        "https://poems.example/winter",
        on(11, 2),
        "Snow on the line",
        "iris_ink",
        ("poetry", "year 6"),
        ("Pairs nicely with fractions of a line",),
        by=("ana", "cleo"),
        shown_in=("arts",),
    ),
    "k": Saved(
        "Phonics daily",
        "https://phonics.example/a_b-c",
        on(11, 3),
        "Leave by the exit now. Ticket to success!",
        "jo_jolly",
        ("exit", "ticket"),
        ("Ends with exit", "Ticket for next week"),
        by=("ben",),
    ),
    "l": Saved("Fractions in the valley", "https://valley.example", on(11, 4), workspace=VALLEY),
    "m": Saved("Fractions that were reported", "https://r.example", on(11, 5), "slurs", "mo", fate="reported"),
    "n": Saved("Fractions that nobody saves any more", "https://u.example", on(11, 6), fate="undone"),
}

FOUND = """
fractions => a d f j
FRACTIONS => a d f j
fraction => a d f j
fract => a d f j
fraction paper =>
fractions paper => a
paper fractions => a
paper fract => a
fractions pizza => d
fractions -pizza => a f j
fractions -pizza -paper => f j
-fractions => b c e g h i k
-fractions -exit => c e g h i
fractions - pizza => d
"folding paper" => a
"paper folding" =>
"by folding" => a
folding => a d
"folding works" => d
"exit tickets" => b
"exit ticket" =>
"exit tick => b
"exit the" =>
exit ticket => b k
exit ticket - => k
exit tickets => b
"1 folding" =>
"period 1 folding" =>
"by the exit" => k
"exit leave" =>
“exit tickets” => b
„exit tickets“ => b
«exit tickets» => b
exit tickets => b
cafe => c
CAFÉ => c
café => c
education => c
éducation => c
ÉDUCATION => c
lecon => c
leçon => c
naive => c
francais => c
français => c
cafe lyon => c
#fractions => a d
#Fractions => a d
＃fractions => a d
tag:fractions => a d
tag:"year 6" => d j
#year6 => d j
#year5 => a
#year 6 =>
#year =>
#6 =>
#edchat => a f
#ukedchat => b
#mathchat => d
#francais => c
#français => c
#ks2 => e
-#fractions => b c e f g h i j k
#fractions -#year6 => a
#exitticket =>
#exit #ticket => k
@frida_frakt => a d
@Frida_Frakt => a d
＠frida_frakt => a d
@fridafrakt => a d
@frida =>
@ben_tickets => b
-@frida_frakt => b c e f g h i j k
@frida_frakt fractions => a d
@frida_frakt paper => a
frida =>
by:me => a d f h j
BY:ME => a d f h j
by: me => a d f h j
by:me fractions => a d f j
-by:me => b c e g i k
-by:me fractions =>
by:me -fractions => h
from:#edchat => a b f
from:edchat => a b f
from:#EdChat => a b f
from:"edchat" => a b f
from:#mathchat => d g
from:@frida_frakt => a
from:frida_frakt =>
from:#nothing =>
from:#edchat fractions => a f
from:#edchat -fractions => b
-from:#edchat fractions => d j
in:maths => a b d
in:Maths => a b d
in:arts => b c j
in:"arts and drama" => b c j
in:maths in:arts => b
in:maths -in:arts => a d
in:maths / in:arts => a b c d j
in:maths fractions => a d
kind:video => d
kind:videos => d
kind =>
site =>
librar =>
w =>
KIND:VIDEO => d
kind:question => f
kind:research => g
kind:worksheet => e
kind:worksheets => e
kind:article => a b c h i j k
kind:other =>
-kind:article => d e f g
kind:video / kind:research => d g
kind:article fractions => a j
domain:nrich.maths.org => a
domain:maths.org => a
domain:www.nrich.maths.org => a
domain:https://nrich.maths.org/x => a
domain:NRICH.maths.org => a
domain:youtube.com => d
domain:cafe-pedagogique.net => c
domain:cafepedagogique.net => c
domain:school.example => e
domain:files.school.example => e
domain:tickets.example => b
domain:example.com =>
-domain:maths.org fractions => d f j
domain:doi.org => g
since:2026-11 => i j k
since:2026-11-02 => j k
since:2026-11-03 => k
since:2026-11-04 =>
since:2026 => a b c d e f g h i j k
since:2027 =>
since:2026/11/02 => j k
since:2026.11.2 => j k
since: 2026-11 => i j k
before:2026-09 => a
before:2026-09-02 => a
before:2026-09-03 => a b
before:2026 =>
before:2027 => a b c d e f g h i j k
since:2026-09 before:2026-10 => b c d
since:2026-10 fractions => f j
before:2026-10 fractions => a d
-since:2026-10 => a b c d
-before:2026-10 fractions => f j
fractions or decimals => a d e f j
fractions / decimals => a d e f j
fractions | decimals => a d e f j
fractions OR decimals => a d e f j
decimals or pizza => d e
decimals or pizza or poems => d e j
pizza or decimals -worksheet => d
(pizza or decimals) fractions => d
fractions (pizza or paper) => a d
fractions pizza or paper => a d
(fractions pizza) or decimals => d e
(fractions pizza) or (exit tickets) => b d
-(pizza or paper) fractions => f j
-(pizza paper) fractions => a d f j
fractions -(pizza or (paper folding)) => f j
fractions / since:2026-11 => a d f i j k
pizza / in:arts => b c d j
pizza / -fractions => b c d e g h i k
(pizza / in:arts) -poems => b c d
kind:video or from:#edchat => a b d f
#year6 or #year5 => a d j
@frida_frakt or @iris_ink => a d j
by:me / kind:research => a d f g h j
or fractions => a d f j
fractions or => a d f j
fractions or or decimals => a d e f j
(fractions => a d f j
fractions) => a d f j
((fractions) => a d f j
() fractions => a d f j
)fractions( => a d f j
数学 => h
数 => h
学数 =>
数学教育 => h
"数学 教育" => h
分数 => h
数分 =>
李老师 => h
数学 ideas => h
数学 -分数 =>
teachers => i
teacher's => i
teacher’s => i
teacher => i
dont => i
don't => i
don’t => i
obrien => i
O'Brien's => i
obriens => i
100% => i
100 => i
"100% calm" => i
calm! => i
rules/100 => i
meta-analysis => g
"meta analysis" => g
metaanalysis =>
analysis meta => g
retrieval => g
9 of 10 => g
"9 of 10 studies" => g
studies. => g
a_b =>
phonics.example =>
post card => b
postcard =>
by => a f h k
worked 5b => a
5B => a
pairs nicely => j
"line pairs" =>
"snow on the line" => j
"winter snow" => j
line fractions => j
fractions year => a d j
year 6 => d j
"year 6" => d j
year 5 or 6 => a d j
ks2 decimals => e
research memory => g
slurs =>
valley =>
reported =>
nobody saves =>
xyzzy =>
fractions xyzzy =>
fractions -xyzzy => a d f j
-xyzzy => a b c d e f g h i j k
f =>
fr => a c d f j
"""

ORDER = """
fractions => d a j f
folding => a d
year => j d a
exit => b k
"""
"""Best first: in the title, then a tag, a note, the text; among equals the newest."""


def expected(lines: str) -> list[tuple[str, list[str]]]:
    pairs = (line.rpartition("=>") for line in lines.strip().splitlines())
    return [(query.rstrip(" "), labels.split()) for query, _, labels in pairs]


async def furnish(store: Store) -> None:
    """The library, in a store that is empty; items have their labels for ids."""
    async with school(store) as tx:
        for label, saved in LIBRARY.items():
            await _save(tx, label, saved)
        for channel in (MATHS, ARTS):
            slot = new_slot(to=channel)
            await tx.slots.plan(slot)
            shown = [PostKey("x", label) for label, saved in LIBRARY.items() if channel.channel in saved.shown_in]
            await tx.digests.put(digest(slot, *shown), (), NOW)


async def _save(tx: Transaction, label: str, saved: Saved) -> None:
    key = PostKey("x", label) if saved.handle else None
    if key:
        written = replace(post(label), author_id=f"author-{label}", text=saved.text)
        await tx.posts.add([written], {key: saved.topics}, saved.at)
        author = Author("x", f"author-{label}", saved.handle, saved.handle.title(), "https://x.example")
        await tx.posts.put_authors([author], saved.at)
    identity = key_of_post(key) if key else f"{LINK}{saved.url}"
    text = f"{saved.title} {saved.text}"
    on_page, in_post = ("", text) if key else (text, "")
    new = NewItem(label, identity, saved.url, saved.title, on_page, key, saved.kind, in_post)
    await tx.library.add(saved.workspace, new, saved.at)
    for person in saved.by:
        await tx.library.put_mark(saved.workspace, Mark(label, person, "button", saved.at))
    await tx.library.tag(saved.workspace, label, saved.tags, "ana", saved.at)
    for number, note in enumerate(saved.notes):
        await tx.library.note(saved.workspace, label, Note(new_id(), f"person {number}", note, saved.at))
    if saved.fate == "undone":
        await tx.library.put_mark(saved.workspace, Mark(label, "ana", "button", saved.at, saved.at))
    if saved.fate == "reported" and key:
        await tx.reports.open(saved.workspace, key, "ana", saved.at)
        await tx.reports.settle(saved.workspace, key, Verdict.REMOVED, "ben", saved.at)
