"""What real clients do that no documentation asks for, and the API puts up with."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator

from ..conftest import EMPTY, OWNER, signed

ORGANIZATION = "decafbaddecafbaddecafbad"


@pytest.mark.evidence("CLIENT", "atlas-sdk-go v20250312020: Group has no omitempty there")
def test_a_new_project_may_carry_read_only_attributes(api, server):
    body = {
        "clusterCount": 0,
        "created": "0001-01-01T00:00:00Z",
        "name": "Made by the SDK",
        "orgId": ORGANIZATION,
    }
    made = api.post(f"{server.base_url}/api/atlas/v1.0/groups", json=body)
    assert made.status_code == 201
    assert made.json()["created"] != body["created"]


@pytest.mark.evidence("INFERRED", "Terraform's provider 1.6 reads them; ours have no project roles")
def test_a_project_has_no_api_keys_of_its_own(api, server):
    keys = api.get(f"{server.base_url}/api/atlas/v1.0/groups/{EMPTY}/apiKeys").json()
    assert (keys["results"], keys["totalCount"]) == ([], 0)


@pytest.mark.evidence("CLIENT", "terraform-provider-mongodbatlas pull request 2216, of 2024-04-26")
@pytest.mark.parametrize(("profile", "status"), [("atlas@2024-04", 200), ("atlas@2024-05", 400)])
def test_atlas_ignored_the_scheme_of_prometheus_until_2024(profile, status):
    body = {
        "type": "PROMETHEUS",
        "username": "prometheus",
        "password": "correct horse",
        "serviceDiscovery": "http",
        "scheme": "http",
        "enabled": True,
    }
    with Emulator(seed="demo", profile=profile) as server, signed(OWNER) as session:
        url = f"{server.base_url}/api/atlas/v1.0/groups/{EMPTY}/integrations/PROMETHEUS"
        assert session.post(url, json=body).status_code == status
        assert "scheme" not in session.get(url).json()
