"""Service accounts of Atlas, which sign with a token."""

from __future__ import annotations

import json
import time
from urllib.parse import quote_plus

import pytest
import requests

from opsemu.auth import tokens
from opsemu.server import Emulator

from ...conftest import DEMO
from .conftest import ACCEPT, ATLAS, PREFIXES

ACCOUNT = (
    "mdb_sa_id_c0ffeec0ffeec0ffeec0ffee",
    "mdb_sa_sk_demo_00000000000000000000000000000000",
)
GRANT = {"grant_type": "client_credentials"}
LIST = f"/groups/{DEMO}/integrations"


def ask(server, account=ACCOUNT, form=GRANT, verb="token"):
    return requests.post(f"{server.base_url}/api/oauth/{verb}", data=form, auth=account)


def sign(server, token, family="atlas-v2", scheme="Bearer"):
    headers = {"Authorization": f"{scheme} {token}", "Accept": ACCEPT}
    return requests.get(server.base_url + PREFIXES[family] + LIST, headers=headers)


@pytest.fixture
def token(server):
    return ask(server).json()["access_token"]


@pytest.mark.evidence("CLIENT", "atlas-sdk-go: the form of the answer")
def test_an_account_is_given_a_token(server):
    answer = ask(server)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    shown = answer.json()
    assert shown.pop("access_token").startswith("eyJ")
    assert shown == {"expires_in": 3600, "token_type": "Bearer"}


@pytest.mark.evidence("CLIENT", "Terraform signs v2 and v1.0 with one token")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
@pytest.mark.parametrize("family", ATLAS)
def test_a_token_opens_both_versions_of_atlas(server, token, family, scheme):
    assert sign(server, token, family, scheme).status_code == 200


def test_ops_manager_knows_no_tokens(server, token):
    answer = sign(server, token, "ops-manager")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Digest ")


@pytest.mark.evidence("INFERRED", "the body of the digest challenge, without a challenge")
@pytest.mark.parametrize("family", ATLAS)
@pytest.mark.parametrize("text", ["", "x", "eyJ.eyJ.x"])
def test_an_unknown_token_opens_nothing(server, family, text):
    answer = sign(server, text, family)
    assert (answer.status_code, len(answer.content)) == (401, 142)
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.evidence("INFERRED", "RFC 6749; no recording shows a refusal")
@pytest.mark.parametrize(
    ("account", "form", "status", "error"),
    [
        ((ACCOUNT[0], "wrong"), GRANT, 401, "invalid_client"),
        (("mdb_sa_id_0", ACCOUNT[1]), GRANT, 401, "invalid_client"),
        (None, GRANT, 401, "invalid_client"),
        (("opsowner", "00000000-0000-4000-8000-00000000c0de"), GRANT, 401, "invalid_client"),
        (ACCOUNT, {}, 400, "unsupported_grant_type"),
        (ACCOUNT, {"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_who_is_no_account_is_given_nothing(server, account, form, status, error):
    answer = ask(server, account, form)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.evidence("CLIENT", "the SDK takes anything but 200 for a failure")
def test_a_revoked_token_opens_nothing(server, token):
    told = {"token": token, "token_type_hint": "access_token"}
    assert ask(server, form=told, verb="revoke").status_code == 200
    assert sign(server, token).status_code == 401
    assert ask(server, form=told, verb="revoke").status_code == 200


@pytest.mark.evidence("INFERRED", "clients revoke what they were given when they end")
def test_to_revoke_a_token_leaves_anothers_alone(server, token):
    other = ask(server).json()["access_token"]
    assert other != token
    ask(server, form={"token": token}, verb="revoke")
    assert sign(server, other).status_code == 200


ORGANIZATION = {"id": "decafbaddecafbaddecafbad", "name": "O"}


@pytest.mark.parametrize("text", ["", "x", "../../x"])
def test_anything_may_be_revoked_by_an_account_alone(server, text):
    assert ask(server, form={"token": text}, verb="revoke").status_code == 200
    assert ask(server, None, {"token": text}, "revoke").status_code == 401


def test_an_account_revokes_no_token_but_its_own(server, tmp_path):
    role = {"roleName": "ORG_READ_ONLY", "orgId": ORGANIZATION["id"]}
    accounts = [{"clientId": name, "clientSecret": "s", "roles": [role]} for name in "ab"]
    seed = {"serviceAccounts": accounts, "organizations": [ORGANIZATION]}
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    with Emulator(seed=str(tmp_path / "seed.json")) as emulator:
        text = ask(emulator, ("a", "s")).json()["access_token"]
        assert ask(emulator, ("b", "s"), {"token": text}, "revoke").status_code == 200
        assert tokens.find(emulator.store, text).key.public_key == "a"


def test_expired_tokens_are_forgotten(server):
    key = tokens.authenticate(server.store, ACCOUNT)
    others = len(list(server.store.names("global", "token")))  # a reset leaves tokens alone
    tokens.add(server.store, key, -1, "an old one", time.time())
    assert tokens.find(server.store, "an old one").expires < time.time()
    tokens.add(server.store, key, 60, "a new one", time.time())
    assert len(list(server.store.names("global", "token"))) == others + 1


def test_the_id_of_an_account_signs_no_digest(server):
    with requests.Session() as session:
        session.auth = requests.auth.HTTPDigestAuth(*ACCOUNT)
        answer = session.get(f"{server.url}{LIST}")
    assert answer.status_code == 401


def test_a_read_only_account_may_not_write(tmp_path):
    org = "decafbaddecafbaddecafbad"
    role = {"roleName": "ORG_READ_ONLY", "orgId": org}
    seed = {
        "projects": [{"id": DEMO, "name": "p", "orgId": org}],
        "serviceAccounts": [{"clientId": "a", "clientSecret": "s: +%", "roles": [role]}],
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    with Emulator(seed=str(tmp_path / "seed.json")) as emulator:
        text = ask(emulator, ("a", quote_plus("s: +%"))).json()["access_token"]
        url = f"{emulator.base_url}{PREFIXES['atlas-v1']}{LIST}/SLACK"
        answer = requests.delete(url, headers={"Authorization": f"Bearer {text}"})
        assert answer.json()["errorCode"] == "USER_UNAUTHORIZED"
