"""MongoDB's own Go libraries, through the life of everything they know."""

from __future__ import annotations

import pytest

from .toolchain import own_program


@pytest.mark.client("atlas-sdk-go v20250312020, API key")
def test_the_atlas_sdk_manages_every_type_with_an_api_key(target):
    target.run(str(own_program("atlasv2")))


@pytest.mark.client("atlas-sdk-go v20250312020, service account")
def test_the_atlas_sdk_manages_every_type_with_a_service_account(target):
    account = {
        "MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_c0ffeec0ffeec0ffeec0ffee",
        "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_demo_00000000000000000000000000000000",
    }
    environment = {**target.environment, **target.variables, **account}
    target.run(str(own_program("atlasv2")), environment=environment)


@pytest.mark.client("go.mongodb.org/atlas v0.38.0")
def test_the_v1_library_manages_every_type(target):
    target.run(str(own_program("atlasv1")))


@pytest.mark.client("go.mongodb.org/ops-manager v0.63.0")
def test_the_ops_manager_library_manages_projects_and_alerts(target):
    target.run(str(own_program("opsmanager")))
