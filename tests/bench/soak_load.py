"""The soak's clients: each goes round all that opsemu does, one call after the other."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .peers.ours import DEMO, KEY, TENANT, V1, token
from .signing import PATIENCE, Key, Signer

EMPTY = "feedfacefeedfacefeedface"
ATLAS = f"/api/atlas/v1.0/groups/{DEMO.group_id}"
INSTALLED = f"/api/v2/tenants/{TENANT.tenant_id}/integrations"
UPDATE = json.loads(
    (Path(__file__).parents[2] / "docs" / "examples" / "opsramp-update.json").read_text()
)
USES, YOUNG = 500, 30.0  # of a nonce: counts and seconds
RELIC = {name: "0" * 32 for name in ("accountId", "licenseKey", "readToken", "writeToken")}


class Client:
    """One connection; `calls` and `errors` are shared by all."""

    def __init__(self, number: int, port: int, calls: Counter[str], errors: list[str]) -> None:
        self.number, self.port = number, port
        self.calls, self.errors = calls, errors
        self.http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.signers: dict[Key, tuple[Signer, int, float]] = {}

    def run(self, is_over: Callable[[], bool]) -> None:
        """Go round until it is over; what breaks is noted, and tried again."""
        rounds = (self.read, self.change, self.refused, self.opsramp, self.world)
        while not is_over():
            for act in rounds:
                try:
                    act()
                except (OSError, HTTPException, KeyError, ValueError) as error:
                    self.errors.append(f"{act.__name__}: {type(error).__name__}: {error}")
                    self.http.close()
                    time.sleep(0.1)

    def read(self) -> None:
        """Lists and single integrations, as all families show them."""
        for target in (V1, f"{V1}?pretty=true", f"{V1}?envelope=true", f"{ATLAS}/integrations"):
            for _ in range(3):
                self.call("GET list", "GET", target, key=KEY)
        self.call("GET one", "GET", f"{V1}/PAGER_DUTY", key=KEY)
        self.call("GET 404", "GET", f"{V1}/HIP_CHAT", key=KEY, wanted=(404,))

    def change(self) -> None:
        """Each verb; several clients change the same project, so some are too late."""
        slack = {"type": "SLACK", "apiToken": "1234567890", "teamName": f"Team {self.number}"}
        self.call("POST", "POST", f"{V1}/SLACK", slack, key=KEY)
        relic = {"type": "NEW_RELIC", **RELIC}
        self.call("POST", "POST", f"{V1}/NEW_RELIC", relic, key=KEY, wanted=(200, 409))
        datadog = {"type": "DATADOG", "apiKey": f"{self.number:032x}"}
        self.call("PUT", "PUT", f"{V1}/DATADOG", datadog, key=KEY)
        self.call("DELETE", "DELETE", f"{V1}/NEW_RELIC", key=KEY, wanted=(200, 204, 404))
        switch = {"isDataExplorerEnabled": bool(self.number % 2)}
        self.call("PATCH settings", "PATCH", f"{ATLAS}/settings", switch, key=KEY)

    def refused(self) -> None:
        """Callers who are not let in."""
        self.call("401 unsigned", "GET", V1, wanted=(401,))
        self.call("401 wrong key", "GET", V1, key=(KEY[0], "wrong"), wanted=(401,))
        self.call(
            "407 bad token", "GET", f"{INSTALLED}/installed/search", bearer="x", wanted=(407,)
        )

    def opsramp(self) -> None:
        """An installed integration, from its first day to its last."""
        bearer = token(f"http://127.0.0.1:{self.port}")
        body = {"displayName": f"Soak {self.number}", "category": "CUSTOM_INTEGRATION"}
        made = self.call("install", "POST", f"{INSTALLED}/install/CUSTOM", body, bearer=bearer)
        at = f"{INSTALLED}/installed/{made['id']}"
        for _ in range(3):
            self.call("OpsRamp update", "POST", at, UPDATE, bearer=bearer)
            self.call("OpsRamp get", "GET", at, bearer=bearer)
        self.call("OpsRamp search", "GET", f"{INSTALLED}/installed/search", bearer=bearer)
        reason = {"uninstallReason": "over"}
        self.call("uninstall", "DELETE", at, reason, bearer=bearer)

    def world(self) -> None:
        """A test's life: a world, a fault, what was called, an end."""
        made = self.call("world made", "POST", "/__admin/worlds", {"seed": "demo"}, wanted=(201,))
        name, given = made["name"], made["mongodb"]["keys"][0]
        key, at = (given["publicKey"], given["privateKey"]), urlencode({"world": name})
        fault = {"status": 503, "times": 1}
        self.call("fault", "POST", f"/__admin/faults?{at}", fault, wanted=(201,))
        self.call("503 ordered", "GET", V1, key=key, wanted=(503,))
        self.call("GET in a world", "GET", V1, key=key)
        self.call("journal", "GET", f"/__admin/requests?{at}&limit=20")
        asked = {"operation": "getIntegrations", "count": 2}
        self.call("verify", "POST", f"/__admin/verify?{at}", asked)
        self.call("wait", "POST", f"/__admin/wait?{at}&timeout=0.05", {**asked, "count": 3})
        self.call("clock", "POST", f"/__admin/clock/advance?{at}", {"seconds": 10})
        self.call("reset", "POST", f"/__admin/reset?{at}", wanted=(200, 204))
        self.call("world ended", "DELETE", f"/__admin/worlds/{name}", wanted=(204,))
        self.signers.pop(key, None)
        self.call("journal", "GET", "/__admin/requests?limit=20")

    def call(
        self,
        kind: str,
        method: str,
        target: str,
        body: Any = None,
        *,
        key: Key | None = None,
        bearer: str = "",
        wanted: tuple[int, ...] = (200,),
    ) -> Any:
        """The answer's JSON if it has any; a status that is not wanted is an error."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if key:
            headers |= self._signature(key, method, target)
        sent = None if body is None else json.dumps(body)
        self.http.request(method, target, sent, headers)
        answer = self.http.getresponse()
        content = answer.read()
        self.calls[kind] += 1
        if answer.status not in wanted:
            told = content[:200].decode(errors="replace")
            self.errors.append(f"{kind}: {method} {target} answered {answer.status}: {told}")
        return json.loads(content) if content[:1] in (b"{", b"[") else None

    def _signature(self, key: Key, method: str, target: str) -> dict[str, str]:
        signer, count, since = self.signers.get(key) or self._challenged(key)
        if count > USES or time.monotonic() - since > YOUNG:
            signer, count, since = self._challenged(key)
        self.signers[key] = (signer, count + 1, since)
        return signer.sign(method, target, count)

    def _challenged(self, key: Key) -> tuple[Signer, int, float]:
        self.http.request("GET", V1)
        answer = self.http.getresponse()
        answer.read()
        return Signer(key, answer), 1, time.monotonic()
