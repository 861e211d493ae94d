package main

import (
	"go.mongodb.org/atlas-sdk/v20250312020/admin"

	"opsemu.test/clients/check"
)

// neighbours writes, reads and deletes what a project has beside its integrations.
func neighbours(client *admin.APIClient, groupID string) {
	accessList(client.ProjectIPAccessListApi, groupID)
	customRoles(client.CustomDatabaseRolesApi, groupID)
	databaseUsers(client.DatabaseUsersApi, groupID)
	maintenanceWindow(client.MaintenanceWindowsApi, groupID)
	logIntegrations(client.PushBasedLogExportApi, groupID)
	emptyOnes(client, groupID)
	events(client.EventsApi, groupID)
}

func accessList(api admin.ProjectIPAccessListApi, groupID string) {
	entries := []admin.NetworkPermissionEntry{{IpAddress: admin.PtrString("192.0.2.7"), Comment: admin.PtrString("office")}}
	listed, _, err := api.CreateAccessListEntry(ctx, groupID, &entries).Execute()
	check.OK(err, "adding to the access list")
	check.That(listed.GetTotalCount() == 1, "%d entries are listed", listed.GetTotalCount())
	block := listed.GetResults()[0].GetCidrBlock()
	found, _, err := api.GetAccessListEntry(ctx, groupID, block).Execute()
	check.OK(err, "reading an entry by its block")
	check.That(found.GetComment() == "office", "another entry: %s", found.GetComment())
	status, _, err := api.GetAccessListStatus(ctx, groupID, block).Execute()
	check.OK(err, "reading the status of an entry")
	check.That(status.GetSTATUS() == "ACTIVE", "it is %s", status.GetSTATUS())
	_, err = api.DeleteAccessListEntry(ctx, groupID, block).Execute()
	check.OK(err, "deleting an entry")
	_, _, err = api.GetAccessListEntry(ctx, groupID, block).Execute()
	check.That(admin.IsErrorCode(err, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND"), "reading it afterwards: %v", err)
}

func customRoles(api admin.CustomDatabaseRolesApi, groupID string) {
	resource := admin.DatabasePermittedNamespaceResource{Db: "db"}
	action := admin.DatabasePrivilegeAction{Action: "FIND", Resources: []admin.DatabasePermittedNamespaceResource{resource}}
	role := admin.UserCustomDBRole{RoleName: "finder", Actions: &[]admin.DatabasePrivilegeAction{action}}
	_, _, err := api.CreateCustomDbRole(ctx, groupID, &role).Execute()
	check.OK(err, "creating a custom role")
	listed, _, err := api.ListCustomDbRoles(ctx, groupID).Execute()
	check.OK(err, "listing custom roles")
	check.That(len(listed) == 1 && listed[0].RoleName == "finder", "%v are listed", listed)
}

func databaseUsers(api admin.DatabaseUsersApi, groupID string) {
	roles := []admin.DatabaseUserRole{{DatabaseName: "admin", RoleName: "finder"}}
	user := admin.CloudDatabaseUser{
		DatabaseName: "admin", GroupId: groupID, Username: "a/b",
		Password: admin.PtrString("correct horse"), Roles: roles,
	}
	_, _, err := api.CreateDatabaseUser(ctx, groupID, &user).Execute()
	check.OK(err, "creating a database user")
	user.Roles = nil
	changed, _, err := api.UpdateDatabaseUser(ctx, groupID, "admin", "a/b", &user).Execute()
	check.OK(err, "changing a password")
	check.That(len(changed.GetRoles()) == 1, "the roles are %v", changed.GetRoles())
	_, err = api.DeleteDatabaseUser(ctx, groupID, "admin", "a/b").Execute()
	check.OK(err, "deleting a database user")
	_, _, err = api.GetDatabaseUser(ctx, groupID, "admin", "a/b").Execute()
	check.That(admin.IsErrorCode(err, "USERNAME_NOT_FOUND"), "reading it afterwards: %v", err)
}

func maintenanceWindow(api admin.MaintenanceWindowsApi, groupID string) {
	window := admin.GroupMaintenanceWindow{DayOfWeek: 2, HourOfDay: admin.PtrInt(4)}
	_, err := api.UpdateMaintenanceWindow(ctx, groupID, &window).Execute()
	check.OK(err, "setting a maintenance window")
	_, err = api.ToggleMaintenanceAutoDefer(ctx, groupID).Execute()
	check.OK(err, "turning its deferral")
	found, _, err := api.GetMaintenanceWindow(ctx, groupID).Execute()
	check.OK(err, "reading it")
	check.That(found.DayOfWeek == 2 && found.GetAutoDeferOnceEnabled(), "it is %v", found)
	_, err = api.ResetMaintenanceWindow(ctx, groupID).Execute()
	check.OK(err, "resetting it")
}

func logIntegrations(api admin.PushBasedLogExportApi, groupID string) {
	request := admin.LogIntegrationRequest{
		Type: "DATADOG_LOG_EXPORT", LogTypes: []string{"MONGOD"},
		ApiKey: admin.PtrString("0123456789abcdef0123456789abcdef"), Region: admin.PtrString("US1"),
	}
	made, _, err := api.CreateGroupLogIntegration(ctx, groupID, &request).Execute()
	check.OK(err, "creating a log integration")
	listed, _, err := api.ListGroupLogIntegrations(ctx, groupID).Execute()
	check.OK(err, "listing log integrations")
	check.That(listed.GetTotalCount() == 1, "%d are listed", listed.GetTotalCount())
	_, err = api.DeleteGroupLogIntegration(ctx, groupID, made.Id).Execute()
	check.OK(err, "deleting a log integration")
}

// emptyOnes reads what the operator for Atlas reads of a project that has nothing but a name.
func emptyOnes(client *admin.APIClient, groupID string) {
	for _, provider := range []string{"AWS", "AZURE", "GCP"} {
		_, _, err := client.PrivateEndpointServicesApi.ListPrivateEndpointService(ctx, groupID, provider).Execute()
		check.OK(err, "listing the endpoint services of "+provider)
		_, _, err = client.NetworkPeeringApi.ListGroupPeers(ctx, groupID).ProviderName(provider).Execute()
		check.OK(err, "listing the peers of "+provider)
	}
	_, _, err := client.PrivateEndpointServicesApi.GetRegionalEndpointMode(ctx, groupID).Execute()
	check.OK(err, "reading the regional mode")
	_, _, err = client.EncryptionAtRestUsingCustomerKeyManagementApi.GetEncryptionAtRest(ctx, groupID).Execute()
	check.OK(err, "reading the encryption at rest")
	_, _, err = client.AuditingApi.GetGroupAuditLog(ctx, groupID).Execute()
	check.OK(err, "reading the audit log")
	_, _, err = client.CloudBackupsApi.GetCompliancePolicy(ctx, groupID).Execute()
	check.OK(err, "reading the backup compliance policy")
	_, _, err = client.CloudProviderAccessApi.ListCloudProviderAccess(ctx, groupID).Execute()
	check.OK(err, "reading the access of cloud providers")
	_, _, err = client.FlexClustersApi.ListFlexClusters(ctx, groupID).Execute()
	check.OK(err, "listing flex clusters")
	_, _, err = client.LDAPConfigurationApi.GetUserSecurity(ctx, groupID).Execute()
	check.OK(err, "reading the user security")
}

func events(api admin.EventsApi, groupID string) {
	listed, _, err := api.ListGroupEvents(ctx, groupID).IncludeCount(false).Execute()
	check.OK(err, "listing events")
	latest := listed.GetResults()[0]
	check.That(latest.GetEventTypeName() == "MONGODB_USER_DELETED", "the latest is %s", latest.GetEventTypeName())
	_, _, err = api.GetGroupEvent(ctx, groupID, latest.GetId()).Execute()
	check.OK(err, "reading an event")
}
