"""The web page at `/__admin/`: three files, and the line at `/` that leads there."""

from pathlib import Path

from flask import Blueprint, Response, request

bp = Blueprint("page", __name__)

_FOLDER = Path(__file__).parent / "page"
# Nothing but the files themselves and the admin API, so that shown data can never become code.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# What a browser gets at `/`; a WSGI application of its own.
root = Response(
    '<!doctype html><html lang="en"><title>opsemu</title>'
    '<p>This is opsemu. <a href="/__admin/">See what it does</a>.</p></html>\n',
    headers=_HEADERS,
)


@bp.get("/", returns={200: "text/html"}, strict_slashes=False)
def index() -> Response:
    """The web page."""
    return _file("index.html", "text/html")


@bp.get("/page.css", returns={200: "text/css"})
def style() -> Response:
    """The style sheet of the web page."""
    return _file("page.css", "text/css")


@bp.get("/page.js", returns={200: "text/javascript"})
def script() -> Response:
    """The script of the web page."""
    return _file("page.js", "text/javascript")


def _file(name: str, media_type: str) -> Response:
    """A file of the page; 304 to a browser that has it."""
    response = Response((_FOLDER / name).read_bytes(), mimetype=media_type, headers=_HEADERS)
    response.add_etag()
    response.make_conditional(request)
    return response
