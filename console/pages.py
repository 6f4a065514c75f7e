"""The staff console: all its pages under /console, an area to a module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from console import (
    account,
    amend,
    entering,
    grids,
    importing,
    issue,
    issues,
    ledger,
    letters,
    photos,
    reports,
    shell,
    signin,
    staff,
    statistics,
    today,
    upkeep,
    wall,
)  # fmt: skip
from console.practices import pages as practices
from data.database import Database
from data.settings import Settings
from desk import logins
from desk.service import Service

AREAS = (
    signin, account, staff, today, issues, entering, issue, photos, statistics, ledger, reports,
    practices, letters, importing, grids, upkeep, wall, amend,
)  # fmt: skip


def add_console(
    app: Flask, db: Database, service: Service, settings: Settings, clock: Callable[[], datetime]
) -> shell.Shell:
    """Build every area and put the console into the application."""
    built = shell.Shell(db, service, settings, clock)
    for area in AREAS:
        area.add(built)
    shell.install(app, built)
    if settings.admin_password.get_secret_value():
        logins.first_administrator(db, settings, built.say("first.name"), clock())
    return built
