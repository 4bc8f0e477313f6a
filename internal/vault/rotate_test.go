package vault_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lotsen/internal/vault"
)

const (
	rotateVariable   = "VAULT_TEST_ROTATE" // the keyset file that a process of the test rotates
	rotationsPerTurn = 5
)

// TestMain lets the test binary be a second process that rotates a keyset file.
func TestMain(m *testing.M) {
	path := os.Getenv(rotateVariable)
	if path == "" {
		os.Exit(m.Run())
	}
	if err := rotateAndSeal(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// rotateAndSeal writes what it sealed after each rotation to stdout, in hexadecimal.
func rotateAndSeal(path string) error {
	v, err := vault.Load(path)
	if err != nil {
		return err
	}
	for range rotationsPerTurn {
		if err := v.Rotate(); err != nil {
			return err
		}
		sealed, err := v.Seal(planted, "students", "s1", "given_name")
		if err != nil {
			return err
		}
		fmt.Printf("%x\n", sealed)
	}
	return nil
}

func TestRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	before := v.Primary()
	old := seal(t, v, planted, "students", "s1", "given_name")
	write(t, path+".new", "left by a crash in the middle of a rotation")

	rotate(t, v)
	if v.Primary() == before || !v.Has(before) || !v.Has(v.Primary()) {
		t.Errorf("after Rotate: Primary() = %d (was %d), Has(old) = %t, Has(new) = %t",
			v.Primary(), before, v.Has(before), v.Has(v.Primary()))
	}
	wantMode(t, path)
	wantFiles(t, path, "lotsen.keys", "lotsen.keys.lock")

	later := load(t, path)
	if later.Primary() != v.Primary() {
		t.Errorf("Load after Rotate: Primary() = %d, want %d", later.Primary(), v.Primary())
	}
	fresh := seal(t, v, planted, "students", "s1", "given_name")
	for _, reader := range []*vault.Vault{v, later} {
		for _, sealed := range [][]byte{old, fresh} {
			wantOpen(t, reader, sealed)
		}
	}
}

func TestRotateThroughALink(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lotsen.keys")
	link := filepath.Join(t.TempDir(), "link.keys")
	createAt(t, file)
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	v := load(t, link)
	rotate(t, v)
	if got := load(t, file).Primary(); got != v.Primary() {
		t.Errorf("the file that the link names: Primary() = %d, want %d", got, v.Primary())
	}
	wantFiles(t, link, "link.keys")
}

func TestFileThatLostAKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	backup := read(t, path)
	rotate(t, v)
	sealed := seal(t, v, planted, "students", "s1", "given_name")
	write(t, path, backup)

	if err := v.Rotate(); err == nil || !strings.Contains(err.Error(), "restore") {
		t.Errorf("Rotate of an old copy = %v, want an error with the remedy", err)
	}
	if got := read(t, path); got != backup {
		t.Error("Rotate of an old copy changed the file")
	}
	if v.Has(v.Primary() + 1) {
		t.Error("Has(unknown key) = true")
	}
	wantOpen(t, v, sealed) // the keys in memory were kept
	if _, err := load(t, path).Open(sealed, "students", "s1", "given_name"); err == nil {
		t.Error("Open with the old copy succeeded")
	}
}

func TestRotateRefusesAnOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	before := read(t, path)
	chmod(t, path, 0o644)
	if err := v.Rotate(); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("Rotate of a world-readable file = %v, want an error with the remedy", err)
	}
	if got := read(t, path); got != before {
		t.Error("Rotate of a world-readable file changed it")
	}
}

// Four processes and two Vaults of this one rotate at the same time, while a seventh party
// keeps loading the file: no key is lost and the file is whole at every moment.
func TestRotateTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	first := createAt(t, path)
	old := seal(t, first, planted, "students", "s1", "given_name")

	sealed := make(chan []byte)
	var parties int
	party := func(run func() error) {
		parties++
		go func() {
			if err := run(); err != nil {
				t.Errorf("rotate together: %v", err)
			}
			sealed <- nil
		}()
	}
	for range 4 {
		party(func() error {
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), rotateVariable+"="+path)
			var complaint strings.Builder
			command.Stderr = &complaint
			output, err := command.Output()
			if err != nil {
				return fmt.Errorf("%w: %s", err, complaint.String())
			}
			for line := range bytes.Lines(output) {
				var value []byte
				if _, err := fmt.Sscanf(string(line), "%x", &value); err != nil {
					return err
				}
				sealed <- value
			}
			return nil
		})
	}
	for range 2 {
		party(func() error {
			v, err := vault.Load(path)
			if err != nil {
				return err
			}
			for range rotationsPerTurn {
				if err := v.Rotate(); err != nil {
					return err
				}
				value, err := v.Seal(planted, "students", "s1", "given_name")
				if err != nil {
					return err
				}
				sealed <- value
			}
			return nil
		})
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := vault.Load(path); err != nil {
					t.Errorf("Load during a rotation: %v", err)
					return
				}
			}
		}
	}()

	values := [][]byte{old}
	for done := 0; done < parties; {
		if value := <-sealed; value == nil {
			done++
		} else {
			values = append(values, value)
		}
	}
	close(stop)
	<-stopped

	if want := 1 + 6*rotationsPerTurn; len(values) != want {
		t.Fatalf("%d values were sealed, want %d", len(values), want)
	}
	last := load(t, path)
	for _, value := range values {
		wantOpen(t, first, value)
		wantOpen(t, last, value)
	}
}
