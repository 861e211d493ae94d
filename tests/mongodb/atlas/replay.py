"""Have a recorded exchange again with a fresh emulator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import requests
from requests.auth import HTTPDigestAuth

from opsemu.server import Emulator

from . import replay_documents
from .recordings import EXCEPTIONS, NEWEST, ORG, Recording, unmasked, written
from .replay_people import is_seeded, items, people, unordered

OWNER = ("replayer", "00000000-0000-4000-8000-000000000000")
FENCED = ("fencedin", "00000000-0000-4000-8000-000000000000")

ALERT_CONFIG = {
    "eventTypeName": "NO_PRIMARY",
    "notifications": [{"typeName": "EMAIL", "emailAddress": "someone@example.com"}],
}

# Present or not by chance of the recorder's connection.
CHANCE = {"connection", "content-encoding"}
# Different in each answer.
VOLATILE = {"content-length", "date", "ratelimit-remaining", "x-envoy-upstream-service-time"}


def seed(path: Path, recordings: list[Recording]) -> str:
    """A seed with the recorded organization, full to the brim if a recording needs it so."""
    named = [r.answer["name"] for r in recordings if r.path.endswith(f"/orgs/{ORG}")]
    named += [item["orgName"] for r in recordings for item in items(r) if "orgName" in item]
    name = next(iter(named), "Atlas CLI E2E")
    full = any(r.error == "MAX_GROUPS_PER_ORG_EXCEEDED" for r in recordings)
    keys = listed_keys(recordings)
    ids = [f"{number:024x}" for number in range(full * 250)] + groups_of(keys)
    groups = [{"id": each, "name": each, "orgId": ORG} for each in ids]
    key = {"privateKey": OWNER[1], "roles": [{"orgId": ORG, "roleName": "ORG_OWNER"}]}
    if OWNER[0] not in [each["publicKey"] for each in keys]:
        keys.append({**key, "publicKey": OWNER[0]})
    if any(r.error == "IP_ADDRESS_NOT_ON_ACCESS_LIST" for r in recordings):
        keys.append({**key, "publicKey": FENCED[0], "accessList": ["198.51.100.1/32"]})
    members, projects = people(recordings)
    groups += projects
    orgs = [{"id": ORG, "name": name, **members}]
    path.write_text(json.dumps({"organizations": orgs, "projects": groups, "apiKeys": keys}))
    return str(path)


def listed_keys(recordings: list[Recording]) -> list[dict[str, Any]]:
    """The API keys in the recorded lists, as a seed has them."""
    names = ("publicKey", "desc", "roles")
    shown = [each for r in recordings for each in r.answer_items if "publicKey" in each]
    return [{"privateKey": OWNER[1], **{name: each[name] for name in names}} for each in shown]


def groups_of(keys: list[dict[str, Any]]) -> list[str]:
    """The projects that API keys have roles in."""
    roles = [role for key in keys for role in key["roles"]]
    return sorted({role["groupId"] for role in roles if "groupId" in role})


class Replayer:
    """A client of an emulator that brings about what a recording found, then has it again."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = emulator.base_url
        self.ids: dict[str, str] = {}

    def play(self, recording: Recording) -> requests.Response:
        """The emulator's answer to the recorded request."""
        self._prepare(recording)
        path = recording.path
        for recorded, here in self.ids.items():
            path = path.replace(recorded, here)
        key = {"IP_ADDRESS_NOT_ON_ACCESS_LIST": FENCED}.get(recording.error, OWNER)
        auth = None if "www-authenticate" in recording.headers else HTTPDigestAuth(*key)
        answer = requests.request(
            recording.method,
            f"{self.url}{path}" + (f"?{recording.query}" if recording.query else ""),
            json=self._body(recording),
            headers={"Accept": recording.accept},
            auth=auth,
        )
        self._learn(recording.body, answer.text)
        return answer

    def _learn(self, recorded: str, here: str) -> None:
        """Which identifiers stand for the recorded ones, by their places in the answer."""
        theirs, ours = (re.findall(r"\b[0-9a-f]{24}\b", body) for body in (recorded, here))
        if len(theirs) == len(ours):
            self.ids.update(zip(theirs, ours, strict=True))

    def _prepare(self, recording: Recording) -> None:
        answer = recording.answer
        is_there = recording.status != 401 and recording.error != "GROUP_NOT_FOUND"
        if recording.group and is_there and "/groups/" in recording.path:
            self._project(recording, answer)
        if recording.error == "GROUP_ALREADY_EXISTS":
            self._call("POST", "/groups", {"name": answer["parameters"][0], "orgId": ORG})
        if "/integrations" in recording.path and recording.status < 300:
            self._integrations(recording)
        if recording.error == "INTEGRATION_ALREADY_CONFIGURED":
            kind = recording.path.rpartition("/")[2]
            self._call("PUT", f"{self._at(recording)}/integrations/{kind}", recording.request)
        config = re.search(r"/alertConfigs/([0-9a-f]{24})", recording.path)
        if config and recording.status < 300 and config[1] not in self.ids:
            told = written(answer) if "eventTypeName" in answer else ALERT_CONFIG
            found = self._call("POST", f"{self._at(recording)}/alertConfigs", told)
            self.ids[config[1]] = found["id"]
        key = re.search(r"/apiKeys/([0-9a-f]{24})", recording.path)
        if key and key[1] not in self.ids:
            self._key(key[1], recording)
        if recording.group in self.ids and recording.status < 300:
            replay_documents.prepare(recording, self._at(recording), self._try)
        if recording.path.endswith("/settings"):
            self._call("PATCH", f"{self._at(recording)}/settings", answer)

    def _key(self, key_id: str, recording: Recording) -> None:
        """A key, with the access list that the answer shows or the path means."""
        made = {"desc": recording.answer.get("desc", "a key"), "roles": ["ORG_READ_ONLY"]}
        self.ids[key_id] = self._call("POST", f"/orgs/{ORG}/apiKeys", made)["id"]
        shown = [each["ipAddress"] for each in recording.answer_items]
        meant = re.findall(r"/accessList/([0-9.]+)", recording.path)
        if recording.method != "POST" and (shown or meant):
            listed = [{"ipAddress": each} for each in shown or meant]
            path = f"/orgs/{ORG}/apiKeys/{self.ids[key_id]}/accessList"
            self._call("POST", path, listed)

    def _project(self, recording: Recording, answer: Any) -> None:
        if is_seeded(recording) or recording.group in groups_of(listed_keys([recording])):
            self.ids[recording.group] = recording.group
        if recording.group not in self.ids:
            named = {"name": "a project", "orgId": ORG}
            found = self._call("POST", "/groups", named)
            self.ids[recording.group] = found["id"]
        if recording.path.endswith(recording.group) and recording.method == "GET" and answer:
            told = {name: answer[name] for name in ("name", "tags") if name in answer}
            self._call("PATCH", self._at(recording), told)

    def _integrations(self, recording: Recording) -> None:
        """Those that the answer shows and the request does not bring."""
        kind = recording.path.rpartition("/")[2]
        shown = recording.answer.get("results", [recording.answer] if recording.answer else [])
        if recording.method == "DELETE":
            shown = [{"type": kind, "url": "https://example.com/0"}]
        for each in shown:
            if recording.method in ("POST", "PUT") and each["type"] == kind:
                continue
            self._call("PUT", f"{self._at(recording)}/integrations/{each['type']}", written(each))

    def _at(self, recording: Recording) -> str:
        return f"/groups/{self.ids[recording.group]}"

    def _body(self, recording: Recording) -> Any:
        if recording.request is not None or recording.method not in ("POST", "PUT", "PATCH"):
            return replay_documents.later(recording.request)
        answer = recording.answer
        if "results" in answer:
            kind = recording.path.rpartition("/")[2]
            return written(next(each for each in answer["results"] if each["type"] == kind))
        if recording.error == "USER_ALREADY_EXISTS":
            role = {"orgId": ORG, "roleName": "ORG_READ_ONLY"}
            named = {"username": answer["parameters"][0], "firstName": "f", "lastName": "l"}
            return {**named, "roles": [role]}
        if recording.status >= 400:
            return {"name": (answer.get("parameters") or ["one more"])[0], "orgId": ORG}
        return written(answer)

    def _call(self, method: str, path: str, body: Any) -> Any:
        answer = self._send(method, path, body)
        assert answer.ok, answer.text
        return answer.json()

    def _try(self, method: str, path: str, body: Any) -> Any:
        answer = self._send(method, path, body)
        assert answer.ok or (answer.status_code == 404 and method in ("GET", "DELETE")), answer.text
        return answer.json() if answer.text else None

    def _send(self, method: str, path: str, body: Any) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/api/atlas/v2{path}",
            json=unmasked(body),
            headers={"Accept": NEWEST},
            auth=HTTPDigestAuth(*OWNER),
        )


def settled(text: str) -> str:
    """A body without what differs from run to run; identifiers are numbered as they come."""
    text = unordered(replay_documents.unordered(text)).replace("/groups/XXX", f"/groups/{'f' * 24}")
    text = re.sub(r'(?<="roles":\[){[^]]*}(?=\])', _by_role, text)  # of keys, in random order
    text = re.sub(r'(?<="privateKey":")[-*0-9a-f]{18,23}-[0-9a-f]{12}', _shown_half, text)
    text = re.sub(r'(?<="publicKey":")[a-z]{8}', "<public>", text)
    numbers: dict[str, str] = {}
    known = lambda match: numbers.setdefault(match[0], f"<id {len(numbers)}>")  # noqa: E731
    text = re.sub(r"\b[0-9a-f]{24}\b", known, text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
    return re.sub(r"\b\d{1,3}(\.\d{1,3}){3}\b", "<address>", text)


def _by_role(match: re.Match[str]) -> str:
    roles = match[0].removeprefix("{").removesuffix("}").split("},{")
    return "{" + "},{".join(sorted(roles, key=lambda role: role.partition("roleName")[2])) + "}"


def _shown_half(match: re.Match[str]) -> str:
    return "<masked>" if match[0].startswith("********-****-****-") else "<whole>"


def settled_headers(recording: Recording, headers: Any) -> dict[str, str]:
    """Headers by lower-case name, with a mark in place of what differs from run to run."""
    found = {name.lower(): value for name, value in headers.items()}
    ignored = CHANCE | set(EXCEPTIONS.get(recording.name, {}).get("headers", ()))
    if "gzip" in recording.headers.get("content-encoding", ""):
        ignored = ignored | {"vary"}
    if "instead" in EXCEPTIONS.get(recording.name, {}):
        ignored = ignored | {"x-java-method"}
    return {
        name: "…" if name in VOLATILE else _settled_value(value)
        for name, value in found.items()
        if name not in ignored
    }


def _settled_value(value: str) -> str:
    value = re.sub(r"gitHash=\w+", "gitHash=…", value)
    value = re.sub(r'nonce="[\w+/]{32}"', 'nonce="…"', value)
    return settled(re.sub(r"vnd\.atlas\.2023-0\d-01", "vnd.atlas.2023-01-01", value))
