"""The log: one line of JSON on standard error for each event, without bodies, headers or variables of a traceback.

At last, everything that looks like a secret is removed.
"""

import json
import logging
import os
import re
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from structlog.contextvars import merge_contextvars
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.tracebacks import ExceptionDictTransformer

# E-mail addresses (also URL-encoded), keys of account links, codes of single sign-on, API tokens. The whole word around
# an address is removed: a cut within an escape would break the JSON.
SECRETS = re.compile(
    r'(?<![^\s"@/:=&?<({\[,;])(?:[^\s"@/:=&?<({\[,;]+?(?:@|%40)[\w.-]+)+'
    r'|(?<=/key/)[^\s"/\\]+|(?<=\bcode=)[^\s"&\\]+|hub_[\w-]{20,}',
    re.ASCII,
)
# A line without these has no secret; looking for them takes a hundredth of the time.
SIGNS = ("@", "%40", "/key/", "code=", "hub_")


def formatter() -> ProcessorFormatter:
    # Attributes that libraries add to a record, such as a whole request, are left out.
    traceback: list[Any] = [ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), shorten_traceback]
    beginning: list[Any] = [TimeStamper("iso", key="time"), add_log_level, merge_contextvars, add_logger_name]
    end: list[Any] = [ProcessorFormatter.remove_processors_meta, JSONRenderer(), strike_secrets]
    return ProcessorFormatter(processors=[*beginning, *traceback, *end])


def shorten_traceback(_logger: Any, _method: str, line: Any) -> Any:
    # Only the first line of a message: further lines of PostgreSQL have the values of the rejected row.
    if "exception" in line:
        line["exception"] = [
            {
                "kind": error["exc_type"],
                # Secrets are removed before the cut: half a secret does not look like one.
                "says": strike_secrets(None, "", error["exc_value"].partition("\n")[0])[:200],
                "at": [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in error["frames"]],
            }
            for error in line["exception"]
        ]
    return line


def strike_secrets(_logger: Any, _method: str, text: Any) -> Any:
    return SECRETS.sub("...", text) if any(sign in text for sign in SIGNS) else text


def log_request(**fields: Any) -> None:
    """Write a line of the request log. Structlog takes half as long again."""
    time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    line = json.dumps({"event": "request", "time": time, "level": "info", **fields})
    write(f"{strike_secrets(None, '', line)}\n".encode())


def write(line: bytes) -> None:
    os.write(sys.stderr.fileno(), line)


def log_thread_failure(failure: threading.ExceptHookArgs) -> None:
    # Python would print the whole traceback.
    logging.getLogger("threading").error("A thread failed.", exc_info=failure.exc_value)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": formatter}},
    "handlers": {"standard error": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["standard error"], "level": logging.WARNING},
    "loggers": {
        # Without Django's default handlers.
        "django": {"level": logging.WARNING},
        # Rejected requests have their line in the request log.
        "django.request": {"level": logging.ERROR},
        # gunicorn warns of the body of every answer to HEAD, which it leaves out.
        "gunicorn.http.wsgi": {"level": logging.ERROR},
    },
}

threading.excepthook = log_thread_failure
