"""Links that sign somebody in on the web. Only their ids are stored and sent through the outbox: the other half is made
with a secret that this process has in its memory, at the moment the link is shown."""

from datetime import datetime
from hashlib import sha256
from hmac import compare_digest, digest
from secrets import token_urlsafe

from bot.domain.keys import PersonKey
from bot.domain.session import LINK_LIVES, hidden
from bot.ports import Transaction
from bot.services.parts import Parts

LINK_PATH = "/sign-in/link/"


async def invitation(tx: Transaction, parts: Parts, person: PersonKey, at: datetime) -> str:
    """The id of a new link for this person, which works for ten minutes; empty where the page has no public address, or
    the person is at this computer. To be said to nobody else."""
    if not can_be_sent_to(parts, person.workspace):
        return ""
    id_ = token_urlsafe(16)
    await tx.sessions.put_link(hidden(id_), person, at + LINK_LIVES)
    return id_


def can_be_sent_to(parts: Parts, workspace: str) -> bool:
    """Whether people there have a page that they can sign in to."""
    chat = parts.chat_of(workspace)
    return bool(parts.public_url) and chat is not None and not chat.is_the_page


def link_of(parts: Parts, id_: str) -> str:
    return f"{parts.public_url}{LINK_PATH}{token_of(parts, id_)}"


def token_of(parts: Parts, id_: str) -> str:
    """Both halves."""
    return f"{id_}.{_proof(parts, id_)}"


def id_in(parts: Parts, token: str) -> str | None:
    """The id in a token of this process; None for anything else."""
    id_, _, proof = token.partition(".")
    is_ours = compare_digest(proof.encode(errors="replace"), _proof(parts, id_).encode())
    return id_ if id_ and is_ours else None


def _proof(parts: Parts, id_: str) -> str:
    return digest(parts.link_secret, id_.encode(errors="replace"), sha256).hex()
