package sqlite

import (
	"fmt"

	"github.com/gofrs/flock"
)

// Lock makes this process the only one that serves the database at path, until release or the
// end of the process. It hinders nobody from reading or writing the file: Open needs no lock.
func Lock(path string) (release func() error, err error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the database %s: %w", path, err)
	}
	if !free {
		return nil, fmt.Errorf("the database %s is already served by another process: end that one first, or let several copies share a MongoDB by setting LOTSEN_DB to a mongodb:// address", path)
	}
	return lock.Unlock, nil
}
