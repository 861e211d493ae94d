// Faults makes one call with MongoDB's Atlas SDK and prints as JSON how it ended:
// faults list | get TYPE | create TYPE | delete TYPE.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"

	"go.mongodb.org/atlas-sdk/v20250312020/admin"

	"opsemu.test/clients/check"
	"opsemu.test/clients/samples"
)

var ctx = context.Background()

// Outcome is what a program that uses the SDK can tell of a call.
type Outcome struct {
	Status     int    `json:"status,omitempty"`
	ErrorCode  string `json:"errorCode,omitempty"`
	RetryAfter string `json:"retryAfter,omitempty"`
	Transport  string `json:"transport,omitempty"`
}

func main() {
	client, err := admin.NewClient(
		admin.UseBaseURL(check.Variable("MONGODB_ATLAS_BASE_URL")),
		admin.UseDigestAuth(check.Variable("MONGODB_ATLAS_PUBLIC_API_KEY"), check.Variable("MONGODB_ATLAS_PRIVATE_API_KEY")))
	check.OK(err, "the client")
	typeName := ""
	if len(os.Args) > 2 {
		typeName = os.Args[2]
	}
	response, err := call(client.ThirdPartyIntegrationsApi, os.Args[1], typeName)
	check.OK(json.NewEncoder(os.Stdout).Encode(outcome(response, err)), "encoding the outcome")
}

func call(api admin.ThirdPartyIntegrationsApi, name, typeName string) (response *http.Response, err error) {
	groupID := check.Variable("MONGODB_ATLAS_PROJECT_ID")
	switch name {
	case "list":
		_, response, err = api.ListGroupIntegrations(ctx, groupID).Execute()
	case "get":
		_, response, err = api.GetGroupIntegration(ctx, groupID, typeName).Execute()
	case "create":
		_, response, err = api.CreateGroupIntegration(ctx, typeName, groupID, sample(typeName)).Execute()
	case "delete":
		response, err = api.DeleteGroupIntegration(ctx, typeName, groupID).Execute()
	default:
		check.That(false, "there is no call %q", name)
	}
	return response, err
}

func sample(typeName string) *admin.ThirdPartyIntegration {
	for _, one := range samples.All[admin.ThirdPartyIntegration]() {
		if one.Create.GetType() == typeName {
			return &one.Create
		}
	}
	check.That(false, "there is no sample of %q", typeName)
	return nil
}

// outcome ends the program at an error that is neither an answer's nor the transport's.
func outcome(response *http.Response, err error) (told Outcome) {
	if response != nil {
		told.Status, told.RetryAfter = response.StatusCode, response.Header.Get("Retry-After")
	}
	var broken *url.Error
	if refusal, refused := admin.AsError(err); refused {
		told.ErrorCode = refusal.GetErrorCode()
	} else if errors.As(err, &broken) {
		told.Transport = broken.Err.Error()
	} else {
		check.OK(err, "an error of another kind")
	}
	return told
}
