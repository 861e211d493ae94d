// Administration calls every service of MongoDB's Ops Manager library that the programs beside it
// do not, and knows which are left: a service that it does not know of ends it.
package main

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

// What the programs automation and opsmanager call.
const elsewhere = "AlertConfigurations Agents Automation BackupConfigs Checkpoints Clusters " +
	"ContinuousRestoreJobs ContinuousSnapshots ServiceVersion SnapshotSchedule"

// What needs a deployment, or another product, and is not emulated.
const declined = "LiveMigration ServerUsageReport"

var (
	ctx    = context.Background()
	client *opsmngr.Client
	lab    laboratory
)

// What the calls are about.
type laboratory struct{ orgID, projectID, userID, hostID string }

func main() {
	transport := digest.NewTransport(
		check.Variable("MCLI_PUBLIC_API_KEY"), check.Variable("MCLI_PRIVATE_API_KEY"))
	signing, err := transport.Client()
	check.OK(err, "the transport")
	client, err = opsmngr.New(signing, opsmngr.SetBaseURL(check.Variable("MCLI_OPS_MANAGER_URL")))
	check.OK(err, "the client")
	services := map[string]func(){
		"Alerts":                 alerts,
		"GlobalAlerts":           globalAlerts,
		"Organizations":          organizations,
		"Projects":               projects,
		"Users":                  users,
		"UnauthUsers":            func() {}, // prepare makes the first user
		"Teams":                  teams,
		"OrganizationAPIKeys":    organizationKeys,
		"ProjectAPIKeys":         projectKeys,
		"AccessListAPIKeys":      accessLists,
		"GlobalAPIKeys":          globalKeys,
		"GlobalAPIKeysWhitelist": globalWhitelist,
		"Deployments":            deployments,
		"Measurements":           measurements,
		"PerformanceAdvisor":     performanceAdvisor,
		"Events":                 events,
		"LogCollections":         logCollections,
		"Logs":                   func() {}, // logCollections downloads them
		"Diagnostics":            diagnostics,
		"MaintenanceWindows":     maintenanceWindows,
		"FeatureControlPolicies": featureControlPolicies,
		"ServerUsage":            serverUsage,
		"VersionManifest":        versionManifest,
		"BlockstoreConfig":       blockstores,
		"OplogStoreConfig":       oplogStores,
		"SyncStoreConfig":        syncStores,
		"FileSystemStoreConfig":  fileSystemStores,
		"S3BlockstoreConfig":     s3Blockstores,
		"DaemonConfig":           daemons,
		"ProjectJobConfig":       projectJobs,
	}
	prepare()
	for _, name := range serviceNames() {
		call, isHere := services[name]
		known := strings.Contains(" "+elsewhere+" "+declined+" ", " "+name+" ")
		check.That(isHere || known, "no program calls the service %s", name)
		if isHere {
			call()
		}
	}
	tearDown()
}

// The fields of the client that hold a service.
func serviceNames() []string {
	var names []string
	kind := reflect.TypeOf(*client)
	for number := 0; number < kind.NumField(); number++ {
		if field := kind.Field(number); field.IsExported() && field.Type.Kind() == reflect.Interface {
			names = append(names, field.Name)
		}
	}
	return names
}

// An organization with a project, its first user and a host.
func prepare() {
	first := &opsmngr.User{
		Username: "admin@example.com", Password: "Passw0rd.", FirstName: "Go", LastName: "Admin",
	}
	made := got(client.UnauthUsers.CreateFirstUser(ctx, first,
		&opsmngr.WhitelistOpts{Whitelist: []string{"127.0.0.1"}}))
	check.That(made.ProgrammaticAPIKey.PrivateKey != "", "the first user has no key")
	lab.userID = made.User.ID
	lab.orgID = got(client.Organizations.Create(ctx, &opsmngr.Organization{Name: "Go"})).ID
	project := &opsmngr.Project{Name: "Go Administration", OrgID: lab.orgID}
	lab.projectID = got(client.Projects.Create(ctx, project, nil)).ID
	host := &opsmngr.Host{Hostname: "go.example.com", Port: 27017}
	lab.hostID = got(client.Deployments.StartMonitoring(ctx, lab.projectID, host)).ID
}

func tearDown() {
	done(client.Deployments.StopMonitoring(ctx, lab.projectID, lab.hostID))
	done(client.Projects.Delete(ctx, lab.projectID))
	done(client.Organizations.Delete(ctx, lab.orgID))
	done(client.Users.Delete(ctx, lab.userID))
}

func alerts() {
	openAlert()
	open := got(client.Alerts.List(ctx, lab.projectID, &opsmngr.AlertsListOptions{Status: "OPEN"}))
	check.That(open.TotalCount == 1, "%d alerts are open", open.TotalCount)
	id := open.Results[0].ID
	one := got(client.Alerts.Get(ctx, lab.projectID, id))
	check.That(one.EventTypeName == "HOST_DOWN", "the alert is %s", one.EventTypeName)
	configs := got(client.AlertConfigurations.GetOpenAlertsConfig(ctx, lab.projectID, one.AlertConfigID))
	check.That(len(configs) == 1, "the configuration has %d open alerts", len(configs))
	until := "2100-01-01T00:00:00Z"
	body := &opsmngr.AcknowledgeRequest{AcknowledgedUntil: &until, AcknowledgementComment: "seen"}
	changed := got(client.Alerts.Acknowledge(ctx, lab.projectID, id, body))
	check.That(changed.AcknowledgementComment == "seen", "the alert is %v", changed)
}

// An alert is opened by the emulator's own API, as nothing is down in truth.
func openAlert() {
	delay := 0
	config := &opsmngr.AlertConfiguration{
		EventTypeName: "HOST_DOWN",
		Notifications: []opsmngr.Notification{{TypeName: "GROUP", IntervalMin: 5, DelayMin: &delay}},
	}
	enabled := true
	config.Enabled, config.Notifications[0].EmailEnabled = &enabled, &enabled
	got(client.AlertConfigurations.Create(ctx, lab.projectID, config))
	body := bytes.NewBufferString(`{"event": "HOST_DOWN", "project": "` + lab.projectID + `"}`)
	url := client.BaseURL.String() + "__admin/alerts?world=default"
	answer, err := http.Post(url, "application/json", body)
	check.OK(err, "opening an alert")
	check.That(answer.StatusCode == http.StatusCreated, "opening an alert: %s", answer.Status)
}

func globalAlerts() {
	all := got(client.GlobalAlerts.List(ctx, nil))
	check.That(all.TotalCount == 1, "there are %d alerts", all.TotalCount)
	one := got(client.GlobalAlerts.Get(ctx, all.Results[0].ID))
	until := "2000-01-01T00:00:00Z"
	changed := got(client.GlobalAlerts.Acknowledge(ctx, one.ID,
		&opsmngr.AcknowledgeRequest{AcknowledgedUntil: &until}))
	check.That(changed.AcknowledgedUntil == "", "it is still acknowledged: %v", changed)
}

// The value of a call that has not failed; the library's errors say which call it was.
func got[T any](value T, _ *opsmngr.Response, err error) T {
	check.OK(err, "calling Ops Manager")
	return value
}

func done(_ *opsmngr.Response, err error) {
	check.OK(err, "calling Ops Manager")
}
