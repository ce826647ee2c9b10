"""Each part of a content in the blocks of a message."""

from collections.abc import Iterable, Sequence

from bot.domain.actions import fits_on_a_button, go_way, run_command, turn_to
from bot.domain.content import (
    AskForm,
    Content,
    Offer,
    OfferWays,
    Part,
    Say,
    ShowCard,
    ShowCover,
    ShowDigest,
    ShowFile,
    ShowHome,
    ShowItem,
    ShowLink,
    ShowNotes,
    ShowPost,
    ShowRoundup,
    SignInLink,
    Way,
    ways_in,
)
from bot.domain.links import is_web_address
from bot.services.people.sign_in_links import link_of
from bot.services.saying.present.digests import card, cover, whole_digest
from bot.services.saying.present.gathered import Gathered
from bot.services.saying.present.items import item_with_acts, notes_with_acts, roundup
from bot.services.saying.present.posts import lone_post, short_post
from bot.views import Block, Button, Buttons, Heading, Hint, Link, Paragraph


def blocks_of(gathered: Gathered, content: Content) -> Iterable[Block]:
    ways = ways_in(content)
    return (block for part in content for block in _blocks_of(gathered, part, ways))


def _blocks_of(gathered: Gathered, part: Part, ways: Sequence[Way]) -> Sequence[Block]:  # noqa: C901, PLR0912 - a case each
    match part:
        case Say():
            return [_sentence(gathered, part)]
        case Offer(buttons):
            return _buttons(gathered, [Button(*each) for each in buttons])
        case OfferWays(offered):
            numbered = [(ways.index(way) + 1, way) for way in offered]
            return _buttons(gathered, [button for number, way in numbered for button in _way(gathered, way, number)])
        case ShowLink(label, url):
            return [Link(label, url)] if is_web_address(url) else []
        case SignInLink(id_):
            return [Link("Open the library", link_of(gathered.parts, id_))]
        case AskForm(again=again):
            forms = gathered.occasion.abilities.forms
            return _buttons(gathered, [Button("Open the form again", again)]) if forms else []
        case ShowPost(amount="all"):
            return lone_post(gathered, part)
        case ShowPost():
            return short_post(gathered, part)
        case ShowItem(item, sought):
            return item_with_acts(gathered, gathered.items[item], sought) if item in gathered.items else []
        case ShowNotes(item):
            return notes_with_acts(gathered, gathered.items[item], part) if item in gathered.items else []
        case ShowRoundup(items, total, since):
            there = [gathered.items[item] for item in items if item in gathered.items]
            return roundup(gathered, there, total - len(items), since)
        case ShowDigest(slot):
            return whole_digest(gathered, gathered.digests[slot]) if slot in gathered.digests else []
        case ShowCover(slot):
            return cover(gathered, gathered.digests[slot]) if slot in gathered.digests else []
        case ShowCard(slot, number, alone):
            return card(gathered, gathered.digests[slot], number, alone=alone) if slot in gathered.digests else []
        case ShowHome() | ShowFile():
            return []


def _sentence(gathered: Gathered, said: Say) -> Block:
    match said:
        case Say(text, _, by) if by:
            return Paragraph(f"{gathered.names.get(by, 'A colleague')} {text}")
        case Say(text, "heading"):
            return Heading(text)
        case Say(text, "hint"):
            return Hint(text)
        case _:
            return Paragraph(said.text)


def _buttons(gathered: Gathered, buttons: Sequence[Button]) -> Sequence[Block]:
    return [Buttons(tuple(buttons))] if gathered.occasion.abilities.buttons else []


def _way(gathered: Gathered, way: Way, number: int) -> Sequence[Button]:
    """None for a long command in what is no message of its own. `number` counts the ways of the message."""
    action = run_command(way.command) if way.page == 1 else turn_to(way.page, way.command)
    if not fits_on_a_button(action):
        action = go_way(gathered.occasion.delivery, number)
    return [Button(way.label, action.encode())] if fits_on_a_button(action) else []
