"""The five operations on integrations."""

from __future__ import annotations

import pytest


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
