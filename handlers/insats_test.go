package handlers_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
)

func TestLongNotesFitInSlack(t *testing.T) {
	// Each as long as a note may be, and growing in its own way when it is shown.
	notes := []string{
		strings.Repeat("&", care.NoteMax),
		strings.Repeat("<>", care.NoteMax/2),
		strings.Repeat("😀", care.NoteMax/2),
		strings.Repeat("x\n", care.NoteMax/2-1) + "x",
		strings.Repeat("å ö & 😀 ", care.NoteMax/9-1) + "å ö & 😀",
		strings.Repeat("👩‍👩‍👧", care.NoteMax/8),
		strings.Repeat("x", care.NoteMax),
		"x" + strings.Repeat(" ", care.NoteMax-2) + "x",
	}
	t.Run("logged", func(t *testing.T) {
		o := newOffice(t)
		o.t = t
		for _, note := range notes {
			logged := o.types(anna, "/insats 8B-K3F samtal "+handlers.Escape(note))
			if got := quoted(texts(logged)[1:]); got != note {
				t.Errorf("the note %.10q of %d characters is shown as %.10q of %d", note, len([]rune(note)), got, len([]rune(got)))
			}
		}
	})
	for name, list := range map[string]string{"own list": "lista", "a student's list": "lista 8B-K3F"} {
		for _, note := range notes {
			t.Run(fmt.Sprintf("%s of %.6q", name, note), func(t *testing.T) {
				o := newOffice(t)
				for range care.ListMax {
					o.types(anna, "/insats 8B-K3F samtal "+handlers.Escape(note))
				}
				all := texts(o.types(anna, "/insats "+list))
				entries := 0
				var about []string
				for _, text := range all[1:] {
					if strings.HasPrefix(text, "*tis 17 nov*") {
						entries++
						about = append(about, "")
					}
					if strings.HasPrefix(text, "Här är") {
						if want := fmt.Sprintf("Här är de %d senaste insatserna; det finns fler.", entries); text != want {
							t.Errorf("%d entries are shown, the list ends with %q", entries, text)
						}
						continue
					}
					_, said, ok := strings.Cut(text, "elevsamtal\n")
					if !ok {
						said = text
					}
					about[entries-1] += "\x00" + said
				}
				if entries == 0 || entries < care.ListMax && !strings.HasPrefix(all[len(all)-1], "Här är") {
					t.Fatalf("%d of %d entries are shown, and no word of the others", entries, care.ListMax)
				}
				for i, said := range about {
					if got := quoted(strings.Split(said, "\x00")[1:]); got != note {
						t.Errorf("note %d has %d characters, want %d", i, len([]rune(got)), len([]rune(note)))
					}
				}
			})
		}
	}
}

// quoted is the note that sections quote, in the clear.
func quoted(parts []string) string {
	var b strings.Builder
	for _, part := range parts {
		for line := range strings.Lines(part) {
			b.WriteString(strings.TrimPrefix(line, "> "))
		}
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String())
}

func TestListSaysWhenThereIsMore(t *testing.T) {
	o := newOffice(t)
	for i := range care.ListMax {
		o.types(anna, fmt.Sprintf("/insats 8B-K3F samtal Nummer %d", i))
	}
	if got := shown(o.types(anna, "/insats lista")); strings.Contains(got, "det finns fler") {
		t.Errorf("a list of all says that there is more:\n%s", got)
	}
	o.types(anna, "/insats 8B-K3F samtal Det senaste")
	got := shown(o.types(anna, "/insats lista"))
	if !strings.HasSuffix(got, "\nHär är de 10 senaste insatserna; det finns fler.") || strings.Contains(got, "Nummer 0") || !strings.Contains(got, "Det senaste") {
		t.Errorf("list of 11 =\n%s", got)
	}
}

func TestFullListStillSaysThatThereIsMore(t *testing.T) {
	o := newOffice(t)
	for range 2 {
		o.types(anna, "/insats 8B-K3F samtal Kort")
	}
	for range 8 { // 48 blocks; with the title there is room for one more
		o.types(anna, "/insats 8B-K3F samtal "+strings.Repeat("&amp;", care.NoteMax))
	}
	all := texts(o.types(anna, "/insats lista"))
	if got, want := all[len(all)-1], "Här är de 8 senaste insatserna; det finns fler."; got != want || len(all) != handlers.BlocksMax {
		t.Errorf("the list has %d blocks and ends with %.60q, want %d and %q", len(all), got, handlers.BlocksMax, want)
	}
}

func TestSchoolThatIsNoLongerConfigured(t *testing.T) {
	o := newOffice(t)
	logged := o.types(anna, "/insats 8B-K3F samtal")
	delete(o.care.Schools, "alen")
	want := "Ångrat: elevsamtal för en elev du inte längre får se, tis 17 nov. Insatsen visas inte längre."
	if got := shown(o.clicks(anna, logged, "Ångra")); got != want {
		t.Errorf("undo = %q, want %q", got, want)
	}
}

func TestFaultsOfOursArePassedOn(t *testing.T) {
	o := newOffice(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range o.Commands() {
		for _, text := range []string{"<@UEVA>", "8B-K3F samtal", "lista", "lista 8B-K3F", "ångra", "språk nn"} {
			who := anna
			if c.Name == "rapport" { // whoever may not see figures is told so without a database, and what school there is, too
				who, text = eva, "termin"
			}
			req := o.request(who)
			req.Text = text
			reply, err := c.Handle(over, req)
			if err == nil && !strings.HasPrefix(reply.Text, "*Lotsen*") { // help needs no database
				t.Errorf("/%s %s = %q without a database, want an error", c.Name, text, reply.Text)
			}
			if code := care.CodeOf(err); code != "" {
				t.Errorf("/%s %s without a database is the person's mistake: %s", c.Name, text, code)
			}
		}
	}
}

func TestManyNamesakes(t *testing.T) {
	const more = "\nFler än 25 elever passar. Saknas den du menar? Skriv hela namnet eller elevens ref."
	for _, n := range []int{2, handlers.ButtonsMax, handlers.ButtonsMax + 1, 60} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			o := newOffice(t)
			var rows []care.StudentRow
			for i := range n {
				ref := care.Ref(fmt.Sprintf("8B-%c%cX", "BCDFGHJKLM"[i/10], "23456789BC"[i%10]))
				rows = append(rows, care.StudentRow{Given: "Ali", Family: "Nilsson", Group: "8B", School: "alen", Ref: ref})
			}
			o.students(rows...)
			logs, lists := o.types(anna, "/insats ali samtal Vem?"), o.types(anna, "/insats lista ali")
			for _, asked := range []handlers.Reply{logs, lists} {
				row := buttons(asked)
				if got, want := len(row), min(n, handlers.ButtonsMax); got != want {
					t.Fatalf("there are %d buttons, want %d", got, want)
				}
				for i, b := range row {
					if want := "Ali Nilsson · " + string(rows[i].Ref); b.Text.Text != want {
						t.Errorf("button %d = %q, want %q", i, b.Text.Text, want)
					}
				}
				if got, want := strings.HasSuffix(shown(asked), more), n > handlers.ButtonsMax; got != want {
					t.Errorf("says that there are more: %v, want %v:\n%s", got, want, shown(asked))
				}
			}
			last := buttons(logs)[len(buttons(logs))-1].Text.Text
			_, ref, _ := strings.Cut(last, " · ")
			logged := o.clicks(anna, logs, last)
			if want := "Loggat för " + ref + " (Ali Nilsson): elevsamtal, tis 17 nov.\n> Vem?\n[Ångra] [Ändra]"; shown(logged) != want || !logged.Replace {
				t.Errorf("after choosing = %q, replacing %v, want %q in the question's place", shown(logged), logged.Replace, want)
			}
			listed := o.clicks(anna, lists, last)
			if want := "*Insatser för " + ref + " (Ali Nilsson)*\n*tis 17 nov*  elevsamtal\n> Vem?  [Ändra]"; shown(listed) != want || !listed.Replace {
				t.Errorf("the list after choosing = %q, replacing %v, want %q in the question's place", shown(listed), listed.Replace, want)
			}
		})
	}
}

func TestStudentLabel(t *testing.T) {
	tests := []struct {
		name, given, family string
		ref                 care.Ref
		want                string
	}{
		{"short", "Alva", "Berg", "8B-M2X", "Alva Berg · 8B-M2X"},
		{"no family name", "Alva", "", "8B-M2X", "Alva · 8B-M2X"},
		{"just fits", "Maximiliana", "Lindqvist", "8B-M2X", "Maximiliana Lindqvist · 8B-M2X"},
		{"long given name", "Unmistakable-Xanthippa", "Berg", "8B-M2X", "Unmistakable-Xa… Berg · 8B-M2X"},
		{"long family name", "Alva", "Zetterqvistsson-Norén", "8B-M2X", "Alva Zetterqvistsson… · 8B-M2X"},
		{"both long", "Unmistakable-Xanthippa", "Zetterqvistsson", "8B-M2X", "Unmistaka… Zetterqvi… · 8B-M2X"},
		{"cut at a hyphen", "Anna-Maria-Karolina", "Zetterqvistsson", "8B-M2X", "Anna-Mari… Zetterqvi… · 8B-M2X"},
		{"letters of two bytes", "Åsøæöä-Åsøæöä-Åsøæöä", "Öberg", "8B-M2X", "Åsøæöä-Åsøæöä… Öberg · 8B-M2X"},
		{"long ref", "Unmistakable-Xanthippa", "Zetterqvistsson", "INTRODUKTIONSPROGRAM2-K3F", "Unmist… Zetter… · INTRODUKTIONSPROGRAM2-K3F"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := handlers.StudentLabel(care.Name{Ref: tt.ref, Given: tt.given, Family: tt.family})
			if got != tt.want {
				t.Errorf("studentLabel = %q (%d), want %q", got, units(got), tt.want)
			}
		})
	}
}

func TestWhatPeopleTypedIsShownSafely(t *testing.T) {
	o := newOffice(t)
	o.students(care.StudentRow{Given: "Bo & <!here>", Family: "<@UEVA>", Group: "8B", School: "alen", Ref: "8B-B2B"})
	school := o.care.Schools["alen"]
	school.Name = "Å & <!channel>"
	school.Terms = map[care.Term]care.Word{
		care.TermMentor: {Indefinite: "klass<mentor>", Definite: "klass<mentorn>"},
		care.TermTeam:   {Indefinite: "trygghet & hälsa", Definite: "<!here>"},
	}
	o.care.Schools["alen"] = school
	const everyone = "&lt;!channel&gt;"
	tests := []struct{ name, who, line, want string }{
		{"unknown student", anna, "/insats " + everyone + " samtal", "”" + everyone + "”"},
		{"everyone called upon", anna, "/insats <!channel> samtal", "”@channel”"},
		{"a person with an odd name called upon", anna, "/insats <@UEVA> samtal", "”@Eva &lt;Holm&gt;”"},
		{"unknown kind", anna, "/insats 8B-K3F " + everyone, "”" + everyone + "”"},
		{"unknown student, list", anna, "/insats lista " + everyone, "”" + everyone + "”"},
		{"entities as typed", anna, "/insats &amp;lt;b samtal", "”&amp;lt;b”"},
		{"note and name", anna, "/insats 8B-B2B samtal " + everyone + " <!here> &amp;amp;",
			"8B-B2B (Bo &amp; &lt;!here&gt; &lt;@UEVA&gt;): elevsamtal, tis 17 nov.\n> " + everyone + " @here &amp;amp;"},
		{"author and note", anna, "/insats lista 8B-B2B", "*Insatser för 8B-B2B (Bo &amp; &lt;!here&gt; &lt;@UEVA&gt;)*"},
		{"author", anna, "/insats lista 8B-K3F", "loggat av Eva &lt;Holm&gt; &amp; co"},
		{"terms in help", anna, "/insats hjälp", "Du, klass&lt;mentorn&gt;, &lt;!here&gt; och rektor kan läsa den."},
		{"terms and school", anna, "/lotsen", "klass&lt;mentor&gt; (8B och 8A) på Å &amp; &lt;!channel&gt;."},
		{"no language", anna, "/lotsen språk " + everyone, "Jag kan svenska"},
	}
	o.types(eva, "/insats 8B-K3F samtal")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o.t = t
			r := o.types(tt.who, tt.line)
			for _, text := range append(texts(r), r.Text) {
				if strings.Contains(strings.ReplaceAll(text, "\n>", "\n"), "<") {
					t.Errorf("%s shows %q, which has a tag", tt.line, text)
				}
			}
			if !strings.Contains(shown(r), tt.want) {
				t.Errorf("%s = %q, want %q in it", tt.line, shown(r), tt.want)
			}
		})
	}
}

func TestStudentOutOfSight(t *testing.T) {
	o := newOffice(t)
	logged := o.types(anna, "/insats 8B-K3F samtal Om klassbytet")
	o.students(care.StudentRow{Given: "Kim", Family: "Kvist", Group: "9C", School: "alen", Ref: "8B-K3F"})
	want := "Ångrat: elevsamtal för en elev du inte längre får se, tis 17 nov. Insatsen visas inte längre."
	if got := shown(o.clicks(anna, logged, "Ångra")); got != want {
		t.Errorf("undo = %q, want %q", got, want)
	}
}

func TestClicksThatLeadNowhere(t *testing.T) {
	o := newOffice(t)
	handle := map[string]handlers.Route{}
	for _, a := range o.Actions() {
		handle[a.ID] = a
	}
	tests := []struct {
		action, value string
		want          care.Code
	}{
		{"intervention.pick", "", care.CodeDraftGone},
		{"intervention.pick", "dr_x", care.CodeDraftGone},
		{"intervention.pick", "dr_x/0", care.CodeDraftGone},
		{"intervention.pick", "dr_x/0/8B-K3F", care.CodeDraftGone},
		{"intervention.pick", "dr_x/one/8B-K3F", care.CodeDraftGone},
		{"intervention.undo", "", care.CodeNothingToUndo},
		{"intervention.undo", "iv_x", care.CodeNothingToUndo},
		{"intervention.list", "9C-P5P", care.CodeNoSuchStudent},
		{"intervention.list", "/", care.CodeNoSuchStudent},
		{"intervention.edit", "", care.CodeNoSuchEntry},
		{"intervention.edit", "iv_x", care.CodeNoSuchEntry},
		{"intervention.log", "9C-P5P", care.CodeNoSuchStudent},
		{"student.open", "9C-P5P", care.CodeNoSuchStudent},
		{"student.open", "", care.CodeNoSuchStudent},
		{"student.page", "8B-K3F", "too_old_button"},
		{"student.page", "9C-P5P/1", care.CodeNoSuchStudent},
	}
	for _, tt := range tests {
		t.Run(tt.action+" "+tt.value, func(t *testing.T) {
			o.t = t
			req := o.request(anna)
			req.Value = tt.value
			_, err := handle[tt.action].Handle(t.Context(), req)
			if got := care.CodeOf(err); got != tt.want {
				t.Errorf("a click with %q = %v, want %s", tt.value, err, tt.want)
			}
		})
	}
}

func TestTermsOfASchool(t *testing.T) {
	tests := []struct {
		name, ladder string
		country      care.Country
		lang         care.Lang
		want         string
	}{
		{"swedish school", "se-grund", care.Sweden, care.Swedish, "Du, mentorn, EHT och rektor kan läsa den."},
		{"swedish gymnasium", "se-gy", care.Sweden, care.Swedish, "Du, mentorn, EHT och rektor kan läsa den."},
		{"norwegian grunnskole", "no-grunnskole", care.Norway, care.Bokmal, "Du, kontaktlæreren, ressursteamet og rektor kan lese det."},
		{"norwegian vgs", "no-vgs", care.Norway, care.Bokmal, "Du, kontaktlæreren, elevtjenesten og rektor kan lese det."},
		{"norwegian, a ladder of its own", "vestby", care.Norway, care.Nynorsk, "Det kan lesast av deg, kontaktlæraren, ressursteamet og rektor."},
		{"norwegian vgs in swedish", "no-vgs", care.Norway, care.Swedish, "Du, kontaktläraren, elevtjänsten och rektor kan läsa den."},
		{"swedish school in bokmål", "se-grund", care.Sweden, care.Bokmal, "Du, mentoren, elevhelseteamet og rektor kan lese det."},
		{"swedish school in nynorsk", "", care.Sweden, care.Nynorsk, "Det kan lesast av deg, mentoren, elevhelseteamet og rektor."},
	}
	o := newOffice(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o.t = t
			school := o.care.Schools["alen"]
			school.Ladder, school.Country = tt.ladder, tt.country
			o.care.Schools["alen"] = school
			req := o.request(anna)
			if err := o.care.ChooseLanguage(t.Context(), req.Actor, tt.lang, req.ID, req.Now); err != nil {
				t.Fatal(err)
			}
			if got := shown(o.types(anna, "/insats hjälp")); !strings.HasSuffix(got, tt.want) {
				t.Errorf("help ends with\n%s\nwant %q", got[max(0, len(got)-200):], tt.want)
			}
		})
	}
}
