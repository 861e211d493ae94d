// Automation goes through the life of a deployment with MongoDB's Ops Manager library, in the
// order in which mongocli does: publish, watch, look, back up, empty, delete.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

const port = 27017

var ctx = context.Background()

func main() {
	transport := digest.NewTransport(
		check.Variable("MCLI_PUBLIC_API_KEY"), check.Variable("MCLI_PRIVATE_API_KEY"))
	signing, err := transport.Client()
	check.OK(err, "the transport")
	client, err := opsmngr.New(signing, opsmngr.SetBaseURL(check.Variable("MCLI_OPS_MANAGER_URL")))
	check.OK(err, "the client")
	body := &opsmngr.Project{Name: "Go Automation", OrgID: check.Variable("MCLI_ORG_ID")}
	project, _, err := client.Projects.Create(ctx, body, nil)
	check.OK(err, "creating a project")
	agentKeys(client.Agents, project.ID)
	publish(client.Automation, project.ID)
	watch(client.Automation, project.ID)
	agents(client.Agents, project.ID)
	hosts := listHosts(client.Deployments, project.ID)
	clusterID := listClusters(client.Clusters, project.ID)
	backUp(client, project.ID, clusterID)
	restore(client, project.ID, clusterID)
	stopBackup(client.BackupConfigs, project.ID, clusterID)
	empty(client.Automation, project.ID)
	watch(client.Automation, project.ID)
	for _, host := range hosts {
		_, err := client.Deployments.StopMonitoring(ctx, project.ID, host.ID)
		check.OK(err, "deleting a host")
	}
	left, _, err := client.Deployments.ListHosts(ctx, project.ID, nil)
	check.OK(err, "listing hosts at the end")
	check.That(left.TotalCount == 0, "%d hosts are left", left.TotalCount)
	_, err = client.Projects.Delete(ctx, project.ID)
	check.OK(err, "deleting the project")
}

func agentKeys(api opsmngr.AgentsService, groupID string) {
	made, _, err := api.CreateAgentAPIKey(ctx, groupID, &opsmngr.AgentAPIKeysRequest{Desc: "go"})
	check.OK(err, "making an agent key")
	check.That(len(made.Key) == 56, "the key is %s", made.Key)
	all, _, err := api.ListAgentAPIKeys(ctx, groupID)
	check.OK(err, "listing agent keys")
	check.That(len(all) == 2 && all[1].ID == made.ID, "the keys are %v", all)
	_, err = api.DeleteAgentAPIKey(ctx, groupID, made.ID)
	check.OK(err, "deleting an agent key")
}

func publish(api opsmngr.AutomationService, groupID string) {
	config, _, err := api.GetConfig(ctx, groupID)
	check.OK(err, "reading the configuration")
	check.That(config.Version == 1 && config.Auth.Disabled, "a fresh configuration is %v", config)
	set := &opsmngr.ReplicaSet{ID: "rs"}
	for number := 0; number < 3; number++ {
		name, host := fmt.Sprintf("rs_%d", number), fmt.Sprintf("go%d.example.com", number)
		config.Processes = append(config.Processes, &opsmngr.Process{
			Name:        name,
			Hostname:    host,
			ProcessType: "mongod",
			Version:     "8.0.5",
			Args26: opsmngr.Args26{
				NET:         opsmngr.Net{Port: port},
				Replication: &opsmngr.Replication{ReplSetName: "rs"},
			},
		})
		set.Members = append(set.Members, opsmngr.Member{ID: number, Host: name, Priority: 1, Votes: 1})
		version := &opsmngr.ConfigVersion{Hostname: host}
		config.MonitoringVersions = append(config.MonitoringVersions, version)
	}
	config.ReplicaSets = append(config.ReplicaSets, set)
	_, err = api.UpdateConfig(ctx, groupID, config)
	check.OK(err, "publishing a configuration")
	_, err = api.UpdateConfig(ctx, groupID, config)
	check.That(code(err) == "AUTOMATION_CONFIG_CONCURRENT_MODIFICATION", "publishing it twice: %v", err)
	_, _, err = api.UpdateAgentVersion(ctx, groupID)
	check.OK(err, "updating the agents")
	monitoring, _, err := api.GetMonitoringAgentConfig(ctx, groupID)
	check.OK(err, "reading the configuration of monitoring")
	backup, _, err := api.GetBackupAgentConfig(ctx, groupID)
	check.OK(err, "reading the configuration of backup")
	check.That(monitoring.LogPath != "" && backup.LogPath != "", "%v, %v", monitoring, backup)
}

func watch(api opsmngr.AutomationService, groupID string) {
	status, _, err := api.GetStatus(ctx, groupID)
	check.OK(err, "reading the status")
	for _, process := range status.Processes {
		check.That(process.LastGoalVersionAchieved == status.GoalVersion, "%s is at %d of %d",
			process.Name, process.LastGoalVersionAchieved, status.GoalVersion)
	}
}

func agents(api opsmngr.AgentsService, groupID string) {
	links, _, err := api.ListAgentLinks(ctx, groupID)
	check.OK(err, "listing links to agents")
	check.That(len(links.Links) == 5, "the links are %v", links.Links)
	for _, kind := range []string{"AUTOMATION", "MONITORING"} {
		all, _, err := api.ListAgentsByType(ctx, groupID, kind, nil)
		check.OK(err, "listing agents")
		check.That(all.TotalCount == 3 && all.Results[0].TypeName == kind, "%s: %v", kind, all.Results)
	}
	versions, _, err := api.ProjectVersions(ctx, groupID)
	check.OK(err, "listing versions")
	check.That(versions.Count == 3, "there are %d versions", versions.Count)
	components, _, err := api.GlobalVersions(ctx)
	check.OK(err, "reading components")
	check.That(components.AutomationVersion != "", "there is no version of the agent")
}

func listHosts(api opsmngr.DeploymentsService, groupID string) []*opsmngr.Host {
	all, _, err := api.ListHosts(ctx, groupID, nil)
	check.OK(err, "listing hosts")
	check.That(all.TotalCount == 3, "there are %d hosts", all.TotalCount)
	first := all.Results[0]
	check.That(first.TypeName == "REPLICA_PRIMARY" && first.LastPing != "", "the first is %v", first)
	one, _, err := api.GetHost(ctx, groupID, first.ID)
	check.OK(err, "reading a host")
	named, _, err := api.GetHostByHostname(ctx, groupID, one.Hostname, port)
	check.OK(err, "reading a host by name")
	check.That(named.ID == first.ID, "another host has that name: %s", named.ID)
	_, _, err = api.UpdateMonitoring(ctx, groupID, first.ID, first)
	check.That(code(err) == "CANNOT_MODIFY_MANAGED_HOST", "changing a managed host: %v", err)
	added, _, err := api.StartMonitoring(ctx, groupID, &opsmngr.Host{Hostname: "other", Port: port})
	check.OK(err, "adding a host")
	added.Username = "mms"
	changed, _, err := api.UpdateMonitoring(ctx, groupID, added.ID, added)
	check.OK(err, "changing a host")
	check.That(changed.Username == "mms", "the changed host is %v", changed)
	return append(all.Results, added)
}

func listClusters(api opsmngr.ClustersService, groupID string) string {
	all, _, err := api.List(ctx, groupID, nil)
	check.OK(err, "listing clusters")
	check.That(all.TotalCount == 1, "there are %d clusters", all.TotalCount)
	one, _, err := api.Get(ctx, groupID, all.Results[0].ID)
	check.OK(err, "reading a cluster")
	check.That(one.ReplicaSetName == "rs" && len(one.ID) == 24, "the cluster is %v", one)
	projects, _, err := api.ListAll(ctx)
	check.OK(err, "listing the clusters of all projects")
	check.That(projects.TotalCount > 0, "there are none")
	return one.ID
}

func backUp(client *opsmngr.Client, groupID, clusterID string) {
	all, _, err := client.BackupConfigs.List(ctx, groupID, nil)
	check.OK(err, "listing backups")
	check.That(all.TotalCount == 1 && all.Results[0].StatusName == "INACTIVE", "%v", all.Results)
	config := &opsmngr.BackupConfig{StatusName: "STARTED", SyncSource: "SECONDARY"}
	started, _, err := client.BackupConfigs.Update(ctx, groupID, clusterID, config)
	check.OK(err, "starting a backup")
	check.That(started.StatusName == "STARTED", "it is %s", started.StatusName)
	schedule, _, err := client.SnapshotSchedule.Get(ctx, groupID, clusterID)
	check.OK(err, "reading the schedule")
	schedule.SnapshotIntervalHours = 12
	schedule, _, err = client.SnapshotSchedule.Update(ctx, groupID, clusterID, schedule)
	check.OK(err, "changing the schedule")
	check.That(schedule.SnapshotIntervalHours == 12, "the schedule is %v", schedule)
	_, _, err = client.Checkpoints.List(ctx, groupID, clusterID, nil)
	check.OK(err, "listing checkpoints")
}

func restore(client *opsmngr.Client, groupID, clusterID string) {
	all, _, err := client.ContinuousSnapshots.List(ctx, groupID, clusterID, nil)
	check.OK(err, "listing snapshots")
	check.That(all.TotalCount == 1 && all.Results[0].Complete, "the snapshots are %v", all.Results)
	snapshot := all.Results[0]
	keep := true
	snapshot.DoNotDelete = &keep
	kept, _, err := client.ContinuousSnapshots.ChangeExpiry(ctx, groupID, clusterID, snapshot.ID, snapshot)
	check.OK(err, "keeping a snapshot")
	check.That(*kept.DoNotDelete, "it is not kept")
	request := &opsmngr.ContinuousJobRequest{
		SnapshotID: snapshot.ID,
		Delivery:   opsmngr.Delivery{MethodName: "HTTP", MaxDownloads: 1, ExpirationHours: 48},
	}
	jobs, _, err := client.ContinuousRestoreJobs.Create(ctx, groupID, clusterID, request)
	check.OK(err, "restoring a snapshot")
	job, _, err := client.ContinuousRestoreJobs.Get(ctx, groupID, clusterID, jobs.Results[0].ID)
	check.OK(err, "reading a job")
	check.That(job.StatusName == "FINISHED", "the job is %s", job.StatusName)
	listed, _, err := client.ContinuousRestoreJobs.List(ctx, groupID, clusterID, nil)
	check.OK(err, "listing jobs")
	check.That(listed.TotalCount == 1, "%d jobs are listed", listed.TotalCount)
	_, err = client.ContinuousSnapshots.Delete(ctx, groupID, clusterID, snapshot.ID)
	check.OK(err, "deleting a snapshot")
}

func stopBackup(api opsmngr.BackupConfigsService, groupID, clusterID string) {
	for _, status := range []string{"STOPPED", "TERMINATING"} {
		_, _, err := api.Update(ctx, groupID, clusterID, &opsmngr.BackupConfig{StatusName: status})
		check.OK(err, "ending a backup: "+status)
	}
	config, _, err := api.Get(ctx, groupID, clusterID)
	check.OK(err, "reading a backup")
	check.That(config.StatusName == "INACTIVE", "it is %s", config.StatusName)
}

func empty(api opsmngr.AutomationService, groupID string) {
	config, _, err := api.GetConfig(ctx, groupID)
	check.OK(err, "reading the configuration again")
	config.Processes, config.ReplicaSets, config.MonitoringVersions = nil, nil, nil
	_, err = api.UpdateConfig(ctx, groupID, config)
	check.OK(err, "emptying the configuration")
}

func code(err error) string {
	var refusal *opsmngr.ErrorResponse
	if errors.As(err, &refusal) {
		return refusal.ErrorCode
	}
	return ""
}
