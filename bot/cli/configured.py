"""The configuration, as the installed chats and sources understand it, and what it says about the rest."""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from pydantic import SecretStr

from bot.cli.plugged import CHATS, SOURCES, chats, names, sources
from bot.cli.wiring import Wiring
from bot.config import Config, file_beside, outside_addresses, read_config, used_sources
from bot.domain.packs import Pack
from bot.errors import ConfigMistakes, Mistake
from bot.packs import read_packs
from bot.ports import Clock


def config_of(wiring: Wiring, file: Path) -> Config:
    try:
        text = wiring.files.read_text(file)
    except FileNotFoundError:
        raise Mistake(
            f"There is no file {file}. `staffroom init` writes one; or copy config.example.toml to it and fill it in."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise Mistake(f"{file} cannot be read: {problem}") from None
    return config_in(wiring, text, str(file))


def config_in(
    wiring: Wiring,
    text: str,
    origin: str,
    environment: Mapping[str, str] | None = None,
    read_file: Callable[[str], str] | None = None,
) -> Config:
    """`origin` is what mistakes call the text. Raises ConfigMistakes."""
    return read_config(
        text,
        origin,
        wiring.environment if environment is None else environment,
        read_file or (lambda name: wiring.files.read_text(Path(name))),
        chats={name: plugin.section for name, plugin in chats().items()},
        sources={name: plugin.section for name, plugin in sources().items()},
    )


def settings_of(wiring: Wiring, chat: str, file: Path, keys: Sequence[str]) -> Mapping[str, str]:
    """What the configuration says about keys of a chat's section, or without one the environment alone; empty for what
    neither says."""
    config = config_of(wiring, file) if wiring.files.is_there(file) else config_in(wiring, "", str(file))
    values = {key: getattr(config.plugins[chat], key) for key in keys}
    return {key: each.get_secret_value() if isinstance(each, SecretStr) else str(each) for key, each in values.items()}


def has_nowhere_to_go(config: Config) -> bool:
    """Without a channel in the file people can open one by a command, but not on the page of this computer."""
    return not config.channels and not (config.in_use & set(names(CHATS))) - {"web"}


def sources_of(config: Config) -> set[str]:
    """Their names."""
    return used_sources(config, names(SOURCES))


def packs_of(wiring: Wiring, config: Config) -> Sequence[Pack]:
    """Those of the school's own file, or those that come with Staffroom. Raises ConfigMistakes."""
    if not config.staffroom.packs:
        return bundled_packs()
    file = file_beside(config.origin, config.staffroom.packs)
    try:
        return read_packs(wiring.files.read_text(Path(file)), file)
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigMistakes([f"[staffroom] packs: {file} cannot be read: {problem}"]) from None


def bundled_packs() -> Sequence[Pack]:
    return read_packs((files("bot.packs") / "packs.toml").read_text(encoding="utf-8"), "packs.toml")


def clock_of(wiring: Wiring, config: Config) -> Clock:
    """The machine's time, or a trial's, which only a Staffroom that reaches nobody may have. Raises Mistake."""
    setting = wiring.environment.get("STAFFROOM_CLOCK", "")
    outside = outside_addresses(config) if setting.strip() else []
    if outside:
        places = "".join(f"\n  - {each}" for each in outside)
        raise Mistake(f"STAFFROOM_CLOCK is for trials on this machine only, and these addresses are not:{places}")
    return wiring.clock(setting)
