"""The forms people fill in: what stands in them, and what comes back with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from bot.domain.actions import whole_number
from bot.domain.catalogue import SETTINGS_PARTS
from bot.domain.channel import LARGEST_SIZE, Channel, Layout, Origin
from bot.domain.content import AskForm
from bot.domain.harmless import length
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import MOST_LETTERS_IN_A_NOTE, MOST_LETTERS_IN_A_TAG, Item
from bot.domain.rules import mutes_of
from bot.domain.schedule import Schedule
from bot.domain.search.kinds import KINDS
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.library.care import LONGEST_TITLE
from bot.services.library.entry_words import kind_of
from bot.services.library.shelf import FORM
from bot.services.parts import Parts
from bot.services.people.threshold import as_seen, savers_needed
from bot.services.posts.hiding import WITHOUT_TITLE, not_shown
from bot.services.saying.present import Occasion
from bot.services.wording import DAYS, cut
from bot.views import ChoiceField, Form, FormField, TextField

SETTINGS = "settings"
SAVE = "save"
DESCRIBE = "describe"
NAMING = "naming"
NOTE = "note"
FIND = "find"
ALONE = "alone"
MOST_STATE = 2_900
MOST_CHOICES = 25
LONGEST_TITLE_SHOWN = 200
NOTE_HINT = "Empty it to delete the note."
LAYOUTS = ((Layout.LIST.value, "One message with all posts"), (Layout.CARDS.value, "A message for each post"))
YES_NO = (("yes", "Yes"), ("no", "No"))
PARTS: Mapping[str, tuple[str, ...]] = {
    "what": ("topics", "languages", "mutes"),
    "when": ("time", "days", "zone"),
    "how": ("size", "layout", "keycaps"),
}
"""The fields of the settings by sense, for forms that have room for few."""
TITLES: Mapping[str, str] = {part: label.partition(":")[0] for part, label in SETTINGS_PARTS}


@dataclass(frozen=True, slots=True)
class FormState:
    """What a form is about. `channel` is set for a person's own, `part` where it has one part of the settings alone,
    `is_message` where the address is that of a message in the chat. `title` and `kind` are as they stood when the form
    was opened. `typed` is what stood in the fields when the form was sent with a mistake."""

    channel: str = ""
    part: str = ""
    zone: str = ""
    may_mute: bool = False
    item: str = ""
    note: str = ""
    source: str = ""
    post: str = ""
    url: str = ""
    title: str = ""
    kind: str = ""
    is_message: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def post_key(self) -> PostKey | None:
        return PostKey(self.source, self.post) if self.post else None

    def written(self) -> str:
        return _states.dump_json(self, exclude_defaults=True).decode()

    def with_typed(self, values: Mapping[str, str]) -> "FormState":
        """With what was typed, as far as there is room for it."""
        kept = replace(self, typed=dict(values))
        return kept if len(kept.written()) <= MOST_STATE else replace(self, typed={})


_states: TypeAdapter[FormState] = TypeAdapter(FormState)


def state_of(text: str) -> FormState:
    """Raises Mistake for what no form of ours carries."""
    try:
        return _states.validate_json(text or "{}")
    except ValidationError:
        raise Mistake("This form is not one of ours.") from None


async def form_of(tx: Transaction, parts: Parts, occasion: Occasion, ask: AskForm) -> Form:
    """The form with what stands in it now, or what was typed before."""
    state = state_of(ask.state)
    form = await _FORMS[ask.form](tx, parts, occasion, state)
    return replace(form, fields=tuple(_retyped(each, state.typed) for each in form.fields), state=ask.state)


def _retyped(field_: FormField, typed: Mapping[str, str]) -> FormField:
    if field_.key not in typed:
        return field_
    text = typed[field_.key]
    if isinstance(field_, TextField):
        return replace(field_, value=text)
    return replace(field_, chosen=tuple(each for each, _ in field_.options if each in text.split(",")))


# ------------------------------------------------------------------------------------------------------------ settings


async def _settings(tx: Transaction, parts: Parts, occasion: Occasion, state: FormState) -> Form:
    key = ChannelKey(occasion.channel.workspace, state.channel or occasion.channel.channel)
    channel = await tx.channels.get(key) or Channel(key, "", Schedule(state.zone or parts.zone))
    followed = await tx.topics.followed(key)
    topics = "\n".join(each.topic.label for each in followed if each.origin is Origin.COMMAND)
    is_the_files = channel.origin is Origin.CONFIG
    every = [_topics(topics), *_shape(channel), _languages(channel, parts), await _mutes(tx, key)]
    wanted = fields_of_settings(channel, state)
    return Form(
        name=SETTINGS,
        title=_title(state),
        submit="Save",
        fields=tuple(each for each in every if each.key in wanted),
        intro=_who_decides(parts, [each.topic.label for each in followed if each.origin is Origin.CONFIG])
        if is_the_files
        else "",
    )


def fields_of_settings(channel: Channel, state: FormState) -> frozenset[str]:
    """What the configuration file decides is not there to be changed, nor what only others may."""
    asked_for = PARTS[state.part] if state.part in PARTS else [key for keys in PARTS.values() for key in keys]
    may_change = {"topics"} if channel.origin is Origin.CONFIG else set(asked_for) - {"mutes"}
    return frozenset(asked_for) & (may_change | ({"mutes"} if state.may_mute else set()))


def _title(state: FormState) -> str:
    if state.part not in TITLES:
        return "My digest" if state.channel else "Channel settings"
    return f"{'My digest' if state.channel else 'Channel'}: {TITLES[state.part].lower()}"


def _who_decides(parts: Parts, fixed: list[str]) -> str:
    topics = f"It also follows {', '.join(fixed)}. " if fixed else ""
    sentence = f"{topics}Those topics, time, days, size, layout and languages are set in {parts.config_name}."
    return cut(f"{sentence} Ask whoever looks after Staffroom to change them.", 1_000)[0]


def _topics(value: str) -> TextField:
    hint = 'Hashtags (#edchat), accounts (@name) and phrases ("exit ticket"), with a space between.'
    return TextField("topics", "Topics", value, hint, optional=True, long=True, most=3_000)


def _shape(channel: Channel) -> list[FormField]:
    schedule = channel.schedule
    days = tuple((str(number), name) for number, name in enumerate(DAYS))
    sizes = tuple((str(number), str(number)) for number in range(1, LARGEST_SIZE + 1))
    return [
        TextField("time", "Time", f"{schedule.at:%H:%M}", "A 24-hour clock, such as 07:30.", most=8),
        ChoiceField("days", "Days", days, tuple(str(day) for day in sorted(schedule.days)), several=True),
        TextField("zone", "Time zone", schedule.zone, "Such as Europe/London or America/New_York.", most=60),
        ChoiceField("size", "Most posts in a digest", sizes, (str(channel.size),)),
        ChoiceField("layout", "Layout", LAYOUTS, (channel.layout.value,)),
        ChoiceField("keycaps", "Add numbers to tap below a digest", YES_NO, ("yes" if channel.keycaps else "no",)),
    ]


def _languages(channel: Channel, parts: Parts) -> TextField:
    languages = channel.school(parts.school).languages
    hint = "Only posts in these, such as en fr. Empty means every language."
    return TextField("languages", "Languages", " ".join(languages), hint, optional=True, most=100)


async def _mutes(tx: Transaction, key: ChannelKey) -> TextField:
    muted = mutes_of(await tx.rules.of(key.workspace), key.channel)
    hint = 'Keep out accounts (@name), hashtags (#tag), words ("buy now") and sites (example.com).'
    text = "\n".join(each.label for each in muted)
    return TextField("mutes", "Muted", text, hint, optional=True, long=True, most=3_000)


# ---------------------------------------------------------------------------------------------------------------- save


async def _save(tx: Transaction, parts: Parts, occasion: Occasion, state: FormState) -> Form:
    item = await _item_of(tx, occasion, state)
    title = item.title if item else state.title
    fields = _about(item, occasion.viewer)
    viewer = PersonKey(occasion.channel.workspace, occasion.viewer or "")
    place = (await place_of(tx, viewer, item.id) if item else None) or Place()
    what = cut(f"Saving “{title}”." if title else "Saving this to the library.", LONGEST_TITLE_SHOWN)[0]
    intro = (
        f"{what} Everybody here can find it, also those who cannot read where it comes from, unless you choose Only me."
    )
    fields = _with_naming([*fields, _shelf(parts, place)], item, occasion, state)
    return Form(SAVE, "Save to library", "Save", tuple(fields), intro)


async def _describe(tx: Transaction, _parts: Parts, occasion: Occasion, state: FormState) -> Form:
    item = await _item_of(tx, occasion, state)
    intro = cut(f"About “{item.title}”. What you write here, everybody here can read." if item else "", 1_000)[0]
    fields = _with_naming(_about(item, occasion.viewer), item, occasion, state)
    return Form(DESCRIBE, "Tags and note", "Save", tuple(fields), intro)


async def _note(tx: Transaction, _parts: Parts, occasion: Occasion, state: FormState) -> Form:
    item = await _item_of(tx, occasion, state)
    known = next((note for note in item.notes if note.id == state.note), None) if item else None
    intro = "Only you see it." if known and known.private else "Colleagues read it."
    text = known.text if known else ""
    most = _room_for(text, MOST_LETTERS_IN_A_NOTE)
    field_ = TextField("note", "Your note", text, NOTE_HINT, optional=True, long=True, most=most)
    return Form(NOTE, "Change your note", "Save", (field_,), intro)


async def _naming(tx: Transaction, _parts: Parts, occasion: Occasion, state: FormState) -> Form:
    item = await _item_of(tx, occasion, state)
    about = f"About “{cut(item.title, LONGEST_TITLE_SHOWN)[0]}”. " if item else ""
    intro = f"{about}Everybody here sees and finds it under this title."
    return Form(NAMING, "Title and kind", "Save", tuple(_called(item, state) if item else ()), intro)


async def _item_of(tx: Transaction, occasion: Occasion, state: FormState) -> Item | None:
    """As this person sees it."""
    workspace = occasion.channel.workspace
    known = await tx.library.items(workspace, [state.item] if state.item else [], occasion.viewer)
    item = known.get(state.item)
    if item is None:
        return None
    seen = as_seen(item, await savers_needed(tx, workspace), occasion.viewer)
    is_gone = not seen.is_link and seen.post and await not_shown(tx, workspace, [seen.post])
    return replace(seen, title=WITHOUT_TITLE) if is_gone else seen


def _about(item: Item | None, viewer: str | None) -> list[FormField]:
    """Tags, and a note beside those that this person wrote before."""
    wrote_before = item is not None and any(note.by == viewer for note in item.notes)
    there = [tag for tag in item.tags if len(tag) <= MOST_LETTERS_IN_A_TAG and "," not in tag] if item else []
    earlier = "Colleagues read it. Change what you wrote before under Notes."
    hint = earlier if wrote_before else "What it is good for, or how it went. Colleagues read it."
    return [
        TextField("tags", "Tags", "", "A comma between two, such as fractions, year 9.", optional=True, most=400),
        *(
            [
                ChoiceField(
                    "untag",
                    "Take tags away",
                    tuple((tag, tag) for tag in there[:MOST_CHOICES]),
                    several=True,
                    optional=True,
                )
            ]
            if there
            else []
        ),
        TextField("note", "Note for colleagues", "", hint, optional=True, long=True, most=MOST_LETTERS_IN_A_NOTE),
    ]


def _with_naming(fields: list[FormField], item: Item | None, occasion: Occasion, state: FormState) -> list[FormField]:
    """With title and kind, where there is room for them and colleagues see the item."""
    named = _called(item, state) if item and item.saver_count else []
    return [*fields, *named] if len(fields) + len(named) <= occasion.abilities.form_fields else fields


def _called(item: Item, state: FormState) -> list[FormField]:
    kinds = tuple((each, each.capitalize()) for each in KINDS)
    most = _room_for(state.title, LONGEST_TITLE)
    return [
        TextField("title", "Title", state.title, "Empty leaves it as it is.", optional=True, most=most),
        ChoiceField("kind", "Kind", kinds, (state.kind or kind_of(item),)),
    ]


def _room_for(text: str, most: int) -> int:
    """How long a field may be that holds it. Platforms count some letters twice, and what they cut would come back as
    if somebody had written it so."""
    return max(most, length(text))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a save was put: on a shelf, empty for the library itself, or kept for that person alone."""

    shelf: str = ""
    private: bool = False


def place_in(parts: Parts, values: Mapping[str, str]) -> Place:
    """Where it was to be put; the library itself where the form did not ask."""
    chosen, shelves = values.get("shelf", "0"), shelves_of(parts)
    if chosen == ALONE:
        return Place(private=True)
    return Place(shelves[min(whole_number(chosen), len(shelves) - 1)])


def shelves_of(parts: Parts) -> list[str]:
    """Every shelf once, the library itself first."""
    return list(dict.fromkeys(["", *parts.shelves.values()]))


async def place_of(tx: Transaction, person: PersonKey, item: str) -> Place | None:
    """Where the form put it before; None where that person did not save it."""
    standing = [mark for mark in await tx.library.marks(person.workspace, item, person.person) if mark.stands]
    shelf = next((mark.shelf for mark in standing if mark.origin == FORM), "")
    return Place(shelf, private=all(mark.private for mark in standing)) if standing else None


def _shelf(parts: Parts, chosen: Place) -> ChoiceField:
    """Numbered, because a platform may refuse an empty value or a long one."""
    shelves = shelves_of(parts)
    options = [(str(number), name or "The library") for number, name in enumerate(shelves)]
    number = str(shelves.index(chosen.shelf)) if chosen.shelf in shelves else "0"
    return ChoiceField("shelf", "Shelf", (*options, (ALONE, "Only me")), (ALONE if chosen.private else number,))


# ---------------------------------------------------------------------------------------------------------------- find


async def _find(_tx: Transaction, _parts: Parts, _occasion: Occasion, _state: FormState) -> Form:
    words = TextField("words", "Words", "", "Such as fractions year 9. Tags and notes are searched, too.", most=200)
    return Form(FIND, "Find in the library", "Find", (words,))


_FORMS = {SETTINGS: _settings, SAVE: _save, DESCRIBE: _describe, NAMING: _naming, NOTE: _note, FIND: _find}
