"""Tables for spreadsheets, in which nobody's words can become a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a line for the header. What a spreadsheet could take for a formula begins with an apostrophe; numbers stay
    numbers."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(header)
    table.writerows([[_cell(value) for value in row] for row in rows])
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.lstrip(" ").startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return value
