"""Requests to a real server, and raw bytes where a client would not send such a thing."""

import socket
import urllib.error
import urllib.request
from email.message import Message
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    headers: Message
    text: str


def asked(url, **options):
    """The answer, also where it is an error."""
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, **options), timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, answer.headers, answer.read().decode())


def sent(port, request):
    """What the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()
