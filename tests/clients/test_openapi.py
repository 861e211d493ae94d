"""What others make of the OpenAPI documents: a generated client, and a collection for Postman."""

from __future__ import annotations

import json

import pytest
import requests

from opsemu.admin.docs import NAMES
from tests.conftest import EMPTY, OWNER

from .npm import modules
from .toolchain import HERE, tool
from .venvs import OPENAPI_PYTHON_CLIENT, programs

POSTMAN = "openapi-to-postmanv2@6.3.3"


def download(target, name, folder):
    """A document in a file."""
    path = folder / f"{name}.json"
    answer = requests.get(f"{target.server}/__admin/openapi/{name}.json", timeout=30)
    path.write_text(json.dumps({**answer.json(), "servers": [{"url": target.url}]}))
    return path


@pytest.mark.client(OPENAPI_PYTHON_CLIENT)
def test_a_generated_client_creates_lists_and_deletes_an_integration(target, tmp_path):
    document = download(target, "ops-manager", tmp_path)
    (tmp_path / "settings.yaml").write_text("post_hooks: []\n")
    bin_folder = programs(OPENAPI_PYTHON_CLIENT)
    command = [str(bin_folder / "openapi-python-client"), "generate", "--path", str(document)]
    command += ["--config", str(tmp_path / "settings.yaml"), "--meta", "none"]
    target.run(*command, "--output-path", str(tmp_path / "generated"))
    script = (str(bin_folder / "python"), str(HERE / "generated_client.py"), str(tmp_path))
    assert json.loads(target.run(*script, target.url, *OWNER, EMPTY)) == {
        "created": ["#ops"],
        "listed": [["SLACK", "******1234"]],
        "deleted": 204,
        "gone": "INTEGRATION_NOT_CONFIGURED",
    }


@pytest.mark.client(f"{POSTMAN} (npm)")
@pytest.mark.parametrize("name", NAMES)
def test_postman_imports_each_document(target, tmp_path, name):
    document, collection = download(target, name, tmp_path), tmp_path / "collection.json"
    program = modules(POSTMAN) / ".bin" / "openapi2postmanv2"
    target.run(tool("node"), str(program), "-s", str(document), "-o", str(collection))
    operations = sum(map(len, json.loads(document.read_text())["paths"].values()))
    assert count(json.loads(collection.read_text())["item"]) == operations


def count(items):
    """The requests in a collection's folders."""
    return sum(count(item["item"]) if "item" in item else 1 for item in items)
