"""Tenants of a seed."""

from __future__ import annotations

import json

import pytest

from opsemu.application import SEEDS
from opsemu.opsramp.seeding import first_tenant
from opsemu.server import Emulator
from opsemu.worlds.seed_errors import SeedError

from .conftest import DEMO, KEY, SECRET, Client

TENANT = {"id": "client_8", "name": "T", "keys": [{"key": KEY, "secret": SECRET}]}
CUSTOM = {"id": "INTG-1", "integration": {"id": "CUSTOM"}}


def installed_with(**authentication: object) -> dict[str, object]:
    return {**CUSTOM, "inboundConfig": {"authentication": authentication}}


@pytest.fixture
def write(tmp_path):
    """A seed's file with one tenant, which has these parts besides."""

    def seed(**parts) -> str:
        path = tmp_path / "seed.json"
        path.write_text(json.dumps({"tenants": [{**TENANT, **parts}]}))
        return str(path)

    return seed


def test_what_get_shows_can_be_a_seed(client, write):
    body = {"name": "E", "entity": "ALERT", "eventPayload": "p", "active": True}
    client.post(f"installed/{DEMO}/disable")
    integration = client.get(f"installed/{DEMO}").json()
    seed = write(installed=[{**integration, "events": [body]}])
    with Emulator(seed=seed) as emulator, Client(emulator.base_url) as seeded:
        assert seeded.get(f"installed/{DEMO}").json() == integration
        (event,) = seeded.get(f"installed/{DEMO}/events").json()["results"]
        assert (event["name"], event["payload"]) == ("E", "p")


@pytest.mark.evidence("INFERRED", "DOCS: 410 is a tenant that is not available or deactivated")
def test_a_deactivated_tenant_is_410(write):
    with Emulator(seed=write(deactivated=True)) as emulator, Client(emulator.base_url) as client:
        response = client.get("installed/search")
        assert (response.status_code, response.json()["error"]) == (410, "gone")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        (
            {"installed": [{**CUSTOM, "alertSource": "No Such"}]},
            "tenants[0].installed[0]: INVALID_VALUE alertSource",
        ),
        ({"keys": [TENANT["keys"][0]] * 2}, "tenants[0].keys[1]: 'opsemu-demo-key' is there"),
        ({"installed": [CUSTOM, {}]}, "tenants[0].installed[1]: MANDATORY integration"),
        ({"installed": [{**CUSTOM, "integration": 5}]}, "installed[0]: INVALID_VALUE integration"),
        ({"installed": [{**CUSTOM, "direction": "x"}]}, "installed[0]: INVALID_VALUE direction"),
        ({"installed": [{**CUSTOM, "inboundConfig": None}, CUSTOM]}, "tenants[0].installed"),
        (
            {"installed": [{**CUSTOM, "events": [{"id": 5, "name": "n"}]}]},
            "[0]: INVALID_VALUE id 5",
        ),
        ({"installed": [installed_with(token=5)]}, "installed[0]: INVALID_VALUE token 5"),
        ({"installed": [installed_with(apiKeyPairs=[{}])]}, "installed[0]: MANDATORY key"),
        ({"id": "a/b"}, "tenants[0].id: not 1 to 64 printable ASCII characters without '/'"),
        ({"keys": [{"key": "a key", "secret": "s"}]}, "tenants[0].keys[0].key"),
        ({"activity": [{"status": "x"}]}, "tenants[0].activity[0]"),
        ({"nonsense": 1}, "tenants[0].nonsense"),
    ],
)
def test_a_wrong_tenant_is_refused_with_its_place(write, parts, place):
    with pytest.raises(SeedError) as refused:
        SEEDS.load(write(**parts))
    assert place in str(refused.value)


def test_keys_of_two_sections_cannot_have_one_name(tmp_path):
    path = tmp_path / "seed.json"
    key = {"publicKey": KEY, "privateKey": "p", "roles": []}
    path.write_text(json.dumps({"apiKeys": [key], "tenants": [TENANT]}))
    with pytest.raises(SeedError, match=f"all keys.1.: '{KEY}' is there twice"):
        SEEDS.load(str(path))


def test_without_a_tenant_there_are_words_in_its_place():
    assert first_tenant({"tenants": []}) == ("<tenant>", "<partner>", "<key>", "<secret>")


@pytest.mark.evidence("INFERRED", "DOCS: not authorized is 401")
def test_a_key_enters_its_own_tenant_only(tmp_path):
    other = {"id": "client_9", "name": "O", "keys": [{"key": "other", "secret": "s"}]}
    (tmp_path / "seed.json").write_text(json.dumps({"tenants": [TENANT, other]}))
    seed = str(tmp_path / "seed.json")
    with Emulator(seed=seed) as emulator, Client(emulator.base_url) as client:
        assert client.get("/api/v2/tenants/client_8").status_code == 200
        assert client.get("/api/v2/tenants/client_9").status_code == 401


def test_a_key_of_two_tenants_is_refused_with_its_place(tmp_path):
    (tmp_path / "seed.json").write_text(json.dumps({"tenants": [TENANT, {**TENANT, "id": "c"}]}))
    with pytest.raises(SeedError, match=r"tenants\[1\]\.keys\[0\]: .* is there twice"):
        SEEDS.load(str(tmp_path / "seed.json"))


@pytest.mark.evidence("CLIENT", "Terraform provider: one credential for all clients of a partner")
def test_a_partners_key_enters_its_clients_tenants(client):
    form = {"client_id": "opsemu-demo-partner-key", "client_secret": "opsemu-demo-partner-secret"}
    client.headers["Authorization"] = f"Bearer {client.token(**form)}"
    assert client.get(f"installed/{DEMO}").json()["id"] == DEMO
    assert client.get("/api/v2/tenants/msp_1").json()["name"] == "Demo Partner"


@pytest.mark.evidence("CLIENT", "Terraform provider; a client's key is not its partner's")
def test_a_key_enters_no_tenant_of_another_partner(tmp_path):
    partner = {"id": "msp_1", "name": "P", "keys": [{"key": "partner", "secret": "s"}]}
    others = [{"id": "client_9", "name": "O", "partner": "msp_2"}, {**TENANT, "partner": "msp_1"}]
    (tmp_path / "seed.json").write_text(json.dumps({"tenants": [partner, *others]}))
    seed = str(tmp_path / "seed.json")
    with Emulator(seed=seed) as emulator, Client(emulator.base_url) as client:
        assert client.get("/api/v2/tenants/msp_1").status_code == 401
        token = client.token(client_id="partner", client_secret="s")
        client.headers["Authorization"] = f"Bearer {token}"
        names = ("msp_1", "client_8", "client_9")
        statuses = [client.get(f"/api/v2/tenants/{name}").status_code for name in names]
    assert statuses == [200, 200, 401]


@pytest.mark.evidence("ISSUE", "uninstall_reason: required, from python-opsramp#64")
def test_a_seed_makes_a_reason_for_a_removal_mandatory(tmp_path):
    seed = {
        "tenants": [{**TENANT, "installed": [CUSTOM]}],
        "settings": {"uninstall_reason": "required"},
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    path = str(tmp_path / "seed.json")
    with Emulator(seed=path) as emulator, Client(emulator.base_url) as client:
        response = client.delete("installed/INTG-1")
    assert (response.status_code, response.json()[0]["fieldName"]) == (400, "uninstallReason")


@pytest.mark.evidence("INFERRED", "the vendor has more types than any source shows")
def test_a_seed_may_have_a_type_that_the_catalogue_lacks(write):
    kind = {"id": "PAGERDUTY", "name": "PagerDuty"}
    seed = write(installed=[{"id": "INTG-1", "integration": kind}])
    with Emulator(seed=seed) as emulator, Client(emulator.base_url) as client:
        assert client.get("installed/INTG-1").json()["integration"] == kind
