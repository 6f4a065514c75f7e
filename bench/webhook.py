"""How many messages a second the safe-mode webhook turns into committed issues, and how fast.

`python -m bench.webhook --werobot-python /path/to/venv/bin/python` measures, one after another and
in the same run, our server as `bot.py serve` runs it, our server under gunicorn, and WeRoBot under
the same servers; then the stages of one message. The latencies at the fixed rate count from the
moment a message was due. Prints the section "Webhook" of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.knowledge import ROOT
from bench.load import Result
from bench.servers import (
    Server,
    free_port,
    fresh_folder,
    our_servers,
    peer_servers,
    prepare,
    running,
    store,
    vendor,
    wait_for,
)
from data.database import Database

WARM_UP, GAP = 3, 100_000  # seconds; message numbers that each phase has to itself
KINDS = ("waitress", "waitress-quiet", "gunicorn", "gunicorn-quiet", "gunicorn-answering")


@dataclass(frozen=True)
class Figures:
    """One server's figures."""

    name: str
    healthy: float  # seconds from the start to the first answer of /healthz
    first: float  # … to the first answered message
    steady: Result
    most: Result
    kept: str
    machine: str  # how busy others kept it just before


def load(port: int, first: int, *words: str) -> Result:
    """Run the generator in its own process."""
    command = (sys.executable, "-m", "bench.load", "--port", str(port), "--first", str(first))
    done = subprocess.run(
        (*command, *words), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=300
    )
    return Result(**json.loads(done.stdout))


def measure(server: Server, args: argparse.Namespace) -> Figures:
    port, machine = free_port(), calibrated()
    with fresh_folder() as folder, running(server, port, folder) as started:
        path, good = ("/healthz", 200) if server.ours else ("/", 403)
        healthy = wait_for(port, started, path, lambda status: status == good)
        one = load(port, 0, "--count", "1", "--connections", "1", "--seconds", "0.0001")
        first = healthy + max(one.latencies, default=0.0) / 1000
        load(port, GAP, "--seconds", str(WARM_UP), "--connections", "4")
        steady = load(port, 2 * GAP, "--rate", str(args.rate), "--seconds", str(args.steady))
        most = load(
            port, 3 * GAP, "--connections", str(args.connections), "--seconds", str(args.most)
        )
        return Figures(
            server.name, healthy, first, steady, most, kept(server, folder, args.postgres), machine
        )


def calibrated() -> str:
    """How fast the disk and a core are now: figures taken on a busy machine say little."""
    with tempfile.TemporaryFile() as file:
        waits = []
        for _ in range(100):
            start = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            waits.append(time.perf_counter() - start)
    start = time.perf_counter()
    sum(range(5_000_000))
    core = time.perf_counter() - start
    return f"fsync {median(waits) * 1000:.1f} ms, sum {core * 1000:.0f} ms"


def kept(server: Server, folder: Path, postgres: str) -> str:
    """What is in the database at the end."""
    if not server.ours:
        db = sqlite3.connect(folder / "werobot.db")
        count = db.execute("SELECT COUNT(*) FROM messages").fetchone()[0]
        db.close()
        return f"{count} messages"
    database = Database(store(folder, postgres))
    with database.read() as tx:
        messages = tx.scalar("SELECT COUNT(*) FROM messages")
        issues = tx.scalar("SELECT COUNT(*) FROM issues")
        waiting = tx.scalar("SELECT COUNT(*) FROM outbox WHERE status = 'queued'")
    database.close()
    return f"{messages} messages, {issues} issues, {waiting} pushes waiting"


def report(found: Sequence[Figures], stages: dict[str, float], args: argparse.Namespace) -> str:
    processor = platform.processor() or platform.machine()
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({processor}), the load generator"
        f" on the same machine, Python {platform.python_version()}.",
        f"Command: `python -m bench.webhook {' '.join(sys.argv[1:])}`".replace(" `", " `").rstrip(),
        "",
        f"| server | p50 at {args.rate:g}/s | p99 | max | most, {args.connections} connections"
        " | p50 | p99 | failed | /healthz after | first answer after | kept | machine |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in found:
        steady, most = each.steady, each.most
        lines.append(
            f"| {each.name} | {steady.percentile(0.5):.1f} ms | {steady.percentile(0.99):.1f} ms"
            f" | {max(steady.latencies, default=0):.0f} ms"
            f" | {most.rate:.0f}/s | {most.percentile(0.5):.0f} ms | {most.percentile(0.99):.0f} ms"
            f" | {steady.failed + most.failed} | {each.healthy:.2f} s | {each.first:.2f} s"
            f" | {each.kept} | {each.machine} |"
        )
    lines += ["", "| stage of one message (in process, median) | ms |", "|---|---|"]
    lines += [f"| {name} | {milliseconds:.2f} |" for name, milliseconds in stages.items()]
    return "\n".join(lines)


def stages() -> dict[str, float]:
    """In a process of its own: the stopwatches stay in the code that they measure."""
    script = "import json; from bench.stages import measure; print(json.dumps(measure()))"
    done = subprocess.run(
        (sys.executable, "-c", script), cwd=ROOT, capture_output=True, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--werobot-python", metavar="PATH", help="interpreter that has werobot")
    parser.add_argument("--postgres", metavar="URL", default="", help="keep everything there")
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--steady", type=float, default=20, help="seconds at the fixed rate")
    parser.add_argument("--most", type=float, default=15, help="seconds as fast as can be")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    args = parser.parse_args()
    prepare()
    with vendor() as address:
        servers = our_servers(address, args.only, args.postgres)
        if args.werobot_python:
            servers += peer_servers(args.werobot_python, args.only)
        else:
            print("WeRoBot is skipped: no --werobot-python", file=sys.stderr)
        found = []
        for server in servers:
            found.append(measure(server, args))
            print(report(found[-1:], {}, args).splitlines()[-4], file=sys.stderr)
    print(report(found, stages(), args))


if __name__ == "__main__":
    main()
