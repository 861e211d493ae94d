"""The five operations on integrations."""

from __future__ import annotations

import pytest
import requests


@pytest.mark.evidence("RECORDED", "Ops Manager, 2023: HTTP/1.1 401 Unauthorized")
def test_reason_phrases_are_in_mixed_case(api, demo):
    assert requests.get(demo).reason == "Unauthorized"
    assert api.get(f"{demo}/WEBHOOK").reason == "Not Found"


@pytest.mark.evidence("DOCS", "Ops Manager: create a configuration, example request and response")
def test_the_documented_example_answers_as_documented(api, demo):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "My Team"}
    answer = api.post(f"{demo}/SLACK", json=body)
    assert answer.status_code == 200
    assert answer.text == (
        '{"links":[{"href":"' + demo + '/SLACK?pageNum=1&itemsPerPage=100","rel":"self"}],'
        '"results":[{"serviceKey":"******7890","type":"PAGER_DUTY"},'
        '{"apiToken":"******7890","channelName":"My Channel","teamName":"My Team",'
        '"type":"SLACK"}],"totalCount":2}'
    )
