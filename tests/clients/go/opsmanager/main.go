// Opsmanager goes through organizations, projects and alert configurations with MongoDB's
// Ops Manager library.
package main

import (
	"context"
	"errors"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

var ctx = context.Background()

func main() {
	transport := digest.NewTransport(
		check.Variable("MCLI_PUBLIC_API_KEY"), check.Variable("MCLI_PRIVATE_API_KEY"))
	signing, err := transport.Client()
	check.OK(err, "the transport")
	client, err := opsmngr.New(signing, opsmngr.SetBaseURL(check.Variable("MCLI_OPS_MANAGER_URL")))
	check.OK(err, "the client")
	version, _, err := client.ServiceVersion.Get(ctx)
	check.OK(err, "reading the version")
	check.That(version.Version != "" && version.GitHash != "", "the version is %v", version)
	orgID := check.Variable("MCLI_ORG_ID")
	organizations(client.Organizations, orgID)
	groupID := createProject(client.Projects, orgID)
	alertConfigurations(client.AlertConfigurations, groupID)
	deleteProject(client.Projects, groupID)
}

func organizations(api opsmngr.OrganizationsService, orgID string) {
	all, _, err := api.List(ctx, nil)
	check.OK(err, "listing organizations")
	check.That(all.TotalCount > 0, "there is no organization")
	one, _, err := api.Get(ctx, orgID)
	check.OK(err, "reading an organization")
	named, _, err := api.List(ctx, &opsmngr.OrganizationsListOptions{Name: one.Name})
	check.OK(err, "looking for an organization by name")
	check.That(named.TotalCount == 1 && named.Results[0].ID == orgID, "%s is not found by name", one.Name)
	projects, _, err := api.Projects(ctx, orgID, nil)
	check.OK(err, "listing the projects of an organization")
	check.That(projects.TotalCount > 0, "the organization has no project")
}

func createProject(api opsmngr.ProjectsService, orgID string) string {
	made, _, err := api.Create(ctx, &opsmngr.Project{Name: "Go Ops Manager", OrgID: orgID}, nil)
	check.OK(err, "creating a project")
	check.That(made.ID != "" && made.OrgID == orgID, "the project made is %v", made)
	_, _, err = api.Create(ctx, &opsmngr.Project{Name: "Go Ops Manager", OrgID: orgID}, nil)
	check.That(code(err) == "GROUP_ALREADY_EXISTS", "creating it twice: %v", err)
	named, _, err := api.GetByName(ctx, "Go Ops Manager")
	check.OK(err, "reading a project by name")
	check.That(named.ID == made.ID, "another project has that name: %s", named.ID)
	all, _, err := api.List(ctx, &opsmngr.ListOptions{PageNum: 1, ItemsPerPage: 500})
	check.OK(err, "listing projects")
	check.That(all.TotalCount > 1, "%d projects are listed", all.TotalCount)
	_, _, err = api.GetTeams(ctx, made.ID, nil)
	check.OK(err, "listing the teams of a project")
	return made.ID
}

func deleteProject(api opsmngr.ProjectsService, groupID string) {
	_, err := api.Delete(ctx, groupID)
	check.OK(err, "deleting the project")
	_, _, err = api.Get(ctx, groupID)
	check.That(code(err) == "NOT_IN_GROUP", "reading it afterwards: %v", err)
}

func code(err error) string {
	var refusal *opsmngr.ErrorResponse
	if errors.As(err, &refusal) {
		return refusal.ErrorCode
	}
	return ""
}
