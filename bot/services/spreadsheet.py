"""Tables for spreadsheets, in which nobody's words can become a formula.

Parts are separated by commas. In countries that write numbers with a comma, spreadsheets part at semicolons instead,
some at tabs, and for those the quotation marks of all cells but the first are letters like others: a cell of theirs may
begin after any semicolon, tab or line break within one of ours. So an apostrophe stands before whatever could be a
formula there, as well as at the beginning. Programs that part at commas and semicolons alike are told by the quotation
marks where a cell ends.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_PASSED_OVER = " \"'\u00a0\u200b\u3000\ufeff"
"""Spaces and quotation marks, which some programs take away before they look."""
_BEFORE_A_FORMULA = re.compile(rf"(\A|[;\t\n])(?=[{_PASSED_OVER}]*[{re.escape(''.join(STARTS_A_FORMULA))}])")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a line for the header. Numbers stay numbers, and alone have no quotation marks."""
    return csv_line(header) + "".join(map(csv_line, rows))


def csv_line(row: Sequence[object]) -> str:
    """One row of such a table."""
    written = StringIO()
    cells = [_cell(value) for value in row]
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerow(cells)
    return written.getvalue()


def _cell(value: object) -> object:
    """With lines as they are ended everywhere: another end would be taken for that of the row."""
    if not isinstance(value, str):
        return value
    return _BEFORE_A_FORMULA.sub(r"\1'", value.replace("\r\n", "\n").replace("\r", "\n"))
