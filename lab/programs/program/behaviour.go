package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// behaviour is what an experiment says of the program of a container, in the words of its header.
type behaviour struct {
	ignores      bool          // ignores the stop signal
	endsAfter    time.Duration // ends <N> s after the stop signal
	alsoOn       []os.Signal   // also on <SIGNAL>
	lives        time.Duration // ends by itself after <N> s; 0: never
	status       int           // with status <N>
	refuses      bool          // refuses connections
	answersAfter time.Duration // answers after <N> s
	listensAfter time.Duration // listens after <N> s
	fails        bool          // answers 500
	writes       string        // writes <path>
}

var signals = map[string]os.Signal{
	"SIGHUP": syscall.SIGHUP, "SIGINT": syscall.SIGINT, "SIGQUIT": syscall.SIGQUIT, "SIGTERM": syscall.SIGTERM,
	"SIGUSR1": syscall.SIGUSR1, "SIGUSR2": syscall.SIGUSR2, "SIGWINCH": syscall.SIGWINCH,
}

// nameOf is the name of a signal as it is written in an experiment.
func nameOf(signal os.Signal) string {
	for name, one := range signals {
		if one == signal {
			return name
		}
	}
	return signal.String()
}

// understand reads the words behind `# program <container>:`.
func understand(words string) (behaviour, error) {
	var is behaviour
	for _, part := range strings.Split(words, ", ") {
		var seconds float64
		var name string
		after := func(into *time.Duration) { *into = time.Duration(seconds * float64(time.Second)) }
		// Sscanf wants every literal of its format, so the first that reads everything is meant.
		reads := func(format string, into any) bool {
			count, err := fmt.Sscanf(part, format, into)
			return err == nil && count == 1
		}
		switch {
		case part == "" || part == "never ends by itself" || strings.HasPrefix(part, `is "`), strings.HasPrefix(part, "listens on "):
		case part == "ignores the stop signal":
			is.ignores = true
		case part == "refuses":
			is.refuses = true
		case part == "answers 500":
			is.fails = true
		case reads("ends %f s after the stop signal", &seconds):
			after(&is.endsAfter)
		case reads("ends by itself after %f s", &seconds):
			after(&is.lives)
		case reads("answers after %f s", &seconds):
			after(&is.answersAfter)
		case reads("listens after %f s", &seconds):
			after(&is.listensAfter)
		case reads("with status %d", &is.status):
		case reads("writes %s", &is.writes):
		case reads("also on %s", &name) && signals[name] != nil:
			is.alsoOn = append(is.alsoOn, signals[name])
		default:
			return is, fmt.Errorf("what does the program do: %q", part)
		}
	}
	return is, nil
}
