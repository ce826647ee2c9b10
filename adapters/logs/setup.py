"""structlog and the standard library's logging, as one: everybody's lines go the same way and look the same."""

import logging
import os
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

from adapters.logs.redact import Redactor

Style = Literal["auto", "console", "json"]

QUIETEST = {
    "aiohttp": logging.INFO,
    "aiohttp.access": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "asyncio": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "tweepy": logging.INFO,
}
"""What these libraries say below that is noise, and in tweepy's case the bearer token. Never set them lower."""


def set_up_logs(
    style: Style = "auto", *, secrets: Iterable[str] = (), level: int = logging.INFO, stream: TextIO | None = None
) -> Redactor:
    """Writes every log line to `stream` (standard error if not given): for people on a terminal, as JSON elsewhere.

    To be called once, before the first line. The redactor it returns can be told of secrets that appear later.
    """
    stream = stream or sys.stderr
    redactor = Redactor(secrets)
    shared = _shared()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redactor,
                _written(style, stream),
            ],
        )
    )
    _replace_handlers(handler, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    return redactor


def _shared() -> list[Processor]:
    """What is added to every line, whoever wrote it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _written(style: Style, stream: TextIO) -> Processor:
    on_terminal = stream.isatty()
    if style == "json" or (style == "auto" and not on_terminal):
        return structlog.processors.JSONRenderer()
    colours = on_terminal and "NO_COLOR" not in os.environ
    return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)


def _replace_handlers(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, quietest in QUIETEST.items():
        logging.getLogger(name).setLevel(max(quietest, level))
