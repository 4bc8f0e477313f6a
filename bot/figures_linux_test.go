package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// twoCores are two of the cores that this process may use: the server's and the load's.
func twoCores(t *testing.T) (server, load int) {
	t.Helper()
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	var cores []int
	for i := 0; len(cores) < min(2, set.Count()); i++ {
		if set.IsSet(i) {
			cores = append(cores, i)
		}
	}
	if len(cores) < 2 {
		t.Fatal("the figures need two cores, one for the server and one for the load")
	}
	return cores[0], cores[1]
}

// onCore runs f with its thread on one core; a process that it starts stays there.
func onCore(t *testing.T, core int, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, set unix.CPUSet
	set.Set(core)
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.SchedSetaffinity(0, &before); err != nil {
			t.Error(err)
		}
	}()
	f()
}

// allOnCore puts all threads of this process on one core, until it is undone.
func allOnCore(t *testing.T, core int) (undo func()) {
	t.Helper()
	var before, set unix.CPUSet
	set.Set(core)
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		t.Fatal(err)
	}
	put := func(set *unix.CPUSet) {
		for range 2 { // a thread made meanwhile has the cores of the one that made it
			tasks, err := os.ReadDir("/proc/self/task")
			if err != nil {
				t.Fatal(err)
			}
			for _, task := range tasks {
				id, err := strconv.Atoi(task.Name())
				if err != nil {
					t.Fatal(err)
				}
				if err := unix.SchedSetaffinity(id, set); err != nil && !errors.Is(err, unix.ESRCH) {
					t.Fatal(err)
				}
			}
		}
	}
	put(&set)
	procs := runtime.GOMAXPROCS(1)
	return func() {
		put(&before)
		runtime.GOMAXPROCS(procs)
	}
}

// used is the processor time that a process has used.
func used(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(stat, []byte(") ")) // the name before may hold blanks
	fields := strings.Fields(string(rest))
	var ticks int
	for _, f := range fields[11:13] { // in user and in system mode
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100
}

// resident is how much memory a process has, in MB.
func resident(t *testing.T, p *process) float64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) / 1024
}

// machine says on what is measured.
func machine(t *testing.T) string {
	t.Helper()
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(info, []byte("model name"))
	name, _, _ := bytes.Cut(rest, []byte("\n"))
	return fmt.Sprintf("a machine with %d cores (%s), %s; each server on one core, the load on another", runtime.NumCPU(), bytes.Trim(name, ":\t "), runtime.Version())
}
