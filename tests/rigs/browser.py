"""Debian's Chromium, driven by Playwright. Missing on a developer's machine it skips; in CI it has to be there."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}


def chromium() -> str:
    """Where it is; STAFFROOM_CHROMIUM names another one."""
    path = os.environ.get("STAFFROOM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not os.access(path, os.X_OK):
        missing = f"There is no Chromium at {path}. Install Debian's package chromium, or set STAFFROOM_CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return path


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def a_page(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page of its own. What its script logs as an error, or asks for from elsewhere, fails the test."""
    context = await browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **options})
    complaints: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if "//127.0.0.1:" not in request.url else None)
    try:
        yield page
    finally:
        await context.close()
    assert complaints == []


async def what_axe_finds(page: Page) -> list[str]:
    """Every rule of axe that the page breaks, with the first place. The context has to bypass the page's CSP."""
    results = await Axe().run(page)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in results.response["violations"]]
