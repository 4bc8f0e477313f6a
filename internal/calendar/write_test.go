package calendar_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lotsen/internal/calendar"
	"lotsen/internal/care"
)

var update = flag.Bool("update", false, "write the golden files anew")

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// words are a feed's in a test; a meeting's summary is the language's in handlers.
var words = calendar.Words{Name: "Lotsen", Summary: func(m care.FeedMeeting) string {
	return fmt.Sprintf("EHT-möte, %d ärende", m.Items)
}}

// instant reads a time at the schools: "2026-12-01 13:00".
func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone(t, "Europe/Stockholm"))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// meeting is one of 45 minutes at a school of that zone.
func meeting(t testing.TB, start, zoneName string) care.FeedMeeting {
	t.Helper()
	at := instant(t, start)
	return care.FeedMeeting{UID: "m-" + strings.NewReplacer(" ", "-", ":", "").Replace(start) + "@lotsen", Kind: care.MeetingEHT,
		School: care.School{ID: "alen", Zone: zone(t, zoneName)}, Items: 1, Start: at, End: at.Add(45 * time.Minute), Place: "Rum 12",
		State: care.MeetingProposed, Changed: instant(t, "2026-11-17 09:00")}
}

func feedOf(t testing.TB, meetings ...care.FeedMeeting) care.Feed {
	t.Helper()
	return care.Feed{Lang: care.Swedish, School: care.School{ID: "alen", Zone: zone(t, "Europe/Stockholm")}, Meetings: meetings}
}

// A written file is one that a test has written, and what it holds.
type written struct {
	name   string
	method string
	feed   care.Feed
}

func (w written) bytes(t testing.TB) []byte {
	t.Helper()
	write := calendar.Invitation
	if strings.HasPrefix(w.name, "feed") {
		write = calendar.Feed
	}
	ics, err := write(w.feed, words)
	if err != nil {
		t.Fatal(err)
	}
	return ics
}

// allWritten are a meeting's invitation, the same moved and called off, and feeds: over both changes of
// the clocks, in two zones, with odd places, with nothing.
func allWritten(t testing.TB) []written {
	t.Helper()
	booked := meeting(t, "2026-12-01 13:00", "Europe/Stockholm")
	moved := booked
	moved.Start, moved.End, moved.Sequence = instant(t, "2026-12-03 08:15"), instant(t, "2026-12-03 09:15"), 1
	moved.State, moved.Changed = care.MeetingConfirmed, instant(t, "2026-11-18 10:30")
	off := moved
	off.State, off.Sequence, off.Changed = care.MeetingCancelled, 2, instant(t, "2026-11-19 11:00")
	odd := meeting(t, "2027-03-29 08:00", "Europe/Stockholm")
	odd.Place = "Lärarrum \\ Övre, hus A; vid\r\ntrappan: \"Åsgård\"\t" + strings.Repeat("ö", 40) + " 🏫" + strings.Repeat(" æøå", 12)
	abroad := meeting(t, "2027-10-29 15:30", "Europe/Helsinki")
	return []written{
		{"invitation", "PUBLISH", feedOf(t, booked)},
		{"invitation_moved", "PUBLISH", feedOf(t, moved)},
		{"invitation_cancelled", "CANCEL", feedOf(t, off)},
		{"feed", "PUBLISH", feedOf(t, meeting(t, "2026-10-23 08:00", "Europe/Stockholm"), meeting(t, "2026-10-26 08:00", "Europe/Stockholm"), moved,
			meeting(t, "2027-03-26 16:00", "Europe/Oslo"), odd, meeting(t, "2027-10-29 09:00", "Europe/Oslo"), meeting(t, "2027-11-01 09:00", "Europe/Oslo"), abroad)},
		{"feed_empty", "PUBLISH", feedOf(t)},
	}
}

func TestWrite(t *testing.T) {
	for _, w := range allWritten(t) {
		t.Run(w.name, func(t *testing.T) {
			got := w.bytes(t)
			if !bytes.Equal(got, w.bytes(t)) {
				t.Error("the same is not written the same twice")
			}
			if fault := misformed(string(got)); fault != "" {
				t.Error(fault)
			}
			path := filepath.Join("testdata", "written", w.name+".ics")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// misformed says what of a file breaks the form of iCalendar's lines (RFC 5545, 3.1).
func misformed(ics string) string {
	if strings.Count(ics, "\n") != strings.Count(ics, "\r\n") || strings.Count(ics, "\r") != strings.Count(ics, "\r\n") || !strings.HasSuffix(ics, "\r\n") {
		return "a line does not end in CRLF"
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(ics, "\r\n"), "\r\n") {
		switch {
		case len(l) > 75:
			return fmt.Sprintf("a line has %d octets: %q", len(l), l)
		case !utf8.ValidString(l):
			return fmt.Sprintf("a character is cut: %q", l)
		case strings.TrimSpace(l) == "":
			return "a line is empty"
		}
	}
	return ""
}

// property is the text of a property that stands once in a file, unfolded and without escapes.
func property(t testing.TB, ics, name string) string {
	t.Helper()
	found := ""
	for l := range strings.SplitSeq(strings.ReplaceAll(ics, "\r\n ", ""), "\r\n") {
		if value, ok := strings.CutPrefix(l, name+":"); ok {
			if found != "" {
				t.Fatalf("%s stands twice", name)
			}
			found = value
		}
	}
	if strings.ContainsAny(strings.NewReplacer(`\\`, "", `\,`, "", `\;`, "").Replace(found), `\,;`) {
		t.Errorf("%s is not escaped: %q", name, found)
	}
	return strings.NewReplacer(`\\`, `\`, `\,`, ",", `\;`, ";").Replace(found)
}

// FuzzWrite has any text stand in a place, and be read again as it was, on one line.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"", "Rum 12", "a,b;c\\d", "\\n\\", "två\nrader\r\nEND:VEVENT", strings.Repeat("ö", 80), strings.Repeat(" ", 200), strings.Repeat("< >", 60), "\x00\x7f\u0085\u2028\ufeff", "\xff\xfe", "🏫🏫🏫" + strings.Repeat("x", 75)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, place string) {
		m := meeting(t, "2026-12-01 13:00", "Europe/Stockholm")
		m.Place = place
		ics, err := calendar.Invitation(feedOf(t, m), words)
		if err != nil {
			t.Fatal(err)
		}
		if fault := misformed(string(ics)); fault != "" {
			t.Fatal(fault)
		}
		want := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(place, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
		if got := property(t, string(ics), "LOCATION"); got != want {
			t.Errorf("the place %q stands as %q, want %q", place, got, want)
		}
		if n := strings.Count(string(ics), "\r\nEND:VEVENT\r\n"); n != 1 {
			t.Errorf("the place %q makes %d meetings", place, n)
		}
	})
}
