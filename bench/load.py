"""A load generator that costs little: `python -m bench.load` in a process of its own.

Requests are sealed and signed beforehand; one event loop, keep-alive where the server allows it.
At a fixed rate the latency counts from the moment a message was due, so that a server that stalls
cannot hide it by slowing the generator down.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

from bench.knowledge import CONTENT, place_rows
from channels.simulator import Delivery, WechatClientSide
from channels.wechat import WechatConfig

CONFIG = WechatConfig(
    token="a-token-for-the-bench",
    app_id="wxba5fad812f8e6fb9",
    secret="a-secret-for-the-bench",
    aes_key="kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
)
RESIDENTS = 3000
MOST_CONNECTIONS = 64


@dataclass
class Result:
    """What a run of the generator saw; latencies in milliseconds."""

    answered: int = 0
    silent: int = 0
    failed: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def sentences() -> Iterator[str]:
    """Reports without end: the catalogue's own examples, each at another flat of the community."""
    catalogue = tomllib.loads((CONTENT / "catalogue.toml").read_text("utf-8"))["category"]
    examples = [text for c in catalogue if c["level"] != "U0" for text in c["examples"]]
    estates = sorted({row.estate for row in place_rows(CONTENT / "community" / "places.csv")})
    random.Random(1).shuffle(examples)
    flats = itertools.product(range(1, 19), range(1, 5), range(1, 4), range(1, 7))
    for (floor, door, unit, building), estate, example in zip(
        itertools.cycle(flats), itertools.cycle(estates), itertools.cycle(examples), strict=False
    ):
        yield f"{estate}{building}号楼{unit}单元{floor}0{door},{example}"


def prepared(first: int, count: int, port: int) -> list[bytes]:
    """The bytes of `count` HTTP requests, each another message of one of many residents."""
    client = WechatClientSide(CONFIG, mode="safe")
    texts = itertools.islice(sentences(), first, first + count)
    return [
        http(
            client.request("text", f"resident-{n % RESIDENTS}", text, msg_id=str(10**15 + n)), port
        )
        for n, text in enumerate(texts, first)
    ]


def http(delivery: Delivery, port: int) -> bytes:
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Content-Length": str(len(delivery.body)),
        **delivery.headers,
    }
    lines = [f"POST {delivery.path}?{delivery.query} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + delivery.body


class Connection:
    """One connection that is opened again whenever the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. OSError when the server does not answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.close()
            raise OSError(str(error)) from error
        if b"connection: close" in head:
            self.close()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Generator:
    """Sends prepared requests and keeps what came of them."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._port = port
        self._requests = iter(requests)
        self.result = Result()

    async def at_rate(self, rate: float, seconds: float) -> None:
        """Open loop: a message is due every 1/rate seconds, whatever became of the others."""
        waiting: asyncio.Queue[float] = asyncio.Queue()
        workers = [asyncio.create_task(self._serve(waiting)) for _ in range(MOST_CONNECTIONS)]
        start = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            waiting.put_nowait(due)
        await waiting.join()
        self.result.seconds = time.perf_counter() - start
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def at_most(self, connections: int, seconds: float) -> None:
        """Closed loop: every connection sends the next message when it has its answer."""
        start = time.perf_counter()

        async def caller() -> None:
            connection = Connection(self._port)
            while time.perf_counter() - start < seconds:
                await self._one(connection, time.perf_counter())
            connection.close()

        await asyncio.gather(*(caller() for _ in range(connections)))
        self.result.seconds = time.perf_counter() - start

    async def _serve(self, waiting: asyncio.Queue[float]) -> None:
        connection = Connection(self._port)
        try:
            while True:
                due = await waiting.get()
                await self._one(connection, due)
                waiting.task_done()
        finally:
            connection.close()

    async def _one(self, connection: Connection, due: float) -> None:
        try:
            status, body = await connection.exchange(next(self._requests))
        except OSError:
            self.result.failed += 1
            return
        if status != 200:
            self.result.failed += 1
            return
        self.result.latencies.append((time.perf_counter() - due) * 1000)
        self.result.answered += 1
        self.result.silent += b"ncrypt" not in body


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first message")
    parser.add_argument("--count", type=int, default=40_000, help="messages to prepare")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rate", type=float, help="messages per second; without: as fast as can")
    parser.add_argument("--connections", type=int, default=16)
    args = parser.parse_args()
    count = int(args.rate * args.seconds) if args.rate else args.count
    generator = Generator(args.port, prepared(args.first, count, args.port))
    if args.rate:
        asyncio.run(generator.at_rate(args.rate, args.seconds))
    else:
        asyncio.run(generator.at_most(args.connections, args.seconds))
    json.dump(asdict(generator.result), sys.stdout)


if __name__ == "__main__":
    main()
