"""The `[[channels]]` of a configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.config.model import ChannelSettings
from bot.config.places import Findings, channel_place
from bot.config.sections import ChannelSection
from bot.config.verdicts import report_channel
from bot.domain.schedule import Schedule
from bot.domain.suggest import nearest
from bot.domain.topic import Topic, parse_topic
from bot.errors import Mistake
from bot.plugins import Section

Table = dict[str, Any]

DEFAULT_SOURCES: list[str] = ChannelSection.model_fields["sources"].get_default(call_default_factory=True)


@dataclass(frozen=True)
class Installed:
    """The plug-ins that are there: chats with their sections, and sources by name."""

    chats: Mapping[str, type[Section]]
    sources: set[str]

    def refuses(self, chat: str, channel: str) -> str:
        return self.chats[chat].refuses(channel) if chat in self.chats else ""

    def no_chat(self, name: str) -> str:
        return (
            f"“{name}” is no chat that is installed. Installed: {_listed(set(self.chats))}.{nearest(name, self.chats)}"
        )

    def no_source(self, name: str) -> str:
        allowed = _listed(self.sources)
        return f"“{name}” is no source that is installed. Installed: {allowed}.{nearest(name, self.sources)}"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def channel_tables(tree: Mapping[str, Any], findings: Findings) -> list[Table]:
    tables = tree.get("channels", [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    findings.add("[channels]", "each channel begins with [[channels]], in two brackets.")
    return []


def users_of(tables: Sequence[Table]) -> dict[str, str]:
    """The plug-ins that channels need, each with the place where the first channel says so."""
    users: dict[str, str] = {}
    for number, table in enumerate(tables, 1):
        for name in _texts(table.get("sources", DEFAULT_SOURCES)):
            users.setdefault(name, channel_place(number, "sources"))
        for name in _texts([table.get("platform")]):
            users.setdefault(name, channel_place(number, "platform"))
    return users


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def channel_settings(
    tables: Sequence[Table], zone: str, installed: Installed, findings: Findings
) -> tuple[ChannelSettings, ...]:
    """All channels that can be read; what cannot is reported."""
    settings = []
    seen: dict[tuple[str, str | None, str], int] = {}
    for number, table in enumerate(tables, 1):
        _report_not_installed(table, number, installed, findings)
        topics = _topics(table, number, findings)
        section = _section(table, number, findings)
        if section:
            key = (section.platform, section.workspace, section.channel)
            _report_twice(key, number, seen, findings)
            if wrong := installed.refuses(section.platform, section.channel):
                findings.add(channel_place(number, "channel"), wrong)
            settings.append(_settings(section, topics, zone))
    return tuple(settings)


def _section(table: Table, number: int, findings: Findings) -> ChannelSection | None:
    try:
        return ChannelSection.model_validate(table)
    except ValidationError as error:
        report_channel(error, number, ChannelSection, findings)
        return None


def _settings(section: ChannelSection, topics: list[Topic], zone: str) -> ChannelSettings:
    return ChannelSettings(
        platform=section.platform,
        channel=section.channel,
        workspace=section.workspace,
        name=section.name or section.channel,
        topics=_once(topics),
        sources=tuple(dict.fromkeys(section.sources)),
        schedule=Schedule(section.zone or zone, section.days, section.at),
        size=section.size,
        layout=section.layout,
        keycaps=section.keycaps,
        saves_links=section.saves_links,
        department=section.department,
        languages=section.languages,
        holidays=section.holidays,
        terms=section.terms,
        closed=section.closed,
        roundup=section.roundup,
        share=section.share,
    )


def _once(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """In the file's order; two spellings of one hashtag are one topic, called as it is written first."""
    by_key: dict[tuple[str, str, str], Topic] = {}
    for topic in topics:
        by_key.setdefault((topic.kind, topic.key, topic.source), topic)
    return tuple(by_key.values())


def _report_not_installed(table: Table, number: int, installed: Installed, findings: Findings) -> None:
    for name in _texts([table.get("platform")]):
        if name and name not in installed.chats:
            findings.add(channel_place(number, "platform"), installed.no_chat(name))
    for name in _texts(table.get("sources")):
        if name not in installed.sources:
            findings.add(channel_place(number, "sources"), installed.no_source(name))


def _topics(table: Table, number: int, findings: Findings) -> list[Topic]:
    """Accounts belong to the first source of their channel."""
    account_source = next(iter(_texts(table.get("sources"))), DEFAULT_SOURCES[0])
    topics = []
    for text in _texts(table.get("topics")):
        try:
            topics.append(parse_topic(text, account_source=account_source))
        except Mistake as mistake:
            findings.add(channel_place(number, "topics"), str(mistake))
    return topics


def _report_twice(
    key: tuple[str, str | None, str], number: int, seen: dict[tuple[str, str | None, str], int], findings: Findings
) -> None:
    first = seen.setdefault(key, number)
    if first != number:
        findings.add(channel_place(number), f"this channel stands in the file twice: it is also [[channels]] {first}.")
