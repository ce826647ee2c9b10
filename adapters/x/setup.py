"""How `staffroom init` sets X up. What a school has to know comes before the token is asked for."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import SecretStr

from adapters.x.section import XSection
from bot.errors import Mistake, Rejected
from bot.plugins import Question, Setup

USAGE = "/2/usage/tweets"

STEPS = (
    (
        "READ THIS FIRST. X's developer agreement says that showing its content to people who are, or act for, a "
        '"government-related entity" needs an Enterprise plan, with notice to X. Whether the staff of a public school '
        "count is not defined. Private schools, unions and personal communities are the clear case. X has a form, "
        '"government end user request"; Staffroom cannot decide it for you.'
    ),
    (
        "Reading X costs money: $0.005 for each post and $0.010 for each user it returns, at X's list prices. "
        "Staffroom never reads more than the limit in your configuration."
    ),
    "Sign in at https://console.x.com with an account of the school, agree to the terms, and buy credits.",
    "Make an app there, and copy its Bearer Token from the page Keys and tokens.",
)
QUESTIONS = (Question("bearer_token", "Bearer token of X", "one long word, from Keys and tokens", secret=True),)


async def check(answers: Mapping[str, str]) -> str:
    """Asks X for the app's own usage, which X does not bill."""
    try:
        section = XSection(
            bearer_token=SecretStr(answers["bearer_token"]),
            base_url=answers.get("base_url", XSection.model_fields["base_url"].default),
        )
    except ValueError:
        raise Mistake("A bearer token is one word of plain letters, digits and signs. Copy it again.") from None
    token = section.bearer_token
    if token is None:
        raise Mistake("Paste the bearer token, or press Ctrl-C and begin anew with the sample posts.")
    return await _ask(section.base_url, token.get_secret_value())


class _Now:
    """The machine's time, for a conversation that lasts minutes."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


async def _ask(base_url: str, token: str) -> str:
    from adapters.x.session import TIMEOUT, HostRewritingSession  # noqa: PLC0415 - only where it is used

    session = HostRewritingSession(base_url, _Now(), TIMEOUT)
    try:
        async with session.request("GET", base_url + USAGE, headers={"Authorization": f"Bearer {token}"}):
            return "X accepts it."
    except Rejected:
        return "X did not say whether it accepts it: the first read will show."
    finally:
        await session.close()


setup = Setup(STEPS, QUESTIONS, check)
