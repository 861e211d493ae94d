package main

import (
	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

func organizations() {
	api, guest := client.Organizations, "guest@example.com"
	got(api.ListUsers(ctx, lab.orgID, nil))
	made := got(api.InviteUser(ctx, lab.orgID,
		&opsmngr.Invitation{Username: guest, Roles: []string{"ORG_MEMBER"}}))
	got(api.Invitation(ctx, lab.orgID, made.ID))
	roles := &opsmngr.Invitation{Username: guest, Roles: []string{"ORG_READ_ONLY"}}
	got(api.UpdateInvitation(ctx, lab.orgID, roles))
	changed := got(api.UpdateInvitationByID(ctx, lab.orgID, made.ID, roles))
	check.That(changed.Roles[0] == "ORG_READ_ONLY", "the invitation is %v", changed)
	all := got(api.Invitations(ctx, lab.orgID, &opsmngr.InvitationOptions{Username: guest}))
	check.That(len(all) == 1, "there are %d invitations", len(all))
	done(api.DeleteInvitation(ctx, lab.orgID, made.ID))
}

func projects() {
	api, guest := client.Projects, "guest@example.com"
	got(api.ListUsers(ctx, lab.projectID, nil))
	made := got(api.InviteUser(ctx, lab.projectID,
		&opsmngr.Invitation{Username: guest, Roles: []string{"GROUP_OWNER"}}))
	got(api.Invitation(ctx, lab.projectID, made.ID))
	roles := &opsmngr.Invitation{Username: guest, Roles: []string{"GROUP_READ_ONLY"}}
	got(api.UpdateInvitation(ctx, lab.projectID, roles))
	changed := got(api.UpdateInvitationByID(ctx, lab.projectID, made.ID, roles))
	check.That(changed.Roles[0] == "GROUP_READ_ONLY", "the invitation is %v", changed)
	all := got(api.Invitations(ctx, lab.projectID, nil))
	check.That(len(all) == 1, "there are %d invitations", len(all))
	done(api.DeleteInvitation(ctx, lab.projectID, made.ID))
}

func user(name string) *opsmngr.User {
	return &opsmngr.User{
		Username: name, Password: "Passw0rd.", FirstName: "Go", LastName: "User",
		Roles: []*opsmngr.UserRole{{RoleName: "GROUP_READ_ONLY", GroupID: lab.projectID}},
	}
}

func users() {
	made := got(client.Users.Create(ctx, user("user@example.com")))
	check.That(got(client.Users.Get(ctx, made.ID)).Username == "user@example.com", "another user")
	named := got(client.Users.GetByName(ctx, "user@example.com"))
	check.That(named.ID == made.ID, "another user has that name: %s", named.ID)
	done(client.Projects.RemoveUser(ctx, lab.projectID, made.ID))
	done(client.Users.Delete(ctx, made.ID))
}

func teams() {
	api := client.Teams
	names := []string{"first@example.com", "second@example.com"}
	first := got(client.Users.Create(ctx, user(names[0])))
	second := got(client.Users.Create(ctx, user(names[1])))
	team := got(api.Create(ctx, lab.orgID, &opsmngr.Team{Name: "Go Team", Usernames: names[:1]}))
	check.That(len(got(api.List(ctx, lab.orgID, nil))) == 1, "the team is not listed")
	got(api.Get(ctx, lab.orgID, team.ID))
	check.That(got(api.GetOneTeamByName(ctx, lab.orgID, "Go Team")).ID == team.ID, "another team")
	check.That(got(api.Rename(ctx, lab.orgID, team.ID, "Gophers")).Name == "Gophers", "its old name")
	got(api.AddUsersToTeam(ctx, lab.orgID, team.ID, []string{second.ID}))
	members := got(api.GetTeamUsersAssigned(ctx, lab.orgID, team.ID))
	check.That(len(members) == 2, "the team has %d members", len(members))
	done(api.RemoveUserToTeam(ctx, lab.orgID, team.ID, second.ID))
	assigned := got(client.Projects.AddTeamsToProject(ctx, lab.projectID,
		[]*opsmngr.ProjectTeam{{TeamID: team.ID, RoleNames: []string{"GROUP_OWNER"}}}))
	check.That(assigned.TotalCount == 1, "%d teams are assigned", assigned.TotalCount)
	got(api.UpdateTeamRoles(ctx, lab.projectID, team.ID,
		&opsmngr.TeamUpdateRoles{RoleNames: []string{"GROUP_READ_ONLY"}}))
	done(api.RemoveTeamFromProject(ctx, lab.projectID, team.ID))
	done(api.RemoveTeamFromOrganization(ctx, lab.orgID, team.ID))
	for _, member := range []*opsmngr.User{first, second} {
		done(client.Users.Delete(ctx, member.ID))
	}
}

func key(role string) *opsmngr.APIKeyInput {
	return &opsmngr.APIKeyInput{Desc: "go", Roles: []string{role}}
}

func organizationKeys() {
	api := client.OrganizationAPIKeys
	made := got(api.Create(ctx, lab.orgID, key("ORG_MEMBER")))
	read := got(api.Get(ctx, lab.orgID, made.ID))
	check.That(read.PublicKey == made.PublicKey, "another key: %v", read)
	check.That(read.PrivateKey != made.PrivateKey, "the private key is shown again")
	got(api.Update(ctx, lab.orgID, made.ID, key("ORG_OWNER")))
	check.That(len(got(api.List(ctx, lab.orgID, nil))) == 1, "the key is not listed")
	done(api.Delete(ctx, lab.orgID, made.ID))
}

func projectKeys() {
	api := client.ProjectAPIKeys
	made := got(api.Create(ctx, lab.projectID, key("GROUP_OWNER")))
	check.That(len(got(api.List(ctx, lab.projectID, nil))) == 1, "the key is not listed")
	done(api.Unassign(ctx, lab.projectID, made.ID))
	done(api.Assign(ctx, lab.projectID, made.ID,
		&opsmngr.AssignAPIKey{Roles: []string{"GROUP_READ_ONLY"}}))
	done(client.OrganizationAPIKeys.Delete(ctx, lab.orgID, made.ID))
}

func accessLists() {
	made := got(client.OrganizationAPIKeys.Create(ctx, lab.orgID, key("ORG_MEMBER")))
	api, addresses := client.AccessListAPIKeys, []*opsmngr.AccessListAPIKeysReq{{IPAddress: "192.0.2.1"}}
	got(api.Create(ctx, lab.orgID, made.ID, addresses))
	all := got(api.List(ctx, lab.orgID, made.ID, nil))
	check.That(all.TotalCount == 1, "%d addresses are listed", all.TotalCount)
	got(api.Get(ctx, lab.orgID, made.ID, "192.0.2.1"))
	done(api.Delete(ctx, lab.orgID, made.ID, "192.0.2.1"))
	done(client.OrganizationAPIKeys.Delete(ctx, lab.orgID, made.ID))
}

func globalKeys() {
	api := client.GlobalAPIKeys
	made := got(api.Create(ctx, key("GLOBAL_READ_ONLY")))
	got(api.Get(ctx, made.ID))
	changed := got(api.Update(ctx, made.ID, key("GLOBAL_OWNER")))
	check.That(changed.Roles[0].RoleName == "GLOBAL_OWNER", "its roles are %v", changed.Roles)
	check.That(len(got(api.List(ctx, nil))) > 1, "the keys are not listed")
	done(api.Delete(ctx, made.ID))
}

func globalWhitelist() {
	api := client.GlobalAPIKeysWhitelist
	made := got(api.Create(ctx, &opsmngr.WhitelistAPIKeysReq{CidrBlock: "192.0.2.0/24", Description: "go"}))
	check.That(got(api.Get(ctx, made.ID)).CidrBlock == "192.0.2.0/24", "another entry")
	all := got(api.List(ctx, nil))
	check.That(all.TotalCount == 1, "%d entries are listed", all.TotalCount)
	done(api.Delete(ctx, made.ID))
}
