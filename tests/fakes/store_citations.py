"""The posts that lead to the items of libraries, in memory."""

from bot.domain.keys import PostKey
from bot.domain.rules import Verdict
from tests.fakes.store_data import CitationRow, Data, StandingRow


def citations_of(data: Data, workspace: str, item: str) -> list[PostKey]:
    """Newest first."""
    rows = [
        (row.cited_at, post) for (there, id_, post), row in data.citations.items() if (there, id_) == (workspace, item)
    ]
    return [post for _, post in sorted(rows, reverse=True)]


def rows_of(data: Data, workspace: str, item: str) -> list[CitationRow]:
    """Oldest first."""
    return [data.citations[workspace, item, post] for post in reversed(citations_of(data, workspace, item))]


def shown_post(data: Data, workspace: str, item: str) -> PostKey | None:
    """The newest that can be shown, else the newest that was reported, else the newest of all."""
    cited = citations_of(data, workspace, item)
    there = [post for post in cited if not data.standings.get(post, StandingRow()).is_absent]
    unreported = [post for post in there if not is_reported(data, workspace, post)]
    return next(iter([*unreported, *there, *cited]), None)


def items_led_to(data: Data, workspace: str, post: PostKey) -> list[str]:
    """The first it led to first."""
    rows = [
        (row.cited_at, id_) for (there, id_, each), row in data.citations.items() if (there, each) == (workspace, post)
    ]
    return [id_ for _, id_ in sorted(rows)]


def is_reported(data: Data, workspace: str, post: PostKey) -> bool:
    report = data.reports.get((workspace, post))
    return report is not None and report.verdict is not Verdict.RESTORED
