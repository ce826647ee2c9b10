"""What the staff of the department type and press, at random."""

from random import Random

from tests.soak.department import HEAD, Department
from tests.soak.life_at_x import SUBJECTS, TAGS, written_lately

STAFF = ("ana", "ben", "cleo")


async def somebody_acts(random: Random, ours: Department) -> None:
    """One command or one press. What comes of it is seen at the next turn."""
    channel, person = random.choice(ours.channels), random.choice((*STAFF, HEAD))
    shown = [each for each in ours.chat.shown(channel, person) if each.text]
    if shown and random.random() < 0.2:
        await ours.chat.react(person, random.choice(shown).id, "1️⃣")
        return
    await ours.chat.command(person, channel, _words(random, ours))


def _words(random: Random, ours: Department) -> str:
    tag, subject = random.choice(TAGS), random.choice(SUBJECTS)
    posts = written_lately(ours.server, ours.clock.now()) or ["1234567890123456789"]
    link = f"https://x.com/i/status/{random.choice(posts)}"
    return random.choice(
        (
            f"/pln search {subject}",
            f"/pln search #{tag}",
            f"/pln save {link}",
            f"/pln save {link}",
            f"/pln follow #{tag}",
            f"/pln follow #{tag} now",
            f"/pln follow #{tag} now 3 likes",
            f"/pln follow @teacher{random.randrange(40)} now",
            f"/pln unfollow #{tag}",
            "/pln digest now",
            "/pln digest preview",
            "/pln save 1",
            "/pln budget",
            "/pln status",
            f"/pln find {subject}",
            f"/pln purge {link}",
        )
    )
