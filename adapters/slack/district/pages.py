"""The pages of an installation, each complete in itself: they are seen once, by somebody who does not know us yet."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from string import Template

from adapters.slack.rights import Right, is_optional
from bot.ports import HttpResponse

STYLE = """
:root { color-scheme: light dark; --paper: #f5f3ee; --sheet: #fff; --ink: #20262e; --soft: #59626e; --line: #e4e0d7;
  --accent: #0f6b63; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --sheet: #1d2229; --ink: #e9e6df; --soft: #a8b0bb;
  --line: #323943; --accent: #74cfc1; --on-accent: #0b211e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1.0625rem/1.55 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, Ubuntu, "Liberation Sans", sans-serif; }
main { max-width: 40rem; margin: 2rem auto; padding: 1.5rem 2rem 2rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 14px; }
@media (max-width: 44rem) { main { margin: 0; border: 0; border-radius: 0; min-height: 100vh; } }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p, ul, ol { margin: .75rem 0; }
ul, ol { padding-left: 1.3rem; }
li { margin: .4rem 0; }
.soft { color: var(--soft); }
a { color: var(--accent); text-underline-offset: .18em; }
a.button { display: inline-block; margin: .5rem 0; padding: .7rem 1.4rem; border-radius: 10px; font-weight: 600;
  background: var(--accent); color: var(--on-accent); text-decoration: none; }
a.button:hover { text-decoration: underline; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
WHAT_IT_DOES = (
    "<p>Staffroom posts one short digest on school mornings: what educators shared about the topics that a channel "
    "follows. Colleagues save what they like into a library of the department, with one tap.</p>"
)
WHAT_HAPPENS_NEXT = (
    '<p class="soft">Slack asks you to confirm, and shows the same list. Where only administrators may say yes, Slack '
    "passes your wish on to them. This page works for ten minutes.</p>"
)

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="icon" href="data:,">
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$body
</main>
</body>
</html>
"""
)


def install_page(address: str, rights: Sequence[Right]) -> HttpResponse:
    """`address` is where Slack asks whether it may be installed."""
    asked = [right for right in rights if not is_optional(right)]
    optional = [right for right in rights if is_optional(right)]
    parts = [
        WHAT_IT_DOES,
        f'<p><a class="button" href="{escape(address)}">Add to Slack</a></p>',
        WHAT_HAPPENS_NEXT,
        "<h2>What it asks for</h2>",
        _list([right.use for right in asked]),
    ]
    if optional:
        parts += ["<h2>What you may leave out</h2>", _list([right.use for right in optional])]
    if not any("history" in right.scope for right in rights):
        parts.append("<p>It does not read your messages.</p>")
    return _page(200, "Add Staffroom to Slack", parts)


def success_page(name: str, address: str, *, is_org: bool) -> HttpResponse:
    """`address` opens Slack there."""
    first = (
        "<li>In the organisation's settings, choose the workspaces that may use Staffroom.</li>"
        "<li>In each of them, open the channel where the digest belongs.</li>"
        if is_org
        else "<li>In Slack, open the channel where the digest belongs.</li>"
    )
    steps = (
        f"<ol>{first}<li>Type <strong>/invite @Staffroom</strong> there.</li>"
        "<li>Type <strong>/pln start</strong> and choose what the channel follows.</li></ol>"
    )
    connected = f"<p>It is connected to <strong><bdi>{escape(name)}</bdi></strong>.</p>"
    opening = f'<p><a class="button" href="{escape(address)}">Open Slack</a></p>'
    return _page(200, "Staffroom is installed", [connected, "<h2>What to do next</h2>", steps, opening])


def failure_page(status: int, sentence: str) -> HttpResponse:
    again = '<p><a href="/slack/install">Start again</a></p>'
    return _page(status, "Staffroom was not installed", [f"<p>{escape(sentence)}</p>", again])


def _list(sentences: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in sentences)}</ul>"


def _page(status: int, title: str, parts: Sequence[str]) -> HttpResponse:
    return HttpResponse(status, _PAGE.substitute(title=title, style=STYLE, body="\n".join(parts)), HEADERS)
