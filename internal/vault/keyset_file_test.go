package vault_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"

	"lotsen/internal/vault"
)

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	if !v.Has(v.Primary()) || v.Has(v.Primary()+1) {
		t.Errorf("Has(Primary()) = %t, Has(another) = %t, want true, false", v.Has(v.Primary()), v.Has(v.Primary()+1))
	}
	wantFiles(t, path, "lotsen.keys", "lotsen.keys.lock")
	wantMode(t, path)

	again := load(t, path)
	if again.Primary() != v.Primary() {
		t.Errorf("Load: Primary() = %d, want %d", again.Primary(), v.Primary())
	}
}

func TestCreateLeavesAFileAlone(t *testing.T) {
	for _, content := range []string{"", "what the owner keeps here"} {
		path := filepath.Join(t.TempDir(), "lotsen.keys")
		write(t, path, content)
		_, err := vault.Create(path)
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("Create over a file = %v, want fs.ErrExist and a sentence", err)
		}
		if got := read(t, path); got != content {
			t.Errorf("Create over a file left %q, want %q", got, content)
		}
	}
}

func TestCreateInMissingFolder(t *testing.T) {
	_, err := vault.Create(filepath.Join(t.TempDir(), "none", "lotsen.keys"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Create in a missing folder = %v, want fs.ErrNotExist", err)
	}
}

func TestLoadModes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	createAt(t, path)
	cases := []struct {
		mode fs.FileMode
		ok   bool
	}{
		{0o600, true}, {0o400, true}, {0o700, true},
		{0o644, false}, {0o640, false}, {0o604, false}, {0o620, false}, {0o602, false}, {0o660, false}, {0o666, false}, {0o777, false},
	}
	for _, c := range cases {
		t.Run(c.mode.String(), func(t *testing.T) {
			chmod(t, path, c.mode)
			_, err := vault.Load(path)
			if c.ok && err != nil {
				t.Errorf("Load of a file with mode %o = %v", c.mode, err)
			}
			if remedy := "chmod 600 " + path; !c.ok && (err == nil || !strings.Contains(err.Error(), remedy)) {
				t.Errorf("Load of a file with mode %o = %v, want an error with %q", c.mode, err, remedy)
			}
		})
	}
}

func TestLoadMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	_, err := vault.Load(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore") {
		t.Errorf("Load of a missing file = %v, want fs.ErrNotExist, the path and the remedy", err)
	}
}

func TestLoadJunk(t *testing.T) {
	whole := func() string {
		path := filepath.Join(t.TempDir(), "lotsen.keys")
		createAt(t, path)
		return read(t, path)
	}()
	cases := []struct{ name, content string }{
		{"empty", ""},
		{"text", planted},
		{"json of another kind", `{"` + planted + `": 1}`},
		{"empty object", "{}"},
		{"half a keyset", whole[:len(whole)/2]},
		{"text after a keyset", whole + planted},
		{"no primary key", strings.Replace(whole, "primaryKeyId", "PrimaryKeyId", 1)},
		{"another kind of key", keysetOf(t, mac.HMACSHA256Tag256KeyTemplate())},
		{"a key that sealed values do not name", keysetOf(t, raw(aead.AES256GCMKeyTemplate()))},
		{"a file without end", strings.Repeat(" ", 2<<20) + whole},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lotsen.keys")
			write(t, path, c.content)
			_, err := vault.Load(path)
			if err == nil {
				t.Fatal("Load of junk succeeded")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore") {
				t.Errorf("Load of junk = %q, want the path and the remedy", err)
			}
			hidesPlanted(t, err)
		})
	}
	t.Run("folder", func(t *testing.T) {
		folder := t.TempDir()
		chmod(t, folder, 0o700)
		if _, err := vault.Load(folder); err == nil {
			t.Error("Load of a folder succeeded")
		}
	})
}

func TestOpenAfterAnotherRotated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	one := createAt(t, path)
	other, third := load(t, path), load(t, path)
	rotate(t, one)
	sealed := seal(t, one, planted, "students", "s1", "given_name")
	wantOpen(t, other, sealed)
	if other.Primary() != one.Primary() {
		t.Errorf("Primary() = %d after the file was read again, want %d", other.Primary(), one.Primary())
	}
	if !third.Has(one.Primary()) {
		t.Error("Has(the new key) = false in a Vault loaded before, want true")
	}
}

func TestUnchangedFileIsNotReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	foreign := seal(t, create(t), planted, "students", "s1", "given_name")
	chmod(t, path, 0o644) // reading it would be refused with the remedy for this
	_, err := v.Open(foreign, "students", "s1", "given_name")
	if err == nil || strings.Contains(err.Error(), "chmod") {
		t.Errorf("Open with an unknown key and an unchanged file = %v, want an error that names the key", err)
	}
}

func TestOpenOfAKnownKeyNeedsNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lotsen.keys")
	v := createAt(t, path)
	sealed := seal(t, v, planted, "students", "s1", "given_name")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantOpen(t, v, sealed)
}

func load(t *testing.T, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Load(path)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return v
}

func wantOpen(t *testing.T, v *vault.Vault, sealed []byte) {
	t.Helper()
	got, err := v.Open(sealed, "students", "s1", "given_name")
	if err != nil || got != planted {
		t.Errorf("Open = %q, %v, want %q", got, err, planted)
	}
}

func wantMode(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode(); got != 0o600 {
		t.Errorf("mode of the keyset file = %v, want -rw-------", got)
	}
}

// wantFiles checks the names of all files in the folder of path.
func wantFiles(t *testing.T, path string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in the folder (-want +got):\n%s", diff)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// keysetOf is the text of a good Tink keyset with one key of any kind.
func keysetOf(t *testing.T, template *tinkpb.KeyTemplate) string {
	t.Helper()
	handle, err := keyset.NewHandle(template)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func raw(template *tinkpb.KeyTemplate) *tinkpb.KeyTemplate {
	template.OutputPrefixType = tinkpb.OutputPrefixType_RAW
	return template
}
