"""Whatever lies in tests/recorded/mongodb is had again with a fresh emulator.

Dropping a recording into the folder adds a case. Those that cannot be had again are
named in exceptions.json beside this file, with the reason; some of them draw the same
answer at another path, which is asked instead.
"""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest

from opsemu.api.json_format import compact
from opsemu.server import Emulator

from .recordings import EXCEPTIONS, FOLDER, Recording, every, sequences
from .replay import Replayer, seed, settled, settled_headers

SEQUENCES = list(sequences())
ERRORS = [each for each in every() if each.body.startswith('{"detail"')]


@pytest.mark.evidence("RECORDED", "tests/recorded/mongodb, each with its source")
@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: "+".join(r.name for r in each))
def test_a_recorded_exchange_is_had_again(sequence, tmp_path):
    profile = f"atlas@{sequence[0].date}" if sequence[0].date else ""
    planted = seed(tmp_path / "seed.json", sequence)
    with Emulator(seed=planted, profile=profile, external_url=sequence[0].base) as emulator:
        replayer = Replayer(emulator)
        for recording in sequence:
            answer = replayer.play(recording)
            assert answer.status_code == recording.status
            assert settled(answer.text) == settled(recording.body)
            compare_headers(recording, answer.headers)


def compare_headers(recording: Recording, headers) -> None:
    """The whole set, for bytes of the real server; what there is, for a transcript."""
    expected = settled_headers(recording, recording.headers)
    found = settled_headers(recording, headers)
    kept = found if recording.known else {name: found.get(name) for name in expected}
    assert kept == expected


@pytest.mark.evidence("RECORDED", "the errors among tests/recorded/mongodb")
@pytest.mark.parametrize("recording", ERRORS, ids=lambda each: each.name)
def test_every_recorded_error_has_the_shape_of_ours(recording, api, demo):
    ours = api.get(f"{demo}/WEBHOOK").text
    body = json.loads(recording.body)
    assert list(body) == list(json.loads(ours))
    assert body["reason"] == HTTPStatus(recording.status).phrase
    assert (body["error"], compact(body).decode()) == (recording.status, recording.body)


def test_every_exception_is_a_recording():
    assert set(EXCEPTIONS) <= {path.name for path in (FOLDER / "mongodb").iterdir()}


def test_most_recordings_are_had_again():
    assert sum(map(len, SEQUENCES)) >= 38
