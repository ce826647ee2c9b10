"""Signing in on the web: links, platforms that vouch for somebody, and sessions that end when they should."""

from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Profile, Role
from bot.domain.session import (
    BELIEVED_FOR,
    ENDS_AT_LATEST,
    ENDS_WHEN_IDLE,
    LOOK_AGAIN_AFTER,
    MOST_SESSIONS,
    SEEN_EVERY,
    Session,
    hidden,
)
from bot.errors import Mistake
from bot.ports import Attempt, Invited, SessionCard, SignedIn, SignIn, Transaction, Way
from bot.services.parts import Parts
from bot.services.people.profiles import profile_of
from bot.services.people.roles import role_of
from bot.services.people.sign_in_links import can_be_sent_to, id_in, invitation, token_of

BACK_PATH = "/sign-in/with/{way}/back"
TRY_AGAIN_AFTER = timedelta(seconds=30)
"""A platform that did not answer is left alone for so long, so that nobody waits for it with every page."""
MOST_REMEMBERED = 5_000
NOT_THERE = "You cannot sign in this way here."
CANCELLED = "Nobody was signed in, because the request was cancelled."
NOT_BEGUN_HERE = (
    "This browser did not begin to sign in, or did so more than ten minutes ago. Start again, in one browser, with "
    "cookies allowed for this address."
)
HAS_LEFT = "You are no longer in this workspace, so its library is closed to you."
NOT_NOW = "It could not be found out just now who you are. Please try again in a minute."
NOWHERE = "Staffroom is in none of the workspaces that you are in."


class EngineDoors:
    """The `Doors` of a running engine."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tried: OrderedDict[PersonKey, datetime] = OrderedDict()

    def ways(self) -> Sequence[Way]:
        return [Way(name, sign_in.label) for name, sign_in in self._sign_ins().items()]

    def sends_links(self) -> bool:
        parts = self._parts
        return bool(parts.public_url) and any(not chat.is_the_page for chat in parts.chats.values())

    # --------------------------------------------------------------------------------------------------------- links

    async def peek(self, token: str) -> Invited | None:
        """With the name as the platform has it, where nobody saved under it yet: whoever presses the button has to see
        whose link it is."""
        found = await self._linked(token)
        if found is None or found.person.name:
            return found
        profile = await profile_of(self._parts, found.person.key)
        return replace(found, person=replace(found.person, name=profile.name)) if profile else found

    async def _linked(self, token: str) -> Invited | None:
        id_ = id_in(self._parts, token)
        if id_ is None:
            return None
        async with self._parts.store.reading() as tx:
            person = await tx.sessions.link(hidden(id_), self._parts.clock.now())
            return await self._invited(tx, person) if person else None

    async def redeem(self, token: str) -> str | None:
        """The platform is asked before the link is used up, so that it still works where there was no answer."""
        invited = await self._linked(token)
        if invited is None:
            return None
        person = invited.person.key
        profile = await profile_of(self._parts, person)
        if profile is None:
            raise Mistake(NOT_NOW)
        if profile.has_left:
            raise Mistake(HAS_LEFT)
        async with self._parts.store.transaction() as tx:
            now = self._parts.clock.now()
            if await tx.sessions.take_link(hidden(id_in(self._parts, token) or ""), now) is None:
                return None
            return await self._begin(tx, person, profile)

    async def _begin(self, tx: Transaction, person: PersonKey, profile: Profile) -> str:
        secret, now = token_urlsafe(32), self._parts.clock.now()
        role = role_of(self._parts, person.person, profile, await tx.rules.of(person.workspace))
        await tx.people.put(Person(person, profile.name))
        await tx.sessions.drop_ended(now, now - ENDS_WHEN_IDLE)
        too_many = (await tx.sessions.of(person))[MOST_SESSIONS - 1 :]
        await tx.sessions.end(person, [each.id for each in too_many])
        await tx.sessions.put(Session(hidden(secret), person, now, now, now + ENDS_AT_LATEST, now, role))
        return secret

    # ----------------------------------------------------------------------------------------------------- platforms

    def address(self, way: str, secret: str) -> str:
        return self._sign_in(way).address(self._attempt(way, secret))

    async def come_back(self, way: str, secret: str, answer: Mapping[str, str]) -> Sequence[tuple[Invited, str]]:
        sign_in, attempt = self._sign_in(way), self._attempt(way, secret)
        state = answer.get("state", "")
        if not secret or not compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            raise Mistake(NOT_BEGUN_HERE)
        if not answer.get("code"):
            raise Mistake(CANCELLED)
        people = [each for each in await sign_in.people(answer["code"], attempt) if self._lets_in(each.key)]
        if not people:
            raise Mistake(NOWHERE)
        async with self._parts.store.transaction() as tx:
            return [await self._let_in(tx, person) for person in people]

    async def _let_in(self, tx: Transaction, person: Person) -> tuple[Invited, str]:
        id_ = await invitation(tx, self._parts, person.key, self._parts.clock.now())
        invited = await self._invited(tx, person.key)
        return replace(invited, person=person if person.name else invited.person), token_of(self._parts, id_)

    def _lets_in(self, person: PersonKey) -> bool:
        return can_be_sent_to(self._parts, person.workspace)

    def _attempt(self, way: str, secret: str) -> Attempt:
        """All of it follows from the secret, so that nothing is stored for somebody who is not known yet."""
        verifier = _derived("verifier", secret)
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        back = self._parts.public_url + BACK_PATH.format(way=way)
        return Attempt(back, _derived("state", secret), _derived("nonce", secret), verifier, challenge)

    def _sign_in(self, way: str) -> SignIn:
        found = self._sign_ins().get(way)
        if found is None:
            raise Mistake(NOT_THERE)
        return found

    def _sign_ins(self) -> Mapping[str, SignIn]:
        if not self._parts.public_url:
            return {}
        found = {name: chat.sign_in() for name, chat in self._parts.chats.items()}
        return {name: each for name, each in found.items() if each is not None}

    # ------------------------------------------------------------------------------------------------------ sessions

    async def who(self, session: str) -> SignedIn | None:
        now = self._parts.clock.now()
        async with self._parts.store.reading() as tx:
            found = await self._standing(tx, session)
            invited = await self._invited(tx, found.person) if found else None
        if found is None or invited is None:
            return None
        stands = await self._kept_current(found, now)
        return SignedIn(invited.person, self._role_now(stands, now), invited.workspace_name) if stands else None

    async def _standing(self, tx: Transaction, session: str) -> Session | None:
        found = await tx.sessions.get(hidden(session)) if session else None
        return None if found is None or found.has_ended(self._parts.clock.now()) else found

    async def _found(self, session: str) -> Session | None:
        async with self._parts.store.reading() as tx:
            return await self._standing(tx, session)

    async def _kept_current(self, session: Session, now: datetime) -> Session | None:
        """None where it ends now."""
        if now - session.looked_up_at >= LOOK_AGAIN_AFTER:
            return await self._looked_up(session)
        if now - session.seen_at >= SEEN_EVERY:
            return await self._renewed(replace(session, seen_at=now))
        return session

    async def _looked_up(self, session: Session) -> Session | None:
        """With the role that the person has now; ended where they have left. While the platform does not answer it
        stays as it is."""
        now = self._parts.clock.now()
        if now - self._tried.get(session.person, now - TRY_AGAIN_AFTER) < TRY_AGAIN_AFTER:
            return session
        profile = await profile_of(self._parts, session.person)
        if profile is None:
            self._remember_to_wait(session.person, now)
            return session
        if profile.has_left:
            await self._end(session.person)
            return None
        async with self._parts.store.transaction() as tx:
            role = role_of(self._parts, session.person.person, profile, await tx.rules.of(session.person.workspace))
            await tx.people.put(Person(session.person, profile.name))
            renewed = replace(session, seen_at=now, looked_up_at=now, role=role)
            return renewed if await tx.sessions.renew(renewed) else None

    async def _renewed(self, session: Session) -> Session | None:
        async with self._parts.store.transaction() as tx:
            return session if await tx.sessions.renew(session) else None

    def _remember_to_wait(self, person: PersonKey, now: datetime) -> None:
        self._tried[person] = now
        self._tried.move_to_end(person)
        if len(self._tried) > MOST_REMEMBERED:
            self._tried.popitem(last=False)

    def _role_now(self, session: Session, now: datetime) -> Role:
        return session.role if now - session.looked_up_at < BELIEVED_FOR else Role.READER

    async def end(self, session: str) -> None:
        if (found := await self._found(session)) is not None:
            await self._end(found.person, [found.id])

    async def sessions_of(self, session: str) -> Sequence[SessionCard]:
        this, now = await self._found(session), self._parts.clock.now()
        if this is None:
            return []
        async with self._parts.store.reading() as tx:
            every = [each for each in await tx.sessions.of(this.person) if not each.has_ended(now)]
        return [SessionCard(each.id, each.begun_at, each.seen_at, each.id == this.id) for each in every]

    async def end_one(self, session: str, id_: str) -> bool:
        found = await self._found(session)
        return found is not None and await self._end(found.person, [id_]) > 0

    async def end_everywhere(self, session: str) -> int:
        found = await self._found(session)
        return await self._end(found.person) if found else 0

    async def _end(self, person: PersonKey, ids: Sequence[str] | None = None) -> int:
        async with self._parts.store.transaction() as tx:
            return await tx.sessions.end(person, ids)

    # ---------------------------------------------------------------------------------------------------- in private

    async def _invited(self, tx: Transaction, person: PersonKey) -> Invited:
        names = await tx.people.names(person.workspace, [person.person])
        workspaces = {each.id: each.name for each in await tx.channels.workspaces()}
        name = names.get(person.person, "")
        return Invited(Person(person, name), workspaces.get(person.workspace, "") or "your workspace")


def _derived(what: str, secret: str) -> str:
    return sha256(f"{what}\n{secret}".encode(errors="replace")).hexdigest()
