"""Go and Node verify a server with `--tls` by what `opsemu env` exports, and refuse it without."""

from __future__ import annotations

import subprocess

import pytest

from tests.serving import PATIENCE, Served, clean_environment, opsemu

from .toolchain import own_program, tool

VARIABLES = {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}
PAGE = "fetch(process.argv[1]).then(r => console.log(r.status), e => {console.log(e.cause.code)})"


@pytest.fixture
def call(tmp_path):
    """What a command prints about the server, with and without the exported variables."""
    with Served(tmp_path, "--tls") as served:
        page = f"https://127.0.0.1:{served.port}/__admin/ready"
        url = page.removesuffix("/__admin/ready")
        exported = opsemu("env", "--url", url, XDG_CACHE_HOME=str(tmp_path)).stdout
        plain = {k: v for k, v in clean_environment().items() if k not in VARIABLES}
        lines = (line.removeprefix("export ").split("=", 1) for line in exported.splitlines())
        trusting = {name: value.strip("'") for name, value in lines if name in VARIABLES}
        assert trusting.keys() == VARIABLES - {"SSL_CERT_DIR"}

        def call(*command):
            return [
                subprocess.run(
                    [*command, page],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=PATIENCE,
                ).stdout.strip()
                for environment in ({**plain, **trusting}, plain)
            ]

        yield call


@pytest.mark.client("Go net/http, TLS")
def test_go_verifies_the_server(call):
    trusted, refused = call(str(own_program("tls")))
    assert trusted == "200 OK"
    assert "certificate signed by unknown authority" in refused


@pytest.mark.client("Node fetch, TLS")
def test_node_verifies_the_server(call):
    trusted, refused = call(tool("node"), "-e", PAGE)
    assert trusted == "200"
    assert refused == "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
