package slackapi_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// TestSendFile has a file come into a person's direct messages, whole and described.
func TestSendFile(t *testing.T) {
	d := school(t)
	content := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 255, 'å'}, 1000)...)
	alt := "Vecka 46: 8,3 %" + strings.Repeat(" å", 600)
	p := slackapi.File{Name: "lotsen.png", Title: "Frånvaro på Ålenskolan", Alt: alt, Content: content}
	if err := d.SendFile(t.Context(), "UANNA", p); err != nil {
		t.Fatal(err)
	}
	seen := d.slack.Seen("UANNA")
	if len(seen) != 1 || len(seen[0].Files) != 1 {
		t.Fatalf("Anna sees %+v", seen)
	}
	f := seen[0].Files[0]
	want := fakeslack.File{ID: f.ID, Name: p.Name, Title: p.Title, Alt: care.Truncate(alt, 1000), Content: content}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	d.blameless()
}

// TestSendFileInVain has no one to send to, and no permission.
func TestSendFileInVain(t *testing.T) {
	d := school(t)
	p := slackapi.File{Name: "lotsen.png", Title: "T", Alt: "A", Content: []byte("\x89PNG")}
	d.slack.AddUser(fakeslack.User{ID: "UGONE", Deleted: true})
	err := d.SendFile(t.Context(), "UGONE", p)
	if refused, ok := errors.AsType[*care.RefusedError](err); !ok || !refused.Gone {
		t.Errorf("to someone who is gone: %v", err)
	}
	d.slack.SetScopes("im:write")
	err = d.SendFile(t.Context(), "UANNA", p)
	if refused, ok := errors.AsType[*care.RefusedError](err); !ok || refused.Code != "missing_scope" || !strings.Contains(err.Error(), "files:write") {
		t.Errorf("without the scope: %v", err)
	}
	if strings.Contains(err.Error(), "http") {
		t.Errorf("the error tells an address: %v", err)
	}
}
