"""Organizations of Ops Manager: made, renamed, deleted; and what a project may be called by."""

import pytest

from tests.conftest import EMPTY

ORG = "decafbaddecafbaddecafbad"


def refusal(answer):
    return answer.status_code, answer.json()["errorCode"]


@pytest.mark.evidence("CLIENT", "om_ansible: 201; Terraform reads isDeleted, True or False")
def test_an_organization_is_made_renamed_and_deleted(server, admin):
    made = admin.post(f"{server.url}/orgs", json={"name": "development"})
    org = made.json()
    assert (made.status_code, list(org)) == (201, ["id", "isDeleted", "links", "name"])
    assert org["isDeleted"] is False
    one = f"{server.url}/orgs/{org['id']}"
    assert admin.get(one).json() == org
    assert admin.patch(one, json={"name": "renamed"}).json() == {**org, "name": "renamed"}
    gone = admin.delete(one)
    assert (gone.status_code, gone.content) == (204, b"")
    assert refusal(admin.get(one)) == (404, "ORG_NOT_FOUND")
    assert refusal(admin.delete(one)) == (404, "ORG_NOT_FOUND")


@pytest.mark.evidence("CLIENT", "the Kubernetes operator warns of duplicates; names are prefixes")
def test_names_need_not_be_unique_and_a_search_matches_their_beginnings(server, admin):
    for name in ("development", "development", "development-oplog"):
        admin.post(f"{server.url}/orgs", json={"name": name})
    listed = admin.get(f"{server.url}/orgs", params={"name": "development"}).json()["results"]
    assert [(each["name"], each["isDeleted"]) for each in listed] == [
        ("development", False),
        ("development", False),
        ("development-oplog", False),
    ]


@pytest.mark.evidence("DOCS", "the table of codes; 64 characters are the contract's")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": ""}, "INVALID_ORG_NAME"),
        ({"name": " "}, "INVALID_ORG_NAME"),
        ({"name": "n" * 65}, "INVALID_ORG_NAME"),
        ({}, "MISSING_ATTRIBUTE"),
        ({"name": "n", "nmae": "n"}, "INVALID_ATTRIBUTE"),
        ([], "INVALID_JSON"),
    ],
)
def test_a_bad_name_is_refused(server, admin, body, code):
    assert refusal(admin.post(f"{server.url}/orgs", json=body)) == (400, code)


@pytest.mark.evidence("DOCS", "API_KEY_CANNOT_CREATE_ORG")
def test_only_a_key_of_all_of_ops_manager_makes_organizations(server, api, viewer):
    for session in (api, viewer):
        answer = session.post(f"{server.url}/orgs", json={"name": "mine"})
        assert refusal(answer) == (401, "API_KEY_CANNOT_CREATE_ORG")
    assert refusal(viewer.patch(f"{server.url}/orgs/{ORG}", json={"name": "x"})) == (
        401,
        "USER_UNAUTHORIZED",
    )
    assert api.patch(f"{server.url}/orgs/{ORG}", json={"name": "x"}).json()["name"] == "x"


@pytest.mark.evidence("DOCS", "ORG_NOT_EMPTY")
def test_an_organization_with_projects_is_not_deleted(server, admin):
    org_id = admin.post(f"{server.url}/orgs", json={"name": "o"}).json()["id"]
    group = admin.post(f"{server.url}/groups", json={"name": "p", "orgId": org_id}).json()["id"]
    assert refusal(admin.delete(f"{server.url}/orgs/{org_id}")) == (409, "ORG_NOT_EMPTY")
    assert admin.delete(f"{server.url}/groups/{group}").status_code == 202
    assert admin.delete(f"{server.url}/orgs/{org_id}").status_code == 204


@pytest.mark.evidence("RECORDED", "ops-manager/om5-create-group.json: no orgId was sent")
def test_a_project_without_an_organization_gets_one_of_its_name(server, admin, api):
    made = admin.post(f"{server.url}/groups", json={"name": "alone"})
    assert made.status_code == 201
    org = admin.get(f"{server.url}/orgs/{made.json()['orgId']}").json()
    assert org["name"] == "alone"
    refused = api.post(f"{server.url}/groups", json={"name": "alone"})
    assert refusal(refused) == (400, "API_KEY_CREATED_GROUPS_MUST_HAVE_ORG")


@pytest.mark.evidence("INFERRED", "a refused request leaves nothing")
def test_a_key_that_may_not_write_makes_no_organization(server, admin):
    key = {"desc": "reads all", "roles": ["GLOBAL_READ_ONLY"]}
    made = admin.post(f"{server.url}/admin/apiKeys", json=key).json()
    before = admin.get(f"{server.url}/orgs").json()["totalCount"]
    admin.auth = type(admin.auth)(made["publicKey"], made["privateKey"])
    assert refusal(admin.post(f"{server.url}/groups", json={"name": "n"})) == (
        401,
        "USER_UNAUTHORIZED",
    )
    assert admin.get(f"{server.url}/orgs").json()["totalCount"] == before


@pytest.mark.evidence("DOCS", "TOO_MANY_GROUP_TOKENS")
@pytest.mark.evidence("CLIENT", "the Kubernetes operator: upper case, 32 characters")
@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (["T"] * 11, "TOO_MANY_GROUP_TOKENS"),
        (["lower"], "INVALID_GROUP_TOKEN"),
        (["T" * 33], "INVALID_GROUP_TOKEN"),
        ([""], "INVALID_GROUP_TOKEN"),
    ],
)
def test_bad_tags_are_refused(server, api, tags, code):
    project = f"{server.url}/groups/{EMPTY}"
    assert refusal(api.patch(project, json={"tags": tags})) == (400, code)
    assert api.patch(project, json={"tags": ["T" * 32, "A-1_B"]}).status_code == 200


@pytest.mark.evidence("DOCS", "shown on servers with LDAP only")
def test_ldap_mappings_are_kept_and_shown_where_they_are_set(server, api, admin):
    mappings = [{"roleName": "GROUP_OWNER", "ldapGroups": ["cn=owners"]}]
    for one in (f"{server.url}/groups/{EMPTY}", f"{server.url}/orgs/{ORG}"):
        assert "ldapGroupMappings" not in api.get(one).json()
        api.patch(one, json={"ldapGroupMappings": mappings})
        assert api.get(one).json()["ldapGroupMappings"] == mappings


@pytest.mark.evidence("DOCS", "projectOwnerId")
def test_a_new_project_may_be_given_an_owner(server, api):
    owner = api.get(f"{server.url}/users/byName/owner@example.com").json()["id"]
    body = {"name": "p", "orgId": ORG}
    refused = api.post(f"{server.url}/groups?projectOwnerId={'0' * 24}", json=body)
    assert refusal(refused) == (404, "USER_NOT_FOUND")
    project = api.post(f"{server.url}/groups?projectOwnerId={owner}", json=body).json()["id"]
    (user,) = api.get(f"{server.url}/groups/{project}/users").json()["results"]
    assert user["id"] == owner
    assert {"groupId": project, "roleName": "GROUP_OWNER"} in user["roles"]


@pytest.mark.evidence("SPEC", "createOrg; CLIENT: Terraform goes on with the new key")
def test_an_organization_of_atlas_is_made_with_a_key_that_works(server, api, viewer):
    orgs = f"{server.base_url}/api/atlas/v1.0/orgs"
    owner = api.get(f"{server.url}/users/byName/owner@example.com").json()["id"]
    key = {"desc": "k", "roles": ["ORG_OWNER"]}
    body = {"name": "new", "orgOwnerId": owner, "apiKey": key}
    assert refusal(viewer.post(orgs, json=body)) == (401, "USER_UNAUTHORIZED")
    answer = api.post(orgs, json=body)
    made = answer.json()
    names = ["apiKey", "orgOwnerId", "organization", "skipDefaultAlertsSettings"]
    assert (answer.status_code, list(made)) == (201, names)
    one = f"{orgs}/{made['organization']['id']}"
    assert refusal(api.get(one)) == (404, "ORG_NOT_FOUND")
    api.auth = type(api.auth)(made["apiKey"]["publicKey"], made["apiKey"]["privateKey"])
    assert api.get(one).json()["name"] == "new"
    assert api.get(f"{one}/users").json()["results"][0]["id"] == owner


@pytest.mark.evidence("INFERRED", "as for keys of organizations (DOCS)")
@pytest.mark.parametrize("role", ["GLOBAL_OWNER", "GROUP_OWNER", "KING"])
def test_the_key_of_a_new_organization_has_no_role_beyond_it(server, api, role):
    orgs = f"{server.base_url}/api/atlas/v1.0/orgs"
    body = {"name": "new", "apiKey": {"desc": "k", "roles": ["ORG_OWNER", role]}}
    assert refusal(api.post(orgs, json=body)) == (400, "INVALID_ROLE_FOR_ORG")
    assert "new" not in [each["name"] for each in api.get(orgs).json()["results"]]
