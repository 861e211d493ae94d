"""The pytest example of the README."""


def rotate_pager_duty_key(session, base_url, group_id, new_key):
    """The code under test: it gives a project's PagerDuty integration a new key."""
    url = f"{base_url}/groups/{group_id}/integrations/PAGER_DUTY"
    answer = session.put(url, json={"type": "PAGER_DUTY", "serviceKey": new_key})
    answer.raise_for_status()


def test_the_new_key_is_in_place(ops_manager):
    session, url, group_id = ops_manager.session, ops_manager.url, ops_manager.group_id
    rotate_pager_duty_key(session, url, group_id, "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678")

    shown = session.get(f"{url}/groups/{group_id}/integrations/PAGER_DUTY").json()
    assert shown == {"serviceKey": "*" * 28 + "5678", "type": "PAGER_DUTY"}
