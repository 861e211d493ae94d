// Atlasv2 goes through the life of a project and of an integration of every type with
// MongoDB's Atlas SDK. It signs with an API key, or with a service account if there is one.
package main

import (
	"context"
	"os"

	"go.mongodb.org/atlas-sdk/v20250312020/admin"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

var ctx = context.Background()

func main() {
	client, err := admin.NewClient(admin.UseBaseURL(check.Variable("MONGODB_ATLAS_BASE_URL")), credentials())
	check.OK(err, "the client")
	groupID := createProject(client.ProjectsApi, check.Variable("MONGODB_ATLAS_ORG_ID"))
	integrations(client.ThirdPartyIntegrationsApi, groupID)
	alertConfigurations(client, groupID)
	neighbours(client, groupID)
	deleteProject(client.ProjectsApi, groupID)
}

func credentials() admin.ClientModifier {
	if id := os.Getenv("MONGODB_ATLAS_CLIENT_ID"); id != "" {
		return admin.UseOAuthAuth(ctx, id, check.Variable("MONGODB_ATLAS_CLIENT_SECRET"))
	}
	return admin.UseDigestAuth(
		check.Variable("MONGODB_ATLAS_PUBLIC_API_KEY"), check.Variable("MONGODB_ATLAS_PRIVATE_API_KEY"))
}

func createProject(projects admin.ProjectsApi, orgID string) string {
	made, _, err := projects.CreateGroup(ctx, &admin.Group{Name: "Go SDK", OrgId: orgID}).Execute()
	check.OK(err, "creating a project")
	named, _, err := projects.GetGroupByName(ctx, "Go SDK").Execute()
	check.OK(err, "reading a project by name")
	check.That(named.GetId() == made.GetId(), "another project has that name: %s", named.GetId())
	_, _, err = projects.GetGroupSettings(ctx, made.GetId()).Execute()
	check.OK(err, "reading project settings")
	return made.GetId()
}

func integrations(api admin.ThirdPartyIntegrationsApi, groupID string) {
	all := samples.All[admin.ThirdPartyIntegration]()
	for _, sample := range all {
		create(api, groupID, &sample.Create)
	}
	listed, _, err := api.ListGroupIntegrations(ctx, groupID).Execute()
	check.OK(err, "listing")
	check.That(listed.GetTotalCount() == len(all), "%d of %d are listed", listed.GetTotalCount(), len(all))
	for number, sample := range all {
		check.That(listed.GetResults()[number].GetType() == sample.Create.GetType(), "the order is another")
		change(api, groupID, sample)
		remove(api, groupID, sample.Create.GetType())
	}
}

func create(api admin.ThirdPartyIntegrationsApi, groupID string, body *admin.ThirdPartyIntegration) {
	listed, _, err := api.CreateGroupIntegration(ctx, body.GetType(), groupID, body).Execute()
	check.OK(err, "creating "+body.GetType())
	last := listed.GetResults()[len(listed.GetResults())-1]
	check.That(last.GetType() == body.GetType() && last.GetId() != "", "%s is not in the answer", body.GetType())
	_, _, err = api.CreateGroupIntegration(ctx, body.GetType(), groupID, body).Execute()
	check.That(admin.IsErrorCode(err, "INTEGRATION_ALREADY_CONFIGURED"), "creating it twice: %v", err)
}

func change(api admin.ThirdPartyIntegrationsApi, groupID string, sample samples.Sample[admin.ThirdPartyIntegration]) {
	typeName := sample.Change.GetType()
	_, _, err := api.UpdateGroupIntegration(ctx, typeName, groupID, &sample.Change).Execute()
	check.OK(err, "updating "+typeName)
	found, _, err := api.GetGroupIntegration(ctx, groupID, typeName).Execute()
	check.OK(err, "reading "+typeName)
	sample.Agrees(found)
}

func remove(api admin.ThirdPartyIntegrationsApi, groupID, typeName string) {
	_, err := api.DeleteGroupIntegration(ctx, typeName, groupID).Execute()
	check.OK(err, "deleting "+typeName)
	_, _, err = api.GetGroupIntegration(ctx, groupID, typeName).Execute()
	check.That(admin.IsErrorCode(err, "INTEGRATION_NOT_CONFIGURED"), "reading it afterwards: %v", err)
}

func deleteProject(projects admin.ProjectsApi, groupID string) {
	_, err := projects.DeleteGroup(ctx, groupID).Execute()
	check.OK(err, "deleting the project")
	_, _, err = projects.GetGroup(ctx, groupID).Execute()
	check.That(admin.IsErrorCode(err, "GROUP_NOT_FOUND"), "reading it afterwards: %v", err)
}
