"""How X presents itself to the engine. tweepy is imported when the source is opened, not before: the command line loads
every plug-in and must stay fast."""

from adapters.x.disclose import disclose
from adapters.x.section import XSection
from adapters.x.setup import setup
from bot.plugins import SourcePlugin, SourceTools
from bot.ports import PostSource


def _open(section: XSection, tools: SourceTools) -> PostSource:
    from adapters.x.source import XSource  # noqa: PLC0415 - tweepy takes most of a second to import

    return XSource(section, tools.clock)


plugin = SourcePlugin(
    name="x",
    section=XSection,
    open=_open,
    disclose=disclose,
    setup=setup,
    about="posts of X, with your school's own app; X bills what it returns",
)
