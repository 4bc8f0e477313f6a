package care

import (
	"strings"
	"testing"
)

const (
	testDay  Date = "2026-10-05"
	testStu  Ref  = "8B-K3F"
	testTerm      = "2026-08-17"
)

// rights writes what a relation gives: "see" and the audiences of the notes that may be read.
func rights(r relation) string {
	var list []string
	if r.sees() {
		list = append(list, "see")
	}
	for _, a := range []Audience{AudienceMentor, AudienceEHT, AudienceLeadership} {
		if r.readsNote(a) {
			list = append(list, string(a))
		}
	}
	return strings.Join(list, " ")
}

func TestRelate(t *testing.T) {
	post := func(role Role, school string, period ...Date) Post {
		p := Post{School: school, Role: role}
		if len(period) > 0 {
			p.From, p.To = period[0], period[1]
		}
		return p
	}
	group := func(school, name string, period ...Date) Mentoring {
		m := Mentoring{School: school, Group: name}
		if len(period) > 0 {
			m.From, m.To = period[0], period[1]
		}
		return m
	}
	staff := func(list ...any) Staff {
		var st Staff
		for _, x := range list {
			switch x := x.(type) {
			case Post:
				st.Posts = append(st.Posts, x)
			case Mentoring:
				st.Groups = append(st.Groups, x)
			}
		}
		return st
	}
	assigned := &Assignment{Student: testStu}
	var (
		mentor8B = staff(post(Mentor, "alen"), group("alen", "8B"))
		coach    = staff(post(Coach, "alen"))
		eht      = staff(post(EHT, "alen"))
		head     = staff(post(Principal, "alen"))
	)
	const (
		asMentor = "see mentor eht"
		asEHT    = "see eht"
		asHead   = "see eht leadership"
	)
	tests := []struct {
		name       string
		st         Staff
		assignment *Assignment
		enrolled   string // of a student of 8B at alen
		left       string
	}{
		{"nobody", Staff{}, nil, "", ""},
		{"nobody, assigned", Staff{}, assigned, "", ""},

		{"mentor of the class", mentor8B, nil, asMentor, ""},
		{"mentor of another class", staff(post(Mentor, "alen"), group("alen", "9C")), nil, "", ""},
		{"mentor without a class", staff(post(Mentor, "alen")), nil, "", ""},
		{"mentor of the class of that name at another school", staff(post(Mentor, "fjell"), group("fjell", "8B")), nil, "", ""},
		{"mentor there, with the class here", staff(post(Mentor, "fjell"), group("alen", "8B")), nil, "", ""},
		{"mentor here, with the class of that name there", staff(post(Mentor, "alen"), group("fjell", "8B")), nil, "", ""},
		{"mentor of the class, also elsewhere", staff(post(Mentor, "fjell"), group("fjell", "1A"), post(Mentor, "alen"), group("alen", "8B")), nil, asMentor, ""},
		{"the class without the role", staff(group("alen", "8B")), nil, "", ""},
		{"the class as teacher", staff(post(Teacher, "alen"), group("alen", "8B")), nil, "", ""},
		{"the class as coach", staff(post(Coach, "alen"), group("alen", "8B")), nil, "", ""},
		{"mentor assigned to the student", staff(post(Mentor, "alen")), assigned, asMentor, ""},
		{"mentor of another class, assigned", staff(post(Mentor, "alen"), group("alen", "9C")), assigned, asMentor, ""},
		{"mentor at another school, assigned", staff(post(Mentor, "fjell")), assigned, "", ""},

		{"coach", coach, nil, "", ""},
		{"coach assigned", coach, assigned, "see", ""},
		{"coach at another school, assigned", staff(post(Coach, "fjell")), assigned, "", ""},
		{"coach and mentor of the class", staff(post(Coach, "alen"), post(Mentor, "alen"), group("alen", "8B")), assigned, asMentor, ""},

		{"eht", eht, nil, asEHT, asEHT},
		{"eht assigned", eht, assigned, asEHT, asEHT},
		{"eht of another school", staff(post(EHT, "fjell")), assigned, "", ""},
		{"eht and mentor of the class", staff(post(EHT, "alen"), post(Mentor, "alen"), group("alen", "8B")), nil, asMentor, asEHT},
		{"eht here, principal there", staff(post(EHT, "alen"), post(Principal, "fjell")), nil, asEHT, asEHT},

		{"principal", head, nil, asHead, asHead},
		{"principal of another school", staff(post(Principal, "fjell")), assigned, "", ""},
		{"principal and mentor of the class", staff(post(Principal, "alen"), post(Mentor, "alen"), group("alen", "8B")), nil, "see mentor eht leadership", asHead},

		{"teacher", staff(post(Teacher, "alen")), nil, "", ""},
		{"teacher assigned", staff(post(Teacher, "alen")), assigned, "", ""},
		{"admin", staff(post(Admin, "alen")), nil, "", ""},
		{"admin assigned", staff(post(Admin, "alen")), assigned, "", ""},
		{"admin and mentor of the class", staff(post(Admin, "alen"), post(Mentor, "alen"), group("alen", "8B")), nil, asMentor, ""},

		{"mentor on the post's first and last day", staff(post(Mentor, "alen", testDay, testDay), group("alen", "8B", testDay, testDay)), nil, asMentor, ""},
		{"mentor whose post begins tomorrow", staff(post(Mentor, "alen", "2026-10-06", ""), group("alen", "8B")), nil, "", ""},
		{"mentor whose post ended yesterday", staff(post(Mentor, "alen", "", "2026-10-04"), group("alen", "8B")), nil, "", ""},
		{"mentor whose class begins tomorrow", staff(post(Mentor, "alen"), group("alen", "8B", "2026-10-06", "")), nil, "", ""},
		{"mentor whose class ended yesterday", staff(post(Mentor, "alen"), group("alen", "8B", testTerm, "2026-10-04")), nil, "", ""},
		{"mentor again", staff(post(Mentor, "alen"), group("alen", "8B", testTerm, "2026-09-01"), group("alen", "8B", "2026-10-01", "")), nil, asMentor, ""},
		{"assigned on the first and last day", coach, &Assignment{Period: Period{From: testDay, To: testDay}}, "see", ""},
		{"assigned from tomorrow", coach, &Assignment{Period: Period{From: "2026-10-06"}}, "", ""},
		{"assigned until yesterday", coach, &Assignment{Period: Period{To: "2026-10-04"}}, "", ""},
		{"eht until yesterday", staff(post(EHT, "alen", "", "2026-10-04")), nil, "", ""},
		{"principal until yesterday, eht now", staff(post(Principal, "alen", "", "2026-10-04"), post(EHT, "alen", testDay, "")), nil, asEHT, asEHT},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range []struct {
				name string
				stu  Student
				want string
			}{
				{"enrolled", Student{School: "alen", Group: "8B", Status: Enrolled}, tt.enrolled},
				{"left", Student{School: "alen", Group: "8B", Status: Left}, tt.left},
				{"protected", Student{School: "alen", Group: "8B", Status: Enrolled, Protected: true}, ""},
				{"protected and left", Student{School: "alen", Group: "8B", Status: Left, Protected: true}, ""},
				{"not there", Student{}, ""},
			} {
				if got := rights(relate(tt.st, c.stu, tt.assignment, testDay)); got != c.want {
					t.Errorf("relate(%s) = %q, want %q", c.name, got, c.want)
				}
			}
		})
	}
}

func TestReadsNoteOfNoKnownAudience(t *testing.T) {
	all := relation{own: true, eht: true, principal: true, assigned: true}
	for _, a := range []Audience{"", "everyone"} {
		if all.readsNote(a) {
			t.Errorf("readsNote(%q) = true, want false", a)
		}
	}
}

func TestHolds(t *testing.T) {
	tests := []struct {
		name string
		p    Period
		want string // of the days before, first, last, after
	}{
		{"open", Period{}, "yyyy"},
		{"from", Period{From: "2026-10-05"}, "nyyy"},
		{"to", Period{To: "2026-10-09"}, "yyyn"},
		{"both", Period{From: "2026-10-05", To: "2026-10-09"}, "nyyn"},
		{"upside down", Period{From: "2026-10-09", To: "2026-10-05"}, "nnnn"},
	}
	for _, tt := range tests {
		got := ""
		for _, d := range []Date{"2026-10-04", "2026-10-05", "2026-10-09", "2026-10-10"} {
			if tt.p.Holds(d) {
				got += "y"
			} else {
				got += "n"
			}
		}
		if got != tt.want {
			t.Errorf("%s: Holds = %s, want %s", tt.name, got, tt.want)
		}
	}
}
