// Package world shows a Go test that has an Ops Manager of its own on a running opsemu: it
// creates a world, injects a fault, calls the API, and asserts what was called.
package world

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/mongodb-forks/digest"
)

var server = os.Getenv("OPSEMU_URL")

type world struct {
	Name    string
	MongoDB struct {
		Keys     []struct{ PublicKey, PrivateKey string }
		Projects []struct{ ID string }
	}
}

// admin calls opsemu's admin API and reads the answer into result, if there is any.
func admin(t *testing.T, method, path string, body, result any) {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, server+"/__admin"+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPSEMU_ADMIN_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if result != nil {
		if err := json.NewDecoder(response.Body).Decode(result); err != nil {
			t.Fatal(err)
		}
	}
}

// newWorld creates a world that is deleted when the test ends.
func newWorld(t *testing.T) (world, *http.Client) {
	t.Helper()
	var created world
	admin(t, "POST", "/worlds", map[string]string{"seed": "empty"}, &created)
	t.Cleanup(func() { admin(t, "DELETE", "/worlds/"+created.Name, nil, nil) })
	key := created.MongoDB.Keys[0]
	client, err := digest.NewTransport(key.PublicKey, key.PrivateKey).Client()
	if err != nil {
		t.Fatal(err)
	}
	return created, client
}

func TestARefusedCallIsRepeated(t *testing.T) {
	if server == "" {
		t.Skip("OPSEMU_URL is not set")
	}
	own, client := newWorld(t)
	query := "?world=" + url.QueryEscape(own.Name)
	admin(t, "POST", "/faults"+query, map[string]any{"status": 503, "times": 1}, nil)
	integrations := server + "/api/public/v1.0/groups/" + own.MongoDB.Projects[0].ID + "/integrations"

	var statuses []int
	for range 2 {
		response, err := client.Get(integrations)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		statuses = append(statuses, response.StatusCode)
	}

	if statuses[0] != http.StatusServiceUnavailable || statuses[1] != http.StatusOK {
		t.Errorf("the calls were answered with %v", statuses)
	}
	expected := map[string]any{"operation": "getIntegrations", "count": 2}
	var verdict struct {
		Verified bool
		Message  string
	}
	admin(t, "POST", "/verify"+query, expected, &verdict)
	if !verdict.Verified {
		t.Error(verdict.Message)
	}
}
