"""Reports what a model refused, one line a verdict."""

from pydantic import BaseModel, ValidationError

from bot.config.fields import field_at
from bot.config.places import Findings, channel_place
from bot.config.wording import in_words


def report(error: ValidationError, section: str, model: type[BaseModel], findings: Findings) -> None:
    for keys, sentence in _lines(error, model):
        findings.add(findings.place(section, keys), sentence)


def report_channel(error: ValidationError, number: int, model: type[BaseModel], findings: Findings) -> None:
    for keys, sentence in _lines(error, model):
        findings.add(channel_place(number, ".".join(keys)), sentence)


def _lines(error: ValidationError, model: type[BaseModel]) -> list[tuple[list[str], str]]:
    """Each key with its first verdict: the several branches of a union say the same in different words."""
    lines: dict[tuple[str, ...], str] = {}
    for verdict in error.errors(include_url=False):
        keys = _keys([str(part) for part in verdict["loc"]], model)
        if verdict["type"] == "extra_forbidden":
            keys = [str(part) for part in verdict["loc"]]
        lines.setdefault(tuple(keys), in_words(verdict, model, keys))
    return [(list(keys), sentence) for keys, sentence in lines.items()]


def _keys(location: list[str], model: type[BaseModel]) -> list[str]:
    """The part of the location that names keys: behind it come positions in lists and branches of unions."""
    while location and field_at(model, location) is None:
        location = location[:-1]
    return location
