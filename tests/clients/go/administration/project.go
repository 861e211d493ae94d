package main

import (
	"bytes"

	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

var hour = &opsmngr.ProcessMeasurementListOptions{Granularity: "PT1M", Period: "PT1H"}

func deployments() {
	api := client.Deployments
	disks := got(api.ListPartitions(ctx, lab.projectID, lab.hostID, nil))
	got(api.GetPartition(ctx, lab.projectID, lab.hostID, disks.Results[0].PartitionName))
	databases := got(api.ListDatabases(ctx, lab.projectID, lab.hostID, nil))
	got(api.GetDatabase(ctx, lab.projectID, lab.hostID, databases.Results[0].DatabaseName))
}

func measurements() {
	api := client.Measurements
	host := got(api.Host(ctx, lab.projectID, lab.hostID, hour))
	check.That(host.ProcessID == "go.example.com:27017", "they are those of %s", host.ProcessID)
	check.That(len(host.Measurements) > 0, "nothing is measured")
	got(api.Disk(ctx, lab.projectID, lab.hostID, "xvdb", hour))
	got(api.Database(ctx, lab.projectID, lab.hostID, "admin", hour))
}

func performanceAdvisor() {
	api := client.PerformanceAdvisor
	got(api.GetNamespaces(ctx, lab.projectID, lab.hostID, nil))
	got(api.GetSlowQueries(ctx, lab.projectID, lab.hostID, nil))
	got(api.GetSuggestedIndexes(ctx, lab.projectID, lab.hostID, nil))
}

func events() {
	all := got(client.Events.ListProjectEvents(ctx, lab.projectID, nil))
	got(client.Events.ListOrganizationEvents(ctx, lab.orgID, nil))
	for _, event := range all.Results {
		got(client.Events.GetProjectEvent(ctx, lab.projectID, event.ID))
	}
}

func logCollections() {
	api, redacted := client.LogCollections, true
	made := got(api.Create(ctx, lab.projectID, &opsmngr.LogCollectionJob{
		ResourceType: "PROCESS", ResourceName: "go.example.com:27017", Redacted: &redacted,
		SizeRequestedPerFileBytes: 1_000_000, LogTypes: []string{"MONGODB"},
	}))
	all := got(api.List(ctx, lab.projectID, &opsmngr.LogListOptions{Verbose: true}))
	check.That(all.TotalCount == 1, "%d jobs are listed", all.TotalCount)
	job := got(api.Get(ctx, lab.projectID, made.ID, nil))
	check.That(job.Status == "SUCCESS", "the job is %s", job.Status)
	done(api.Extend(ctx, lab.projectID, made.ID,
		&opsmngr.LogCollectionJob{ExpirationDate: "2100-01-01T00:00:00Z"}))
	_, err := api.Retry(ctx, lab.projectID, made.ID)
	check.That(err != nil, "a job that has not failed is started again")
	var logs bytes.Buffer
	done(client.Logs.Download(ctx, lab.projectID, made.ID, &logs))
	check.That(logs.Len() > 0, "there are no logs")
	done(api.Delete(ctx, lab.projectID, made.ID))
}

func diagnostics() {
	var archive bytes.Buffer
	done(client.Diagnostics.Get(ctx, lab.projectID, &opsmngr.DiagnosticsListOpts{Minutes: 10}, &archive))
	check.That(archive.Len() > 0, "there is no archive")
}

func maintenanceWindows() {
	api := client.MaintenanceWindows
	window := &opsmngr.MaintenanceWindow{
		StartDate: "2100-01-01T00:00:00Z", EndDate: "2100-01-02T00:00:00Z",
		AlertTypeNames: []string{"HOST"}, Description: "go",
	}
	made := got(api.Create(ctx, lab.projectID, window))
	check.That(made.StartDate == window.StartDate, "it starts at %s", made.StartDate)
	got(api.Get(ctx, lab.projectID, made.ID))
	window.AlertTypeNames = []string{"BACKUP"}
	changed := got(api.Update(ctx, lab.projectID, made.ID, window))
	check.That(changed.AlertTypeNames[0] == "BACKUP", "it is %v", changed)
	all := got(api.List(ctx, lab.projectID))
	check.That(all.TotalCount == 1, "%d windows are listed", all.TotalCount)
	done(api.Delete(ctx, lab.projectID, made.ID))
}

func featureControlPolicies() {
	api := client.FeatureControlPolicies
	policies := got(api.ListSupportedPolicies(ctx, nil)).Policies
	check.That(len(policies) > 0, "no policy is supported")
	feature := &opsmngr.FeaturePolicy{
		ExternalManagementSystem: &opsmngr.ExternalManagementSystem{Name: "go", Version: "1"},
		Policies:                 policies[:1],
	}
	got(api.Update(ctx, lab.projectID, feature))
	read := got(api.List(ctx, lab.projectID, nil))
	check.That(len(read.Policies) == 1 && read.Policies[0].Policy == policies[0].Policy, "%v", read)
}

func serverUsage() {
	api := client.ServerUsage
	done(api.GenerateDailyUsageSnapshot(ctx))
	dates := &opsmngr.ServerTypeOptions{StartDate: "2026-01-01", EndDate: "2026-12-31"}
	got(api.ListAllHostAssignment(ctx, dates))
	got(api.ProjectHostAssignments(ctx, lab.projectID, dates))
	got(api.OrganizationHostAssignments(ctx, lab.orgID, dates))
	kind := &opsmngr.ServerTypeRequest{
		ServerType: &opsmngr.ServerType{Name: "PRODUCTION_SERVER", Label: "Production Server"},
	}
	done(api.UpdateProjectServerType(ctx, lab.projectID, kind))
	done(api.UpdateOrganizationServerType(ctx, lab.orgID, kind))
	project := got(api.GetServerTypeProject(ctx, lab.projectID))
	check.That(project.Name == "PRODUCTION_SERVER", "the project's type is %v", project)
	organization := got(api.GetServerTypeOrganization(ctx, lab.orgID))
	check.That(organization.Name == "PRODUCTION_SERVER", "the organization's type is %v", organization)
}
