"""README and the pages that it links, as a newcomer follows them: `python -m tests.clients.pages`
writes what their commands print now.

A block in `sh` is pasted into a terminal; a block in `text` or `json` right after it is what it
prints; a block whose first line is a comment with a file's name is saved as that file. README's
first command starts the server in a terminal of its own. Everything else goes into a second
terminal, page after page in the order in which README links them.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from .toolchain import go_caches

ROOT = Path(__file__).parent.parent.parent
PORTS = ("8790", "8791")  # those that the pages show
STARTED = 300  # seconds for `make run`, which installs opsemu first
TYPED = 1200  # seconds for all other commands
MARK = "-- end of a block:"
NAMED = re.compile(r"(?:#|//) (\S+\.\w+)\n")
BLOCK = re.compile(
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```\n(?:\n```(?:text|json)\n(?P<shown>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"\]\((docs/[\w/-]+\.md)")
# Blocks that are not pasted, by their first line.
UNTRIED = {
    "docker build --tag opsemu .": "needs a container engine",
    "opsemu serve --host 0.0.0.0 \\": "needs a Redis server and a token under the names of a team",
    "pytest --ops-manager-url https://ops-manager.example.com": "needs a real Ops Manager",
    "prometheus --config.file=prometheus.yml": "needs Prometheus, and serves until it is stopped",
    "kubectl create secret generic opsemu-key --from-env-file=operator.env": "needs a cluster",
    "kubectl create secret generic mongodb-atlas-operator-api-key --from-env-file=operator.env": (
        "needs a cluster"
    ),
    "make test": "runs all tests, this one's neighbours among them",
    'eval "$(_OPSEMU_COMPLETE=zsh_source opsemu)"': "is for the start-up file of zsh",
    "_OPSEMU_COMPLETE=fish_source opsemu | source": "is for the start-up file of fish",
}
VARYING = (
    (re.compile(r"(?<![0-9a-f])(?!c0ffee|feedface|decafbad|deadbeef)[0-9a-f]{24}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-(?!8000)[0-9a-f-]{17}\b"), "<uuid>"),
    (re.compile(r"^[a-z]{8}(?=$| +<uuid>$)", re.MULTILINE), "<key>"),
    (re.compile(r"\b[0-9A-Za-z]{32}(?=$|  [0-9A-Za-z]{64}$)", re.MULTILINE), "<tenant's key>"),
    (re.compile(r"\b[0-9A-Za-z]{64}$|(?<=mdb_sa_sk_)\w+$", re.MULTILINE), "<secret>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+0000)"), "<date>"),
    (re.compile(r"(?<=Date: ).*|(?<=nonce=\")[^\"]*|(?<=X-RateLimit-Re)[^:]*: \d+"), "<changes>"),
    (re.compile(r"(?<=\"uptime\": )[\d.]+|[+-][\d.]+(?= s from)|\b\d+\.\d\d+m?s\b"), "<time>"),
    # Numbers of requests and faults count through all that the server has seen.
    (re.compile(r"(?<=fault )\d+|^\d+(?= +<date>)", re.MULTILINE), "<number>"),
    (re.compile(r"(?<=opsemu-ca-)\w+"), "<name>"),
    (re.compile(r"(?<=\"X-MMS-Signature\": \")[^\"]+"), "<signature>"),
    (re.compile(r"  +"), " "),
)  # fmt: skip


class Block(NamedTuple):
    """A fenced block, the output that follows it, if one does, and the section that it is in."""

    language: str
    text: str
    shown: str | None
    section: str

    @property
    def is_untried(self) -> bool:
        """Whether it is one of `UNTRIED`."""
        return self.text.partition("\n")[0] in UNTRIED

    @property
    def typed(self) -> str:
        """What a reader types for it; nothing if it is only to be read."""
        if self.is_untried:
            return ""
        if name := NAMED.match(self.text):
            return f"cat > {name[1]} <<'END OF FILE'\n{self.text}END OF FILE\n"
        return self.text if self.language == "sh" else ""


def pages() -> list[str]:
    """README and the pages that it links, in this order."""
    return ["README.md", *dict.fromkeys(LINK.findall((ROOT / "README.md").read_text()))]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [
        Block(found["language"], found["text"], found["shown"], section)
        for section in text.split("\n## ")
        for found in BLOCK.finditer(section)
    ]


class Printed(NamedTuple):
    """What a block printed, and the commands of it that failed, one a line."""

    output: str
    failed: str


def follow(folder: Path) -> dict[str, list[Printed]]:
    """What each typed block of each page prints, in an empty home and a copy of the sources."""
    home, tree = folder / "home", folder / "opsemu"
    home.mkdir()
    _copy(tree)
    ports = dict(zip(PORTS, _free_ports(), strict=True))
    environment = _environment(home)
    if ports["8790"] != "8790":
        environment["OPSEMU_PORT"] = ports["8790"]
    texts = {page: _replaced((ROOT / page).read_text(), ports) for page in pages()}
    typed = {page: [b.typed for b in blocks(text) if b.typed] for page, text in texts.items()}
    start = typed["README.md"].pop(0)
    script = folder / "terminal-2.sh"
    script.write_text(
        "trap 'failed+=\"$BASH_COMMAND; \"' ERR\n"
        + "".join(
            f"{text}printf '%s\\n' \"{MARK} $failed\"; failed=\n"
            for texts in typed.values()
            for text in texts
        )
    )
    with _started(start, tree, environment, folder) as banner:
        output = _in_a_terminal(script, tree, environment)
    shown = {actual: shown for shown, actual in ports.items()} | {str(home): "/home/me"}
    found = re.findall(rf"(.*?){MARK} ?(.*?)\n", _replaced(output, shown), re.DOTALL)
    assert len(found) == sum(map(len, typed.values())), output[-2000:]
    rest = iter(found)
    printed = {page: [Printed(*next(rest)) for _ in texts] for page, texts in typed.items()}
    banner = _replaced(banner[banner.index("opsemu 0.") :], shown)
    printed["README.md"].insert(0, Printed(banner, ""))
    return printed


def settled(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text.strip()


def rewritten(text: str, printed: list[Printed]) -> str:
    """A page with what its commands printed, where that is not what is shown."""
    found = iter(printed)

    def write(match: re.Match[str]) -> str:
        block = Block(match["language"], match["text"], match["shown"], "")
        output = next(found).output if block.typed else None
        if output is None or block.shown is None or settled(output) == settled(block.shown):
            return match[0]
        return match[0].replace(block.shown, output.rstrip() + "\n")

    return BLOCK.sub(write, text)


@contextmanager
def _started(command: str, tree: Path, environment: dict[str, str], folder: Path) -> Iterator[str]:
    """What a terminal shows in which a server was started, until it is stopped by Ctrl-C."""
    shown = folder / "terminal-1"
    with shown.open("w") as output, (folder / "log").open("w") as log:
        serving = subprocess.Popen(
            ["bash", "-c", command],
            cwd=tree, env=environment, stdout=output, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + STARTED
        while "Ready.\n" not in shown.read_text():
            assert serving.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.1)
        yield shown.read_text()
    finally:
        os.killpg(serving.pid, signal.SIGINT)
        serving.wait(10)


def _in_a_terminal(script: Path, tree: Path, environment: dict[str, str]) -> str:
    """What a terminal shows: programs print less into a pipe, or more, as curl does."""
    master, slave = pty.openpty()
    command = ["timeout", str(TYPED), "bash", script]
    process = subprocess.Popen(
        command, cwd=tree, env=environment, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave
    )
    os.close(slave)
    output = b""
    try:
        with suppress(OSError):  # how Linux tells that the last program has closed its end
            while piece := os.read(master, 65536):
                output += piece
    finally:
        os.close(master)
        process.terminate()  # with all that the terminal still runs, if the test is given up
        process.wait(10)
    return re.sub(r"\r|\x1b\[[\d;]*m", "", output.decode())


def _copy(tree: Path) -> None:
    """Copy the sources without what is built from them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


def _free_ports() -> list[str]:
    """The ports that the pages show, or the next ones that are free."""
    free: list[str] = []
    for port in range(int(PORTS[0]), 9999):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if listener.connect_ex(("127.0.0.1", port)):
                free.append(str(port))
        if len(free) == len(PORTS):
            break
    return free


def _replaced(text: str, names: dict[str, str]) -> str:
    """The text with other words, all at once."""
    return re.sub("|".join(names), lambda found: names[found[0]], text)


def _environment(home: Path) -> dict[str, str]:
    """This machine's variables without those of opsemu, its clients and this Python."""
    left_out = ("OPSEMU_", "MCLI_", "MONGODB_ATLAS_", "OPSRAMP_", "TF_", "PYTEST", "VIRTUAL_ENV")
    # With these curl and OpenSSL do not look at SSL_CERT_FILE, which a page sets.
    left_out += ("CURL_CA_BUNDLE", "SSL_CERT_DIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    ours = {"HOME": str(home), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "TERM": "dumb"}
    return {**kept, **ours, **go_caches()}


def main() -> None:
    """Write the outputs into the pages."""
    with tempfile.TemporaryDirectory() as folder:
        for page, printed in follow(Path(folder)).items():
            text = (ROOT / page).read_text()
            (ROOT / page).write_text(rewritten(text, printed))


if __name__ == "__main__":
    main()
