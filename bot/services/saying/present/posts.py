"""What is shown of a post: alone, in a list of many, under its number in a digest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.actions import ask_why, flag_post, keep_post, less_like, mute_author, report_item, save_item
from bot.domain.content import ShowPost
from bot.domain.digest import DigestItem
from bot.domain.keys import PostKey
from bot.domain.library import KEYCAPS, Item, savers_in_words
from bot.domain.links import is_web_address
from bot.domain.post import Author, Post
from bot.services.posts.hiding import NO_LONGER, SENSITIVE, pointer_in_words
from bot.services.posts.post_words import as_read, media_in_words, resource_of
from bot.services.saying.present.gathered import Gathered
from bot.services.saying.present.occasion import Occasion
from bot.services.wording import cut, moment_in_words
from bot.views import Block, Button, Credit, GoneItem, Hint, Paragraph, PostItem

LONGEST_TEXT = 600
LONGEST_BEGINNING = 120
CAN_YOU_HELP = "Perhaps somebody here can help."


def numbered_post(gathered: Gathered, item: DigestItem, composed_at: datetime) -> PostItem | GoneItem:
    """An item of a digest. Its age is what it was when the digest was made."""
    post = gathered.posts.get(item.post)
    if item.post in gathered.hidden:
        return GoneItem(item.number, gathered.hidden[item.post])
    if post is None or item.gone:
        return GoneItem(item.number, NO_LONGER)
    shown = _post_item(gathered, post, item.number, item.why, composed_at)
    return _asking(gathered, shown, post) if item.asks else shown


def lone_post(gathered: Gathered, part: ShowPost) -> Sequence[Block]:
    key = PostKey(part.source, part.id)
    post = gathered.posts.get(key)
    if post is None or key in gathered.hidden:
        return [GoneItem(part.number, gathered.hidden[key])] if part.number and key in gathered.hidden else []
    shown = _post_item(gathered, post, part.number, part.why, gathered.occasion.now)
    shown = _asking(gathered, shown, post) if part.asks else shown
    return [_to_keep(shown, key) if part.saves and gathered.occasion.has_buttons else shown]


def short_post(gathered: Gathered, part: ShowPost) -> Sequence[Block]:
    """What a list of many says of each. What is hidden is not linked to either."""
    key = PostKey(part.source, part.id)
    post = gathered.posts.get(key)
    if part.amount == "pointer":
        return [_pointer(gathered, part)]
    if key in gathered.hidden and not (part.amount == "author" and gathered.hidden[key] == SENSITIVE):
        return [Hint(f"One post is {gathered.hidden[key]}.")]
    if post is None:
        return []
    whole = _post_item(gathered, post, None, part.why, gathered.occasion.now)
    text = cut(" ".join(whole.text.split()), LONGEST_BEGINNING)[0] if part.amount == "beginning" else ""
    return [replace(whole, text=text, resource=None, media=(), poll=(), context="", saved_by="")]


def _pointer(gathered: Gathered, part: ShowPost) -> Paragraph:
    """Also to a post that is hidden here because it was reported."""
    key = PostKey(part.source, part.id)
    post = None if gathered.hidden.get(key) == NO_LONGER else gathered.posts.get(key)
    number = f"{part.number}. " if part.number else ""
    return Paragraph(f"{number}{pointer_in_words(post, gathered.author_of(post))}")


def _post_item(gathered: Gathered, post: Post, number: int | None, why: str, now: datetime) -> PostItem:
    occasion, author, label = gathered.occasion, gathered.author_of(post), gathered.source_label(post)
    may_show_text = occasion.abilities.can_take_back
    text, was_cut = cut(as_read(post), LONGEST_TEXT)
    return PostItem(
        number=number,
        credit=credit_of(author),
        when=moment_in_words(post.created_at, now=now, zone=occasion.zone),
        text=text if may_show_text else "",
        resource=resource_of(post),
        media=media_in_words(post) if may_show_text else (),
        poll=post.poll if may_show_text else (),
        context=gathered.contexts.get(post.key, "") if may_show_text else "",
        why=why,
        url=post.url,
        view_label=f"More on {label}" if was_cut else f"View on {label}",
        label="Invented sample post" if post.invented else "",
        saved_by=_saved_by(gathered.saved.get(post.key)),
        emoji=_emoji(occasion, number),
        buttons=_save_button(occasion, number, author),
        menu=_menu(occasion, number),
        unsigned=f"A post on {label}",
    )


def credit_of(author: Author | None) -> Credit | None:
    return Credit(author.name, author.handle, author.profile_url) if author else None


def _saved_by(item: Item | None) -> str:
    return savers_in_words(item.savers, item.saver_count) if item else ""


def _emoji(occasion: Occasion, number: int | None) -> str:
    able = occasion.abilities.reaction_events and occasion.delivery
    return KEYCAPS[number - 1] if number and able else ""


def _save_button(occasion: Occasion, number: int | None, author: Author | None) -> tuple[Button, ...]:
    if number is None or not occasion.has_buttons:
        return ()
    label = f"Save item {number}" + (f" by {author.name}" if author else "")
    return (Button(label, save_item(occasion.delivery, number).encode()),)


def _menu(occasion: Occasion, number: int | None) -> tuple[Button, ...]:
    if number is None or not occasion.has_buttons:
        return ()
    delivery = occasion.delivery
    return (
        Button(f"Less like item {number}", less_like(delivery, number).encode()),
        Button(f"Mute author of item {number}", mute_author(delivery, number).encode()),
        Button(f"Why item {number}?", ask_why(delivery, number).encode()),
        Button(f"Report item {number}", report_item(delivery, number).encode()),
    )


def _asking(gathered: Gathered, item: PostItem, post: Post) -> PostItem:
    """With the way to answer, for a question that has hardly been answered."""
    if not is_web_address(post.reply_url):
        return item
    label = f"Reply on {gathered.source_label(post)}"
    return replace(item, context=CAN_YOU_HELP, reply_url=post.reply_url, reply_label=label)


def _to_keep(item: PostItem, key: PostKey) -> PostItem:
    """With buttons that name the post itself, because it stands in no digest."""
    whose = f" by {item.credit.name}" if item.credit else ""
    save = Button(f"Save this post{whose}", keep_post(key.source, key.id).encode())
    report = Button(f"Report this post{whose}", flag_post(key.source, key.id).encode())
    return replace(item, buttons=(save,), menu=(report,))
