"""Readers who ask at their own pace, whether or not the server keeps up with them.

wrk asks again when it has an answer: while a server stands still it asks nothing, and what it did not ask does not
count as slow. Here a request counts from the moment at which it was due.
"""

import asyncio
import time
from urllib.parse import urlsplit

CONNECTIONS = 16


class Connection:
    """A connection that is kept open; one request at a time."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    async def get(self, path):
        """Reads the answer to its end; raises RuntimeError where it is not 200."""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:-2])
        await self.reader.readexactly(int(fields["content-length"]))
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{path}: {head.splitlines()[0]!r}")


async def paced(url, paths, *, rate, seconds):
    """The seconds that each reader waited, in order; `rate` readers a second, one path after the other."""
    address = urlsplit(url)
    idle = asyncio.Queue()
    for _number in range(CONNECTIONS):
        connection = Connection(address.hostname, address.port)
        await connection.open()
        idle.put_nowait(connection)

    async def read(due, path):
        connection = await idle.get()
        await connection.get(path)
        idle.put_nowait(connection)
        return time.perf_counter() - due

    start = time.perf_counter()
    readers = []
    for number in range(rate * seconds):
        due = start + number / rate
        await asyncio.sleep(due - time.perf_counter())
        readers.append(asyncio.create_task(read(due, paths[number % len(paths)])))
    return await asyncio.gather(*readers)
