"""Every command of the catalogue with every option, as a platform lets people fill them in."""

from collections.abc import Mapping

from bot.domain.catalogue import Option, Proposed, Spelling, spellings
from bot.domain.packs import Pack

PACKS = (Pack("maths", "Mathematics", "Mathematics", ("#mathchat",), ("GB",)),)
EVERY = [*spellings(for_admins=False), *spellings(for_admins=True)]
NOT_UNDERSTOOD = (
    "is not something I know",
    "Did you mean",
    "is not a topic",
    "such as",
    "our fault",
    "Say /pln",
    "not one of ours",
)
"""No answer to what a platform lets people choose may have these words."""

PROPOSED = {
    Proposed.TOPICS: "#mathchat",
    Proposed.FOLLOWED: "#edchat",
    Proposed.ZONES: "Europe/Paris",
    Proposed.TAGS: "fractions",
    Proposed.SAVED: "week",
    Proposed.SOUGHT: "fractions",
    Proposed.REGIONS: "GB-ENG",
    Proposed.MUTED: "#ad",
    Proposed.BLOCKED: "#ad",
    Proposed.PACKS: "Mathematics",
    Proposed.COUNTRIES: "GB",
    Proposed.DAYS: "mon,wed",
    Proposed.LANGUAGES: "fr",
    Proposed.COMMANDS: "follow",
}
TYPED = {
    ("schedule", "time"): "8:15 am",
    ("roundup", "time"): "15:00",
    ("pause", "until"): "8 January",
    ("search", "words"): "fractions",
    ("save", "what"): "https://example.com/exit-tickets",
    ("note", "words"): "Worked well",
    ("title", "words"): "Exit tickets",
    ("export", "department"): "Maths",
    ("mute", "what"): "#ad",
    ("block", "what"): "example.com",
    ("department", "name"): "Maths",
    ("erase-person", "who"): "Ana Turner",
    ("purge", "what"): "https://x.com/name/status/1234567890",
}
TOGETHER = {
    ("follow", "likes"): ["now"],
    ("roundup", "time"): ["day"],
    ("roundup", "day"): ["time"],
    ("role", "role"): ["what"],
    ("role", "who"): ["what"],
}
"""What only means something beside another."""
NEEDS_MORE = {("limit", "everywhere"): {"topics": "20"}, ("pictures", "everywhere"): {"from": "known"}}


def values_of(spelling: Spelling, option: Option, group: str) -> list[str]:
    if option.choices:
        return [value for value, _ in option.choices]
    if option.is_group:
        return [group]
    if option.most is not None and option.least is not None:
        return [str(option.least), str(option.most)]
    return [PROPOSED[option.proposed] if option.proposed else TYPED[spelling.verb.name, option.name]]


def every_filling(group: str) -> list[tuple[Spelling, dict[str, str]]]:
    """Each command with nothing but what it needs, and with each value of each option beside that. `group` is the id of
    a group of people."""
    found = []
    for spelling in EVERY:
        needed = {each.name: values_of(spelling, each, group)[0] for each in spelling.verb.options if each.required}
        found.append((spelling, needed))
        for option in spelling.verb.options:
            beside = needed | NEEDS_MORE.get((spelling.verb.name, option.name), {})
            for name in TOGETHER.get((spelling.verb.name, option.name), []):
                other = next(each for each in spelling.verb.options if each.name == name)
                beside |= {name: values_of(spelling, other, group)[0]}
            found += [(spelling, beside | {option.name: value}) for value in values_of(spelling, option, group)]
    return found


def misunderstood(spelling: Spelling, given: Mapping[str, str], answer: str) -> list[str]:
    """What the answer says that it may not, unless it is there to teach."""
    if spelling.verb.name in {"help", "start", "home", "settings"} or not given:
        return []
    return [words for words in NOT_UNDERSTOOD if words in answer]


def called(filling: object) -> str:
    if isinstance(filling, Spelling):
        return " ".join(filling.words)
    assert isinstance(filling, dict)
    return ",".join(f"{name}={value}" for name, value in filling.items()) or "nothing"
