package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// maxFile bounds what is read when a path names some other file. A key takes about 300 bytes.
const maxFile = 1 << 20

// keys is a keyset file as it was at one moment. It is never changed.
type keys struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	primary uint32
	ids     map[uint32]bool
	stamp   stamp
}

// A stamp tells whether a file has changed since it was read.
type stamp struct{ modified, size int64 }

func stampOf(info fs.FileInfo) stamp {
	return stamp{info.ModTime().UnixNano(), info.Size()}
}

// Create makes a keyset file with one new key, readable by its owner alone and on disk when
// Create returns. A file that exists is left as it is, and the error is fs.ErrExist.
func Create(path string) (*Vault, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	// Whoever comes a moment later finds the whole file, not its beginning.
	unlock, err := lockFile(path)
	if err != nil {
		return nil, fmt.Errorf("create keyset file: %w", err)
	}
	defer unlock()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keyset file %s exists already and is not replaced: %w", path, errors.Join(fs.ErrExist, err))
	}
	next, err := writeNext(path, handle)
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		return nil, fmt.Errorf("create keyset file: %w", err)
	}
	if err := syncFolder(path); err != nil {
		return nil, fmt.Errorf("create keyset file: %w", err)
	}
	return Load(path)
}

// Load opens the vault over an existing keyset file. The error says what to do about a file
// that is missing (fs.ErrNotExist), damaged, or open to others than its owner.
func Load(path string) (*Vault, error) {
	keys, err := read(path)
	if err != nil {
		return nil, err
	}
	v := &Vault{path: path}
	v.keys.Store(keys)
	return v, nil
}

// Rotate adds a key to the file and seals with it from now on; what was sealed before stays
// readable. It is on disk when Rotate returns, and at no moment is the file half written.
// Processes that rotate at the same time wait for one another and each adds its own key.
func (v *Vault) Rotate() error {
	v.reading.Lock()
	defer v.reading.Unlock()
	fresh, err := rotate(v.path, v.keys.Load())
	if err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	v.keys.Store(fresh)
	return nil
}

func rotate(path string, known *keys) (*keys, error) {
	path, err := filepath.EvalSymlinks(path) // the file is replaced, not a link to it
	if err != nil {
		return nil, err
	}
	unlock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	defer unlock()

	current, err := readLater(path, known)
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManagerFromHandle(current.handle)
	added, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	if err := manager.SetPrimary(added); err != nil {
		return nil, err
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, err
	}

	next, err := writeNext(path, handle)
	if err != nil {
		return nil, err
	}
	fresh, err := readLater(next, current) // only what reads well takes the old file's place
	if err != nil {
		return nil, err
	}
	if err := os.Rename(next, path); err != nil {
		return nil, err
	}
	return fresh, syncFolder(path)
}

// readLater reads a file that earlier came from. Keys are only ever added, so a file that
// lacks one is an old copy or another's: with it, values sealed since could not be opened.
func readLater(path string, earlier *keys) (*keys, error) {
	later, err := read(path)
	if err != nil {
		return nil, err
	}
	for id := range earlier.ids {
		if !later.ids[id] {
			return nil, fmt.Errorf("keyset file %s has lost key %d, which is in use: restore its latest copy", path, id)
		}
	}
	return later, nil
}

func read(path string) (*keys, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keyset file is missing: %w: restore it from where you keep its copy; without it sealed names and notes cannot be read", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open keyset file: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read keyset file: %w", err)
	}
	// Windows has no such modes; there the folder's rights decide.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("keyset file %s is open to others than its owner (mode %04o): run chmod 600 %s", path, mode, path)
	}
	content, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return nil, fmt.Errorf("read keyset file: %w", err)
	}
	keys, err := parse(content)
	if err != nil {
		// The cause may quote the file, which may be a damaged keyset, so it is not passed on.
		return nil, fmt.Errorf("keyset file %s is damaged or no keyset: restore it from where you keep its copy; without it sealed names and notes cannot be read", path)
	}
	keys.stamp = stampOf(info)
	return keys, nil
}

func parse(content []byte) (*keys, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content)))
	if err != nil {
		return nil, err
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	primary, err := handle.Primary()
	if err != nil {
		return nil, err
	}
	ids := make(map[uint32]bool, handle.Len())
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return nil, err
		}
		if entry.KeyStatus() == keyset.Enabled {
			ids[entry.KeyID()] = true
		}
	}
	// A keyset made elsewhere may seal without naming its key, and Open could not find it again.
	trial, err := primitive.Encrypt(nil, nil)
	if err != nil {
		return nil, err
	}
	if id, ok := keyOf(trial); !ok || id != primary.KeyID() {
		return nil, errors.New("sealed values would not name their key")
	}
	return &keys{handle: handle, aead: primitive, primary: primary.KeyID(), ids: ids}, nil
}

// lockFile keeps others from writing the keyset file until unlock. The lock has a file of its own
// because the keyset file is another one after each rotation.
func lockFile(path string) (unlock func(), err error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return nil, err
	}
	return func() { _ = lock.Close() }, nil
}

// writeNext writes the keyset to the file that is to take the place of the one at path. One left
// there by a crash is worth nothing: no one has sealed with it.
func writeNext(path string, handle *keyset.Handle) (next string, err error) {
	next = path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return next, writeNew(next, handle)
}

// writeNew writes the keyset to a file that does not exist yet, and to disk. What it could
// not finish it removes.
func writeNew(path string, handle *keyset.Handle) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(file))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncFolder makes the name of the file at path durable. Windows keeps names with the file.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
