"""From the text of a configuration to a `Config`, or to all of its mistakes at once."""

import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.config.channels import Installed, channel_settings, channel_tables, users_of
from bot.config.environment import Overlay, ReadFile
from bot.config.model import Config
from bot.config.places import Findings
from bot.config.secrets import lay_secrets
from bot.config.sections import CORE, Budget, Database, LibrarySection, SchoolSection, Staffroom
from bot.config.verdicts import report
from bot.config.wording import syntax_in_words
from bot.domain.suggest import nearest
from bot.errors import ConfigMistakes, Mistake
from bot.plugins import Section

Tree = dict[str, Any]


def read_config(
    toml_text: str,
    origin: str,
    environment: Mapping[str, str],
    read_file: ReadFile,
    *,
    chats: Mapping[str, type[Section]],
    sources: Mapping[str, type[Section]],
) -> Config:
    """Reads the configuration. `chats` and `sources` are the sections of the installed plug-ins, by name.

    Raises ConfigMistakes with every mistake of the file and the environment, each with its place, what is allowed and
    what was probably meant. No secret is in it.
    """
    findings = Findings()
    sections = {**CORE, **_plugin_sections(chats, sources, findings)}
    tree = _parsed(toml_text, origin, findings)
    Overlay({} if tree is None else tree, sections, findings).lay(environment, read_file)
    if tree is not None:
        lay_secrets(tree, origin, read_file, findings)
    config = None if tree is None else _read_tree(tree, origin, sections, Installed(chats, set(sources)), findings)
    if config is None or findings.mistakes:
        raise ConfigMistakes(findings.mistakes)
    return config


def _plugin_sections(
    chats: Mapping[str, type[Section]], sources: Mapping[str, type[Section]], findings: Findings
) -> dict[str, type[Section]]:
    """A chat and a source may share a name only where they share their section as well."""
    for name in sorted({*chats, *sources}):
        twice = name in chats and name in sources and chats[name] is not sources[name]
        if twice or name in {*CORE, "channels"}:
            findings.add(f"plug-in {name}", "this name is taken. Uninstall one of the packages that use it.")
    return {**sources, **chats}


def _parsed(toml_text: str, origin: str, findings: Findings) -> Tree | None:
    text = toml_text.removeprefix("\ufeff")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where, reason = syntax_in_words(error, text)
        findings.add(f"{origin}, {where}", reason)
        return None


def _read_tree(
    tree: Tree, origin: str, sections: Mapping[str, type[Section]], installed: Installed, findings: Findings
) -> Config | None:
    mentioned = set(tree)
    _report_strangers(tree, sections, findings)
    tables = channel_tables(tree, findings)
    users = users_of(tables)
    built = {name: _section(name, tree.get(name), model, users, findings) for name, model in sections.items()}
    staffroom, school, database, budget, library = (built.pop(name) for name in CORE)
    _report_admin(staffroom, installed, findings)
    zone = staffroom.zone if isinstance(staffroom, Staffroom) else "UTC"
    channels = channel_settings(tables, zone, installed, findings)
    if not (
        isinstance(staffroom, Staffroom)
        and isinstance(school, SchoolSection)
        and isinstance(database, Database)
        and isinstance(budget, Budget)
        and isinstance(library, LibrarySection)
    ):
        return None
    plugins = {name: section for name, section in built.items() if section is not None}
    begun = mentioned - {name for name in installed.chats if name in plugins and _is_blank(plugins[name])}
    in_use = frozenset(name for name in plugins if name in users or name in begun)
    _report_half_set_up({name: plugins[name] for name in (in_use & set(installed.chats)) - set(users)}, findings)
    return Config(origin, staffroom, school, database, budget, library, channels, plugins, in_use)


def _report_half_set_up(chats: Mapping[str, Section], findings: Findings) -> None:
    """Without a channel in the file, too: people may open one by a command."""
    for name, section in chats.items():
        if lack := section.lacks():
            findings.add(f"[{name}]", lack)


def _is_blank(section: Section) -> bool:
    """As the example has it: it needs something, and says nothing that does not hold anyway."""
    return bool(section.lacks()) and section == type(section)()


def _report_strangers(tree: Tree, sections: Mapping[str, type[Section]], findings: Findings) -> None:
    """Sections that do not exist, and settings that stand outside any section."""
    for name in [each for each in tree if each not in {*sections, "channels"}]:
        if isinstance(tree[name], dict | list):
            meant = nearest(name, [*sections, "channels"])
            allowed = ", ".join([*sections, "channels"])
            findings.add(f"[{name}]", f"there is no such section. Allowed: {allowed}.{meant}")
        else:
            owners = [f"[{section}]" for section, model in sections.items() if name in model.model_fields]
            meant = f" It belongs under {' or '.join(owners)}." if owners else ""
            findings.add(name, f"this stands outside any section.{meant}")


def _section(
    name: str, table: object, model: type[Section], users: Mapping[str, str], findings: Findings
) -> Section | None:
    """The section, or None with its mistakes reported. What nobody uses or mentions may lack what it needs."""
    if table is not None and not isinstance(table, dict):
        findings.add(f"[{name}]", "this has to be a section with settings of its own.")
        return None
    try:
        section = model.model_validate(table or {})
    except ValidationError as error:
        if table is not None or name in users:
            report(error, name, model, findings)
        return None
    except Mistake as mistake:
        findings.add(f"[{name}]", str(mistake))
        return None
    if name in users and (lack := section.lacks()):
        findings.add(users[name], lack)
    return section


def _report_admin(staffroom: Section | None, installed: Installed, findings: Findings) -> None:
    if not isinstance(staffroom, Staffroom) or not staffroom.admin:
        return
    if staffroom.admin.platform not in installed.chats:
        place = findings.place("staffroom", ("admin", "platform"))
        findings.add(place, installed.no_chat(staffroom.admin.platform))
    elif wrong := installed.refuses(staffroom.admin.platform, staffroom.admin.channel):
        findings.add(findings.place("staffroom", ("admin", "channel")), wrong)
