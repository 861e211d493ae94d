"""pyomsdk and pyatlassdk: every integration type that they know, created to deleted."""

from __future__ import annotations

import json

import pytest

from tests.conftest import EMPTY, OWNER
from tests.wire import TYPES

from .test_plain_http import ATLAS, OPS_MANAGER
from .toolchain import HERE
from .venvs import PYATLASSDK, PYOMSDK, programs

ACCOUNT = (
    "client_id=mdb_sa_id_c0ffeec0ffeec0ffeec0ffee",
    "client_secret=mdb_sa_sk_demo_00000000000000000000000000000000",
)
KEY = (f"public_key={OWNER[0]}", f"private_key={OWNER[1]}")


def run(target, requirement, script, bodies, *arguments):
    """What a script of this folder prints with a client, as JSON."""
    python = str(programs(requirement) / "python")
    command = (python, str(HERE / script), target.url, *arguments)
    return json.loads(target.run(*command, stdin=json.dumps(bodies)))


@pytest.mark.client(PYOMSDK)
@pytest.mark.evidence("CLIENT", "pyomsdk 9.0.0, run")
def test_pyomsdk_manages_every_type_that_it_has_a_class_for(target):
    bodies = [each["create"] for each in OPS_MANAGER]
    lives = run(target, PYOMSDK, "pyomsdk_lifecycle.py", bodies, *OWNER, EMPTY)
    assert set(TYPES) - lives.keys() == {"NEW_RELIC"}
    for name, life in lives.items():
        assert life == {
            "created": [name],
            "listed": True,
            "changed": True,
            "deleted": None,
            "gone": "INTEGRATION_NOT_CONFIGURED",
        }


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param(KEY, id="digest", marks=pytest.mark.client(f"{PYATLASSDK}, API key")),
        pytest.param(
            ACCOUNT, id="oauth", marks=pytest.mark.client(f"{PYATLASSDK}, service account")
        ),
    ],
)
@pytest.mark.evidence("CLIENT", "pyatlassdk 0.1.0, run")
def test_pyatlassdk_manages_every_type(target, credentials):
    lives = run(target, PYATLASSDK, "pyatlassdk_lifecycle.py", ATLAS, EMPTY, *credentials)
    for sample in ATLAS:
        name = sample["create"]["type"]
        life = lives.pop(name)
        assert (life["created"], life["listed"], life["changed"]) == ([name], True, True)
        assert sample["shown"].items() <= {"password": "", **life["shown"]}.items()
        assert "INTEGRATION_NOT_CONFIGURED" in life["gone"]
    assert not lives
