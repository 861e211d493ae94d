// Package check ends the program at the first thing that is not as it should be.
package check

import (
	"fmt"
	"os"
)

// OK ends the program if a call failed.
func OK(err error, what string) {
	That(err == nil, "%s: %v", what, err)
}

// That ends the program with a sentence unless the condition holds.
func That(holds bool, sentence string, values ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, sentence+"\n", values...)
		os.Exit(1)
	}
}

// Variable is an environment variable that must be set.
func Variable(name string) string {
	value := os.Getenv(name)
	That(value != "", "%s is not set", name)
	return value
}
