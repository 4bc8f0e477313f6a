package care_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
)

// replySchool is a school where it is Wednesday 25 November 2026, 10.20, when replies are written.
func replySchool(t testing.TB) (care.School, time.Time) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return care.School{ID: "alen", Country: care.Sweden, Zone: zone,
		Years:  []care.Period{{From: "2026-08-17", To: "2027-06-11"}},
		Breaks: []care.Break{{Name: "Jul", Period: care.Period{From: "2026-12-21", To: "2027-01-08"}}},
	}, time.Date(2026, 11, 25, 10, 20, 0, 0, zone)
}

// understood writes a reading as the tables do.
func understood(r care.Reading) string {
	switch {
	case r.Err != nil:
		return "error " + string(care.CodeOf(r.Err))
	case r.Seen:
		return "seen"
	case len(r.Forms) == 0:
		return "unclear"
	}
	day := func(d care.Date) string { return strings.TrimPrefix(string(d), "2026-") }
	var list []string
	for _, f := range r.Forms {
		s := string(f.Act)
		if f.FollowUp != "" {
			s += " " + day(f.FollowUp)
		}
		if f.At != 0 {
			s += fmt.Sprintf(" %02d:%02d", f.At/60, f.At%60)
		}
		if f.To != "" {
			s += " " + f.To
		}
		if f.Reason != "" && f.Reason != care.CloseOther {
			s += " " + string(f.Reason)
		}
		for i, d := range f.Days {
			s += map[bool]string{true: " ", false: ","}[i == 0] + day(d)
		}
		list = append(list, s)
	}
	return strings.Join(list, " + ")
}

// replyLines are the lines of a table of replies, without comments.
func replyLines(t testing.TB, file string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "replies", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it is only read
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() != "" && !strings.HasPrefix(s.Text(), "#") {
			lines = append(lines, s.Text())
		}
	}
	return lines
}

func TestReadReply(t *testing.T) {
	school, at := replySchool(t)
	files, err := filepath.Glob("testdata/replies/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file := filepath.Base(path)
		t.Run(file, func(t *testing.T) {
			right, wrong, lines := 0, 0, replyLines(t, file)
			for _, line := range lines {
				text, want, ok := strings.Cut(line, " → ")
				if !ok {
					want = "unclear"
				}
				switch got := understood(care.ReadReply(text, school, at)); {
				case got == want:
					right++
				case got == "unclear":
					t.Logf("ReadReply(%q) = unclear, want %s", text, want)
				default:
					wrong++
					t.Errorf("ReadReply(%q) = %s, want %s", text, got, want)
				}
			}
			t.Logf("%d of %d right, %d wrongly acted on", right, len(lines), wrong)
			if 100*right < 95*len(lines) {
				t.Errorf("%d of %d right, want at least 95 %%", right, len(lines))
			}
		})
	}
}
