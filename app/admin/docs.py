"""`openapi/…` and `docs`: the OpenAPI documents of the emulated APIs, and a page that shows them.

The page is drawn by Swagger UI, whose files are in the package flask-swagger-ui. Nothing is loaded
from another server.
"""

from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Any

from flask import Blueprint, Response, request

from ..api.urls import ADMIN, origin
from .context import admin_app, services
from .errors import AdminError
from .schemas import AnyObject

bp = Blueprint("docs", __name__)

NAMES = ("ops-manager", "cloud-manager", "atlas-v1", "atlas-v2", "opsramp")
_CONTROL_PLANE = "admin"
_FOLDER = Path(__file__).parent / "docs_page"
_PACKAGE = "flask_swagger_ui"
_ASSETS = {
    "docs.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
_HEADERS = {
    # The renderer sets styles of its own.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' "
    "'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_MISSING = (
    "<!doctype html><html lang=en><title>opsemu</title><p>To show the documents here, install "
    "<code>pip install flask-swagger-ui</code>. The documents themselves: $links</p></html>\n"
)


@bp.get("/openapi/<name>.json", returns={200: AnyObject})
def openapi(name: str) -> Any:
    """What is emulated of an API, by the name of its family, as an OpenAPI document."""
    from .openapi.families import document  # with apispec

    _check_name(name, NAMES)
    config = services().config
    url = config.external_url.rstrip("/") or origin(request, trust_proxy=config.trust_proxy)
    return document(name, admin_app().create_app, config.profile, url)


@bp.get("/docs", returns={200: "text/html", 501: "text/html"})
def index() -> Response:
    """A page with the OpenAPI document of the first API."""
    return page(NAMES[0])


@bp.get("/docs/<name>", returns={200: "text/html", 501: "text/html"})
def page(name: str) -> Response:
    """A page with an OpenAPI document: that of an API, or `admin`."""
    _check_name(name, (*NAMES, _CONTROL_PLANE))
    is_installed = find_spec(_PACKAGE) is not None
    paths = {each: f"{ADMIN}/docs/{each}" for each in (*NAMES, _CONTROL_PLANE)}
    links = " ".join(
        f'<a href="{paths[each] if is_installed else _document_path(each)}">{each}</a>'
        for each in paths
    )
    text = (_FOLDER / "docs.html").read_text() if is_installed else _MISSING
    text = Template(text).substitute(name=name, document=_document_path(name), links=links)
    return Response(text, 200 if is_installed else 501, _HEADERS, mimetype="text/html")


@bp.get("/docs/assets/<name>", returns={200: "text/*"})
def asset(name: str) -> Response:
    """A script or the style sheet of the page."""
    _check_name(name, _ASSETS)
    path = _FOLDER / name
    if not path.exists():
        spec = find_spec(_PACKAGE)
        path = Path(spec.origin if spec and spec.origin else "").parent / "dist" / name
    if not path.exists():
        raise AdminError(404, "no_such_document", "it is part of `pip install flask-swagger-ui`")
    response = Response(path.read_bytes(), headers=_HEADERS, mimetype=_ASSETS[name])
    response.add_etag()
    response.make_conditional(request)
    return response


def _document_path(name: str) -> str:
    return f"{ADMIN}/openapi.json" if name == _CONTROL_PLANE else f"{ADMIN}/openapi/{name}.json"


def _check_name(name: str, names: Any) -> None:
    """Raise AdminError 404 for a name that is none of some."""
    if name not in names:
        message = f"there is no {name[:40]!r}, but {', '.join(names)}"
        raise AdminError(404, "no_such_document", message)
