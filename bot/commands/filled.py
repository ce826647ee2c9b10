"""What happens when a form was filled in."""

from bot.commands.context import Answer, Asked
from bot.commands.digest.settings import change_settings
from bot.commands.library.describing import describe_filled
from bot.commands.library.finding import find_form
from bot.commands.library.naming import name_filled
from bot.commands.library.notes import note_filled
from bot.commands.library.saving import save_form
from bot.commands.rights import require
from bot.domain.content import AskForm, Say, say
from bot.domain.events import FormSent
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.saying.forms import DESCRIBE, FIND, NAMING, NOTE, SAVE, SETTINGS, FormState, state_of

ACTS = {
    SETTINGS: change_settings,
    SAVE: save_form,
    DESCRIBE: describe_filled,
    NAMING: name_filled,
    NOTE: note_filled,
    FIND: find_form,
}
RIGHTS = {SETTINGS: Right.CHANGE, SAVE: Right.SAVE, DESCRIBE: Right.SAVE, NAMING: Right.SAVE, NOTE: Right.SAVE}
"""Everybody may find."""


async def fill_in(asked: Asked, sent: FormSent) -> Answer:
    """Does what the form says. A mistake changes nothing, and the form can be opened again with what was typed."""
    try:
        state = state_of(sent.state)
        about = _for_whom(asked, sent.form, state)
        if sent.form in RIGHTS:
            await require(about, RIGHTS[sent.form])
    except Mistake as mistake:
        return Answer(say(str(mistake)))
    try:
        return await ACTS[sent.form](about, state, sent.values)
    except Mistake as mistake:
        return _once_more(asked, sent.form, state.with_typed(sent.values), str(mistake))


def _for_whom(asked: Asked, form: str, state: FormState) -> Asked:
    """Nobody fills in a form for somebody else's own channel. Raises Mistake."""
    if form not in ACTS:
        raise Mistake("This form is not one of ours.")
    if not state.channel:
        return asked
    if state.channel != asked.person.key.person or not asked.able.personal_channels:
        raise Mistake("This form is for somebody else.")
    return asked.for_oneself()


def _once_more(asked: Asked, form: str, state: FormState, mistake: str) -> Answer:
    lost = "" if state.typed else " What you typed was too long to be kept."
    sentence = Say(f"{mistake} Nothing was changed.{lost}")
    return Answer((sentence, AskForm(form, state.written(), again="")) if asked.able.forms else (sentence,))
