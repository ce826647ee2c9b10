"""The library's addresses: each looks up what it shows at the desk, or has something done there and says what came of
it. Everything works without a script."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.forms import Form, read_form
from adapters.web.frame import Frame, Frames
from adapters.web.library.acts import ACTS
from adapters.web.library.asking import Asked, asked_of, narrowed, number_of, page_at, pages_of
from adapters.web.live import Bell, stream
from adapters.web.render import Templates, fingerprint
from adapters.web.visitor import visitor
from bot.domain.search.terms import field_term
from bot.errors import Mistake
from bot.plugins import ChatTools
from bot.ports.desk import Desk, DeskShelf, LinkToSave, Viewer

NOT_HERE = "There is no such item in the library. Perhaps it was taken back or removed."
NO_DIGEST = "There is no such digest. Perhaps its channel is no longer open to you."
NO_DEPARTMENT = "There is no such department here."
NO_ENGINE = "The library opens once Staffroom is running. Try again in a moment."

_LISTS = re.compile(r"/library(?:/removed|/tags/%23[\w%.~-]+|/digests/[\w%.~-]+)?(?:\?[\w%.~&=+-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list, and what it was asked for."""

    asked: Asked
    shelf: DeskShelf

    @property
    def pages(self) -> int:
        return pages_of(self.shelf.total.counted)

    @property
    def version(self) -> str:
        return fingerprint(repr(self.shelf))


class Library:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames, bell: Bell) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._frames = frames
        self._bell = bell

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/library", self.show),
            web.get("/library/shelf", self.shelf),
            web.get("/library/events", self.events),
            web.get("/library/tags", self.tags),
            web.get("/library/tags/{tag:[^/]+}", self.tag),
            web.get("/people", self.people),
            web.get("/library/digests", self.digests),
            web.get("/library/digests/{key}", self.digest),
            web.post("/library/digests/{key}/save", self.save_post),
            web.get("/library/save", self.form),
            web.post("/library/save", self.save_link),
            web.get("/library/removed", self.removed),
            web.get("/library/items/{item}", self.item),
            web.post("/library/items/{item}/{act}", self.act),
        ]

    # ----------------------------------------------------------------------------------------------------------- lists

    async def show(self, request: web.Request) -> web.Response:
        asked = asked_of(request)
        if narrower := narrowed(asked, request.query):
            return web.Response(status=303, headers={"Location": narrower.address})
        frame = await self._frames.of(request, "mine" if asked.mine else "library")
        if frame.is_print:
            return self._html("print.html", frame, page=await self._list(request, asked), title=_title_of(asked))
        shelf, filters = await self._desk.shelf_and_filters(
            _viewer(request), asked.words, asked.page(), mine=asked.mine
        )
        return self._html("library.html", frame, page=ListPage(asked, shelf), filters=filters)

    async def shelf(self, request: web.Request) -> web.Response:
        """The list alone, for a page that is open."""
        frame = await self._frames.of(request, "library")
        return self._html("shelf.html", frame, page=await self._list(request, asked_of(request)))

    async def events(self, request: web.Request) -> web.StreamResponse:
        async def look() -> str:
            return (await self._list(request, asked_of(request))).version

        return await stream(request, self._bell, look)

    async def tags(self, request: web.Request) -> web.Response:
        frame = await self._frames.of(request, "tags")
        return self._html("tags.html", frame, tags=await self._desk.tags(_viewer(request)))

    async def tag(self, request: web.Request) -> web.Response:
        """All that has the tag."""
        tag = request.match_info["tag"].removeprefix("#")
        asked = Asked(f"/library/tags/{quote('#' + tag, safe='')}", number=number_of(request.query.get("page", "")))
        frame = await self._frames.of(request, "tags")
        page = await self._found(request, asked, field_term("tag", tag))
        if frame.is_print:
            return self._html("print.html", frame, page=page, title=f"Tag: {tag}")
        return self._html("tag.html", frame, page=page, tag=tag)

    async def removed(self, request: web.Request) -> web.Response:
        viewer = _viewer(request)
        if not viewer.is_owner:
            raise Refusal(403, "Only admins, and whoever looks after Staffroom, see what was removed.")
        asked = Asked("/library/removed", number=number_of(request.query.get("page", "")))
        frame = await self._frames.of(request, "removed")
        page = ListPage(asked, await self._desk.removed(viewer, page_at(asked.number)))
        return self._html("removed.html", frame, page=page, kept_days=self._desk.kept_days)

    async def _list(self, request: web.Request, asked: Asked) -> ListPage:
        return await self._found(request, asked, asked.words)

    async def _found(self, request: web.Request, asked: Asked, words: str) -> ListPage:
        page = asked.page(on_paper="print" in request.query)
        return ListPage(asked, await self._desk.shelf(_viewer(request), words, page, mine=asked.mine))

    # ------------------------------------------------------------------------------------------------------- one thing

    async def item(self, request: web.Request) -> web.Response:
        found = await self._desk.item_and_filters(_viewer(request), request.match_info["item"])
        if found is None:
            raise Refusal(404, NOT_HERE)
        page, filters = found
        frame = await self._frames.of(request, "library")
        if frame.is_print:
            return self._html("paper.html", frame, page=page)
        shown = {"shows_history": "history" in request.query, "kept_days": self._desk.kept_days}
        return self._html("item.html", frame, page=page, filters=filters, **shown)

    async def act(self, request: web.Request) -> web.Response:
        """Has it done and leads back to the page that the form was on."""
        form, item, name = await read_form(request), request.match_info["item"], request.match_info["act"]
        if name not in ACTS:
            raise Refusal(404, "There is no such page.")
        back = _way_back(form) or f"/library/items/{quote(item, safe='')}"
        try:
            done = await self._desk.act(_viewer(request), item, ACTS[name](form))
        except Mistake as mistake:
            return self._frames.refused(request, back, str(mistake))
        self._bell.ring()
        left = await self._desk.item(_viewer(request), item) if not _way_back(form) else True
        return self._frames.after(request, back if left else "/library", done.sentence)

    async def form(self, request: web.Request) -> web.Response:
        """Also filled in from the address, for a bookmark or another app that hands over a page."""
        given = Form({name: request.query.get(name, "")[:2_000] for name in ("url", "title")})
        return await self._save_form(request, _link(given))

    async def save_link(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        link = _link(form)
        try:
            done = await self._desk.save_link(_viewer(request), link)
        except Mistake as mistake:
            return await self._save_form(request, link, str(mistake))
        self._bell.ring()
        return self._frames.after(request, f"/library/items/{quote(done.item, safe='')}", done.sentence)

    async def _save_form(self, request: web.Request, link: LinkToSave, problem: str = "") -> web.Response:
        frame = await self._frames.of(request, "save")
        filters = await self._desk.filters(_viewer(request))
        return self._html(
            "save.html", frame, status=400 if problem else 200, link=link, filters=filters, problem=problem
        )

    # ---------------------------------------------------------------------------------------------------------- people

    async def people(self, request: web.Request) -> web.Response:
        """Whom colleagues learn from: accounts at the sources of posts, never colleagues."""
        page = await self._desk.people(_viewer(request), request.query.get("in", ""))
        if page is None:
            raise Refusal(404, NO_DEPARTMENT)
        return self._html("people.html", await self._frames.of(request, "people"), page=page)

    # ---------------------------------------------------------------------------------------------------- past digests

    async def digests(self, request: web.Request) -> web.Response:
        number = number_of(request.query.get("page", ""))
        found, total = await self._desk.digests(_viewer(request), page_at(number))
        frame = await self._frames.of(request, "digests")
        asked = Asked("/library/digests", number=number)
        return self._html("digests.html", frame, digests=found, asked=asked, pages=pages_of(total))

    async def digest(self, request: web.Request) -> web.Response:
        page = await self._desk.digest(_viewer(request), request.match_info["key"])
        if page is None:
            raise Refusal(404, NO_DIGEST)
        frame = await self._frames.of(request, "digests")
        return self._html("digest.html", frame, page=page)

    async def save_post(self, request: web.Request) -> web.Response:
        form, digest = await read_form(request), request.match_info["key"]
        back = f"/library/digests/{quote(digest, safe='')}"
        try:
            done = await self._desk.save_post(
                _viewer(request), digest, form.text("source"), form.text("post"), private=bool(form.text("private"))
            )
        except Mistake as mistake:
            return self._frames.refused(request, back, str(mistake))
        self._bell.ring()
        return self._frames.after(request, back, done.sentence)

    @property
    def _desk(self) -> Desk:
        if self._pages.desk is None:
            raise Refusal(503, NO_ENGINE)
        return self._pages.desk

    def _html(self, name: str, frame: Frame, *, status: int = 200, **values: object) -> web.Response:
        html = self._templates.page(name, frame, **values)
        return web.Response(text=html, status=status, content_type="text/html")


def _viewer(request: web.Request) -> Viewer:
    me = visitor(request)
    return Viewer(me.person, me.role)


def _way_back(form: Form) -> str:
    """The list or the digest that the form was on; nothing for an address that is none of ours."""
    back = form.text("back")
    return back if _LISTS.fullmatch(back) else ""


def _link(form: Form) -> LinkToSave:
    return LinkToSave(
        url=form.text("url"),
        title=form.text("title"),
        tags=form.text("tags"),
        note=form.text("note"),
        library=form.text("library"),
        private=bool(form.text("private")),
    )


def _title_of(asked: Asked) -> str:
    if asked.words:
        return f"From the library: {asked.words}"
    return "My saves" if asked.mine else "The library"
