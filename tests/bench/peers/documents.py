"""The documents that Prism and Mockoon are told by: a list at a path, and a POST below it."""

from __future__ import annotations

from typing import Any


def openapi(path: str, body: Any) -> dict[str, Any]:
    """An OpenAPI document whose example is the list."""
    media = {"application/json": {"schema": {}, "example": body}}
    operation = {"responses": {"200": {"description": "The list", "content": media}}}
    taken = {"requestBody": {"content": {"application/json": {"schema": {}}}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Integrations", "version": "1"},
        "paths": {path: {"get": operation}, f"{path}/SLACK": {"post": {**operation, **taken}}},
    }


def mockoon(path: str, port: int, body: str) -> dict[str, Any]:
    """A Mockoon environment with a route for each."""
    routes = [_mockoon_route("get", path, body), _mockoon_route("post", f"{path}/SLACK", body)]
    return {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "lastMigration": 33,
        "name": "Integrations",
        "port": port,
        "hostname": "127.0.0.1",
        "endpointPrefix": "",
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes],
        "folders": [],
        "headers": [],
        "data": [],
    }


def _mockoon_route(method: str, path: str, body: str) -> dict[str, Any]:
    number = 2 if method == "get" else 3
    response = {
        "uuid": f"00000000-0000-4000-8001-{number:012d}",
        "body": body,
        "bodyType": "INLINE",
        "latency": 0,
        "statusCode": 200,
        "label": "",
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "rules": [],
        "rulesOperator": "OR",
        "disableTemplating": True,
        "fallbackTo404": False,
        "default": True,
    }
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "type": "http",
        "documentation": "",
        "method": method,
        "endpoint": path.lstrip("/"),
        "responses": [response],
        "responseMode": None,
    }
