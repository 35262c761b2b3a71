// program stands in an experiment for the programs of an application, whatever they are called. Called as
// the server it serves HTTP, and tells of each signal; called as anything else it is a client that has
// nothing to do.
//
// It is told by its environment: LAB_PROGRAM (what the experiment says of it), LAB_SERVER (by which words it
// is called as the server, besides /app/server), LAB_FAILS (which calls fail), LAB_PORTS (where it listens), LAB_TRACE (where it tells).
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	words := strings.Join(os.Args, " ")
	server := os.Getenv("LAB_SERVER")
	isServer := filepath.Base(os.Args[0]) == "server" || server != "" && strings.HasPrefix(words, server)
	if !isServer {
		call(words)
	}
	is, err := understand(os.Getenv("LAB_PROGRAM"))
	if err == nil {
		err = serve(is)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(64)
}

// call is a client's: it tells that it was called, and fails where the experiment says so.
func call(words string) {
	fmt.Println(words)
	if trace, err := newTrace(os.Getenv("LAB_TRACE")); err == nil {
		trace.say("CALLED %s", words)
	}
	if fails := os.Getenv("LAB_FAILS"); fails != "" && strings.HasPrefix(words, fails) {
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(is behaviour) error {
	trace, err := newTrace(os.Getenv("LAB_TRACE"))
	if err != nil {
		return err
	}
	end := func(after time.Duration) {
		time.Sleep(after)
		trace.say("ENDS")
		os.Exit(is.status)
	}
	got := make(chan os.Signal, 64)
	signal.Notify(got)
	trace.say("STARTS as process %d", os.Getpid())
	if is.lives > 0 {
		go end(is.lives)
	}
	if !is.refuses {
		for _, port := range strings.Fields(os.Getenv("LAB_PORTS")) {
			go listen(port, is, trace)
		}
	}
	go write(is)
	isTold := false
	for one := range got {
		switch one {
		case syscall.SIGURG: // the runtime of Go, which sends it to itself
			continue
		case syscall.SIGCHLD:
			bury()
			continue
		}
		trace.say("SIGNAL %s", nameOf(one))
		stops := one == syscall.SIGTERM || one == syscall.SIGINT || slices.Contains(is.alsoOn, one) ||
			nameOf(one) == os.Getenv("LAB_STOP_SIGNAL")
		if stops && !is.ignores && !isTold {
			isTold = true
			go end(is.endsAfter)
		}
	}
	return nil
}

// write makes the files of a program that serves: its own one, and that of `--pidfile=PATH`.
func write(is behaviour) {
	time.Sleep(is.listensAfter)
	paths := []string{is.writes}
	for _, word := range os.Args[1:] {
		if path, ok := strings.CutPrefix(word, "--pidfile="); ok {
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		if path != "" {
			_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644)
		}
	}
}

// bury takes the dead children in, as a first process has to.
func bury() {
	for {
		if dead, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != nil || dead <= 0 {
			return
		}
	}
}

// listen answers each request with 200, or as the request asks for: `?sleep=8s&status=500&location=URL`.
func listen(port string, is behaviour, trace *trace) {
	time.Sleep(is.listensAfter)
	handler := func(answer http.ResponseWriter, request *http.Request) {
		asked := request.URL.Query()
		trace.say("REQUEST %s %s", request.Method, request.URL)
		wait := is.answersAfter
		if sleep, err := time.ParseDuration(asked.Get("sleep")); err == nil {
			wait = sleep
		}
		time.Sleep(wait)
		if location := asked.Get("location"); location != "" {
			answer.Header().Set("Location", location)
		}
		if status, err := strconv.Atoi(asked.Get("status")); err == nil {
			answer.WriteHeader(status)
		} else if is.fails {
			answer.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprintln(answer, "ok")
	}
	trace.say("LISTENS on %s", port)
	err := http.ListenAndServe(":"+port, http.HandlerFunc(handler))
	trace.say("LISTENS no more on %s: %v", port, err)
}
