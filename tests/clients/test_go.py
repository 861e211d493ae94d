"""MongoDB's own Go libraries, through the life of everything they know."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import ADMIN, EMPTY

from .toolchain import HERE, go, go_caches, own_program, pinned, tool

SDK = "go.mongodb.org/atlas-sdk " + pinned("go", "go.mongodb.org/atlas-sdk/v20250312020").split()[1]


@pytest.mark.client(f"{SDK}, API key")
def test_the_atlas_sdk_manages_every_type_with_an_api_key(target):
    target.run(str(own_program("atlasv2")))


@pytest.mark.client(f"{SDK}, service account")
def test_the_atlas_sdk_manages_every_type_with_a_service_account(target):
    account = {
        "MONGODB_ATLAS_CLIENT_ID": "mdb_sa_id_c0ffeec0ffeec0ffeec0ffee",
        "MONGODB_ATLAS_CLIENT_SECRET": "mdb_sa_sk_demo_00000000000000000000000000000000",
    }
    environment = {**target.environment, **target.variables, **account}
    target.run(str(own_program("atlasv2")), environment=environment)


@pytest.mark.client(pinned("go", "go.mongodb.org/atlas"))
def test_the_v1_library_manages_every_type(target):
    target.run(str(own_program("atlasv1")))


@pytest.mark.client("atlas-sdk with atlas, as Terraform")
def test_what_one_atlas_family_wrote_the_other_deletes(target):
    target.run(str(own_program("mixed")), environment=in_an_empty_project(target))


def in_an_empty_project(target):
    """The variables of a client, with a project that has no integrations."""
    return {**target.environment, **target.variables, "MONGODB_ATLAS_PROJECT_ID": EMPTY}


@pytest.mark.client(pinned("go", "go.mongodb.org/ops-manager"))
def test_the_ops_manager_library_manages_projects_and_alerts(target):
    target.run(str(own_program("opsmanager")))


@pytest.mark.client(pinned("go", "go.mongodb.org/ops-manager") + ", automation")
def test_the_ops_manager_library_manages_a_deployment_as_mongocli_does(target):
    target.run(str(own_program("automation")))


@pytest.mark.client(pinned("go", "go.mongodb.org/ops-manager") + ", administration")
@pytest.mark.evidence("CLIENT", "go.mongodb.org/ops-manager, run: each service that is served")
def test_the_ops_manager_library_calls_every_service(target):
    key = dict(zip(("MCLI_PUBLIC_API_KEY", "MCLI_PRIVATE_API_KEY"), ADMIN, strict=True))
    target.run(
        str(own_program("administration")),
        environment={**target.environment, **target.variables, **key},
    )


@pytest.mark.client("a Go test of one's own")
def test_a_go_test_has_a_world_a_fault_and_an_assertion(target):
    environment = {**target.environment, **go_caches(), "OPSEMU_URL": target.url}
    output = target.run(
        tool("go"), "test", "-count=1", "-v", "./world", cwd=HERE / "go", environment=environment
    )
    assert "--- PASS: TestARefusedCallIsRepeated" in output


@pytest.mark.client
def test_the_go_programs_are_formatted_and_vetted():
    go("vet", "./...", cwd=HERE / "go")
    gofmt = [tool("gofmt"), "-l", str(HERE / "go")]
    assert subprocess.run(gofmt, capture_output=True, text=True, check=True).stdout == ""
