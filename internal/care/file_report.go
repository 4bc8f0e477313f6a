package care

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A FileReport tells an administrator what was wrong with a file of the import folder. It holds
// nothing that a cell of the file says.
type FileReport struct {
	File   string      `bson:"file"`             // what may be shown of its name
	Unread string      `bson:"unread,omitempty"` // why the file could not be dealt with: it stays where it is
	Rows   int         `bson:"rows,omitempty"`   // how many were bad; the others were stored
	Faults []FileFault `bson:"faults,omitempty"` // the first FileFaultsMax of theirs
	More   int         `bson:"more,omitempty"`   // further ones
	Notes  []string    `bson:"notes,omitempty"`  // what is not wrong, but may not be as they think
}

// A FileFault is a fault of one row.
type FileFault struct {
	Line   int    `bson:"line"`
	Column string `bson:"column,omitempty"`
	Reason string `bson:"reason"`
}

// FileFaultsMax is how many faults a report names.
const FileFaultsMax = 10

// FileVersion tells a file from others, also of its name, without telling its name.
func FileVersion(name string, size int64, changed time.Time) string {
	return idFrom("", name, strconv.FormatInt(size, 10), changed.UTC().Format(time.RFC3339Nano))
}

// FilesDue is when the files that are to be read at a time of each school day were due last; false if
// that was not today. It is a school day if it is one at any of the schools.
func (s *Service) FilesDue(at Clock, now time.Time) (time.Time, bool) {
	var due time.Time
	for _, school := range s.Schools {
		today := DateOf(now, school.Zone)
		t := today.At(int(at)/60, int(at)%60, school.Zone)
		if school.IsSchoolDay(today) && !t.After(now) && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	return due, !due.IsZero()
}

// fileWords are the words of a file's name that are shown, as Fold writes them: any other may be a person's name.
var fileWords = []string{"absence", "franvaro", "fravaer", "fravar", "students", "elever", "elevar", "staff", "personal", "ansatte", "tilsette",
	"mentorer", "larare", "laerere", "laerarar", "lista", "liste", "export", "eksport", "rapport", "vklass", "visma", "inschool", "skola", "skole", "skule",
	"uke", "vecka", "veke", "csv", "txt", "tsv"}

// fileShown is what may be shown of a file's name where it stays: the ids of schools, numbers but personal ones, single letters, and
// words that are nobody's name. The rest is left out.
func (s *Service) fileShown(name string) string {
	if HasPersonalNumber(name) {
		name = path.Ext(name)
	}
	var b strings.Builder
	for len(name) > 0 {
		n := strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
		if n < 0 {
			n = len(name)
		}
		word := Fold(name[:n])
		if _, school := s.Schools[name[:n]]; utf8.RuneCountInString(word) < 2 || school || slices.Contains(fileWords, word) {
			b.WriteString(name[:n])
		} else {
			b.WriteString("…")
		}
		end := strings.IndexFunc(name[n:], unicode.IsLetter)
		if end < 0 {
			end = len(name) - n
		}
		b.WriteString(name[n : n+end])
		name = name[n+end:]
	}
	return b.String()
}

// ReportFile has all schools' administrators told of a file, each once; version tells what they are told
// from other news.
func (s *Service) ReportFile(ctx context.Context, r FileReport, version string, now time.Time) error {
	r.File = s.fileShown(r.File)
	told := map[string]bool{}
	for _, school := range slices.Sorted(maps.Keys(s.Schools)) {
		admins, err := s.adminsOf(ctx, school, now)
		if err != nil {
			return err
		}
		for _, admin := range admins {
			if told[admin] {
				continue
			}
			told[admin] = true
			d := Delivery{
				Meta: Meta{ID: strings.Join([]string{string(ImportReport), idFrom("file_", version), "1", "report", admin}, "/")},
				Kind: ImportReport, Subject: school, School: school, To: admin, At: now, Due: now, State: DeliveryPending, File: &r,
			}
			if err := s.Deliveries.Add(ctx, d); err != nil && !errors.Is(err, ErrExists) {
				return fmt.Errorf("add a delivery: %w", err)
			}
		}
	}
	return nil
}
