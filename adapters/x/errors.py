"""X's refusals in our words. Nothing that X echoes back is repeated: it may hold the query, or worse."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import aiohttp

from adapters.x.shapes import Json, json_object, last_segment, objects_at, text_at
from bot.errors import AdapterError, OutOfCredit, Rejected, Throttled, Unauthorised, Unavailable, Uncertain

WAIT_WITHOUT_ADVICE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(days=1)

_CONSOLE = "in the X developer console (https://console.x.com)"
_WRONG_TOKEN = (
    f"X does not accept the bearer token. Copy it again, or make a new one, {_CONSOLE} and set it as "
    "STAFFROOM_X__BEARER_TOKEN."
)
_NOT_ENROLLED = (
    f"X knows the token but does not let its app read posts. Look {_CONSOLE} whether the app belongs to a project "
    "with pay-per-use access."
)
_NO_CREDIT = f"The X account has no credits left, so X answers no more reads. Buy credits {_CONSOLE}."
_SPENDING_LIMIT = f"The spending limit of the X account is reached. Raise it {_CONSOLE}, or wait for the next cycle."
_USAGE_CAP = f"The X account has read as many posts as its plan allows. Look at its usage {_CONSOLE}."
_BAD_REQUEST = (
    "X refused the request as not valid. This is a mistake of Staffroom's or of a topic: stop following the topic that "
    "was added last, and report it."
)
_NOT_NOW = "X cannot be read now (status {status}). It is tried again later."


class NotThere(Unavailable):
    """404, from a proxy or an X that does not have this address: whether it means something is for the asker to say."""


def refusal(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> AdapterError:
    """What an answer that is no success means. It brought nothing and X does not bill it."""
    problem = json_object(body)
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return Unauthorised(_WRONG_TOKEN)
        case HTTPStatus.PAYMENT_REQUIRED:
            return OutOfCredit(_NO_CREDIT)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _too_many(problem, headers, now)
        case HTTPStatus.NOT_FOUND if not problem:
            return NotThere(_NOT_NOW.format(status=status))
        case _ if problem and status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT:
            return _explained(status, problem)
        case _:
            return Unavailable(_NOT_NOW.format(status=status))


def _explained(status: int, problem: Json) -> AdapterError:
    if status == HTTPStatus.FORBIDDEN:
        return OutOfCredit(_SPENDING_LIMIT) if _names(problem, "spendcapreached") else Unauthorised(_NOT_ENROLLED)
    if status == HTTPStatus.BAD_REQUEST:
        return Rejected(_BAD_REQUEST)
    return Rejected(f"X refused the request (status {status}). Check base_url of [x] and the app's access.")


def _too_many(problem: Json, headers: Mapping[str, str], now: datetime) -> AdapterError:
    if last_segment(problem) == "usage-capped" or _names(problem, "usagecapexceeded"):
        return OutOfCredit(_USAGE_CAP)
    return Throttled("X asks to wait before the next read.", _reset(headers, now))


def _reset(headers: Mapping[str, str], now: datetime) -> datetime:
    """When X counts anew; it does not always say so, and a clock may be wrong on either side."""
    try:
        reset = datetime.fromtimestamp(int(headers.get("x-rate-limit-reset", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return now + WAIT_WITHOUT_ADVICE
    return min(reset, now + LONGEST_WAIT) if reset > now else now + WAIT_WITHOUT_ADVICE


def _names(problem: Json, word: str) -> bool:
    """Whether the problem calls itself that, wherever X put the name this year."""
    reported = [problem, *objects_at(problem, "errors")]
    said = (text_at(each, name) for each in reported for name in ("title", "type", "reason", "detail", "code"))
    return any(word in each.casefold() for each in said)


def failure(error: aiohttp.ClientError | TimeoutError) -> AdapterError:
    """What it means that no answer came. Once the request has left, X may have answered and billed it."""
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientHttpProxyError():
            return Unavailable("X cannot be reached. Check the internet connection, the proxy and the firewall.")
        case aiohttp.InvalidURL():
            return Rejected("An address of [x] cannot be used. Check base_url and oembed_url.")
        case _:
            return Uncertain("The connection to X was cut before the answer came. Reading is tried again later.")
