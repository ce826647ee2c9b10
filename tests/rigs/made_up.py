"""Messages as Hypothesis makes them up: long, hostile, empty, in every writing system."""

from hypothesis import strategies as st

from bot.domain.search import Sought
from bot.domain.search.query import Words
from bot.testing.messages import HOSTILE
from bot.views import (
    Block,
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Link,
    Message,
    Paragraph,
    PostItem,
    Resource,
    ShownNote,
)

NASTY = (
    *HOSTILE,
    "<!channel>",
    "<!subteam^S123|@staff>",
    "<@U0123ABC>",
    "<#C0123|general>",
    "<https://evil.example|click here>",
    "&lt;!here&gt;",
    "&amp;lt;!here&amp;gt;",
    "*bold* _italic_ ~struck~ `code`",
    "> quoted\n>>> all of it",
    "```fence\n```",
    ":smile: :one:",
    "https://evil.example/?a=<!channel>|b",
    "<@123456789012345678> <@!123456789012345678> <@&123456789012345678> <#123456789012345678>",
    "@everyone\n@HERE @Everyone",
    "</pln follow:123456789012345678> <id:customize> <t:1764000000:R>",
    "<:badger:123456789012345678> <a:badger:123456789012345678> :tada: :foo_bar: ::a:: 16:12:05",
    "# head\n## two\n### three\n-# small\n- one\n* two\n+ three\n1. four\n 2) five",
    "||spoiler|| __under__ ~~gone~~ ***all*** _a_ *b* `c`` ",
    '](https://evil.example) [x](https://evil.example "t")',
    "\\](https://evil.example)\\\\[a\\]",
    "discord.gg/abc https://discord.com/invite/abc DISCORD.GG/abc",
    "<https://evil.example> steam://run/1 mailto:head@school.example <head@school.example> <+4412345678>",
    "¯\\_(ツ)_/¯ \\\\ \\",
    "save/d~2",
    "\u200b\u2060\ufeff",
    "half \ud800 an emoji",
    "\x00\x1b[31m",
    "👩‍🏫👍🏽" * 40,
    "حصة الرياضيات \u202eغدا",
    "\n" * 500,
    "w" * 4000,
    "many & few < words > " * 300,
)

MARKDOWN = (
    "**",
    "*",
    "`",
    "[",
    "](",
    ")",
    "![",
    "# ",
    "- ",
    "> ",
    "12. ",
    "\n",
    "\n\n",
    " ",
    "a",
    ".",
    "[the page](https://pages.example/1)",
    "[https://bank.example](https://evil.example/)",
    "https://pages.example/a_b_(c)",
    "**very *much*** ",
    "*so* ",
    "`as **is**`",
    "@everyone",
    "<!channel>",
    "discord.gg/",
    ":smile",
    ":",
    "\\",
)

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=80),
    st.lists(st.sampled_from([*NASTY, "a plain sentence.", " ", "\n", "|", ">", "<"]), max_size=4).map("".join),
)
urls = st.one_of(
    st.sampled_from(
        [
            "https://school.example/page",
            "https://school.example/" + "long/" * 390,
            "https://school.example/?q=<!channel>|x>&y=1",
            "http://evil.example/<https://other.example|x>",
            "https://school.example/ä b\n\u202e",
            "javascript:alert(1)",
            "https://[half",
            "",
        ]
    ),
    texts.map("https://school.example/".__add__),
    texts,
)
actions = st.text("abcdefghij0123456789/", min_size=1, max_size=100)
buttons = st.lists(st.builds(Button, texts, actions), max_size=7).map(tuple)
credits_ = st.one_of(st.none(), st.builds(Credit, texts, texts, urls))
resources = st.one_of(st.none(), st.builds(Resource, texts, urls, texts))
some_texts = st.lists(texts, max_size=4).map(tuple)

posts = st.builds(
    PostItem,
    number=st.one_of(st.none(), st.integers(0, 99)),
    credit=credits_,
    when=texts,
    text=texts,
    resource=resources,
    media=some_texts,
    poll=some_texts,
    context=texts,
    why=texts,
    url=urls,
    view_label=texts,
    reply_url=st.one_of(st.just(""), urls),
    reply_label=texts,
    label=texts,
    saved_by=texts,
    buttons=buttons,
    menu=buttons,
)
marks = st.lists(st.integers(0, 300), max_size=8).map(
    lambda places: tuple(zip(sorted(places)[::2], sorted(places)[1::2], strict=False))
)
"""Where something was found in a text, which may be shorter."""
sought = st.lists(st.sampled_from(["evil", "everyone", "click here", "head", "plain", "sentence", "تعال", "1"])).map(
    lambda each: Sought(tuple(Words(tuple(words.split()), goes_on=True) for words in each))
)
written = st.builds(ShownNote, texts, texts | st.lists(st.sampled_from(MARKDOWN) | texts, max_size=12).map("".join))
"""What looks like the Markdown of notes, and what only begins like it."""
entries = st.builds(
    LibraryEntry,
    item=texts,
    title=texts,
    url=urls,
    host=texts,
    when=texts,
    saved_by=texts,
    text=texts,
    credit=credits_,
    view_label=texts,
    view_url=urls,
    buttons=buttons,
    tags=texts,
    noted=st.lists(written, max_size=3).map(tuple),
    marks=marks,
    sought=sought,
    menu=buttons,
)
blocks: st.SearchStrategy[Block] = st.one_of(
    posts,
    entries,
    written,
    st.builds(Heading, texts),
    st.builds(Paragraph, texts),
    st.builds(Hint, texts),
    st.builds(Link, texts, urls),
    st.builds(GoneItem, st.integers(0, 99), texts),
    st.builds(Buttons, buttons),
)
items = st.builds(Message, blocks.map(lambda block: (block,)), texts)
messages = st.builds(Message, st.lists(blocks, max_size=8).map(tuple), texts)
digests = st.builds(
    Message,
    st.tuples(st.builds(Heading, texts), st.lists(posts, min_size=1, max_size=10)).map(
        lambda made: (made[0], *made[1])
    ),
    some_texts.map("\n".join),
)
