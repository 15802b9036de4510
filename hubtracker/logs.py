"""The log: one line of JSON on standard error for each thing that happened, whoever says it.

A line says what is named here, and nothing else: no body, no header, no variable of a traceback. What looks like a
secret in spite of that is struck out last.
"""

import logging
import re
import sys
import threading
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.tracebacks import ExceptionDictTransformer

# An e-mail address, also one that a form has sent, the key of a link that opens an account, a code of single sign-on, a
# token of the API. Of an address the whole word goes: what began within an escape would leave no JSON.
SECRETS = re.compile(
    r'(?<![^\s"@/:=&?<({\[,;])(?:[^\s"@/:=&?<({\[,;]+?(?:@|%40)[\w.-]+)+'
    r'|(?<=/key/)[^\s"/\\]+|(?<=\bcode=)[^\s"&\\]+|hub_[\w-]{20,}',
    re.ASCII,
)
# Without one of these there is none of those; to look for them takes a hundredth of the time.
SIGNS = ("@", "%40", "/key/", "code=", "hub_")


def formatter() -> ProcessorFormatter:
    """What makes a line of a record of Python's logging. What libraries attach to one, a whole request, stays out."""
    traceback: list[Any] = [ExceptionRenderer(ExceptionDictTransformer(show_locals=False)), told_in_brief]
    ours = [add_logger_name, *traceback, ProcessorFormatter.remove_processors_meta]
    return ProcessorFormatter(processors=[*BEGINNING, *ours, *END])


def told_in_brief(_logger: Any, _method: str, line: Any) -> Any:
    """The line with its exceptions, the last one first: the kind, where, and one line of what it says.

    On further lines PostgreSQL gives the values of the row that it refused.
    """
    if "exception" in line:
        line["exception"] = [
            {
                "kind": error["exc_type"],
                # Struck out first: half a secret does not look like one.
                "says": without_secrets(None, "", error["exc_value"].partition("\n")[0])[:200],
                "at": [f"{frame['filename']}:{frame['lineno']} {frame['name']}" for frame in error["frames"]],
            }
            for error in line["exception"]
        ]
    return line


def without_secrets(_logger: Any, _method: str, text: Any) -> Any:
    """The text of a line, each secret replaced by three dots."""
    return SECRETS.sub("...", text) if any(sign in text for sign in SIGNS) else text


def thread_failed(failure: threading.ExceptHookArgs) -> None:
    """Has what ended a thread in a line like any other; Python would say it in full."""
    logging.getLogger("threading").error("A thread failed.", exc_info=failure.exc_value)


BEGINNING: list[Any] = [TimeStamper("iso", key="time"), add_log_level, merge_contextvars]
END: list[Any] = [JSONRenderer(), without_secrets]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": formatter}},
    "handlers": {"standard error": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["standard error"], "level": logging.WARNING},
    "loggers": {
        # Without the handlers that Django gives it by default.
        "django": {"level": logging.WARNING},
        # Whatever is refused has its line as a request.
        "django.request": {"level": logging.ERROR},
        # HEAD asks for what GET brings; gunicorn leaves the body out, and would say so each time.
        "gunicorn.http.wsgi": {"level": logging.ERROR},
    },
}

# The line of each request: through Python's logging it would take three times as long, which every reader waits for.
structlog.configure(
    processors=[*BEGINNING, *END],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    cache_logger_on_first_use=True,
)
threading.excepthook = thread_failed
