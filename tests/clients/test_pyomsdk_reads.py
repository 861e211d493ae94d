"""pyomsdk: everything that it can read, of each of its resources."""

from __future__ import annotations

import pytest

from tests.conftest import ADMIN, DEMO, signed
from tests.mongodb.automation.configs import replica_set
from tests.wire import body_of

from .test_python_sdks import run
from .venvs import PYOMSDK

ORG = "decafbaddecafbaddecafbad"
USER = {
    "username": "reader@example.com",
    "password": "Passw0rd.",
    "firstName": "f",
    "lastName": "l",
    "roles": [{"groupId": DEMO, "roleName": "GROUP_OWNER"}],
}
# Nothing of these is read: each needs a real deployment or another product, or, as a user's own
# access list, is not for keys.
DECLINED = {
    "access_list",
    "backup_encryption_keys",
    "deployment_regions",
    "import_deployments",
    "key_vault",
    "migrate_to_mongodb_atlas",
    "re_election_jobs",
    "server_log_collection_jobs",
    "telemetry",
}
UNSERVED = {
    "server_usage": {
        "get_global_usage_report_archive",
        "retreive_one_physical_host",
        "retrieve_all_physical_hosts",
    },
    "restore_jobs": {"get_one_config_server"},
    "snapshots": {"get_one_config_server"},
}


@pytest.fixture
def values(target):
    """A replica set, a user and a team; what the paths and queries of the client name."""
    with signed(ADMIN) as session:

        def call(method, path, body=None):
            answer = session.request(method, f"{target.server}/api/public/v1.0{path}", json=body)
            answer.raise_for_status()
            return answer.json()

        group = f"/groups/{DEMO}"
        call("PUT", f"{group}/automationConfig", replica_set())
        call("POST", f"{group}/integrations/PROMETHEUS", body_of("PROMETHEUS"))
        host, *_ = call("GET", f"{group}/hosts")["results"]
        user = call("POST", "/users", USER)
        team = {"name": "Readers", "usernames": [USER["username"]]}
        return {
            **dict.fromkeys(("PROJECT-ID", "GROUP-ID", "groupId", "projectId"), DEMO),
            **dict.fromkeys(("ORG-ID", "orgId"), ORG),
            **dict.fromkeys(("HOST-ID", "hostId"), host["id"]),
            "CLUSTER-ID": host["clusterId"],
            "HOSTNAME": host["hostname"],
            "PORT": str(host["port"]),
            "USER-ID": user["id"],
            "USER-NAME": USER["username"],
            "TEAM-ID": call("POST", f"/orgs/{ORG}/teams", team)["id"],
            "TEAM-NAME": team["name"],
            "API-KEY-ID": call("GET", f"/orgs/{ORG}/apiKeys")["results"][0]["id"],
            "GROUP-NAME": "Demo Project",
            "INTEGRATION-TYPE": "SLACK",
            "TYPE": "MONITORING",
            "ACCESS-LIST-ENTRY": "192.0.2.1",
            "DATABASE-NAME": "admin",
            "PARTITION-NAME": "xvdb",
            "granularity": "PT1H",
            "period": "P1D",
            "startDate": "2026-01-01",
            "endDate": "2026-12-31",
            "pageNum": 1,
        }


@pytest.mark.client(f"{PYOMSDK}, all that it reads")
@pytest.mark.evidence("CLIENT", "pyomsdk 9.0.0, run")
def test_pyomsdk_reads_every_resource(target, values):
    reads = run(target, PYOMSDK, "pyomsdk_reads.py", values, *ADMIN)
    assert len(reads) > 50
    for name, codes in reads.items():
        unserved = {method for method, code in codes.items() if code == "RESOURCE_NOT_FOUND"}
        assert unserved <= (codes.keys() if name in DECLINED else UNSERVED.get(name, set())), name
        assert None in codes.values() or name in DECLINED, name
        others = {code for code in codes.values() if code and "_NOT_FOUND" not in code}
        assert others <= {"INVALID_INVITATION_ID", "WHITELIST_ACCESS_DENIED", "not JSON"}, name
