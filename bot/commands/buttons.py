"""What happens when a button is pressed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.commands.context import Answer, Asked, in_one
from bot.commands.digest.past_digests import open_one
from bot.commands.governing.reports import decide, report, undecide
from bot.commands.library import departments, notes
from bot.commands.library.after_saving import save_and_say
from bot.commands.library.describing import describe_form, history
from bot.commands.library.linking import save_known_post
from bot.commands.library.naming import naming_form
from bot.commands.library.placing import placing_here
from bot.commands.library.removing import put_back, take_out
from bot.commands.library.saved import undo_one
from bot.commands.library.sharing import join, share
from bot.commands.people.me import for_oneself
from bot.commands.rights import may, require
from bot.commands.run import run
from bot.commands.topics.following import accept, agree, follow_the_pack
from bot.commands.topics.keeping_out import mute
from bot.commands.topics.start import unfollow_the_pack
from bot.domain.actions import OWN, Action, less_like, take_back_less, whole_number
from bot.domain.content import AskForm, Say, offer, say, ways_in
from bot.domain.delivery import Delivery
from bot.domain.digest import DigestItem
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.library import shelf_of
from bot.domain.people import Right
from bot.domain.post import Post
from bot.domain.rules import Less, Verdict
from bot.domain.taste import traits_against
from bot.errors import Mistake
from bot.services.digest.explained import why_item
from bot.services.digest.leanings import heard_in, labels_of, posts_with
from bot.services.posts.tapped import ShownDigest, digest_shown_by

GONE = "This post is no longer available."
NOT_OURS = "This button is not one of ours."


async def press(asked: Asked, encoded: str) -> Answer:
    """A mistake changes nothing and is answered in plain words."""
    try:
        return await _press(asked, Action.decode(encoded))
    except Mistake as mistake:
        return Answer(say(str(mistake)))


async def _press(asked: Asked, action: Action) -> Answer:
    match action:
        case Action("run" | "page" | "way", _):
            return await _command(asked, action)
        case Action("save" | "less" | "more" | "mute" | "why" | "report" as verb, (delivery, number, *more)):
            shown, item = await _item(asked, delivery, number, may_be_elsewhere=verb == "save")
            return await _about_an_item(asked, verb, shown, item, "".join(more[:1]))
        case Action("keep" | "flag" as verb, (source, post)):
            return await _about_a_post(asked, verb, PostKey(source, post))
        case Action("restore" | "remove" | "reopen" as verb, (source, post)):
            return await _decide(asked, verb, PostKey(source, post))
        case Action("pack" | "unpack" | "agree" | "accept", _):
            return await _follow(asked, action)
        case Action(verb, (item, *page)) if verb in WITH_ITEMS:
            return await WITH_ITEMS[verb](replace(asked, page=whole_number("".join(page)) or 1), item)
        case Action("into" | "out_of" as verb, (item, library)):
            return await (departments.put if verb == "into" else departments.take)(asked, item, library)
        case Action("note" | "unnote" as verb, (item, note)):
            return await (notes.change if verb == "note" else notes.remove)(asked, item, note)
        case Action("past" | "form" as verb, (which,)):
            return await (open_one if verb == "past" else _open_again)(asked, which)
        case _:
            raise Mistake(NOT_OURS)


WITH_ITEMS: Mapping[str, Callable[[Asked, str], Awaitable[Answer]]] = {
    "undo": undo_one,
    "describe": describe_form,
    "name": naming_form,
    "notes": notes.show,
    "join": join,
    "share": share,
    "history": history,
    "libraries": departments.choose,
    "take_out": take_out,
    "put_back": put_back,
}
"""What is done with an item of the library; a page is that of its history or its notes."""


async def _command(asked: Asked, action: Action) -> Answer:
    match action:
        case Action("run", words):
            return await run(asked, " ".join(words))
        case Action("page", (number, *words)):
            return await run(replace(asked, page=whole_number(number)), " ".join(words))
        case Action("way", (delivery, number)):
            return await _go(asked, delivery, whole_number(number))
        case _:
            raise Mistake(NOT_OURS)


async def _decide(asked: Asked, verb: str, post: PostKey) -> Answer:
    if verb == "reopen":
        return await undecide(asked, post)
    return await decide(asked, post, Verdict.RESTORED if verb == "restore" else Verdict.REMOVED)


async def _follow(asked: Asked, action: Action) -> Answer:
    match action:
        case Action("pack" | "unpack" as verb, (pack, *own)):
            act = follow_the_pack if verb == "pack" else unfollow_the_pack
            return await for_oneself(asked, act, pack) if own == [OWN] else await act(asked, pack)
        case Action("agree", words):
            return await agree(asked, words)
        case Action("accept", words):
            return await accept(asked, words)
        case _:
            raise Mistake(NOT_OURS)


async def _item(
    asked: Asked, delivery_id: str, number: str, *, may_be_elsewhere: bool
) -> tuple[ShownDigest, DigestItem]:
    """Raises Mistake for what is no longer there, and for what another channel was shown. It may be elsewhere where
    somebody answers the question which item they meant, which came to them alone."""
    delivery = await asked.tx.outbox.get(asked.channel.workspace, delivery_id)
    is_here = delivery is not None and (
        delivery.channel == asked.channel or (may_be_elsewhere and await _is_for_all(asked, delivery.channel))
    )
    shown = await digest_shown_by(asked.tx, delivery) if delivery and is_here else None
    item = shown.numbered(whole_number(number)) if shown else None
    if shown is None or item is None:
        raise Mistake(GONE)
    return shown, item


async def _is_for_all(asked: Asked, channel: ChannelKey) -> bool:
    """Whether somebody in their own channel may speak of what this one was shown: nobody's personal digest."""
    known = await asked.tx.channels.get(channel)
    return asked.is_own and known is not None and known.owner is None


async def _about_a_post(asked: Asked, verb: str, post: PostKey) -> Answer:
    """One that stands in no digest, but was shown to somebody: what was searched for."""
    if verb == "flag":
        return await report(asked, post)
    await require(asked, Right.SAVE)
    return await save_known_post(asked, post, origin="button")


async def _about_an_item(asked: Asked, verb: str, shown: ShownDigest, item: DigestItem, emoji: str) -> Answer:
    match verb:
        case "save":
            await require(asked, Right.SAVE)
            shelf = shelf_of(emoji, asked.parts.shelves) or ""
            return await save_and_say(asked, await placing_here(asked, "button", shelf=shelf), item.post)
        case "less":
            return await _less(asked, shown, item)
        case "more":
            return await _no_longer_less(asked, shown, item)
        case "mute":
            return await _mute_author(asked, shown, item)
        case "why":
            return Answer(say(why_item(item, shown.digest)))
        case _:
            return await report(asked, item.post)


async def _less(asked: Asked, shown: ShownDigest, item: DigestItem) -> Answer:
    await require(asked, Right.PART)
    post = await _post_of(asked, item)
    await asked.tx.rules.ask_for_less(_wish(asked, shown, post))
    takes_back = offer(("Undo", take_back_less(shown.delivery.id, item.number).encode()))
    return Answer((Say(await _what_less_does(asked, post)), takes_back))


async def _what_less_does(asked: Asked, post: Post) -> str:
    """Names what comes less often now, and what does so once somebody else agrees."""
    channel = await asked.known_channel()
    heard = await heard_in(asked.tx, channel, asked.at)
    unwanted = traits_against(post, heard.followed)
    labels = await labels_of(asked.tx, unwanted)
    leanings = heard.taste().leanings
    agreed = [each for each in unwanted if each in leanings and leanings[each].less >= heard.voices]
    alone = [each for each in unwanted if each not in agreed]
    here = "in your own digest" if channel.owner else "here"
    now = [f"{posts_with(agreed, labels)} come less often {here} from now on."] if agreed else []
    later = [f"{posts_with(alone, labels)} come less often {here} once a colleague asks for it, too."] if alone else []
    return " ".join(["Noted.", *now, *later])


async def _no_longer_less(asked: Asked, shown: ShownDigest, item: DigestItem) -> Answer:
    await require(asked, Right.PART)
    await asked.tx.rules.take_back_less(_wish(asked, shown, await _post_of(asked, item)))
    return Answer(say("Undone: you no longer ask for less like this post."))


def _wish(asked: Asked, shown: ShownDigest, post: Post) -> Less:
    channel, person = shown.digest.channel, asked.person.key.person
    return Less(channel.workspace, channel.channel, person, post.key.source, post.author_id, post.key.id, asked.at)


async def _post_of(asked: Asked, item: DigestItem) -> Post:
    """Raises Mistake for a post that is no longer there."""
    post = (await asked.tx.posts.get([item.post])).get(item.post)
    if post is None or await asked.tx.posts.absent([item.post]):
        raise Mistake(GONE)
    return post


async def _mute_author(asked: Asked, shown: ShownDigest, item: DigestItem) -> Answer:
    """For the whole channel that is an admin's; everybody else is told what they can do."""
    post = (await asked.tx.posts.get([item.post])).get(item.post)
    authors = await asked.tx.posts.authors(item.post.source, [post.author_id]) if post else {}
    if not authors:
        raise Mistake("Nobody knows any more who wrote this.")
    if await may(asked, Right.RUN):
        return await mute(asked, f"@{next(iter(authors.values())).handle}")
    await require(asked, Right.PART)
    less = less_like(shown.delivery.id, item.number)
    sentence = "Muting is for the whole channel, so only admins do it. You can ask for less of this author."
    return Answer((Say(sentence), *in_one([("Less of this author", less.encode())])))


async def _go(asked: Asked, delivery_id: str, number: int) -> Answer:
    """Only for whom the command is kept: what was typed stands in it."""
    delivery = await asked.tx.outbox.get(asked.channel.workspace, delivery_id)
    kept = ways_in(delivery.content) if delivery and _is_for(asked, delivery) else ()
    if not 1 <= number <= len(kept):
        raise Mistake("That list is no longer there. Please ask for it again.")
    way = kept[number - 1]
    return await run(replace(asked, page=way.page), way.command)


def _is_for(asked: Asked, delivery: Delivery) -> bool:
    if delivery.private_to is None:
        return delivery.channel == asked.channel
    return delivery.private_to == asked.person.key.person


async def _open_again(asked: Asked, delivery_id: str) -> Answer:
    """Only for whom it was opened first: what was typed stands in it."""
    delivery = await asked.tx.outbox.get(asked.channel.workspace, delivery_id)
    form = next((part for part in delivery.content if isinstance(part, AskForm)), None) if delivery else None
    if delivery is None or form is None or delivery.private_to != asked.person.key.person:
        raise Mistake("This form is no longer there. Please begin again.")
    await require(asked, Right.PART)
    return Answer(say("Forms cannot be opened here."), form=form)
