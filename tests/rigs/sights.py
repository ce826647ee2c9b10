"""What a school sees in its chat on a Tuesday morning, for the previews. People and posts are invented."""

from dataclasses import replace

from bot.plugins import Sight
from bot.views import (
    Button,
    Buttons,
    ChoiceField,
    Credit,
    Form,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Message,
    Paragraph,
    PostItem,
    Resource,
    ShownNote,
    TextField,
)

TITLE = "Tuesday 24 November · 5 posts from #edchat, #mathchat and 2 more"


def _author(name: str, handle: str) -> Credit:
    return Credit(name, handle, f"https://x.com/{handle}")


def _post(number: int, author: Credit, when: str, text: str, why: str) -> PostItem:
    return PostItem(
        number=number,
        credit=author,
        when=when,
        text=text,
        resource=None,
        media=(),
        poll=(),
        context="",
        why=why,
        url=f"https://x.com/{author.handle}/status/18{number}",
        view_label="View on X",
        emoji=f"{number}\ufe0f\u20e3",
        buttons=(Button(f"Save item {number} by {author.name}", f"save/d-digest/{number}"),),
        menu=(
            Button(f"Less like item {number}", f"less/d-digest/{number}"),
            Button(f"Mute {author.name} here (item {number})", f"mute/d-digest/{number}"),
            Button(f"Why item {number} is here", f"why/d-digest/{number}"),
            Button(f"Report item {number}", f"report/d-digest/{number}"),
        ),
    )


POSTS = (
    replace(
        _post(
            1,
            _author("Ana Souza", "anateachesmaths"),
            "yesterday 16:12",
            "Exit tickets that take two minutes to mark: one question, three boxes (got it, nearly, help).\n\n"
            "I sort them into piles while the next class comes in. Templates for years 5 to 9 in here. #edchat",
            "#edchat · shared by 3 educators · 2 colleagues saved this author before",
        ),
        resource=Resource(
            "Ten exit tickets you can mark while they line up", "https://tickets.example/ten", "tickets.example"
        ),
        saved_by="Saved by Priya and 1 colleague",
    ),
    replace(
        _post(
            2,
            _author("Rosa Lindqvist", "mslindqvist"),
            "yesterday 19:40",
            "We stopped teaching the “butterfly method” this term. Fraction bars on every table, and suddenly they "
            "argue about *why*. #mathchat",
            "#mathchat · 97 likes and 22 reposts",
        ),
        media=("Picture: two paper fraction bars side by side, three quarters lined up with six eighths",),
    ),
    replace(
        _post(
            3,
            _author("Tomás Ó Briain", "tob_science"),
            "yesterday 21:05",
            "How often do you let them redo a lab report?",
            "#scichat · 41 replies",
        ),
        poll=("Always, until it is right · 46%", "Once · 38%", "Never, but I comment · 16%"),
    ),
    replace(
        _post(
            4,
            _author("Harbour Street Library", "harbourstlib"),
            "today 06:02",
            "Our reading ladder for reluctant readers now has a rung for graphic novels. Free to print, take what you "
            "need.",
            "@harbourstlib · 12 likes",
        ),
        resource=Resource("The reading ladder, with graphic novels", "https://ladder.example/novels", "ladder.example"),
        context="In reply to @mathsbee",
    ),
    replace(
        _post(
            5,
            _author("Wanjiru Kamau", "wkamau_geo"),
            "today 06:31",
            "How do you get 8C to label a map without copying it from the next desk? Blank ones and cut-up ones did "
            "not help.",
            "#geographyteacher · a question, hardly answered yet · 2 likes",
        ),
        context="Perhaps somebody here can help.",
        reply_url="https://x.com/intent/tweet?in_reply_to=185",
        reply_label="Reply on X",
    ),
)


def digest() -> Message:
    lines = [f"{post.number}. {post.credit.name}: {post.text}" for post in POSTS if post.credit]
    return Message((Heading(TITLE), *POSTS), summary="\n".join([TITLE, *lines]))


def short_digest() -> Message:
    head = "Wednesday 25 November · 2 posts from #edchat, #mathchat and 2 more"
    hint = "Read in part today: not every topic could be read in full."
    sample = replace(POSTS[1], label="Invented sample post", saved_by="Saved by Ben")
    return Message((Heading(head), Hint(hint), GoneItem(1, "no longer available"), sample), summary=head)


def cover() -> Message:
    head = "Tuesday 24 November · 5 posts from #edchat, #mathchat and 2 more"
    return Message(
        (Heading(head), Hint("Each post is a reply to this message. Put 🔖 on one to save it.")), summary=head
    )


def card() -> Message:
    return Message((POSTS[0],), summary="1. Ana Souza: Exit tickets that take two minutes to mark.")


def saved() -> Message:
    text = "Saved: “Ten exit tickets you can mark while they line up”. Colleagues see your name with it."
    buttons = (Button("Undo", "undo/i-1"), Button("Add tags or a note", "note/i-1"), Button("My saves", "run/saved"))
    hint = "Everybody in this channel finds it with /pln find exit tickets."
    return Message((Paragraph(text), Buttons(buttons), Hint(hint)), summary=text)


def _entry(number: int, title: str, host: str, saved_by: str) -> LibraryEntry:
    return LibraryEntry(
        item=f"i-{number}",
        title=title,
        url=f"https://{host}/{number}",
        host=host,
        when="24 November 2026",
        saved_by=saved_by,
        view_label="View on X",
        view_url=f"https://x.com/anateachesmaths/status/18{number}",
    )


NOTES = (ShownNote("Priya", "worked with **7B**, print four to a page"), ShownNote("Ben", "the third one is too long"))
ENTRIES = (
    replace(
        _entry(
            1, "Ten exit tickets you can mark while they line up", "tickets.example", "Saved by you and 1 colleague"
        ),
        text="Exit tickets that take two minutes to mark: one question, three boxes (got it, nearly, help) …",
        credit=_author("Ana Souza", "anateachesmaths"),
        tags="Reading group · assessment, year 7",
        noted=NOTES,
        buttons=(
            Button("Undo: Ten exit tickets you can mark while they line up", "undo/i-1"),
            Button("Tags and notes: Ten exit tickets you can mark while they line up", "note/i-1"),
        ),
    ),
    _entry(2, "Fraction bars to print and cut", "bars.example", "Saved by Priya"),
    replace(_entry(3, "A lab report rubric that fits on half a page", "labs.example", ""), tags="assessment"),
)


def found() -> Message:
    head = "3 items about “tickets”"
    return Message((Heading(head), *ENTRIES, Buttons((Button("Older ones", "run/find/2"),))), summary=head)


LONG_NOTE = """Worked *very* well with **7B**:
- print four to a page
- hand them out **before** the bell

The templates are on [our drive](https://drive.example/exit-tickets), more at https://tickets.example/ten.
> Can we do this every lesson?"""


def notes() -> Message:
    head = "2 notes about “Ten exit tickets you can mark while they line up”"
    change, remove = Button("Change “Worked very well with 7B:”", "note/1"), Button("Delete “Worked very …”", "drop/1")
    mine = ShownNote("You, 24 November 2026, changed since", LONG_NOTE)
    theirs = ShownNote("Ben, 25 November 2026", "the third one is too long")
    return Message((Heading(head), mine, Buttons((change, remove)), theirs), summary=head)


DAYS = (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday"), ("fri", "Friday"))
ZONES = tuple((f"Region/Town_{n:03}", f"Region/Town_{n:03}") for n in range(420))


def settings() -> Form:
    fields = (
        TextField("topics", "Topics", "#edchat, #mathchat, @harbourstlib", "Separate them by commas.", long=True),
        TextField("time", "Time of the digest", "07:30", "On a 24-hour clock.", most=5),
        ChoiceField("days", "Days", DAYS, ("mon", "tue", "wed", "thu", "fri"), several=True),
        ChoiceField("zone", "Time zone", (("Europe/London", "Europe/London"), *ZONES), ("Europe/London",)),
        ChoiceField("layout", "Layout", (("list", "One message"), ("cards", "A message for each post")), ("list",)),
        TextField("mutes", "Muted", "", "Words or @names, separated by commas.", optional=True),
    )
    intro = "These settings are for everybody in #staff-room."
    return Form("settings", "Settings of this channel", "Save", fields, intro=intro, state="C0123")


def save_form() -> Form:
    shelves = (("", "The library"), ("reading", "Reading group"))
    fields = (
        TextField("tags", "Tags", "", "Separate them by commas.", optional=True),
        TextField("note", "Note", "", "Colleagues see your name with it.", optional=True, long=True, most=1000),
        ChoiceField("shelf", "Shelf", shelves, ("",)),
    )
    return Form("save", "Save to library", "Save", fields, intro="Ten exit tickets you can mark while they line up")


def home_page() -> Message:
    blocks = (
        Heading("Your next digest"),
        Paragraph("#staff-room, Wednesday 25 November, 07:30: #edchat, #mathchat and 2 more"),
        Buttons((Button("Find", "run/find"), Button("Follow", "run/follow"), Button("Settings", "run/settings"))),
        Heading("My saves"),
        ENTRIES[0],
        Heading("What colleagues saved this week"),
        *ENTRIES[1:],
        Hint("Only you see this page. What Staffroom keeps about you: /pln forget-me."),
    )
    return Message(blocks, summary="Your page")


SIGHTS = (
    Sight("The morning digest", digest()),
    Sight("A short morning", short_digest()),
    Sight("Cards: the head of the digest", cover()),
    Sight("Cards: one post", card()),
    Sight("After a save, only visible to the one who saved", saved()),
    Sight("Finding something in the library", found()),
    Sight("The notes about an item", notes()),
    Sight("Settings of a channel", settings()),
    Sight("Save to library, on any message", save_form()),
    Sight("The Home tab", home_page(), is_home=True),
)
