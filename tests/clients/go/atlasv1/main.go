// Atlasv1 goes through the life of a project and of an integration of every type with
// MongoDB's older Atlas library, which speaks v1.0.
package main

import (
	"context"
	"errors"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/atlas/mongodbatlas"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

var ctx = context.Background()

func main() {
	transport := digest.NewTransport(
		check.Variable("MONGODB_ATLAS_PUBLIC_API_KEY"), check.Variable("MONGODB_ATLAS_PRIVATE_API_KEY"))
	signing, err := transport.Client()
	check.OK(err, "the transport")
	base := mongodbatlas.SetBaseURL(check.Variable("MONGODB_ATLAS_BASE_URL") + "/")
	client, err := mongodbatlas.New(signing, base)
	check.OK(err, "the client")
	groupID := createProject(client.Projects, check.Variable("MONGODB_ATLAS_ORG_ID"))
	integrations(client.Integrations, groupID)
	deleteProject(client.Projects, groupID)
}

func createProject(projects mongodbatlas.ProjectsService, orgID string) string {
	made, _, err := projects.Create(ctx, &mongodbatlas.Project{Name: "Go v1.0", OrgID: orgID}, nil)
	check.OK(err, "creating a project")
	named, _, err := projects.GetOneProjectByName(ctx, "Go v1.0")
	check.OK(err, "reading a project by name")
	check.That(named.ID == made.ID, "another project has that name: %s", named.ID)
	_, _, err = projects.GetProjectSettings(ctx, made.ID)
	check.OK(err, "reading project settings")
	return made.ID
}

func integrations(api mongodbatlas.IntegrationsService, groupID string) {
	all := samples.All[mongodbatlas.ThirdPartyIntegration]()
	for _, sample := range all {
		create(api, groupID, &sample.Create)
	}
	listed, _, err := api.List(ctx, groupID)
	check.OK(err, "listing")
	check.That(listed.TotalCount == len(all), "%d of %d are listed", listed.TotalCount, len(all))
	for number, sample := range all {
		check.That(listed.Results[number].Type == sample.Create.Type, "the order is another")
		change(api, groupID, sample)
		remove(api, groupID, sample.Create.Type)
	}
}

func create(api mongodbatlas.IntegrationsService, groupID string, body *mongodbatlas.ThirdPartyIntegration) {
	listed, _, err := api.Create(ctx, groupID, body.Type, body)
	check.OK(err, "creating "+body.Type)
	last := listed.Results[len(listed.Results)-1]
	check.That(last.Type == body.Type, "%s is not in the answer", body.Type)
	_, _, err = api.Create(ctx, groupID, body.Type, body)
	check.That(code(err) == "INTEGRATION_ALREADY_CONFIGURED", "creating it twice: %v", err)
}

func change(api mongodbatlas.IntegrationsService, groupID string, sample samples.Sample[mongodbatlas.ThirdPartyIntegration]) {
	typeName := sample.Change.Type
	_, _, err := api.Replace(ctx, groupID, typeName, &sample.Change)
	check.OK(err, "updating "+typeName)
	found, _, err := api.Get(ctx, groupID, typeName)
	check.OK(err, "reading "+typeName)
	sample.Agrees(found)
}

func remove(api mongodbatlas.IntegrationsService, groupID, typeName string) {
	_, err := api.Delete(ctx, groupID, typeName)
	check.OK(err, "deleting "+typeName)
	_, _, err = api.Get(ctx, groupID, typeName)
	check.That(code(err) == "INTEGRATION_NOT_CONFIGURED", "reading it afterwards: %v", err)
}

func deleteProject(projects mongodbatlas.ProjectsService, groupID string) {
	_, err := projects.Delete(ctx, groupID)
	check.OK(err, "deleting the project")
	_, _, err = projects.GetOneProject(ctx, groupID)
	check.That(code(err) == "GROUP_NOT_FOUND", "reading it afterwards: %v", err)
}

func code(err error) string {
	var refusal *mongodbatlas.ErrorResponse
	if errors.As(err, &refusal) {
		return refusal.ErrorCode
	}
	return ""
}
