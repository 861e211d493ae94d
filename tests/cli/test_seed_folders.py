"""A seed in several files: those of a folder, in the order of their names."""

from __future__ import annotations

import json

import pytest

from opsemu.application import SEEDS
from opsemu.worlds.seed_errors import SeedError

ORGANIZATION = {"id": "a" * 24, "name": "One"}


def write(folder, **documents):
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return str(folder)


def test_the_files_of_a_folder_are_joined_in_the_order_of_their_names(tmp_path):
    (tmp_path / "20.yaml").write_text("projects:\n  - {id: " + "c" * 24 + ", name: P2, orgId: "
                                      + "a" * 24 + "}\n")  # fmt: skip
    (tmp_path / "notes.txt").write_text("not a seed")
    first = {"id": "b" * 24, "name": "P1", "orgId": "a" * 24}
    folder = write(tmp_path, **{"10": {"organizations": [ORGANIZATION], "projects": [first]}})
    seed = SEEDS.load(folder)
    assert [each["name"] for each in seed["organizations"]] == ["One"]
    assert [each["name"] for each in seed["projects"]] == ["P1", "P2"]


def test_an_empty_folder_is_the_demo(tmp_path):
    assert SEEDS.load(str(tmp_path))["apiKeys"] == SEEDS.load("demo")["apiKeys"]


@pytest.mark.parametrize("part", ["apiKeys", "serviceAccounts"])
def test_the_empty_seed_has_the_credentials_of_the_demo(part):
    assert SEEDS.load("empty")[part] == SEEDS.load("demo")[part]


def test_what_is_there_twice_is_refused_across_files(tmp_path):
    folder = write(
        tmp_path, a={"organizations": [ORGANIZATION]}, b={"organizations": [ORGANIZATION]}
    )
    with pytest.raises(SeedError, match="is there twice"):
        SEEDS.load(folder)


@pytest.mark.parametrize("content", [[], 1, None, {"organizations": {}}])
def test_a_file_that_is_no_seed_is_refused(tmp_path, content):
    with pytest.raises(SeedError):
        SEEDS.load(write(tmp_path, a={"organizations": [ORGANIZATION]}, b=content))


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(SeedError, match=r"broken\.json"):
        SEEDS.load(write(tmp_path, a={}))
