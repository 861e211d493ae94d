"""Requests of all kinds, right and wrong in many ways, from a seeded stream of chance."""

from __future__ import annotations

import random
from hashlib import md5
from typing import Any

from ...conftest import DEMO, EMPTY, HIDDEN, OWNER, VIEWER

PREFIXES = ("/api/public/v1.0", "/api/atlas/v1.0", "/api/atlas/v2")
TENANT = "/api/v2/tenants/client_8/integrations"
INSTALLED = f"{TENANT}/installed/INTG-9c584c86-4ba9-4006-9ee2-c41a07b7c761"
VERSION = "application/vnd.atlas.2023-01-01+json"
TYPES = ("SLACK", "PAGER_DUTY", "WEBHOOK", "NEW_RELIC", "HIP_CHAT", "NONSENSE")
QUERIES = (
    "?", "?pretty=true", "?envelope=true", "?pageNum=2", "?pageNum=0", "?itemsPerPage=1",
    "?itemsPerPage=1&pageNum=1", "?includeCount=false", "?pretty=TRUE&envelope=true", "?x=%00",
    "?pageNo=1", "?pageSize=1", "?queryString=name:a", "?isDescendingOrder=true", "#part",
)  # fmt: skip
BODIES = (
    b'{"type":"SLACK","apiToken":"1234567890","teamName":"#"}',
    b'{"type":"SLACK","apiToken":"1234567890"}',
    b'{"type":"PAGER_DUTY","serviceKey":"0123456789abcdef0123456789abcde#"}',
    b"no JSON",
)

# How clients write the same request: what comes before and after the credentials.
STYLES: tuple[tuple[list[str], list[str]], ...] = (
    (["Host: opsemu.example", "User-Agent: one/1"], [f"Accept: {VERSION}"]),
    (["Host: opsemu.example:8080", f"Accept: {VERSION}", "User-Agent: two"], []),
    ([], ["Host: opsemu.example", "Accept: */*", "User-Agent: three", "X-Own: a"]),
)
ODD = (
    "Expect: 100-continue", "Content-Length: 0", "Connection: close", "Connection: keep-alive",
    "Host: other.example", "Accept: application/json", "X_Forwarded_For: 1.2.3.4", "Upgrade: h2c",
    "Authorization: Basic eDp5", "Content-Type: application/json", "Cookie: a=b", "X: \x80",
    "Transfer-Encoding: chunked", "Accept: application/vnd.atlas.2020-01-01+json",
)  # fmt: skip


class Mind:
    """What a client knows, and what it makes up next; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.nonce = ""
        self.count = 0
        self.token = ""
        self.target = f"{PREFIXES[0]}/groups/{DEMO}/integrations"

    def one_of(self, *choices: Any) -> Any:
        """One of the choices."""
        return self.chance.choice(choices)

    def often(self, usual: Any, *others: Any, share: float = 0.85) -> Any:
        """The usual in most cases, else one of the others."""
        return usual if self.chance.random() < share else self.chance.choice(others)

    def request(self) -> bytes:
        """The bytes of the next request."""
        target = self.target = self._target()
        method = self.often("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "get", share=0.9)
        before, after = STYLES[self.chance.randrange(len(STYLES))]
        lines = [f"{method} {target} {self.often('HTTP/1.1', 'HTTP/1.0', share=0.97)}", *before]
        lines += self._credentials(method, target)
        lines += [*after, *self._oddity()]
        body = b""
        if method in ("POST", "PUT"):
            body = self.one_of(*BODIES).replace(b"#", b"%d" % self.chance.randrange(5))
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def _target(self) -> str:
        if self.chance.random() < 0.25:
            return str(
                self.often(f"{TENANT}/installed/search", INSTALLED, f"{TENANT}/installed/INTG-no")
                + self.often("", *QUERIES)
            )
        if self.chance.random() < 0.4:  # once more
            return self.target
        group = self.often(DEMO, EMPTY, HIDDEN, "0" * 24, "nonsense")
        rest = self.often("", *(f"/{name}" for name in TYPES), "/", "//", "/%53LACK", share=0.6)
        path = f"{self.one_of(*PREFIXES)}/groups/{group}/integrations{rest}"
        path = self.often(path, "/" + path, "http://opsemu.example" + path, share=0.96)
        return str(path + self.often("", *QUERIES))

    def _credentials(self, method: str, target: str) -> list[str]:
        if target.startswith("/api/v2/"):
            token = self.often(self.token, "nonsense", self.token + " ", share=0.95)
            return [self.often(f"Authorization: Bearer {token}", f"authorization: bearer {token}")]
        header = self.often("Authorization", "authorization", "AUTHORIZATION", share=0.96)
        return (
            [f"{header}: {self._signature(method, target)}"] if self.chance.random() < 0.98 else []
        )

    def _signature(self, method: str, target: str) -> str:
        user, password = self.often(OWNER, VIEWER, share=0.8)
        self.count += self.often(1, 0, share=0.95)
        sent = {
            "username": user,
            "realm": "MMS Public API",
            "nonce": self.often(self.nonce, "AAAA" * 8, share=0.99),
            "uri": target,
            "algorithm": "MD5",
            "qop": "auth",
            "nc": f"{self.count:08x}",
            "cnonce": f"{self.chance.getrandbits(32):x}",
        }
        if self.chance.random() < 0.1:
            sent |= self.one_of(*self._mistakes(target))
        signed = password if self.chance.random() < 0.97 else "wrong"
        ha1 = _md5(f"{sent['username']}:MMS Public API:{signed}")
        ha2 = _md5(f"{method}:{sent['uri']}")
        middle = ":".join(sent[name] for name in ("nonce", "nc", "cnonce", "qop"))
        sent["response"] = self.often(*_cases(_md5(f"{ha1}:{middle}:{ha2}")), share=0.97)
        return self._written(sent)

    def _mistakes(self, target: str) -> list[dict[str, str]]:
        return [
            {"username": "nobody"}, {"username": ""}, {"username": 'quo\\"ted'}, {"realm": "Atlas"},
            {"uri": "/elsewhere"}, {"uri": f"http://opsemu.example{target}"}, {"uri": ""},
            {"algorithm": "SHA-256"}, {"algorithm": "md5"}, {"qop": "auth-int"}, {"qop": ""},
            {"nc": "1"}, {"nc": "first"}, {"nc": "00000400"}, {"nc": ""}, {"cnonce": ""},
            {"cnonce": "a, b"}, {"cnonce": 'a="b"'}, {"cnonce": "tab\there"}, {"opaque": "x"},
            {"cnonce": "\xe9"}, {"cnonce": "bell\x07"}, {"cnonce": "\x7f"}, {"nonce": ""},
        ]  # fmt: skip

    def _written(self, sent: dict[str, str]) -> str:
        bare = self.often(("algorithm", "qop", "nc"), (), ("qop", "cnonce"), tuple(sent), share=0.9)
        parts = [f"{k}={v}" if k in bare else f'{k}="{v}"' for k, v in sent.items()]
        if self.chance.random() < 0.03:
            self.chance.shuffle(parts)
        if self.chance.random() < 0.03:
            parts = self.one_of([*parts, parts[0]], parts[:-1], [p.title() for p in parts], [])
        scheme = self.often("Digest ", "digest ", "Digest  ", "Digest", "Bearer ", share=0.97)
        return str(scheme + self.often(", ", ",", " , ", ",  ", share=0.95).join(parts))

    def _oddity(self) -> list[str]:
        return [self.one_of(*ODD)] if self.chance.random() < 0.05 else []


def _cases(response: str) -> tuple[str, ...]:
    return response, response.upper(), response[:-1], "", response[::-1]


def _md5(text: str) -> str:
    return md5(text.encode("latin-1"), usedforsecurity=False).hexdigest()
