package roster

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"lotsen/internal/care"
)

var staffColumns = []column{
	{"email", true}, {"name", true}, {"roles", true}, {"school", true},
	{"groups", false}, {"language", false}, {"slack_id", false}, {"calendar_url", false},
	{"status", false}, {"from", false}, {"to", false},
}

// slackUser is the form of Slack's user ids.
var slackUser = regexp.MustCompile(`^[UW][A-Z0-9]{2,20}$`)

// ReadStaff reads a file of staff; file is its name for the reports. An error means that
// nothing could be read.
func ReadStaff(file string, in io.Reader) (File[care.StaffRow], error) {
	seen := map[[2]string]int{} // line, by e-mail address and school
	return read(file, in, staffColumns, func(r *row) care.StaffRow {
		s := care.StaffRow{
			Line:     r.line,
			Email:    strings.ToLower(r.needed("email")),
			Name:     r.needed("name"),
			School:   r.needed("school"),
			Language: r.language(),
			SlackID:  r.text("slack_id"),
			Left:     r.left("active"),
			From:     r.date("from"),
			To:       r.date("to"),

			CalendarURL: r.text("calendar_url"),
		}
		s.Roles = r.roles(s.Left)
		if r.has("groups") {
			s.Groups = r.list("groups", "|")
		}
		if s.Email != "" && !isMail(s.Email) {
			r.fault("email", "is no e-mail address")
		}
		if s.SlackID != "" && !slackUser.MatchString(s.SlackID) {
			r.fault("slack_id", "is no Slack user id; it begins with U or W, such as U012AB3CD")
		}
		if s.From != "" && s.To != "" && s.To < s.From {
			r.fault("to", "lies before from")
		}
		if line, ok := seen[[2]string{s.Email, s.School}]; ok && s.Email != "" {
			r.fault("email", fmt.Sprintf("line %d has the same e-mail address and school", line))
		} else {
			seen[[2]string{s.Email, s.School}] = r.line
		}
		return s
	})
}

func (r *row) roles(left bool) []care.Role {
	var roles []care.Role
	for _, word := range r.list("roles", " |,") {
		role := care.Role(strings.ToLower(word))
		if !slices.Contains(care.Roles, role) {
			r.fault("roles", fmt.Sprintf("has a word that is no role; the roles are %s", joined(care.Roles)))
			continue
		}
		roles = append(roles, role)
	}
	if len(roles) == 0 && !left {
		r.fault("roles", fmt.Sprintf("is empty; the roles are %s", joined(care.Roles)))
	}
	return roles
}

func (r *row) language() care.Lang {
	s := r.text("language")
	lang, ok := care.ParseLang(s)
	if s != "" && !ok {
		r.fault("language", "is none of sv, nb, nn, no")
	}
	return lang
}

func joined[S ~string](words []S) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return strings.Join(list, ", ")
}
