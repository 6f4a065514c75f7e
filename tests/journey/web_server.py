"""Any WSGI application on a loopback socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.journey.fake_wechat import Quiet


@contextmanager
def serving(answer: Callable[[Request], Response]) -> Iterator[str]:
    """The address at which it answers."""
    app = Request.application(answer)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
