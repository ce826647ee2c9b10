"""How the sample posts present themselves to the engine."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from bot.plugins import Disclosure, Section, SourcePlugin, SourceTools

if TYPE_CHECKING:
    from bot.ports import PostSource


class SampleSection(Section):
    """`[sample]` of the configuration."""

    posts: Path | None = Field(
        default=None, description="a file of posts (.jsonl or .jsonl.gz) instead of the invented ones that are bundled"
    )


def _open(section: SampleSection, tools: SourceTools) -> "PostSource":
    from adapters.x.sample.source import SampleSource  # noqa: PLC0415 - what is not used is not imported

    return SampleSource(section.posts, tools.clock, tools.installed_at)


TOPICS = ("#edchat", "#edtech", "#mathchat", "#scichat", "#litchat", "#newteachers")


def _disclose(_section: SampleSection) -> Disclosure:
    return Disclosure(keeps=("Invented sample posts. Nothing is read from anywhere.",))


plugin = SourcePlugin(
    name="sample",
    section=SampleSection,
    open=_open,
    disclose=_disclose,
    about="invented posts, for a trial: no account, no cost, nothing leaves this computer",
    trial_topics=TOPICS,
)
