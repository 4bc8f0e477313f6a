package roster

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"lotsen/internal/care"
)

var studentColumns = []column{
	{"key", true}, {"given_name", true}, {"family_name", true}, {"group", true}, {"school", true},
	{"mentors", false}, {"ref", false}, {"protected", false}, {"status", false},
}

// ReadStudents reads a file of students; file is its name for the reports. An error means that
// nothing could be read.
func ReadStudents(file string, in io.Reader) (File[care.StudentRow], error) {
	keys := map[[2]string]int{} // line, by school and key
	refs := map[care.Ref]int{}
	return read(file, in, studentColumns, func(r *row) care.StudentRow {
		s := care.StudentRow{
			Line:   r.line,
			Key:    r.needed("key"),
			School: r.needed("school"),
			Ref:    r.ref(),
			Left:   r.left("enrolled"),
		}
		if r.has("protected") {
			s.Protected = new(r.yes("protected"))
		}
		// A protected student's row is not refused for what is not stored of it.
		if s.Protected == nil || !*s.Protected {
			r.person(&s)
		}
		if line, ok := keys[[2]string{s.School, s.Key}]; ok && s.Key != "" {
			r.fault("key", fmt.Sprintf("line %d has the same key and school", line))
		} else {
			keys[[2]string{s.School, s.Key}] = r.line
		}
		if line, ok := refs[s.Ref]; ok && s.Ref != "" {
			r.fault("ref", fmt.Sprintf("line %d has the same ref", line))
		} else {
			refs[s.Ref] = r.line
		}
		return s
	})
}

// person reads what is stored only of students who are not protected.
func (r *row) person(s *care.StudentRow) {
	s.Given, s.Family = r.needed("given_name"), r.needed("family_name")
	if s.Group = r.text("group"); s.Group == "" && !s.Left {
		r.fault("group", "is empty")
	}
	if s.Group != "" && !strings.ContainsFunc(s.Group, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		r.fault("group", "has neither letters nor digits")
	}
	if !r.has("mentors") {
		return
	}
	s.Mentors = []string{}
	for _, email := range r.list("mentors", " |,;") {
		if !isMail(email) {
			r.fault("mentors", "holds something that is no e-mail address")
		}
		s.Mentors = append(s.Mentors, strings.ToLower(email))
	}
}

func (r *row) ref() care.Ref {
	s := r.text("ref")
	ref, ok := care.ParseRef(s)
	if s != "" && !ok {
		r.fault("ref", "is no ref; one looks like 8B-K3F")
	}
	return ref
}
