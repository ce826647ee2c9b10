"""Tables for spreadsheets, in which nobody's words can become a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PASSED_OVER = " \"'\u00a0\u200b\u3000\ufeff"
"""Spaces and quotation marks, which some programs take away before they look."""


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a line for the header. What a spreadsheet could take for a formula begins with an apostrophe; numbers stay
    numbers."""
    return csv_line(header) + "".join(map(csv_line, rows))


def csv_line(row: Sequence[object]) -> str:
    """One row of such a table."""
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerow([_cell(value) for value in row])
    return written.getvalue()


def _cell(value: object) -> object:
    """With lines as they are ended everywhere: another end would be taken for that of the row."""
    if not isinstance(value, str):
        return value
    begins_one = value.lstrip(_PASSED_OVER).startswith(STARTS_A_FORMULA)
    return ("'" if begins_one else "") + value.replace("\r\n", "\n").replace("\r", "\n")
