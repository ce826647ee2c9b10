"""Documents from nowhere: what stands in `texts`, where `leads` says short links lead, what `titles` calls pages."""

from collections.abc import Mapping

from bot.errors import AdapterError, Rejected


class FakeDocuments:
    """`problems` are raised for the place or link they stand under. What was asked for is kept, in order."""

    def __init__(
        self,
        texts: Mapping[str, str] | None = None,
        leads: Mapping[str, str] | None = None,
        problems: Mapping[str, AdapterError] | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self.texts = dict(texts or {})
        self.leads = dict(leads or {})
        self.problems = dict(problems or {})
        self.titles = dict(titles or {})
        self.read_places: list[str] = []
        self.followed: list[str] = []
        self.titles_asked: list[str] = []

    async def read(self, place: str) -> str:
        self.read_places.append(place)
        return self._found(self.texts, place)

    async def leads_to(self, url: str) -> str:
        self.followed.append(url)
        return self._found(self.leads, url)

    async def title(self, url: str) -> str:
        self.titles_asked.append(url)
        return self._found(self.titles, url)

    def _found(self, known: Mapping[str, str], asked: str) -> str:
        if asked in self.problems:
            raise self.problems[asked]
        if asked not in known:
            raise Rejected("There is nothing there. Check the link or the name of the file.")
        return known[asked]
