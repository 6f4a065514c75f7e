"""体检: what `bot.py check` finds, in the browser."""

from __future__ import annotations

from flask import render_template

from console.shell import OFFICE, Page, Shell
from desk import check


def add(shell: Shell) -> None:
    @shell.page("/check", roles=OFFICE)
    def check_up() -> Page:
        found = check.check(shell.db, shell.service.shipped, shell.settings, shell.clock())
        return render_template("console/check.html", found=found)
