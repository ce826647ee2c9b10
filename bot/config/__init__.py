"""The configuration: a TOML text, what the environment says instead, and every mistake in one answer.

    TOML ─────────┐
    environment ──┼─▶ one tree ──▶ a model a section ──▶ Config
    secrets ──────┘       (mistakes are gathered all the way, and raised together)

`read` goes the whole way. `sections` are the core's own models, to which plug-ins add theirs; `environment` lays
variables over the file, and `secrets` adds a file that holds nothing else; `places` knows where a value came from and
gathers mistakes; `wording` makes sentences of them; `connected` says what it means once the chats are connected.
"""

from bot.config.addresses import outside_addresses
from bot.config.connected import channel_key, channel_of, used_sources
from bot.config.model import ChannelSettings, Config
from bot.config.read import read_config
from bot.config.secrets import file_beside
from bot.config.sections import Admin, Budget, ChannelSection, Database, Staffroom

__all__ = [
    "Admin",
    "Budget",
    "ChannelSection",
    "ChannelSettings",
    "Config",
    "Database",
    "Staffroom",
    "channel_key",
    "channel_of",
    "file_beside",
    "outside_addresses",
    "read_config",
    "used_sources",
]
