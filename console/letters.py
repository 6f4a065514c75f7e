"""季度函 to print: a quarter's letters in one go, a sheet each; what says too much is left out."""

from __future__ import annotations

from collections import Counter

from flask import render_template, request

from console.ledger import watermark
from console.practices import letters as area
from console.practices.points import quarter
from console.practices.shape import Asked
from console.shell import OFFICE, Page, Shell
from desk import letters


def add(shell: Shell) -> None:
    @shell.page("/letters/print", roles=OFFICE)
    def letters_print() -> Page:
        names = [each.name for each in area.AREA.filters]
        asked = Asked(chosen={name: request.args.get(name, "") for name in names})
        with shell.reading() as visit:
            chosen = quarter(visit.act, asked)
            written = area.written(visit.act, asked)
            mark = watermark(shell, visit)
        ready = [letter for letter in written if not letter.leaks]
        counts = Counter({"member": 0, "unit": 0, "resident": 0})
        counts.update(letter.kind for letter in ready)
        counts["held"] = len(written) - len(ready)
        with shell.writing() as visit:
            letters.log(visit.act, chosen, counts)
        shell.note_export(f"letters {chosen.name} n={len(ready)}")
        return render_template(
            "console/letters_print.html", letters=ready, held=counts["held"],
            quarter=chosen.name, mark=mark,
        )  # fmt: skip
