"""Stubs on one Redis: what one server is told, the other answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor


def test_a_stub_of_one_answers_at_the_other_as_often_as_it_says(pair):
    first, second = pair
    path = "/api/public/v1.0/groups/*/performanceAdvisor"
    made = first.admin("POST", "/stubs", json={"path": path, "body": {}, "times": 2}).json()
    urls = [world.url.replace("/integrations", "/performanceAdvisor") for world in pair]
    found = [
        world.session.get(url).status_code for world, url in zip(pair * 2, urls * 2, strict=True)
    ]
    assert found == [200, 200, 404, 404]
    assert second.admin("GET", f"/stubs/{made['id']}").json()["answered"] == 2
    second.admin("POST", "/stubs", json={"path": path, "method": "GET", "body": []})
    assert first.session.get(urls[0]).json() == []


def test_stubs_added_at_once_get_numbers_of_their_own(pair):
    with ThreadPoolExecutor(8) as threads:
        sent = [{"path": "/api/x", "body": "the same"}] * 12
        worlds = pair * 6
        made = threads.map(
            lambda each: each[0].admin("POST", "/stubs", json=each[1]).json()["id"],
            zip(worlds, sent, strict=True),
        )
        assert sorted(made) == list(range(1, 13))
