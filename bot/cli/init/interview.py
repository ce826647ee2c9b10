"""The questions, in the order in which somebody can answer them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from textwrap import fill

from bot.cli.init.answers import Answers, Place
from bot.cli.init.talk import agree, ask, ask_and_check, choose
from bot.cli.wiring import Terminal
from bot.config.environment import variable_of
from bot.domain.calendar.regions import parse_region
from bot.domain.packs import Pack, countries, subject_meant, subjects
from bot.domain.schedule import parse_zone
from bot.domain.topic import parse_topics, plain
from bot.errors import Mistake
from bot.packs import for_school
from bot.plugins import ChatPlugin, Setup, SourcePlugin

WIDTH = 100
NONE = "none"
ANY_NAME = "any short name, such as staffroom"
MOST_LETTERS_OF_A_NAME = 60


@dataclass(frozen=True)
class Known:
    """What is there, and what can be guessed. `zone` and `country` may be empty."""

    chats: Mapping[str, ChatPlugin]
    sources: Mapping[str, SourcePlugin]
    packs: Sequence[Pack]
    environment: Mapping[str, str] = field(repr=False)
    zone: str = ""
    country: str = ""


@dataclass
class _Given:
    """What was answered for a plug-in."""

    settings: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    all: dict[str, str] = field(default_factory=dict, repr=False)


class Interview:
    """One conversation. Nothing is written by it, so that it can be broken off anywhere."""

    def __init__(self, terminal: Terminal, known: Known) -> None:
        self._terminal = terminal
        self._known = known

    async def hold(self) -> Answers:
        self._say("This sets Staffroom up in a few questions. Enter takes what stands in [brackets].")
        self._say("Ctrl-C ends it, and then nothing is written.")
        chat = self._chat()
        country, wished = self._school_topics()
        zone = ask(self._terminal, "\nTime zone", _zone, self._known.zone)
        holidays = self._holidays(country)
        setup = self._known.chats[chat].setup
        given = await self._set_up(chat, setup)
        places = await self._places(setup, given)
        admin = await self._admin(setup, given, places)
        source, given_source = await self._source()
        trial = self._known.sources[source].trial_topics
        by_name = {chat: given, source: given_source}
        return Answers(
            chat=chat,
            source=source,
            zone=zone,
            places=places,
            admin=admin,
            topics=self._topics(trial or wished, source),
            later=wished if trial else (),
            holidays=holidays,
            settings={name: each.settings for name, each in by_name.items() if each.settings},
            secrets={name: each.secrets for name, each in by_name.items() if each.secrets},
        )

    # ------------------------------------------------------------------------------------------------------- the school

    def _chat(self) -> str:
        """Those that take setting up come first: who has one wants it."""
        chats = sorted(self._known.chats.values(), key=lambda chat: (chat.setup is None, chat.name))
        return choose(
            self._terminal, "Where do your staff talk?", [(each.name, each.about) for each in chats], chats[0].name
        )

    def _school_topics(self) -> tuple[str, list[str]]:
        """The country, and what suits a school there."""
        known = subjects(self._known.packs)
        subject = choose(
            self._terminal,
            "Which subject is it for?",
            [(each, "") for each in known],
            known[0],
            partial(subject_meant, self._known.packs),
        )
        codes = ", ".join(countries(self._known.packs))
        question = f"\nCountry, two letters ({codes}; any other gets what suits every country)"
        country = ask(self._terminal, question, _country, self._known.country)
        return country, for_school(self._known.packs, subject, country)

    def _holidays(self, country: str) -> str:
        """Empty where every day counts."""
        question = f"\nPublic holidays without a digest (a country, a region such as GB-ENG or US-CA, or {NONE})"
        return ask(self._terminal, question, _region_or_none, country if _is_region(country) else NONE)

    def _topics(self, topics: Sequence[str], source: str) -> list[str]:
        self._say("")
        self._say(f"It will follow: {', '.join(topics)}")

        def use(typed: str) -> list[str]:
            if not typed:
                return list(topics)
            return [topic.label for topic in parse_topics(typed, account_source=source)]

        return ask(self._terminal, 'Enter to take these, or type others, such as #edchat @account "exit ticket"', use)

    # --------------------------------------------------------------------------------------------------------- the chat

    async def _set_up(self, name: str, setup: Setup | None) -> _Given:
        if setup is None:
            return _Given()
        self._steps(setup)
        if setup.paper:
            self._say("")
            self._say(setup.paper())
            self._say("")
        return await self._questions(name, setup)

    def _steps(self, setup: Setup) -> None:
        self._say("")
        for number, step in enumerate(setup.steps, 1):
            self._say(fill(f"{number}. {step}", WIDTH, subsequent_indent="   "))

    async def _questions(self, name: str, setup: Setup) -> _Given:
        """What the environment says is not asked, but checked."""
        given = _Given(all=dict(self._from_environment(name, self._keys(name))))
        for question in setup.questions:
            label = f"{question.label} ({question.hint})" if question.hint else question.label
            found = given.all.pop(question.setting, "")
            if found:
                self._say(f"{question.label}: taken from {variable_of((name, question.setting))}.")
                self._say(f"  {await setup.check({**given.all, question.setting: found})}")
                given.all[question.setting] = found
                continue
            check = _checked(setup, given.all, question.setting)
            value = await ask_and_check(self._terminal, label, check, secret=question.secret)
            given.all[question.setting] = value
            (given.secrets if question.secret else given.settings)[question.setting] = value
        return given

    def _keys(self, name: str) -> Sequence[str]:
        plugin = self._known.chats.get(name) or self._known.sources[name]
        return list(plugin.section.model_fields)

    def _from_environment(self, name: str, keys: Sequence[str]) -> list[tuple[str, str]]:
        named = ((key, self._known.environment.get(variable_of((name, key)), "")) for key in keys)
        return [(key, value) for key, value in named if value]

    async def _places(self, setup: Setup | None, given: _Given) -> list[Place]:
        self._say("")
        hint = setup.channel_hint if setup else ANY_NAME
        self._say(f"Which channel is to get the digest? {hint[0].upper()}{hint[1:]}.")
        places = [await self._place("Channel", setup, given)]
        while agree(self._terminal, "One more channel?", default=False):
            places.append(await self._place("Channel", setup, given))
        return places

    async def _place(self, question: str, setup: Setup | None, given: _Given) -> Place:
        channel, workspace = await self._channel(question, setup, given)
        name = ask(self._terminal, "What people call it", _name, "" if setup else channel)
        return Place(channel, name, workspace)

    async def _channel(self, question: str, setup: Setup | None, given: _Given) -> tuple[str, str]:
        """Its id, and that of its workspace, where what was typed says it."""
        if setup is None:
            return ask(self._terminal, question, _name, "staffroom"), ""
        to_id = setup.channel_id

        async def check(typed: str) -> str:
            return await setup.check({**given.all, "channel": to_id(typed)})

        typed = await ask_and_check(self._terminal, question, check, secret=False)
        return to_id(typed), setup.workspace(typed)

    async def _admin(self, setup: Setup | None, given: _Given, places: Sequence[Place]) -> Place:
        self._say("")
        self._say("Where should Staffroom report what a person has to look after, such as a token that was revoked?")
        if agree(self._terminal, f"In {places[0].name}, too?", default=True):
            return places[0]
        channel, workspace = await self._channel("Channel for reports", setup, given)
        return Place(channel, channel, workspace)

    # ------------------------------------------------------------------------------------------------------- the source

    async def _source(self) -> tuple[str, _Given]:
        """Those that need nothing come first. What has to be known of a source comes before its token is asked for."""
        sources = sorted(self._known.sources.values(), key=lambda source: (source.setup is not None, source.name))
        options = [(each.name, each.about) for each in sources]
        while True:
            name = choose(self._terminal, "Where do the posts come from?", options, sources[0].name)
            setup = self._known.sources[name].setup
            if setup is None:
                return name, _Given()
            self._steps(setup)
            if agree(self._terminal, f"\nGo on with {name}?", default=False):
                return name, await self._questions(name, setup)

    def _say(self, text: str) -> None:
        self._terminal.say(text)


def _checked(setup: Setup, before: Mapping[str, str], setting: str) -> Callable[[str], Awaitable[str]]:
    async def check(typed: str) -> str:
        return await setup.check({**before, setting: typed})

    return check


def _zone(typed: str) -> str:
    if not typed:
        raise Mistake("Write one such as Europe/London or America/New_York.")
    return parse_zone(typed)


def _is_region(code: str) -> bool:
    try:
        parse_region(code)
    except Mistake:
        return False
    return True


def _region_or_none(typed: str) -> str:
    return "" if typed.casefold() == NONE else parse_region(typed)


def _country(typed: str) -> str:
    code = {"UK": "GB"}.get(typed.upper(), typed.upper())
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise Mistake("Write two letters, such as GB, US, IE or AU.")
    return code


def _name(typed: str) -> str:
    name = " ".join(plain(typed).split())
    if not name or len(name) > MOST_LETTERS_OF_A_NAME:
        raise Mistake(f"Write a name of up to {MOST_LETTERS_OF_A_NAME} letters.")
    return name
