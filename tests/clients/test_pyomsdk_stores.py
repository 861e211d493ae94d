"""pyomsdk: the stores of backups that an administrator of Ops Manager has."""

from __future__ import annotations

import pytest

from tests.conftest import OWNER
from tests.mongodb.test_admin_rows import S3, STORES
from tests.wire import key_with, seed_file

from .test_python_sdks import run
from .venvs import PYOMSDK

# The client's names for what is at the paths.
RESOURCES = {
    "snapshot/mongoConfigs": "blockstore",
    "snapshot/s3Configs": "s3_compatible_blockstore",
    "snapshot/fileSystemConfigs": "file_system_store",
    "oplog/mongoConfigs": "oplog_store",
    "oplog/s3Configs": "s3_oplog",
    "sync/mongoConfigs": "sync_store",
}
OIDC = {"oidc": {"enabled": False}}  # the client insists on it


@pytest.fixture
def options(tmp_path):
    """A server with a global owner."""
    return ["--seed", seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])]


@pytest.mark.client(f"{PYOMSDK}, backup stores")
@pytest.mark.evidence("CLIENT", "pyomsdk 9.0.0, run")
def test_pyomsdk_manages_every_kind_of_store(target):
    bodies = {
        RESOURCES[path]: {**body, **(OIDC if "uri" in body else {})} for path, body, _ in STORES
    }
    bodies["s3_compatible_blockstore_v20"] = {**S3, **OIDC}
    lives = run(target, PYOMSDK, "pyomsdk_stores.py", bodies, *OWNER)
    assert lives.keys() == bodies.keys()
    codes = {RESOURCES[path]: code for path, _, code in STORES}
    for name, life in lives.items():
        code = codes[name.removesuffix("_v20")]
        assert life == {"created": True, "listed": True, "changed": True, "gone": code}
