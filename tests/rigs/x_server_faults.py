"""How X refuses. Bodies and headers are as X's documents or its users reported them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

PROBLEMS = "https://api.x.com/2/problems/"
# The host of problem types changed from api.twitter.com (X docs: OpenAPI 2.167); both are in use here.
OLD_PROBLEMS = "https://api.twitter.com/2/problems/"

Fault = Callable[[datetime], web.Response]


def full_headers(now: datetime) -> dict[str, str]:
    """Headers that look as if nothing had been used up."""
    reset = int((now + timedelta(minutes=15)).timestamp())
    return {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "449", "x-rate-limit-reset": str(reset)}


def problem(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status, body=json.dumps(body).encode(), headers=headers, content_type="application/problem+json"
    )


def unauthorised(now: datetime) -> web.Response:  # noqa: ARG001 - no rate headers come with it
    """X docs: response codes."""
    return problem(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})


def credits_depleted(now: datetime) -> web.Response:
    """koala73/worldmonitor#7156, Aug 2026: rate headers still look full."""
    body = {"title": "Payment Required", "detail": "credits depleted", "type": PROBLEMS + "credits-depleted"}
    return problem(402, body, full_headers(now))


def credits_depleted_old(now: datetime) -> web.Response:
    body = {
        "account_id": 2244994945,
        "title": "CreditsDepleted",
        "detail": "Your enrolled account [2244994945] does not have any credits to fulfill this request.",
        "type": OLD_PROBLEMS + "credits",
    }
    return problem(402, body, full_headers(now))


def spending_limit(now: datetime) -> web.Response:
    """The limit that the account's owner has set (X docs: pricing, spending limits)."""
    body = {"title": "SpendCapReached", "detail": "Spend cap reached.", "type": PROBLEMS + "spend-cap", "status": 403}
    return problem(403, body, full_headers(now))


def not_enrolled(now: datetime) -> web.Response:
    """X docs: response codes, client-forbidden."""
    body = {
        "title": "Client Forbidden",
        "reason": "client-not-enrolled",
        "required_enrollment": "Appropriate Level of API Access",
        "registration_url": "https://developer.x.com/en/docs/projects/overview",
        "type": OLD_PROBLEMS + "client-forbidden",
    }
    return problem(403, body, full_headers(now))


def empty_404(now: datetime) -> web.Response:  # noqa: ARG001
    """xdevplatform/docs#395, Sep 2026: no body at all."""
    return web.Response(status=404, body=b"", content_type="application/json")


def too_many(now: datetime, reset: int | None = None) -> web.Response:
    """X docs: rate limits."""
    headers = full_headers(now) | {"x-rate-limit-remaining": "0"}
    if reset is not None:
        headers["x-rate-limit-reset"] = str(reset)
    return problem(429, {"title": "Too Many Requests", "detail": "", "type": "about:blank", "status": 429}, headers)


def too_many_without_reset(now: datetime) -> web.Response:  # noqa: ARG001
    return problem(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})


def too_many_code_88(now: datetime) -> web.Response:
    """The words of the API's first version, still seen (X docs: response codes)."""
    headers = full_headers(now) | {"x-rate-limit-remaining": "0"}
    return problem(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, headers)


def usage_capped(now: datetime) -> web.Response:
    """xdevplatform/xdk#25, Feb 2026: the rate headers look full."""
    body = {
        "title": "UsageCapExceeded",
        "period": "Monthly",
        "scope": "Product",
        "detail": "Usage cap exceeded: Monthly product cap",
        "type": OLD_PROBLEMS + "usage-capped",
    }
    return problem(429, body, full_headers(now))


def usage_capped_today(now: datetime) -> web.Response:
    body = {"title": "UsageCapExceeded", "period": "Daily", "scope": "Account", "type": PROBLEMS + "usage-capped"}
    return problem(429, body, full_headers(now))


def forbidden_client(now: datetime) -> web.Response:
    """X docs: response codes, client-forbidden with its other reason."""
    body = {
        "title": "Client Forbidden",
        "reason": "official-client-forbidden",
        "type": PROBLEMS + "client-forbidden",
    }
    return problem(403, body, full_headers(now))


def conflict(now: datetime) -> web.Response:
    """X docs: one compliance job at a time. How X words it is our guess from its list of problem types."""
    body = {"title": "ConflictProblem", "detail": "A job is running already.", "type": PROBLEMS + "conflict"}
    return problem(409, body, full_headers(now))


def missing_page() -> web.Response:
    return web.Response(status=404, text="<html>not here</html>", content_type="text/html")


def not_authorised_embed() -> web.Response:
    return web.json_response({"error": "Sorry, you are not authorized to see this status."}, status=403)


def errors_only(now: datetime) -> web.Response:
    """A success that brings nothing but a problem: X's users saw it when X was in trouble."""
    body = {"errors": [{"title": "Service Unavailable", "type": PROBLEMS + "resource-unavailable"}]}
    return web.json_response(body, headers=full_headers(now))


def bad_request(now: datetime, message: str = "There were errors processing your request.") -> web.Response:
    """X docs: response codes, invalid-request. The parameters are echoed (cited by X's users)."""
    body = {
        "errors": [{"parameters": {"query": ["echoed query"]}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": OLD_PROBLEMS + "invalid-request",
    }
    return problem(400, body, full_headers(now))


def html_503(now: datetime) -> web.Response:  # noqa: ARG001
    return web.Response(status=503, text="<html><body>Over capacity</body></html>", content_type="text/html")


def json_500(now: datetime) -> web.Response:
    body = {"title": "Internal Server Error", "type": PROBLEMS + "internal-error", "status": 500}
    return problem(500, body, full_headers(now))


def empty_502(now: datetime) -> web.Response:  # noqa: ARG001
    return web.Response(status=502, body=b"")


def html_200(now: datetime) -> web.Response:  # noqa: ARG001
    """What a school's web filter puts in the place of what it does not like."""
    return web.Response(text="<html><body>Blocked</body></html>", content_type="text/html")


def html_403(now: datetime) -> web.Response:  # noqa: ARG001
    return web.Response(status=403, text="<html><body>Blocked</body></html>", content_type="text/html")


def broken_json(now: datetime) -> web.Response:
    return web.Response(text='{"data": [{"id": "1", "te', content_type="application/json", headers=full_headers(now))


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        unauthorised,
        credits_depleted,
        credits_depleted_old,
        spending_limit,
        not_enrolled,
        forbidden_client,
        empty_404,
        too_many,
        too_many_without_reset,
        too_many_code_88,
        usage_capped,
        usage_capped_today,
        bad_request,
        conflict,
        errors_only,
        html_503,
        json_500,
        empty_502,
        html_200,
        html_403,
        broken_json,
    )
}
