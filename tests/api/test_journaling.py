"""A request that cannot be recorded keeps its answer, and the log says so."""

from opsemu.server import Emulator

from ..conftest import DEMO, OWNER, integrations, signed


def test_a_failure_to_record_changes_no_answer(monkeypatch, caplog):
    with Emulator() as emulator, signed(OWNER) as session:
        url = integrations(emulator, DEMO)
        for _ in range(3):
            before = session.get(url)
        hits = emulator.response_cache.hits
        monkeypatch.setattr("opsemu.worlds.world.World.record", fail)
        cached, uncached = session.get(url), session.get(f"{url}?pretty=false")
        assert emulator.response_cache.hits == hits + 1
    for answer in (cached, uncached):
        assert (answer.status_code, answer.history) == (200, [])
    assert cached.content == before.content
    assert caplog.text.count("was not recorded: RuntimeError('no room')") == 2


def fail(*_: object) -> None:
    raise RuntimeError("no room")
