"""A storm's messages, delivered as WeChat does: `python -m bench.storm_load`, in its own process.

What is not answered within five seconds is given up and delivered again, three times in all. They
come as people write: half of them one by one, half in bursts, because something has happened and
many write within seconds. Sealed and signed beforehand; prints how each of them was answered.
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
from contextlib import suppress
from dataclasses import dataclass

from bench.knowledge import CONTENT
from bench.load import CONFIG, Connection, http, sentences
from bench.simulated_people import STORM
from channels.simulator import WechatClientSide

PATIENCE, TRIES = 5.0, 3  # WeChat's
RESIDENTS = 20_000
FIRST = 10**15  # number of the first message
BURST_SECONDS = 6.0  # in which a burst ebbs away
OF_THE_STORM = 0.6  # the share of messages that are about it; the others go on as on every day


@dataclass(frozen=True)
class Answer:
    """What became of one message; `reply` is None where there was none to read."""

    number: str
    due: float  # seconds since the beginning
    milliseconds: float  # since then; until it was given up
    tries: int
    acknowledged: bool
    reply: str | None


def arrivals(rate: float, seconds: float, dice: random.Random) -> list[float]:
    """When they come: `rate` a second on average."""
    count = round(rate * seconds)
    moments = [dice.uniform(0, seconds) for _ in range(count - count // 2)]
    while len(moments) < count:
        begin, size = dice.uniform(0, seconds), round(dice.expovariate(1 / rate))
        burst = [begin + dice.expovariate(1 / BURST_SECONDS) for _ in range(size)]
        moments += [moment % seconds for moment in burst]
    return sorted(moments[:count])


def said(dice: random.Random) -> Iterator[str]:
    """What they write about: the storm, at one of many buildings, and everything else."""
    catalogue = tomllib.loads((CONTENT / "catalogue.toml").read_text("utf-8"))["category"]
    storm = [text for c in catalogue if c["code"] in STORM for text in c["examples"]]
    for ordinary in sentences():
        home = ordinary.partition(",")[0]
        yield f"{home},{dice.choice(storm)}" if dice.random() < OF_THE_STORM else ordinary


def prepared(count: int, port: int, dice: random.Random) -> Iterator[bytes]:
    """The bytes of so many HTTP requests."""
    client = WechatClientSide(CONFIG, mode="safe")
    for number, text in enumerate(itertools.islice(said(dice), count), FIRST):
        who = f"resident-{dice.randrange(RESIDENTS)}"
        yield http(client.request("text", who, text, msg_id=str(number)), port)


class Wechat:
    """Its servers: as many connections as they need, each used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []
        self._client = WechatClientSide(CONFIG, mode="safe")
        self.answers: list[Answer] = []
        self._bodies: list[bytes] = []

    async def deliver_all(self, moments: Sequence[float], requests: Sequence[bytes]) -> None:
        """Each at its moment, whatever became of the others."""
        began, tasks = time.perf_counter(), []
        for number, (due, request) in enumerate(zip(moments, requests, strict=True), FIRST):
            await asyncio.sleep(max(began + due - time.perf_counter(), 0))
            tasks.append(asyncio.create_task(self._deliver(str(number), began, due, request)))
        await asyncio.gather(*tasks)

    async def _deliver(self, number: str, began: float, due: float, request: bytes) -> None:
        body: bytes | None = None
        tries = 0
        while body is None and tries < TRIES:
            tries += 1
            body = await self._tried(request)
        took = (time.perf_counter() - began - due) * 1000
        self.answers.append(Answer(number, due, took, tries, body is not None, None))
        self._bodies.append(body or b"")

    async def _tried(self, request: bytes) -> bytes | None:
        """The answer's body; None after five seconds, or when it was none to be glad of."""
        end = asyncio.get_running_loop().time() + PATIENCE
        try:
            async with asyncio.timeout_at(end):
                status, body = await self._exchanged(request)
        except (TimeoutError, OSError):
            status, body = 0, b""
        if status == 200:
            return body
        await asyncio.sleep(max(end - asyncio.get_running_loop().time(), 0))
        return None

    async def _exchanged(self, request: bytes) -> tuple[int, bytes]:
        """Over an open connection; that the server has closed one meanwhile is no failure."""
        while self._idle:
            with suppress(OSError):
                return await self._over(self._idle.pop(), request)
        return await self._over(Connection(self._port), request)

    async def _over(self, connection: Connection, request: bytes) -> tuple[int, bytes]:
        try:
            answer = await connection.exchange(request)
        except BaseException:  # what was begun cannot be used again
            connection.close()
            raise
        self._idle.append(connection)
        return answer

    def read(self) -> list[dict[str, object]]:
        """All answers, opened; they are not while others wait for theirs."""
        return [
            vars(answer) | {"reply": self._client.read_reply(body) if body else None}
            for answer, body in zip(self.answers, self._bodies, strict=True)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("phases", nargs="+", help="rate:seconds, one after another")
    args = parser.parse_args()
    dice, moments, begin = random.Random(args.seed), list[float](), 0.0
    for phase in args.phases:
        rate, seconds = map(float, phase.split(":"))
        moments += [begin + moment for moment in arrivals(rate, seconds, dice)]
        begin += seconds
    requests = list(prepared(len(moments), args.port, dice))
    print("ready", flush=True)
    sys.stdin.readline()
    wechat = Wechat(args.port)
    asyncio.run(wechat.deliver_all(moments, requests))
    json.dump(wechat.read(), sys.stdout)


if __name__ == "__main__":
    main()
