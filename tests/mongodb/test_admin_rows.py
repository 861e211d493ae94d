"""What Ops Manager's administrators keep in it: stores and daemons of backups, settings."""

from __future__ import annotations

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.store.layout import APPLICATION, DEFAULT_WORLD
from tests.conftest import EMPTY, OWNER, signed
from tests.wire import key_with, seed_file

ADMIN = "/admin/backup"
MONGO = {
    "assignmentEnabled": True,
    "id": "one",
    "uri": "mongodb://user:hush@h:1,i:2/?x",
    "ssl": True,
}
S3 = {
    "acceptedTos": True,
    "assignmentEnabled": True,
    "awsAccessKey": "AKIAQWERTYUIOPASXLHG",
    "awsSecretKey": "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLE0KEY",
    "disableProxyS3": False,
    "encryptedCredentials": False,
    "id": "one",
    "labels": ["l"],
    "pathStyleAccessEnabled": True,
    "s3AuthMethod": "KEYS",
    "s3BucketEndpoint": "https://s3.example.com",
    "s3BucketName": "bucket",
    "s3MaxConnections": 50,
    "s3RegionOverride": "",
    "sseEnabled": False,
    "ssl": False,
    "uri": MONGO["uri"],
}
FILES = {
    "assignmentEnabled": True,
    "id": "one",
    "loadFactor": 1,
    "storePath": "/data/snapshots",
    "mmapv1CompressionSetting": "NONE",
    "wtCompressionSetting": "GZIP",
}
STORES = [
    ("snapshot/mongoConfigs", MONGO, "MONGO_SNAPSHOT_CONFIG_NOT_FOUND"),
    ("snapshot/s3Configs", S3, "S3_SNAPSHOT_CONFIG_NOT_FOUND"),
    ("snapshot/fileSystemConfigs", FILES, "FILESYSTEM_SNAPSHOT_CONFIG_NOT_FOUND"),
    ("oplog/mongoConfigs", MONGO, "MONGO_OPLOG_CONFIG_NOT_FOUND"),
    ("oplog/s3Configs", S3, "S3_OPLOG_CONFIG_NOT_FOUND"),
    ("sync/mongoConfigs", MONGO, "MONGO_SYNC_CONFIG_NOT_FOUND"),
]
DAEMON = {"configured": True, "machine": {"headRootDirectory": "/data/head/", "machine": "vm"}}

pytestmark = pytest.mark.evidence("DOCS", "CLIENT: the Kubernetes operator and its own tests")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    seed = seed_file(
        tmp_path_factory.mktemp("seed"), apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})]
    )
    with Emulator(seed=seed) as emulator:
        yield emulator


@pytest.fixture
def daemons(server):
    return f"{server.url}{ADMIN}/daemon/configs"


@pytest.mark.parametrize(("path", "store", "missing"), STORES)
def test_a_store_has_the_id_that_the_client_chooses(api, server, path, store, missing):
    stores = f"{server.url}{ADMIN}/{path}"
    absent = api.get(f"{stores}/one")
    assert (absent.status_code, absent.json()["errorCode"]) == (404, missing)
    made = api.post(f"{stores}/", json=store)
    assert made.status_code == 201
    assert store.items() <= made.json().items()
    assert list(made.json()) == sorted(made.json())
    changed = api.put(f"{stores}/one", json={**made.json(), "labels": ["other"], "loadFactor": 3})
    assert (changed.status_code, changed.json()["labels"]) == (200, ["other"])
    assert (
        api.get(stores).json()["results"] == [api.get(f"{stores}/one").json()] == [changed.json()]
    )
    assert api.delete(f"{stores}/one").status_code == 204
    assert api.put(f"{stores}/one", json=store).json()["errorCode"] == missing


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("snapshot/mongoConfigs", {"uri": "mongodb://h"}, "MISSING_ATTRIBUTE"),
        ("oplog/mongoConfigs", {**MONGO, "writeConcern": "W9"}, "INVALID_ENUM_VALUE"),
        ("snapshot/s3Configs", {**S3, "acceptedTos": False}, "INVALID_ATTRIBUTE"),
        ("snapshot/s3Configs", {**S3, "s3BucketNam": "b"}, "INVALID_ATTRIBUTE"),
        ("snapshot/fileSystemConfigs", {"id": "one"}, "MISSING_ATTRIBUTE"),
    ],
)
def test_a_bad_store_is_refused(api, server, path, body, code):
    refused = api.post(f"{server.url}{ADMIN}/{path}", json=body)
    assert (refused.status_code, refused.json()["errorCode"]) == (400, code)
    assert api.get(f"{server.url}{ADMIN}/{path}").json()["totalCount"] == 0


@pytest.mark.parametrize("number", [2**63, -(2**64), 897065835401828240457728, 1e300])
@pytest.mark.evidence("INFERRED", "Jackson refuses numbers that its types do not hold")
def test_a_number_of_more_than_64_bits_is_refused(api, server, number):
    stores = f"{server.url}{ADMIN}/snapshot/fileSystemConfigs"
    refused = api.post(stores, json={**FILES, "loadFactor": number})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "INVALID_JSON_ATTRIBUTE")
    kept = api.post(stores, json={**FILES, "loadFactor": 2**63 - 1})
    assert kept.json()["loadFactor"] == 2**63 - 1


def test_null_in_a_store_is_the_same_as_absent(api, server):
    stores = f"{server.url}{ADMIN}/oplog/mongoConfigs"
    assert api.post(stores, json={**MONGO, "labels": None}).json()["labels"] == []


def test_stores_for_new_backups_are_listed_alone_if_asked_for(api, server):
    stores = f"{server.url}{ADMIN}/oplog/mongoConfigs"
    for name, assignable in (("a", True), ("b", False)):
        api.post(stores, json={**MONGO, "id": name, "assignmentEnabled": assignable})
    assert api.get(stores).json()["totalCount"] == 2
    (store,) = api.get(f"{stores}?assignableOnly=true").json()["results"]
    assert store["id"] == "a"


def test_the_v2_api_has_the_same_stores(api, server):
    v2 = f"{server.base_url}/api/public/v2.0{ADMIN}/snapshot/s3Configs"
    made = api.post(v2, json=S3)
    assert (made.status_code, made.json()["links"][0]["href"]) == (201, f"{v2}/one")
    assert api.get(made.json()["links"][0]["href"]).json() == made.json()
    v1 = api.get(f"{server.url}{ADMIN}/snapshot/s3Configs/one").json()
    assert {**v1, "links": []} == {**made.json(), "links": []}


@pytest.mark.parametrize(
    ("version", "key", "uri"),
    [
        ("8.0.25.500.20260801T0000Z", S3["awsAccessKey"], S3["uri"]),
        ("8.0.26.500.20260901T0000Z", "AKIA********XLHG", "mongodb://REDACTED:REDACTED@h:1,i:2/?x"),
    ],
)
def test_credentials_of_stores_are_masked_since_8_0_26(tmp_path, version, key, uri):
    seed = seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    with Emulator(seed=seed, server_version=version) as server, signed(OWNER) as api:
        store = f"{server.url}{ADMIN}/snapshot/s3Configs/one"
        api.post(store.removesuffix("/one"), json=S3)
        shown = api.get(store).json()
        assert (shown["awsAccessKey"], shown["uri"]) == (key, uri)
        api.put(store, json={**shown, "awsSecretKey": "other"})  # what came back is sent again
        owner = Owner(DEFAULT_WORLD, APPLICATION, APPLICATION)
        (kept,) = server.store.all(owner, "s3Blockstores").values()
        assert (kept["awsAccessKey"], kept["uri"]) == (S3["awsAccessKey"], S3["uri"])
        assert kept["awsSecretKey"] == "other"


def test_there_is_a_daemon_to_configure_from_the_start(api, daemons):
    (daemon,) = api.get(f"{daemons}?backupJobsEnabledOnly=true").json()["results"]
    machine = daemon["machine"]["machine"]
    assert (daemon["configured"], daemon["machine"]["headRootDirectory"]) == (False, "")
    body = {**daemon, "configured": True}
    body["machine"] = {"machine": machine, "headRootDirectory": "/backup/"}
    configured = api.put(f"{daemons}/{machine}/", json=body)
    assert (configured.status_code, configured.json()["configured"]) == (200, True)
    assert api.get(daemons).json()["results"] == [configured.json()]


@pytest.mark.parametrize("head", ["%2Fdata%2Fhead%2F", "%2Fdata%2Fhead", "%2Fdata%2Fhead%2F/"])
def test_a_daemon_is_found_by_machine_and_encoded_directory(api, daemons, head):
    absent = api.get(f"{daemons}/vm/{head}")
    assert (absent.status_code, absent.json()["errorCode"]) == (
        404,
        "DAEMON_MACHINE_CONFIG_NOT_FOUND",
    )
    made = api.put(f"{daemons}/vm", json=DAEMON)
    assert (made.status_code, made.json()["machine"]) == (200, DAEMON["machine"])
    found = api.get(f"{daemons}/vm/{head}").json()
    assert found == made.json() == api.get(found["links"][0]["href"]).json()
    changed = api.put(f"{daemons}/vm/{head}", json={**found, "numWorkers": 9}).json()
    assert (changed["numWorkers"], changed["id"]) == (9, found["id"])
    assert api.get(daemons).json()["results"] == [changed]
    assert api.delete(f"{daemons}/vm/{head}").status_code == 204
    assert api.get(f"{daemons}/vm/{head}").status_code == 404


def test_a_head_directory_ends_with_a_slash(api, daemons):
    body = {"machine": {"machine": "vm", "headRootDirectory": "/data/head"}}
    refused = api.put(f"{daemons}/vm", json=body)
    assert (refused.status_code, refused.json()["parameters"]) == (400, ["headRootDirectory"])


def test_a_projects_backups_have_a_configuration_once_it_is_set(api, server):
    one = f"{server.url}{ADMIN}/groups/{EMPTY}"
    assert api.get(one).status_code == 404
    body = {"id": EMPTY, "labelFilter": ["l"], "kmipClientCertPassword": "hush"}
    kept = api.put(one, json=body)
    assert (kept.status_code, kept.json()["labelFilter"]) == (200, ["l"])
    assert "kmipClientCertPassword" not in kept.json()
    assert api.get(f"{server.url}{ADMIN}/groups/").json()["results"] == [api.get(one).json()]


def test_settings_are_set_and_unset_by_name_and_secret_ones_are_masked(api, server):
    url = f"{server.url}/admin/settings"
    assert api.get(url).json()["dbProperties"] == {}
    url_setting = {"opsgenie.api.url": "https://api.example.com"}
    properties = {"mms.a": "1", "mms.b": 2, "mms.ldap.bindPassword": "hush", **url_setting}
    assert api.patch(url, json={"dbProperties": properties}).status_code == 200
    changed = api.patch(url, json={"dbProperties": {"mms.a": None}})
    expected = {"mms.b": "2", "mms.ldap.bindPassword": "****", **url_setting}
    assert changed.json()["dbProperties"] == expected == api.get(url).json()["dbProperties"]
    refused = api.patch(url, json={"dbProperties": {"mms.app.upgradeMode": "true"}})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "INVALID_SETTINGS_EXCEPTION")


def test_secrets_of_administrators_are_in_no_export_and_no_journal(api, server, daemons):
    api.post(f"{server.url}{ADMIN}/snapshot/s3Configs", json=S3)
    api.put(f"{server.url}{ADMIN}/groups/{EMPTY}", json={"kmipClientCertPassword": "hush"})
    properties = {"mms.mail.password": "hush"}
    api.patch(f"{server.url}/admin/settings", json={"dbProperties": properties})
    api.get(f"{server.url}{ADMIN}/snapshot/s3Configs")
    for page in ("state", "requests"):
        text = requests.get(f"{server.admin_url}/{page}", timeout=9).text
        assert "bucket" in text
        assert [
            word for word in ("hush", S3["awsSecretKey"], S3["awsAccessKey"]) if word in text
        ] == []


@pytest.mark.parametrize("kind", ["memory:", "file:", "redis:"])
def test_all_of_it_is_in_states_snapshots_and_resets(request, tmp_path, kind):
    states = {"memory:": kind, "file:": f"file:{tmp_path / 'state'}?fsync=off"}
    state = states.get(kind) or request.getfixturevalue("redis_url")
    seed = seed_file(tmp_path, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    with Emulator(seed=seed, state=state) as server, signed(OWNER) as api:
        keep_and_restore(server, api)


def keep_and_restore(server, api):
    """Set all there is, and have it again after resets."""
    stores, admin = f"{server.url}{ADMIN}", requests.Session()
    urls = [f"{stores}/{path}" for path, _, _ in STORES]
    urls += [f"{stores}/{path}" for path in ("daemon/configs", "groups")]
    urls += [f"{server.url}/{path}" for path in ("admin/settings", "unauth/versionManifest")]
    fresh = [api.get(url).json() for url in urls]
    for path, store, _ in STORES:
        known = {name: store[name] for name in store if not name.startswith("aws")}
        uri = {"uri": "mongodb://h"} if "uri" in store else {}
        api.post(f"{stores}/{path}", json={**known, **uri})
    api.put(f"{stores}/daemon/configs/vm", json=DAEMON)
    api.put(f"{stores}/groups/{EMPTY}", json={"labelFilter": ["l"]})
    api.patch(f"{server.url}/admin/settings", json={"dbProperties": {"mms.a": "1"}})
    api.put(f"{server.url}/versionManifest", json={"updated": 7, "versions": []})
    kept = [api.get(url).json() for url in urls]
    assert [one for one, other in zip(fresh, kept, strict=True) if one == other] == []
    state = admin.get(f"{server.admin_url}/state").json()
    assert admin.post(f"{server.admin_url}/snapshots", json={"name": "kept"}).status_code == 201
    server.reset()
    assert [api.get(url).json() for url in urls] == fresh
    assert admin.put(f"{server.admin_url}/state", json=state).status_code == 204
    assert [api.get(url).json() for url in urls] == kept
    server.reset()
    assert admin.post(f"{server.admin_url}/snapshots/kept/restore").status_code == 204
    assert [api.get(url).json() for url in urls] == kept


@pytest.mark.parametrize("role", ["GLOBAL_READ_ONLY", "GLOBAL_BACKUP_ADMIN"])
def test_it_takes_a_global_role_to_read_and_an_owners_to_write(server, role):
    document = {"apiKeys": [key_with({"roleName": role})]}
    worlds = f"{server.admin_url}/worlds"
    made = requests.post(worlds, json={"document": document}, timeout=9).json()
    (key,) = made["mongodb"]["keys"]
    with signed((key["publicKey"], key["privateKey"])) as session:
        stores = f"{server.url}{ADMIN}/oplog/mongoConfigs"
        assert session.get(stores).status_code == 200
        assert session.post(stores, json=MONGO).json()["errorCode"] == "USER_UNAUTHORIZED"
    requests.delete(f"{worlds}/{made['name']}", timeout=9)


def test_a_key_of_an_organization_is_refused(tmp_path):
    with Emulator(seed="demo") as server, signed(OWNER) as session:
        refused = session.get(f"{server.url}/admin/settings")
    assert (refused.status_code, refused.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")


@pytest.mark.parametrize(
    "path", [f"{ADMIN}/daemon/configs", "/admin/settings", "/usage/assignments"]
)
def test_cloud_manager_has_no_administration(tmp_path, path):
    with Emulator(seed="demo", profile="cloud-manager") as server, signed(OWNER) as session:
        assert session.get(f"{server.url}{path}").json()["errorCode"] == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("kind", ["groups", "organizations"])
def test_the_kind_of_server_is_ram_pool_until_it_is_set(api, server, kind):
    owner = {"groups": EMPTY, "organizations": "decafbaddecafbaddecafbad"}[kind]
    url = f"{server.url}/usage/{kind}/{owner}/defaultServerType"
    assert api.get(url).json() == {"label": "RAM Pool", "name": "RAM_POOL"}
    assert api.put(url, json={"serverType": {"name": "TEST_SERVER"}}).status_code == 200
    assert api.get(url).json() == {"label": "Test Server", "name": "TEST_SERVER"}
    refused = api.put(url, json={"serverType": {"name": "TOASTER"}})
    assert refused.json()["errorCode"] == "INVALID_ENUM_VALUE"


def test_usage_is_counted_without_a_body_and_nothing_is_used(api, server):
    counted = api.post(f"{server.url}/usage/dailyCapture")
    assert (counted.status_code, counted.content) == (200, b"")
    for path in ("assignments", f"groups/{EMPTY}/hosts", f"organizations/{'0ff1ce' * 4}/hosts"):
        assert api.get(f"{server.url}/usage/{path}").json()["results"] == []


@pytest.mark.parametrize(
    "path", ["{}/unauth/versionManifest", "{}/static/version_manifest/8.0.json"]
)
def test_the_list_of_versions_is_the_last_one_put_and_needs_no_credentials(api, server, path):
    base = server.url if "unauth" in path else server.base_url
    assert requests.get(path.format(base), timeout=9).json() == {"updated": 0, "versions": []}
    manifest = {"updated": 1700000000000, "versions": [{"builds": [], "name": "8.0.4"}]}
    kept = api.put(f"{server.url}/versionManifest", json=manifest)
    assert (kept.status_code, kept.json()) == (200, manifest)
    assert requests.get(path.format(base), timeout=9).json() == manifest
