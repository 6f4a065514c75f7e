"""What all console pages share: who is signed in, what he may open, the layout's words.

Nothing is open by default: a page names the roles that may have it, or says `roles=ANYBODY`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from console import assets, formats, sessions
from data.database import Database, Tx
from data.rows import Person, Role
from data.settings import Settings
from data.tables import logins, people
from data.tables.board import Filter, Scope
from desk import access, figures
from desk.service import Act, Service
from desk.tally import Tally

Page = Any  # what Flask lets a view return
STAFF: Final[frozenset[Role]] = frozenset({"worker", "member", "secretary", "street", "admin"})
WORKERS: Final[frozenset[Role]] = STAFF - {"member"}  # who see more than their own team's work
OFFICE: Final[frozenset[Role]] = frozenset({"secretary", "street", "admin"})
ADMIN: Final[frozenset[Role]] = frozenset({"admin"})
ANYBODY: Final[frozenset[Role]] = frozenset()
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Visit:
    """A signed-in person's request: what his pages read and write with."""

    act: Act

    @property
    def person(self) -> Person:
        return self.act.person

    @cached_property
    def scope(self) -> Scope:
        return access.scope_of(self.act, self.act.person)

    def tally(self, wanted: Filter) -> Tally:
        """Who counts the issues of a filter; a page asks for several figures of the same ones."""
        if wanted not in self._tallies:
            self._tallies[wanted] = figures.counting(self.act, self.scope, wanted)
        return self._tallies[wanted]

    @cached_property
    def _tallies(self) -> dict[Filter, Tally]:
        return {}


class Shell:
    """The console's blueprint and what its pages stand on."""

    def __init__(
        self, db: Database, service: Service, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self.db = db
        self.service = service
        self.settings = settings
        self.clock = clock
        self.csrf = CSRFProtect()
        self.room = Blueprint("console", __name__, url_prefix="/console",
                              template_folder="templates")  # fmt: skip
        self._roles: dict[str, frozenset[Role]] = {"console.static": ANYBODY}
        self.room.add_url_rule("/static/<path:name>", "static", assets.serve)
        self.page("/<path:rest>", roles=STAFF)(nowhere)
        self.room.before_request(self._guard)
        self.room.after_request(_headers)
        self.room.context_processor(self._layout)
        self.room.register_error_handler(CSRFError, self._expired)
        self.room.register_error_handler(HTTPException, self._failed)

    def page(
        self, rule: str, *, roles: frozenset[Role], post: bool = False
    ) -> Callable[[Callable[..., Page]], Callable[..., Page]]:
        """Register a view under its own name; `post` makes it one that changes something."""

        def register(view: Callable[..., Page]) -> Callable[..., Page]:
            self._roles[f"console.{view.__name__}"] = roles
            self.room.add_url_rule(rule, view.__name__, view, methods=["POST" if post else "GET"])
            return view

        return register

    @property
    def pages(self) -> dict[str, frozenset[Role]]:
        """Every endpoint and who may have it."""
        return dict(self._roles)

    def say(self, name: str, /, **words: object) -> str:
        return self.service.say(f"console.{name}", **words)

    @contextmanager
    def reading(self) -> Iterator[Visit]:
        with self.db.read() as tx:
            yield self._visit(tx)

    @contextmanager
    def writing(self) -> Iterator[Visit]:
        with self.db.write() as tx:
            yield self._visit(tx)

    def note_export(self, detail: str) -> None:
        """A line in the log about what leaves the house, before it does.

        What leaves is read without the one writer's turn: it may take seconds, and residents want
        their receipts.
        """
        with self.writing() as visit:
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "export", detail)

    def _visit(self, tx: Tx) -> Visit:
        return Visit(Act(tx, self.service, g.person, self.clock(), self.service.roster(tx)))

    def _guard(self) -> AnyResponse | None:
        """CSRF first, then the session, then the role."""
        if request.method == "POST":
            if None in request.form:  # a part without a name, at which flask-wtf falls over
                abort(400)
            self.csrf.protect()
        roles = self._roles.get(request.endpoint or "", OFFICE)
        g.person = None
        if request.endpoint == "console.static":
            return None
        with self.db.read() as tx:
            held = sessions.current(tx, self.clock(), self.settings)
            if held is not None:
                g.person = people.by_id(tx, held.person)
        if g.person is not None and g.person.role == "resident":
            g.person = None
        if g.person is None:
            return None if roles is ANYBODY else _to_sign_in()
        if held is not None and not request.headers.get("X-Quiet"):
            sessions.touch(self.db, held, self.clock())
        if roles is not ANYBODY and g.person.role not in roles:
            abort(403)
        return None

    def _layout(self) -> dict[str, object]:
        """What every template may use."""
        person: Person | None = g.get("person")
        return {
            "me": person,
            "say": self.say,
            "reply": self.service.say,
            "may": lambda name: (
                person is not None and person.role in self._roles[f"console.{name}"]
            ),
            "asset": assets.url,
            "now": self.clock(),
            "community": self.service.content.about,
            "role_name": self.service.say(f"phones.role.{person.role}") if person else "",
            **formats.HELPERS,
        }

    def _expired(self, _: CSRFError) -> tuple[str, int]:
        return self._problem("csrf", 400)

    def _failed(self, error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if f"console.problem.{code}" not in self.service.content.replies:
            return error
        return self._problem(str(code), code)

    def _problem(self, name: str, status: int) -> tuple[str, int]:
        words = self.say(f"problem.{name}")
        return render_template("console/problem.html", words=words), status


def nowhere(rest: str) -> Page:  # noqa: ARG001  Flask gives it
    """An address under /console that is no page."""
    abort(404)


def _to_sign_in() -> AnyResponse:
    """Where to sign in, and what comes after; htmx is told in a header to load the whole page."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("console.signin")})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    query = f"?{urlencode({'next': wanted})}" if wanted.startswith("/console") else ""
    return redirect(url_for("console.signin") + query)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def install(app: Flask, shell: Shell) -> None:
    """Put the console into an application, which lends it its signed cookie."""
    sessions.install(app, shell.settings)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # programs and vendors post without forms
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # the session itself ends
    app.config["WTF_CSRF_SSL_STRICT"] = False  # a proxy may hide the page's address; Lax cookies
    shell.csrf.init_app(app)
    app.register_blueprint(shell.room)
    app.extensions["console"] = shell
