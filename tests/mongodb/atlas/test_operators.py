"""What the operator for Atlas and Terraform ask of a project, in their order."""

from __future__ import annotations

import pytest

from .recordings import FOLDER, read, written
from .test_projects import ORG

V2023_10 = "application/vnd.atlas.2023-10-01+json"
V2024_11 = "application/vnd.atlas.2024-11-13+json"

EMPTY_PAGE, EMPTY_LIST = object(), object()
# Path below the project, what has to be answered, and the version that is asked for.
READS = [
    ("accessList?pageNum=1", EMPTY_PAGE),
    ("privateEndpoint/AWS/endpointService", EMPTY_LIST),
    ("privateEndpoint/AZURE/endpointService", EMPTY_LIST),
    ("privateEndpoint/GCP/endpointService", EMPTY_LIST),
    ("privateEndpoint/regionalMode", {"enabled": False}),
    ("peers", EMPTY_PAGE),
    ("peers?providerName=GCP", EMPTY_PAGE),
    ("peers?providerName=AZURE", EMPTY_PAGE),
    ("integrations", EMPTY_PAGE),
    (
        "encryptionAtRest",
        {
            "awsKms": {"enabled": False},
            "azureKeyVault": {"enabled": False},
            "enabledForSearchNodes": False,
            "googleCloudKms": {"enabled": False},
        },
    ),
    (
        "auditLog",
        {"auditAuthorizationSuccess": False, "configurationType": "NONE", "enabled": False},
    ),
    ("settings", None),
    ("customDBRoles/roles", EMPTY_LIST),
    ("teams", EMPTY_PAGE),
    ("backupCompliancePolicy", {}),
    # Only if its specification or an earlier state has them.
    (
        "cloudProviderAccess",
        {"awsIamRoles": [], "azureServicePrincipals": [], "gcpServiceAccounts": []},
    ),
    ("maintenanceWindow", None),
    ("alertConfigs", None),
    (
        "userSecurity",
        {
            "customerX509": {},
            "ldap": {"authenticationEnabled": False, "authorizationEnabled": False},
        },
    ),
]


@pytest.mark.evidence("CLIENT", "the operator for Atlas, AtlasProject with a name alone")
def test_the_operator_finds_an_empty_project_empty(v2):
    found = v2("GET", "/groups/byName/fresh")
    assert found.json()["errorCode"] in ("NOT_IN_GROUP", "GROUP_NAME_NOT_FOUND")
    project = v2("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()["id"]
    for below, expected in READS:
        accept = {"Accept": V2023_10} if below == "backupCompliancePolicy" else {}
        answer = v2("GET", f"/groups/{project}/{below}", headers=accept)
        assert answer.status_code == 200, below
        body = answer.json()
        if expected is EMPTY_PAGE:
            assert (list(body), body["results"]) == (["links", "results", "totalCount"], [])
        elif expected is EMPTY_LIST:
            assert body == []
        elif expected is not None:
            assert body == expected
    for provider in ("AWS", "AZURE", "GCP"):
        path = f"/groups/{project}/privateEndpoint/{provider}/endpointService"
        assert v2("GET", path).json() == []
    for below in ("peers", "teams"):
        assert v2("GET", f"/groups/{project}/{below}").json()["results"] == []
    assert v2("DELETE", f"/groups/{project}").status_code == 202


@pytest.mark.evidence("CLIENT", "the operator for Atlas makes a list what its specification says")
def test_the_operator_makes_an_access_list_its_own(v2):
    project = v2("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()["id"]
    path = f"/groups/{project}/accessList"
    v2("POST", path, [{"ipAddress": "192.0.2.1"}])
    listed = v2("GET", f"{path}?pageNum=1").json()["results"]
    v2("POST", path, [{"cidrBlock": "198.51.100.0/24", "comment": "spec"}])
    for each in listed:
        entry = each["cidrBlock"].replace("/", "%2F")
        assert v2("DELETE", f"{path}/{entry}").status_code == 204
    status = v2("GET", f"{path}/198.51.100.0%2F24/status").json()
    (left,) = v2("GET", path).json()["results"]
    assert (status, left["comment"]) == ({"STATUS": "ACTIVE"}, "spec")


@pytest.mark.evidence("CLIENT", "Terraform: project, its access list, audit log, window and limits")
def test_terraform_makes_reads_and_deletes_what_belongs_to_a_project(v2):
    project = v2("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()["id"]
    at = f"/groups/{project}"
    limit = f"{at}/limits/atlas.project.deployment.clusters"
    assert v2("PATCH", limit, {"name": limit.rpartition("/")[2], "value": 26}).status_code == 200
    for below in ("teams", "limits", "settings", "ipAddresses", "clusters", "managedSlowMs"):
        assert v2("GET", f"{at}/{below}").status_code == 200
    assert v2("POST", f"{at}/accessList", [{"ipAddress": "192.0.2.1"}]).status_code == 201
    assert v2("GET", f"{at}/accessList/192.0.2.1").json()["cidrBlock"] == "192.0.2.1/32"
    for _ in range(2):
        gone = v2("DELETE", f"{at}/accessList/192.0.2.1").status_code
    assert gone == 404
    v2("PATCH", f"{at}/auditLog", {"enabled": True, "auditFilter": "{}"})
    off = {"auditAuthorizationSuccess": False, "auditFilter": "", "enabled": False}
    assert v2("PATCH", f"{at}/auditLog", off).json()["enabled"] is False
    # Of a window it sets the day again after it has deferred, then turns the deferral.
    v2("PATCH", f"{at}/maintenanceWindow", {"dayOfWeek": 3, "hourOfDay": 4})
    v2("POST", f"{at}/maintenanceWindow/defer")
    v2("PATCH", f"{at}/maintenanceWindow", {"dayOfWeek": 3, "hourOfDay": 5})
    v2("POST", f"{at}/maintenanceWindow/autoDefer")
    window = v2("GET", f"{at}/maintenanceWindow").json()
    assert (window["hourOfDay"], window["autoDeferOnceEnabled"]) == (5, True)
    role = {"roleName": "r", "inheritedRoles": [{"db": "admin", "role": "read"}]}
    v2("POST", f"{at}/customDBRoles/roles", role)
    assert v2("DELETE", f"{at}/customDBRoles/roles/r").status_code == 204
    gone = v2("GET", f"{at}/customDBRoles/roles/r")
    assert (gone.status_code, gone.json()["errorCode"]) == (404, "ATLAS_CUSTOM_ROLE_NOT_FOUND")
    assert v2("DELETE", at).status_code == 202
    assert v2("GET", f"{at}/accessList").status_code == 404


@pytest.mark.evidence("RECORDED", "the first eleven settings of a project of 2020")
def test_a_new_project_has_the_recorded_alert_settings(v2):
    project = v2("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()["id"]
    ours = v2("GET", f"/groups/{project}/alertConfigs").json()["results"]
    (recording,) = read(FOLDER / "mongodb" / "v2-2026-08-10-list-alertconfigs.json")
    theirs = recording.answer["results"][: len(ours)]
    assert len(ours) == 11
    assert list(map(written, ours)) == list(map(written, theirs))
    assert [list(each) for each in ours] == [list(each) for each in theirs]


@pytest.mark.evidence("RECORDED", "its version; INFERRED that an empty list is an empty page")
def test_flexible_clusters_have_a_version_of_their_own(v2):
    project = v2("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()["id"]
    answer = v2("GET", f"/groups/{project}/flexClusters", headers={"Accept": V2024_11})
    assert answer.headers["Content-Type"] == f"{V2024_11};charset=utf-8"
    assert (answer.json()["results"], answer.json()["totalCount"]) == ([], 0)


@pytest.mark.evidence("INFERRED", "Atlas v1.0 links to these; the rest of them is empty")
def test_what_a_project_of_v1_links_to_is_there(callers):
    v1 = callers["atlas-v1"]
    project = v1("POST", "/groups", {"name": "fresh", "orgId": ORG}).json()
    for link in project["links"]:
        assert v1.session.get(link["href"]).status_code == 200, link
    v1("POST", f"/groups/{project['id']}/whitelist", [{"ipAddress": "192.0.2.1"}])
    listed = v1("GET", f"/groups/{project['id']}/accessList").json()["results"]
    assert [each["ipAddress"] for each in listed] == ["192.0.2.1"]
