"""The three files of the web page, read as texts: they fit together, and show data as text only."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from tests.fidelity import GRADES

PAGE = files("opsemu") / "admin" / "page"
DOCUMENT, STYLE, SCRIPT = (
    (PAGE / name).read_text("utf-8") for name in ("index.html", "page.css", "page.js")
)
IDS = set(re.findall(r'\bid="([\w-]+)"', DOCUMENT))


@pytest.mark.parametrize(
    "name",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("],
)
def test_data_never_becomes_html_or_code(name):
    assert name not in SCRIPT


def test_the_document_has_no_script_or_style_of_its_own():
    assert re.findall(r"<script(?! src=)|<style|\bstyle=|\bon[a-z]+=|javascript:", DOCUMENT) == []


def test_nothing_is_fetched_from_another_host():
    external = r"""(?:src|href)=["'](?!/__admin/|#|data:)|url\(|@import"""
    assert re.findall(external, DOCUMENT + STYLE + SCRIPT) == []


def test_ids_are_unique_and_the_script_asks_for_present_ones():
    outside_templates = re.sub(r"<template.*?</template>", "", DOCUMENT, flags=re.DOTALL)
    ids = re.findall(r'\bid="([\w-]+)"', outside_templates)
    assert len(ids) == len(set(ids))
    asked = re.findall(r'\b(?:byId|stamp|on|fill|fillOptions|wordsOf)\("([\w-]+)"', SCRIPT)
    assert set(asked) <= IDS
    for name in re.findall(r'(?:fillRows|fillLong)\("(\w+)"', SCRIPT):
        assert {f"{name}-body", f"{name}-row"} <= IDS


def test_the_page_explains_each_grade_of_evidence():
    block = SCRIPT.partition("const GRADES = {")[2].partition("};")[0]
    assert dict(re.findall(r'^  (\w+): "(.+)",$', block, re.MULTILINE)) == GRADES


def test_the_page_knows_the_documented_keys_of_the_demo():
    demo = json.loads((files("opsemu.data") / "demo.json").read_text("utf-8"))
    pairs = [(key["publicKey"], key["privateKey"]) for key in demo["apiKeys"]]
    pairs += [(each["clientId"], each["clientSecret"]) for each in demo["serviceAccounts"]]
    pairs += [(key["key"], key["secret"]) for tenant in demo["tenants"] for key in tenant["keys"]]
    block = SCRIPT.partition("const DEMO_SECRETS = {")[2].partition("};")[0]
    assert set(re.findall(r'^  "?([\w-]+)"?: "(.+)",$', block, re.MULTILINE)) == set(pairs)
