"""What the configuration says about the library: how long is kept what is of no use any more, and what is read."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Keeping:
    """What was `removed` can be restored for so long, and who decided what stands in the `audit` for so long. With
    `page_titles` a saved page is asked what it is called."""

    removed: timedelta = timedelta(days=30)
    audit: timedelta = timedelta(days=365)
    page_titles: bool = True
