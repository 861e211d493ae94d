package main

import (
	"context"
	"net/url"

	"go.mongodb.org/ops-manager/opsmngr"

	"opsemu.test/clients/check"
)

var yes = true

func config() opsmngr.AdminBackupConfig {
	return opsmngr.AdminBackupConfig{
		ID: "store", URI: "mongodb://h:27017", SSL: &yes, AssignmentEnabled: &yes,
		EncryptedCredentials: &yes, WriteConcern: "ACKNOWLEDGED",
	}
}

func store() *opsmngr.BackupStore {
	return &opsmngr.BackupStore{AdminBackupConfig: config()}
}

// What the services of all kinds of stores have.
type stores[T any] interface {
	Get(context.Context, string) (*T, *opsmngr.Response, error)
	Create(context.Context, *T) (*T, *opsmngr.Response, error)
	Update(context.Context, string, *T) (*T, *opsmngr.Response, error)
	Delete(context.Context, string) (*opsmngr.Response, error)
}

// The life of a store; `base` is the part of it that has its labels.
func life[T any](api stores[T], body *T, base func(*T) *opsmngr.AdminBackupConfig) {
	got(api.Create(ctx, body))
	base(body).Labels = []string{"changed"}
	got(api.Update(ctx, "store", body))
	read := base(got(api.Get(ctx, "store")))
	check.That(len(read.Labels) == 1 && read.Labels[0] == "changed", "the store is %v", read)
	done(api.Delete(ctx, "store"))
	_, _, err := api.Get(ctx, "store")
	check.That(err != nil, "it is still there")
}

func ofStore(body *opsmngr.BackupStore) *opsmngr.AdminBackupConfig {
	return &body.AdminBackupConfig
}

func blockstores() {
	life[opsmngr.BackupStore](client.BlockstoreConfig, store(), ofStore)
	got(client.BlockstoreConfig.List(ctx, nil))
}

func oplogStores() {
	life[opsmngr.BackupStore](client.OplogStoreConfig, store(), ofStore)
	got(client.OplogStoreConfig.List(ctx, nil))
}

func syncStores() {
	life[opsmngr.BackupStore](client.SyncStoreConfig, store(), ofStore)
	got(client.SyncStoreConfig.List(ctx, nil))
}

func fileSystemStores() {
	body := &opsmngr.FileSystemStoreConfiguration{
		StorePath: "/data", MMAPV1CompressionSetting: "NONE", WTCompressionSetting: "GZIP",
	}
	body.ID, body.AssignmentEnabled = "store", &yes
	life[opsmngr.FileSystemStoreConfiguration](client.FileSystemStoreConfig, body,
		func(body *opsmngr.FileSystemStoreConfiguration) *opsmngr.AdminBackupConfig {
			return &body.AdminBackupConfig
		})
	got(client.FileSystemStoreConfig.List(ctx, nil))
}

func s3Blockstores() {
	body := &opsmngr.S3Blockstore{
		BackupStore: *store(), AWSAccessKey: "access", AWSSecretKey: "secret", S3AuthMethod: "KEYS",
		S3BucketEndpoint: "s3.example.com", S3BucketName: "bucket", S3MaxConnections: 50,
		DisableProxyS3: &yes, AcceptedTos: &yes, SSEEnabled: &yes, PathStyleAccessEnabled: &yes,
	}
	life[opsmngr.S3Blockstore](client.S3BlockstoreConfig, body,
		func(body *opsmngr.S3Blockstore) *opsmngr.AdminBackupConfig { return &body.AdminBackupConfig })
	got(client.S3BlockstoreConfig.List(ctx, nil))
}

func daemons() {
	api := client.DaemonConfig
	all := got(api.List(ctx, nil))
	check.That(all.TotalCount == 1, "there are %d daemons", all.TotalCount)
	daemon := all.Results[0]
	machine := daemon.Machine.Machine
	daemon.Configured, daemon.Machine.HeadRootDirectory = true, "/data/head/"
	changed := got(api.Update(ctx, machine, daemon))
	check.That(changed.Configured, "the daemon is %v", changed)
	name := machine + "/" + url.PathEscape(daemon.Machine.HeadRootDirectory)
	got(api.Get(ctx, name))
	done(api.Delete(ctx, name))
}

func projectJobs() {
	api := client.ProjectJobConfig
	job := &opsmngr.ProjectJob{
		AdminBackupConfig: opsmngr.AdminBackupConfig{ID: lab.projectID},
		SyncStoreFilter:   []string{"sync"},
	}
	got(api.Update(ctx, lab.projectID, job))
	read := got(api.Get(ctx, lab.projectID))
	check.That(len(read.SyncStoreFilter) == 1, "the job is %v", read)
	all := got(api.List(ctx, nil))
	check.That(all.TotalCount == 1, "%d jobs are listed", all.TotalCount)
}

func versionManifest() {
	manifest := &opsmngr.VersionManifest{
		Updated:  1,
		Versions: []*opsmngr.Version{{Name: "8.0.5", Builds: []*opsmngr.Build{}}},
	}
	changed := got(client.VersionManifest.Update(ctx, manifest))
	check.That(changed.Versions[0].Name == "8.0.5", "the manifest is %v", changed)
	read := got(client.VersionManifest.Get(ctx, "8.0.json"))
	check.That(read.Updated == 1, "another manifest: %v", read)
}
