package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// trace tells what happens to the program, one line a thing, in a directory of the node: it outlives the
// container.
type trace struct {
	file *os.File
	mu   sync.Mutex
}

func newTrace(path string) (*trace, error) {
	file, err := os.OpenFile(path+".log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	return &trace{file: file}, err
}

// say writes a line: seconds since 1970, and words.
func (t *trace) say(format string, values ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := float64(time.Now().UnixMicro()) / 1e6
	_, _ = fmt.Fprintf(t.file, "%.3f %s\n", at, fmt.Sprintf(format, values...))
}
