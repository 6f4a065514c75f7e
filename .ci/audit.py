"""Known vulnerabilities of what requirements.lock installs: `python3 .ci/audit.py`.

Fails where one is known. What could not be looked up is said, and does not fail: without the
network nothing is known, and that is no fault of the change that is being tested.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = "pip-audit==2.10.1"


def report(lock: Path) -> str:
    """What pip-audit says of a lock file, as JSON; "" where it cannot be had or cannot look."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        there = Path(folder) / "bin"
        installed = subprocess.run([str(there / "pip"), "install", "-qqq", TOOL], check=False)
        if installed.returncode:
            return ""
        asked = [str(there / "pip-audit"), "--requirement", str(lock), "--format", "json"]
        asked += ["--disable-pip", "--require-hashes"]  # the lock says it all: resolve nothing
        return subprocess.run(asked, check=False, capture_output=True, text=True).stdout


def judged(said: str) -> tuple[int, str]:
    """The exit code, and a sentence."""
    if not said.strip():
        return 0, "audit: SKIPPED, pip-audit or its data cannot be reached from here"
    found = json.loads(said)["dependencies"]
    known = [f"{d['name']} {d['version']}: {v['id']}" for d in found for v in d.get("vulns", ())]
    unseen = [d["name"] for d in found if "skip_reason" in d]
    seen = len(found) - len(unseen)
    if not seen:
        return 0, f"audit: SKIPPED, none of {len(found)} packages could be looked up from here"
    left = f"; NOT looked up: {', '.join(unseen)}" if unseen else ""
    if known:
        return 1, "audit: " + "\n".join(known) + left
    return 0, f"audit: nothing known of {seen} packages{left}"


if __name__ == "__main__":
    code, sentence = judged(report(ROOT / "requirements.lock"))
    print(sentence)
    sys.exit(code)
