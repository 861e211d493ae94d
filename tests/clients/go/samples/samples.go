// Package samples holds one integration of every type that Atlas takes, as the JSON that
// each client decodes into its own structures.
package samples

import (
	_ "embed"
	"encoding/json"

	"opsemu.test/clients/check"
)

//go:embed samples.json
var source []byte

//go:embed notifications.json
var notifications []byte

// Notifications are one of every integration type that alerts may go to.
func Notifications[T any]() []T {
	var found []T
	check.OK(json.Unmarshal(notifications, &found), "notifications.json")
	return found
}

// Sample is what is created, what it is changed to, and some of what is shown after that.
type Sample[T any] struct {
	Create T
	Change T
	Shown  map[string]any
}

// All are the samples in the order in which Atlas lists their types.
func All[T any]() []Sample[T] {
	var found []Sample[T]
	check.OK(json.Unmarshal(source, &found), "samples.json")
	return found
}

// Agrees checks that an answer, decoded by a client, shows what the sample says.
// An attribute that is shown as "" must not be there at all.
func (s Sample[T]) Agrees(answer *T) {
	text, err := json.Marshal(answer)
	check.OK(err, "encoding an answer")
	shown := map[string]any{}
	check.OK(json.Unmarshal(text, &shown), "decoding an answer")
	for name, expected := range s.Shown {
		if expected == "" {
			_, present := shown[name]
			check.That(!present, "%s is shown in %s", name, text)
			continue
		}
		check.That(shown[name] == expected, "%s is %v, not %v", name, shown[name], expected)
	}
}
