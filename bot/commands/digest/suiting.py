"""language, pictures: what suits the readers of a channel"""

from dataclasses import replace

from bot.commands.context import Answer, Asked, said_aloud
from bot.commands.governing.auditing import note, note_here
from bot.commands.governing.governing import EVERYWHERE
from bot.commands.rights import require, rules_of
from bot.domain.admin_acts import Decided
from bot.domain.channel import Channel, Origin
from bot.domain.content import Content, Say, offer, say
from bot.domain.languages import language_name, parse_language
from bot.domain.people import Right
from bot.domain.rules import Rule, RuleKind
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.wording import listed

KNOWN, ALL, ANY, SCHOOL = "known", "all", "any", "school"
MOST_LANGUAGES = 10
NO_LANGUAGES = frozenset({"in", "and", "or", "only"})
"""What people type between them, though some of it is a code, too."""
EVERYWHERE_AGAIN = "Admins change that with /pln pictures all everywhere."
WHO_IS_KNOWN = "those it follows, and those somebody here saved from before"


# ---------------------------------------------------------------------------------------------------------- languages


async def language(asked: Asked, words: str) -> Answer:
    """Besides languages and `any`, `school` lets hold what the school has decided for all its channels."""
    typed = words.replace(",", " ").split()
    if not typed:
        channel = await asked.known_channel()
        return Answer(say(f"{comes_in(asked, channel)} {_how(asked, channel)}"))
    await require(asked, Right.CHANGE)
    channel = await asked.changeable_channel()
    changed = replace(channel, languages=_languages(typed))
    if changed == channel:
        return Answer(say(f"That is how it is already. {comes_in(asked, channel)}"))
    await asked.tx.channels.put(changed)
    return _done(asked, comes_in(asked, changed), *languages_as_typed(channel))


def comes_in(asked: Asked, channel: Channel) -> str:
    """`This channel shows posts in English and French only.`"""
    only = " only" if channel.school(asked.parts.school).languages else ""
    return f"{asked.here} shows posts in {languages_in_words(asked, channel)}{only}."


def languages_in_words(asked: Asked, channel: Channel) -> str:
    """`English and French`, or `every language`"""
    languages = channel.school(asked.parts.school).languages
    return listed([language_name(each) for each in languages], MOST_LANGUAGES) if languages else "every language"


def languages_as_typed(channel: Channel) -> tuple[str, ...]:
    """The command that brings the channel's languages about."""
    if channel.languages is None:
        return "language", SCHOOL
    return "language", *(channel.languages or (ANY,))


def parse_languages(words: list[str]) -> tuple[str, ...]:
    """Each once, in the order typed. Raises Mistake."""
    named = [word for word in words if word.casefold() not in NO_LANGUAGES] or words
    languages = tuple(dict.fromkeys(parse_language(word) for word in named))
    if len(languages) > MOST_LANGUAGES:
        raise Mistake(f"Name at most {MOST_LANGUAGES} languages, or say /pln language any.")
    return languages


def _languages(words: list[str]) -> tuple[str, ...] | None:
    match [word.casefold() for word in words]:
        case [only] if only in {ANY, ALL}:
            return ()
        case [only] if only == SCHOOL:
            return None
        case _:
            return parse_languages(words)


def _how(asked: Asked, channel: Channel) -> str:
    if channel.origin is Origin.CONFIG:
        return f"That is set in {asked.parts.config_name}."
    me = "me " if asked.is_own else ""
    return f"Change it with /pln {me}language en fr; any means every language."


# ----------------------------------------------------------------------------------------------------------- pictures


async def pictures(asked: Asked, words: str) -> Answer:
    word, *where = words.casefold().split()[:3] or [""]
    if not word:
        return Answer(say(f"{await _pictures_now(asked)} {await _who_changes_it(asked)}"))
    if word not in {KNOWN, ALL} or where not in ([], [EVERYWHERE]):
        raise Mistake(f"Say /pln pictures known or /pln pictures all.{nearest(word, [KNOWN, ALL])}")
    return await (_pictures_everywhere if where else _pictures_here)(asked, word)


async def _who_changes_it(asked: Asked) -> str:
    if "" in await _where_known_only(asked):
        return EVERYWHERE_AGAIN
    return f"{'Change it with /pln me' if asked.is_own else 'Admins change it with /pln'} pictures {KNOWN} or {ALL}."


async def _pictures_here(asked: Asked, word: str) -> Answer:
    await require(asked, Right.RUN)
    if word == ALL and "" in await _where_known_only(asked):
        raise Mistake(f"{await _pictures_now(asked)} {EVERYWHERE_AGAIN}")
    if not await _decide(asked, asked.channel.channel, word):
        return Answer(say(f"That is how it is already. {await _pictures_now(asked)}"))
    await note_here(asked, Decided.PICTURES, word)
    return _done(asked, await _pictures_now(asked), "pictures", _opposite(word))


async def _pictures_everywhere(asked: Asked, word: str) -> Answer:
    """For every channel and personal digest of the workspace; a channel can only be stricter."""
    await require(asked, Right.GOVERN)
    if not await _decide(asked, "", word):
        return Answer(say(f"That is how it is already. {await _pictures_now(asked)}"))
    await note(asked, Decided.PICTURES, f"{word}, everywhere")
    every_channel_for_itself = "Each channel decides about pictures for itself from now on."
    sentence = await _pictures_now(asked) if word == KNOWN else every_channel_for_itself
    undo = offer(("Undo", asked.again("pictures", _opposite(word), EVERYWHERE).encode()))
    return Answer((Say(sentence), undo))


async def _pictures_now(asked: Asked) -> str:
    decided = await _where_known_only(asked)
    if "" in decided:
        every = "Every channel here"
        return f"{every} shows posts with pictures only from accounts that it knows: {WHO_IS_KNOWN}."
    if asked.channel.channel in decided:
        return f"{asked.here} shows posts with pictures only from accounts that it knows: {WHO_IS_KNOWN}."
    return f"{asked.here} shows posts with pictures from every account."


async def _where_known_only(asked: Asked) -> set[str]:
    """The channels, empty for the workspace, that take pictures from known accounts only."""
    return {rule.channel for rule in await rules_of(asked) if rule.kind is RuleKind.PICTURES}


async def _decide(asked: Asked, channel: str, word: str) -> bool:
    """False where it was so already."""
    workspace = asked.channel.workspace
    if word == ALL:
        return await asked.tx.rules.remove(workspace, channel, RuleKind.PICTURES, "")
    rule = Rule(workspace, channel, RuleKind.PICTURES, "", asked.person.key.person, asked.at)
    return await asked.tx.rules.put(rule)


def _opposite(word: str) -> str:
    return ALL if word == KNOWN else KNOWN


# ------------------------------------------------------------------------------------------------------------- in both


def _done(asked: Asked, sentence: str, *undo: str) -> Answer:
    private: Content = (Say(sentence), *asked.invitation(), offer(("Undo", asked.again(*undo).encode())))
    return Answer(private, said_aloud(asked, f"changed it: {sentence}"))
