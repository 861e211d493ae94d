// Mixed does what Terraform's provider does since 2024: it creates through v2, changes by
// sending back what it has read, and deletes through v1.0.
package main

import (
	"context"
	"encoding/json"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/atlas-sdk/v20250312020/admin"
	"go.mongodb.org/atlas/mongodbatlas"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

var ctx = context.Background()

func main() {
	base, groupID := check.Variable("MONGODB_ATLAS_BASE_URL"), check.Variable("MONGODB_ATLAS_PROJECT_ID")
	key, secret := check.Variable("MONGODB_ATLAS_PUBLIC_API_KEY"), check.Variable("MONGODB_ATLAS_PRIVATE_API_KEY")
	v2, err := admin.NewClient(admin.UseBaseURL(base), admin.UseDigestAuth(key, secret))
	check.OK(err, "the v2 client")
	signing, err := digest.NewTransport(key, secret).Client()
	check.OK(err, "the transport")
	v1, err := mongodbatlas.New(signing, mongodbatlas.SetBaseURL(base+"/"))
	check.OK(err, "the v1.0 client")
	for _, sample := range samples.All[admin.ThirdPartyIntegration]() {
		write(v2.ThirdPartyIntegrationsApi, groupID, sample)
		_, err = v1.Integrations.Delete(ctx, groupID, sample.Create.GetType())
		check.OK(err, "deleting "+sample.Create.GetType())
	}
}

func write(api admin.ThirdPartyIntegrationsApi, groupID string, sample samples.Sample[admin.ThirdPartyIntegration]) {
	typeName := sample.Create.GetType()
	_, _, err := api.CreateGroupIntegration(ctx, typeName, groupID, &sample.Create).Execute()
	check.OK(err, "creating "+typeName)
	body := merged(read(api, groupID, typeName), sample.Change)
	_, _, err = api.UpdateGroupIntegration(ctx, typeName, groupID, body).Execute()
	check.OK(err, "updating "+typeName)
	changed := read(api, groupID, typeName)
	sample.Agrees(changed)
	check.That(changed.GetId() != body.GetId(), "%s has the same id after a change", typeName)
}

func read(api admin.ThirdPartyIntegrationsApi, groupID, typeName string) *admin.ThirdPartyIntegration {
	found, _, err := api.GetGroupIntegration(ctx, groupID, typeName).Execute()
	check.OK(err, "reading "+typeName)
	return found
}

// merged is what was read, id and all, with what is to change over it.
func merged(read *admin.ThirdPartyIntegration, change admin.ThirdPartyIntegration) *admin.ThirdPartyIntegration {
	text, err := json.Marshal(change)
	check.OK(err, "encoding a change")
	check.OK(json.Unmarshal(text, read), "merging a change")
	return read
}
