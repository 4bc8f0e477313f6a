// Package vault seals names, notes and what else must not be read from a store, with the
// keys of a keyset file: whoever gets hold of the database without that file learns nothing.
package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/core/cryptofmt"
)

// Why a sealed value does not open. Neither says anything of what it holds.
var (
	errNotSealed = errors.New("damaged, or sealed for another place")
	errNoKey     = errors.New("its key is not in the keyset file")
)

// A Vault seals and opens with the keys of one keyset file. It may be used by many
// goroutines at once. Other processes may rotate the same file meanwhile.
type Vault struct {
	path string
	keys atomic.Pointer[keys]

	// reading is held while the file is read anew or rotated: never by Seal, and by Open
	// only for a key that this process has not met.
	reading sync.Mutex
}

// Primary returns the id of the key that Seal uses.
func (v *Vault) Primary() uint32 { return v.keys.Load().primary }

// Has reports whether a value sealed with the key keyID can be opened, looking into the
// file again if another process has changed it.
func (v *Vault) Has(keyID uint32) bool {
	_, err := v.keysWith(keyID)
	return err == nil
}

// Seal encrypts plain for one field of one record. The result opens only for that field.
func (v *Vault) Seal(plain, collection, id, field string) ([]byte, error) {
	sealed, err := v.keys.Load().aead.Encrypt([]byte(plain), place(collection, id, field))
	if err != nil {
		return nil, fmt.Errorf("seal %s.%s: %w", collection, field, err)
	}
	return sealed, nil
}

// Open decrypts what Seal gave for the same field of the same record, under any key of the
// file. A key that another process has added since is read from the file.
func (v *Vault) Open(sealed []byte, collection, id, field string) (string, error) {
	plain, err := v.open(sealed, place(collection, id, field))
	if err != nil {
		return "", fmt.Errorf("open sealed %s.%s: %w", collection, field, err)
	}
	return string(plain), nil
}

func (v *Vault) open(sealed, place []byte) ([]byte, error) {
	keyID, ok := keyOf(sealed)
	if !ok {
		return nil, errNotSealed
	}
	keys, err := v.keysWith(keyID)
	if err != nil {
		return nil, err
	}
	plain, err := keys.aead.Decrypt(sealed, place)
	if err != nil {
		return nil, errNotSealed
	}
	return plain, nil
}

// keysWith returns the keys if keyID is among them, after another look into the file if it
// was not and the file has changed.
func (v *Vault) keysWith(keyID uint32) (*keys, error) {
	if known := v.keys.Load(); known.ids[keyID] {
		return known, nil
	}
	v.reading.Lock()
	defer v.reading.Unlock()
	known := v.keys.Load()
	if known.ids[keyID] { // read by another goroutine while this one waited
		return known, nil
	}
	info, err := os.Stat(v.path)
	if err != nil {
		return nil, fmt.Errorf("look for a new key: %w", err)
	}
	if stampOf(info) == known.stamp {
		return nil, fmt.Errorf("key %d: %w", keyID, errNoKey)
	}
	fresh, err := readLater(v.path, known)
	if err != nil {
		return nil, fmt.Errorf("look for a new key: %w", err)
	}
	v.keys.Store(fresh)
	if !fresh.ids[keyID] {
		return nil, fmt.Errorf("key %d: %w", keyID, errNoKey)
	}
	return fresh, nil
}

// keyOf returns the id of the key that sealed was made with, from Tink's prefix: a version
// byte and the id, big-endian.
func keyOf(sealed []byte) (uint32, bool) {
	if len(sealed) < cryptofmt.TinkPrefixSize || sealed[0] != cryptofmt.TinkStartByte {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:]), true
}

// place encodes where a value belongs, each part after its length, so that no two places
// read the same.
func place(parts ...string) []byte {
	data := make([]byte, 0, 64)
	for _, part := range parts {
		data = binary.AppendUvarint(data, uint64(len(part)))
		data = append(data, part...)
	}
	return data
}
