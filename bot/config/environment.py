"""What the environment says: `STAFFROOM_X__BEARER_TOKEN` is `bearer_token` of `[x]`; with `_FILE` it names a file.

A variable without a value counts as not set, since compose files hand down empty ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config.fields import field_at, holds_several, keys_of
from bot.config.places import Findings, Path
from bot.domain.suggest import nearest
from bot.plugins import Section

PREFIX = "STAFFROOM_"
OF_A_FILE = "_FILE"
READ_ELSEWHERE = ("STAFFROOM_CLOCK", "STAFFROOM_CHROMIUM")
OF_TESTS = "STAFFROOM_TEST_"

ReadFile = Callable[[str], str]


@dataclass
class Overlay:
    """Lays the environment over a tree that was read from the file, and remembers where each value came from."""

    tree: dict[str, Any]
    sections: Mapping[str, type[Section]]
    findings: Findings

    def lay(self, environment: Mapping[str, str], read_file: ReadFile) -> None:
        known = {variable_of(path): path for path in _paths(self.sections)}
        for variable, text in sorted(_ours(environment)):
            path = known.get(variable.upper())
            if path and text:
                self._put(path, text, variable)
            elif path is None and not _names_a_file(variable, known):
                self.findings.add(f"environment {variable}", _unknown(variable, known))
        for variable, file in sorted(_ours(environment)):
            path = _names_a_file(variable, known)
            if path and file:
                self._put_from_file(path, file, variable, read_file)

    def _put_from_file(self, path: Path, file: str, variable: str, read_file: ReadFile) -> None:
        place = f"environment {variable}"
        if path in self.findings.variables:
            self.findings.add(place, f"{self.findings.variables[path]} is set too. Set only one of the two.")
            return
        try:
            text = read_file(file)
        except (OSError, UnicodeError) as error:
            self.findings.add(place, _unreadable(error))
        else:
            self._put(path, text.removesuffix("\n").removesuffix("\r"), variable)

    def _put(self, path: Path, text: str, variable: str) -> None:
        section, *keys = path
        table = self.tree.setdefault(section, {})
        for key in keys[:-1]:
            table = table.setdefault(key, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            return  # the file has something else than a table there, which is reported where it is read
        field = field_at(self.sections[section], keys)
        table[keys[-1]] = _split(text) if field and holds_several(field) else text
        self.findings.variables[path] = variable


def variable_of(path: Path) -> str:
    return PREFIX + "__".join(path).upper()


def _ours(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for variable, text in environment.items():
        name = variable.upper()
        if name.startswith(PREFIX) and name not in READ_ELSEWHERE and not name.startswith(OF_TESTS):
            yield variable, text


def _paths(sections: Mapping[str, type[Section]]) -> Iterator[Path]:
    for section, model in sections.items():
        for keys in keys_of(model):
            yield section, *keys


def _names_a_file(variable: str, known: Mapping[str, Path]) -> Path | None:
    name = variable.upper()
    if name in known or not name.endswith(OF_A_FILE):
        return None
    return known.get(name.removesuffix(OF_A_FILE))


def _unreadable(error: OSError | UnicodeError) -> str:
    """The file's name is left out: a person may have put the secret itself there."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text"
    return f"this has to be the name of a file, and that file cannot be read: {reason[0].lower()}{reason[1:]}."


def _split(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def _unknown(variable: str, known: Iterable[str]) -> str:
    allowed = [*known, *READ_ELSEWHERE]
    if variable.upper().startswith(f"{PREFIX}CHANNELS"):
        return "channels are set in the file only."
    wants_file = variable.upper().endswith(OF_A_FILE)
    meant = nearest(variable, [each + OF_A_FILE for each in allowed] if wants_file else allowed)
    return f"there is no such setting. Variables are called {PREFIX}SECTION__KEY.{meant}"
