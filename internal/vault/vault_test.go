package vault_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lotsen/internal/vault"
)

// planted is a name and a note that no sealed value and no error may hold.
const planted = "Åse Plommonträd ringde hem 🍎"

func TestSealAndOpen(t *testing.T) {
	v := create(t)
	cases := []struct{ name, plain string }{
		{"empty", ""},
		{"ascii", "talked with the mentor"},
		{"nordic letters", "Åsa Sjögren, Bjørn Næss"},
		{"emoji", "👩‍👧 kommer i morgon 🇳🇴"},
		{"markup", "<!channel> & <@U1>"},
		{"zero byte", "a\x00b"},
		{"not utf-8", "\xff\xfe"},
		{"3000 runes", strings.Repeat("åäö", 1000)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sealed := seal(t, v, c.plain, "students", "s1", "given_name")
			if len(c.plain) > 3 && bytes.Contains(sealed, []byte(c.plain)) {
				t.Errorf("Seal(%q) holds it in the clear", c.plain)
			}
			got, err := v.Open(sealed, "students", "s1", "given_name")
			if err != nil || got != c.plain {
				t.Errorf("Open(Seal(%q)) = %q, %v", c.plain, got, err)
			}
		})
	}
}

func TestSealDiffersEachTime(t *testing.T) {
	v := create(t)
	first := seal(t, v, planted, "interventions", "i1", "note")
	second := seal(t, v, planted, "interventions", "i1", "note")
	if bytes.Equal(first, second) {
		t.Error("Seal twice gave the same bytes, so equal notes could be told")
	}
}

func TestOpenElsewhere(t *testing.T) {
	v := create(t)
	sealed := seal(t, v, planted, "ab", "c", "de")
	cases := []struct{ name, collection, id, field string }{
		{"other collection", "ac", "c", "de"},
		{"other id", "ab", "d", "de"},
		{"other field", "ab", "c", "df"},
		{"id and field exchanged", "ab", "de", "c"},
		{"border moved right", "abc", "", "de"},
		{"border moved left", "a", "bc", "de"},
		{"last border moved", "ab", "cd", "e"},
		{"all in one", "abcde", "", ""},
		{"empty", "", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := v.Open(sealed, c.collection, c.id, c.field)
			if err == nil {
				t.Fatalf("Open(%q, %q, %q) = %q, want an error", c.collection, c.id, c.field, got)
			}
			hidesPlanted(t, err)
		})
	}
}

func TestOpenTampered(t *testing.T) {
	v := create(t)
	sealed := seal(t, v, planted, "interventions", "i1", "note")
	refused := func(name string, tampered []byte) {
		t.Helper()
		got, err := v.Open(tampered, "interventions", "i1", "note")
		if err == nil {
			t.Errorf("%s: Open = %q, want an error", name, got)
			return
		}
		hidesPlanted(t, err)
	}
	for i := range sealed {
		flipped := bytes.Clone(sealed)
		flipped[i] ^= 0x40
		refused("bit flipped", flipped)
		refused("cut short", sealed[:i])
	}
	refused("nothing", nil)
	refused("lengthened", append(bytes.Clone(sealed), 0))
	refused("never sealed", []byte(planted))
}

func TestOpenWithAnotherKeyset(t *testing.T) {
	sealed := seal(t, create(t), planted, "students", "s1", "given_name")
	got, err := create(t).Open(sealed, "students", "s1", "given_name")
	if err == nil {
		t.Fatalf("Open with another keyset = %q, want an error", got)
	}
	hidesPlanted(t, err)
}

func TestConcurrentUse(t *testing.T) {
	v := create(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				sealed, err := v.Seal(planted, "students", "s1", "given_name")
				if err != nil {
					t.Errorf("Seal: %v", err)
					return
				}
				if got, err := v.Open(sealed, "students", "s1", "given_name"); err != nil || got != planted {
					t.Errorf("Open = %q, %v", got, err)
					return
				}
			}
		})
	}
	for range 5 {
		rotate(t, v)
	}
	group.Wait()
}

func BenchmarkSeal(b *testing.B) {
	v := create(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.Seal(planted, "interventions", "Ev0123456789", "note"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	v := create(b)
	sealed := seal(b, v, planted, "interventions", "Ev0123456789", "note")
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.Open(sealed, "interventions", "Ev0123456789", "note"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func create(t testing.TB) *vault.Vault {
	t.Helper()
	return createAt(t, filepath.Join(t.TempDir(), "lotsen.keys"))
}

func createAt(t testing.TB, path string) *vault.Vault {
	t.Helper()
	v, err := vault.Create(path)
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return v
}

func seal(t testing.TB, v *vault.Vault, plain, collection, id, field string) []byte {
	t.Helper()
	sealed, err := v.Seal(plain, collection, id, field)
	if err != nil {
		t.Fatalf("Seal: %v", err)
	}
	return sealed
}

func rotate(t testing.TB, v *vault.Vault) {
	t.Helper()
	if err := v.Rotate(); err != nil {
		t.Fatalf("Rotate: %v", err)
	}
}

// hidesPlanted fails the test if err repeats any word of what was sealed.
func hidesPlanted(t *testing.T, err error) {
	t.Helper()
	for word := range strings.FieldsSeq(planted) {
		if strings.Contains(err.Error(), word) {
			t.Errorf("error %q holds the sealed word %q", err, word)
		}
	}
}
