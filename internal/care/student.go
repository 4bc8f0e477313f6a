package care

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ref is what Slack sees instead of a student's name: the group's letters and digits, "-", and
// three random characters. It is unique in the whole installation and never reused.
type Ref string

// refAlphabet has no vowels and no characters that are taken for one another.
const refAlphabet = "23456789BCDFGHJKLMNPQRSTVWXZ"

const refRandom = 3

// newRef makes a ref for a student of the group. That it is free is for the store to say.
func newRef(group string) (Ref, error) {
	var b strings.Builder
	for _, r := range group {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("make a ref: the group has neither letters nor digits")
	}
	b.WriteByte('-')
	for i := 0; i < refRandom; {
		var one [1]byte
		if _, err := rand.Read(one[:]); err != nil {
			return "", fmt.Errorf("make a ref: %w", err)
		}
		// Bytes beyond a multiple of the alphabet's length are drawn again, so every character is as likely.
		if n := int(one[0]); n < 256/len(refAlphabet)*len(refAlphabet) {
			b.WriteByte(refAlphabet[n%len(refAlphabet)])
			i++
		}
	}
	return Ref(b.String()), nil
}

// ParseRef reads a ref as people type it: in any case, with any of the dashes that keyboards make.
func ParseRef(s string) (Ref, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	dash := strings.LastIndexFunc(s, isDash)
	if dash <= 0 {
		return "", false
	}
	_, width := utf8.DecodeRuneInString(s[dash:])
	group, tail := s[:dash], s[dash+width:]
	if len(tail) != refRandom || strings.Trim(tail, refAlphabet) != "" {
		return "", false
	}
	for _, r := range group {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return "", false
		}
	}
	return Ref(group + "-" + tail), true
}

func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' }

// StudentStatus says whether a student attends the school.
type StudentStatus string

// The statuses of a student.
const (
	Enrolled StudentStatus = "enrolled"
	Left     StudentStatus = "left"
)

// Student is a student as far as Lotsen needs one. Its id is the ref. A protected student is a
// stub: no name, no group, and it is shown to no one.
type Student struct {
	Meta      `bson:",inline"`
	School    string        `bson:"school"`
	Group     string        `bson:"group,omitempty"`
	Key       Sealed        `bson:"key"` // the school's own
	Given     Sealed        `bson:"given,omitempty"`
	Family    Sealed        `bson:"family,omitempty"`
	Status    StudentStatus `bson:"status"`
	Protected bool          `bson:"protected,omitempty"`
}

// Ref is the student's ref.
func (s Student) Ref() Ref { return Ref(s.ID) }

// Assignment is that a person is one student's mentor or coach for a time.
type Assignment struct {
	Meta    `bson:",inline"`
	Staff   string `bson:"staff"`
	Student Ref    `bson:"student"`
	Period  `bson:",inline"`
}

// assignmentID is the id of the assignment of a person to a student.
func assignmentID(staff string, student Ref) string { return staff + "/" + string(student) }

// StudentKey reserves a school's own key for a student. Its id is made from school and key.
type StudentKey struct {
	Meta    `bson:",inline"`
	Student Ref `bson:"student"`
}

func (s *Service) studentKeyID(school, key string) string { return s.hiddenID("key_", school, key) }

// StudentRecords keeps students.
type StudentRecords interface {
	Get(ctx context.Context, id string) (Student, error)
	Add(ctx context.Context, st Student) error
	Replace(ctx context.Context, st Student) error
	outbox[Student]
	// InSchool returns all students of the school, in the named groups only if there are any.
	InSchool(ctx context.Context, school string, groups ...string) ([]Student, error)
	// WithRefs returns those of the students that exist.
	WithRefs(ctx context.Context, refs []Ref) ([]Student, error)
}

// StudentKeyRecords keeps the reserved keys.
type StudentKeyRecords interface {
	Get(ctx context.Context, id string) (StudentKey, error)
	Add(ctx context.Context, k StudentKey) error
	Replace(ctx context.Context, k StudentKey) error
}

// AssignmentRecords keeps assignments.
type AssignmentRecords interface {
	Get(ctx context.Context, id string) (Assignment, error)
	Add(ctx context.Context, a Assignment) error
	Replace(ctx context.Context, a Assignment) error
	outbox[Assignment]
	// OfStaff returns all assignments of a person, past ones too.
	OfStaff(ctx context.Context, staff string) ([]Assignment, error)
	// OfStudent returns all assignments to a student, past ones too.
	OfStudent(ctx context.Context, student Ref) ([]Assignment, error)
}
