package handlers_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lotsen/handlers"
	"lotsen/internal/care"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A story is what one person does, line by line: a command as Slack sends it, a click on a
// button of the latest answer that has any ("[Ångra]", "[Fler val] kinds=talk"), the latest modal
// filled in and sent ("{kinds=talk | note=Ringde hem}"), a choice in it that tells at once ("(act=close)"),
// a shortcut ("⚡log_message Text"), what is typed into the search ("?alv"), a button of some other
// message ("!case.talked 8B-K3F/1"), a look at App Home ("home"), or some time that passes ("31m").
// What begins with "UEVA: " is done by someone else.
type story struct {
	who   string
	lines []string
}

var stories = map[string]story{
	"sv": {anna, []string{
		"/insats lista", "/insats lista 8B-K3F", "/insats ångra",
		"/insats 8B-K3F samtal Ringde hem, kommer i morgon",
		"/insats 8B-K3F,8B-M2X samtal,hem &lt;Mamma&gt; &amp; pappa\nÅterkommer på torsdag",
		"/insats kim kvist strukturstöd",
		"/insats alva samtal Hon frågade &lt;@UEVA&gt;", "[Alva Norén · 8B-N4N]",
		"/insats 8B-K3F anpa Mindre grupp", "[anpassat schema]",
		"/insats lista", "/insats lista alva", "[Alva Berg · 8B-M2X]", "/insats lista 8B-N4N",
		"/insats ÅNGRA", "/insats angra",
		"/insats 8B-K3F prat", "[Ångra]",
		"/insats 8B-K3F prat", "31m", "[Ångra]", "/insats ångra",
		"/insats alva samtal", "25h", "[Alva Berg · 8B-M2X]",
		"/insats lista 8B-K3F",
		"/insats ,", "/insats 9C-P5P samtal", "/insats Kalle Anka samtal", "/insats 8B-K3F,8B-222 samtal",
		"/insats 8B-K3F", "/insats 8B-K3F fika", "/insats 8B-K3F samtal " + tooLong, "/insats lista Kalle",
		"/insats hjälp", "/lotsen", "/lotsen språk", "/lotsen språk tyska", "/lotsen språk sv", "/lotsen språk NYNORSK", "/lotsen språk", "/lotsen språk sv",
		"/insats", "{kinds=talk}", "?nor 8b", "{students=8B-N4N | kinds=talk,home | note=<Hej> & välkommen}", "[Ändra]",
		"{note=Hej igen | partner=bup | outcome=some_effect | follow_up=2026-12-01 | audience=mentor}", "[Ändra]", "{date=2026-11-30 | follow_up=2026-11-01}",
		"⚡log_message Mamma ringde: &lt;!channel&gt; hon är &lt;sjuk&gt;", "[Fler val] kinds=home", "{level=group}", "[Ångra]", "⚡log_intervention ",
		"/elev 8B-N4N", "[Ändra]", "{kinds=talk}", "/elev alva", "[Alva Berg · 8B-M2X]", "[Logga insats]", "{kinds=risk | students=8B-M2X,9C-P5P}", "{kinds=risk}",
		"/elev", "/elev kalle", "/elev hjälp", "home", "[Visa namn]", "14h", "home",
		"/lotsen inställningar", "{language=nn}", "/elev", "/lotsen språk sv",
		"/lotsen inställningar", "{slot_day=thu | slot_time=06:45}", "{slot_day=thu | slot_time=07:45 | substitute=UBO}", "{away_from=2026-11-19}",
		"{away_to=2026-11-19}", "{away_from=2026-11-23 | away_to=2026-11-20}", "{away_from=2026-11-02 | away_to=2026-11-06}", "{away_from=2026-11-19 | away_to=2028-12-20}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UANNA}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UNOBODY}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UGURO}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UTOR}",
		"{slot_day=thu | slot_time=07:45 | away_from=2026-11-19 | away_to=2027-01-08 | substitute=UBO}", "/lotsen inställningar", "{slot_day= | slot_time= | substitute=}",
		"/lotsen VIKARIE &lt;@UBO&gt; inte", "UEVA: /lotsen", "UEVA: /lotsen vikarie", "UEVA: /lotsen vikarie @anna @bo 26/11", "UEVA: /lotsen vikarie <@UBO> <@UANNA> 26/11",
		"UEVA: /lotsen vikarie <@UANNA> <@UBO> snart", "UEVA: /lotsen vikarie <@UANNA> <@UBO> 30/11–26/11", "UEVA: /lotsen vikarie <@UANNA> <@UBO>",
		"UEVA: /lotsen vikarie <@UANNA|anna> <@UBO|bo> 26/11–30/11", "UEVA: /lotsen Vikarie <@UANNA>", "UEVA: /lotsen vikarie <@UANNA> INTE",
		"UEVA: /lotsen vikarie <@UBO> 3 dec", "UEVA: /lotsen vikarie <@UBO> <@UEVA>", "UEVA: /lotsen vikarie <@UBO> <@UBO>", "UEVA: /lotsen vikarie <@UANNA> <@UBO> 1–4 dec", "UEVA: /lotsen vikarie <@UGURO>",
	}},
	"nb": {guro, []string{
		"/tiltak liste", "/tiltak liste 1STA-B2B", "/tiltak angre",
		"/tiltak 1STA-B2B samtale Ringte hjem, kommer i morgen",
		"/tiltak 1STA-B2B,1STA-C4D samtale,hjem &lt;Mor&gt; &amp; far\nTar kontakt på torsdag",
		"/tiltak liv aasen strukturstøtte",
		"/tiltak liv samtale Hun spurte &lt;@UEVA&gt;", "[Liv Moe · 1STA-C4D]",
		"/tiltak 1STA-B2B samtale hjem om fraværet", "[kontakt med hjemmet]",
		"/tiltak liste", "/tiltak liste liv", "[Liv Moe · 1STA-C4D]", "/tiltak liste 1STA-B2B",
		"/tiltak ANGRE", "/tiltak angre",
		"/tiltak 1STA-B2B prat", "[Angre]",
		"/tiltak 1STA-B2B prat", "31m", "[Angre]", "/tiltak angre",
		"/tiltak liv samtale", "25h", "[Liv Moe · 1STA-C4D]",
		"/tiltak liste 1STA-C4D",
		"/tiltak ,", "/tiltak 9C-P5P samtale", "/tiltak Kalle And samtale", "/tiltak 1STA-B2B,1STA-222 samtale",
		"/tiltak 1STA-B2B", "/tiltak 1STA-B2B kaffe", "/tiltak 1STA-B2B samtale " + tooLong, "/tiltak liste Kalle",
		"/tiltak hjelp", "/lotsen", "/lotsen språk", "/lotsen språk tysk", "/lotsen språk nb", "/lotsen språk SVENSKA", "/lotsen språk", "/lotsen språk nb",
		"/tiltak", "{kinds=talk}", "?moe 1sta", "{students=1STA-C4D | kinds=talk,home | note=<Hei> & velkommen}", "[Endre]",
		"{note=Hei igjen | partner=ppt | outcome=some_effect | follow_up=2026-12-01 | audience=mentor}", "[Endre]", "{date=2026-11-30 | follow_up=2026-11-01}",
		"⚡log_message Mor ringte: &lt;!channel&gt; hun er &lt;syk&gt;", "[Flere valg] kinds=home", "{level=group}", "[Angre]", "⚡log_intervention ",
		"/elev 1STA-C4D", "[Endre]", "{kinds=talk}", "/elev liv", "[Liv Åsen · 1STA-B2B]", "[Registrer tiltak]", "{kinds=risk | students=1STA-B2B,9C-P5P}", "{kinds=risk}",
		"/elev", "/elev kalle", "/elev hjelp", "home", "[Vis navn]", "14h", "home",
		"/lotsen innstillinger", "{language=sv}", "/elev", "/lotsen språk nb",
		"/lotsen innstillinger", "{slot_day=thu | slot_time=16:30}", "{slot_day=thu | slot_time=07:45 | substitute=USIGNE}", "{away_from=2026-11-19}",
		"{away_from=2026-11-23 | away_to=2026-11-20}", "{away_from=2026-11-02 | away_to=2026-11-06}", "{away_from=2026-11-19 | away_to=2028-12-20}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UGURO}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UNOBODY}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UANNA}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UTOR}",
		"{slot_day=thu | slot_time=07:45 | away_from=2026-11-19 | away_to=2027-01-08 | substitute=USIGNE}", "/lotsen innstillinger", "{slot_day= | slot_time= | substitute=}",
		"USIGNE: /lotsen språk nb", "USIGNE: /lotsen vikar <@UGURO> fjern", "/lotsen", "/lotsen vikar", "/lotsen vikar <@USIGNE> <@UGURO> snart", "/lotsen vikar <@USIGNE> <@UGURO> 30.11.–26.11.",
		"/lotsen vikar <@USIGNE|signe> <@UGURO|guro> 12.1.", "/lotsen VIKAR <@UGURO>", "/lotsen vikar <@UGURO> FJERN", "/lotsen vikar <@USIGNE> <@UGURO> 26. til 30. november", "/lotsen vikar <@USIGNE>",
		"/lotsen vikar <@UGURO> <@USIGNE> 28.11.–4.12.", "/lotsen vikar <@UGURO> 1.–4. des.", "/lotsen vikar <@UANNA>",
	}},
	"nn": {signe, []string{
		"/tiltak liste", "/tiltak liste 1STB-C3C", "/tiltak angre",
		"/tiltak 1STB-C3C samtale Ringde heim, kjem i morgon",
		"/tiltak 1STB-C3C,1STB-P9Q samtale,heim &lt;Mor&gt; &amp; far\nTek kontakt på torsdag",
		"/tiltak jon sather rettleiing",
		"/tiltak jon samtale Han spurde &lt;@UEVA&gt;", "[Jon Li · 1STB-P9Q]",
		"/tiltak 1STB-C3C samtale heim om fråværet", "[elevsamtale]",
		"/tiltak liste", "/tiltak liste jon", "[Jon Li · 1STB-P9Q]", "/tiltak liste 1STB-C3C",
		"/tiltak ANGRE", "/tiltak angre",
		"/tiltak 1STB-C3C prat", "[Angre]",
		"/tiltak 1STB-C3C prat", "31m", "[Angre]", "/tiltak angre",
		"/tiltak jon samtale", "25h", "[Jon Li · 1STB-P9Q]",
		"/tiltak liste 1STB-P9Q",
		"/tiltak ,", "/tiltak 9C-P5P samtale", "/tiltak Kalle And samtale", "/tiltak 1STB-C3C,1STB-222 samtale",
		"/tiltak 1STB-C3C", "/tiltak 1STB-C3C kaffi", "/tiltak 1STB-C3C samtale " + tooLong, "/tiltak liste Kalle",
		"/tiltak hjelp", "/lotsen", "/lotsen språk", "/lotsen språk tysk", "/lotsen språk nn", "/lotsen språk BOKMÅL", "/lotsen språk", "/lotsen språk nn",
		"/tiltak", "{kinds=talk}", "?li 1stb", "{students=1STB-P9Q | kinds=talk,home | note=<Hei> & velkomen}", "[Endre]",
		"{note=Hei igjen | partner=ppt | outcome=some_effect | follow_up=2026-12-01 | audience=mentor}", "[Endre]", "{date=2026-11-30 | follow_up=2026-11-01}",
		"⚡log_message Mor ringde: &lt;!channel&gt; ho er &lt;sjuk&gt;", "[Fleire val] kinds=home", "{level=group}", "[Angre]", "⚡log_intervention ",
		"/elev 1STB-P9Q", "[Endre]", "{kinds=talk}", "/elev jon", "[Jon Sæther · 1STB-C3C]", "[Registrer tiltak]", "{kinds=risk | students=1STB-C3C,9C-P5P}", "{kinds=risk}",
		"/elev", "/elev kalle", "/elev hjelp", "home", "[Vis namn]", "14h", "home",
		"/lotsen innstillingar", "{language=nb}", "/elev", "/lotsen språk nn",
		"/lotsen innstillingar", "{slot_day=thu | slot_time=16:30}", "{slot_day=thu | slot_time=07:45 | substitute=UGURO}", "{away_from=2026-11-19}",
		"{away_from=2026-11-23 | away_to=2026-11-20}", "{away_from=2026-11-02 | away_to=2026-11-06}", "{away_from=2026-11-19 | away_to=2028-12-20}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=USIGNE}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UNOBODY}",
		"{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UANNA}", "{away_from=2026-11-19 | away_to=2026-11-20 | substitute=UTOR}",
		"{slot_day=thu | slot_time=07:45 | away_from=2026-11-19 | away_to=2027-01-08 | substitute=UGURO}", "/lotsen innstillingar", "{slot_day= | slot_time= | substitute=}",
		"/lotsen vikar <@UGURO> fjern", "UGURO: /lotsen språk nn", "UGURO: /lotsen", "UGURO: /lotsen vikar", "UGURO: /lotsen vikar <@USIGNE> <@UGURO> snart", "UGURO: /lotsen vikar <@USIGNE> <@UGURO> 30.11.–26.11.",
		"UGURO: /lotsen vikar <@USIGNE|signe> <@UGURO|guro> 12.1.", "UGURO: /lotsen VIKAR <@UGURO>", "UGURO: /lotsen vikar <@UGURO> FJERN", "UGURO: /lotsen vikar <@USIGNE> <@UGURO> 26. til 30. november", "UGURO: /lotsen vikar <@USIGNE>",
		"UGURO: /lotsen vikar <@UGURO> <@USIGNE> 28.11.–4.12.", "UGURO: /lotsen vikar <@UGURO> 1.–4. des.", "UGURO: /lotsen vikar <@UANNA>",
	}},
}

var tooLong = strings.Repeat("ø", care.NoteMax+1)

// TestStories compares what a person reads with testdata/<language>.txt.
func TestStories(t *testing.T) {
	for lang, s := range stories {
		t.Run(lang, func(t *testing.T) {
			o := newOffice(t)
			golden(t, lang, tell(o, s)+amiss(o, care.Lang(lang)))
		})
	}
}

// golden compares what people read with testdata/<name>.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("people read something else than %s (-) says:\n%s", path, diff)
	}
}

// tell is what happens in a story.
func tell(o *office, s story) string {
	var b strings.Builder
	var asked handlers.Reply // the latest answer with buttons
	for _, line := range s.lines {
		fmt.Fprintf(&b, "» %s\n", strings.ReplaceAll(line, tooLong, "øøø…"))
		if d, err := time.ParseDuration(line); err == nil {
			o.now = o.now.Add(d)
			b.WriteString("\n")
			continue
		}
		who := s.who
		if other, rest, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(other, "U") {
			who, line = other, rest
		}
		answer := o.does(who, asked, line)
		if len(buttons(answer)) > 0 || answer.Modal != nil {
			asked = answer
		}
		b.WriteString(shown(answer) + "\n\n")
	}
	return b.String()
}

// amiss is what the bot says when something is.
func amiss(o *office, lang care.Lang) string {
	var b strings.Builder
	for _, id := range []string{"one_moment", "still_working", "still_saving", "error_busy"} {
		b.WriteString(shown(o.Say(id, lang)) + "\n")
	}
	for _, err := range []error{&care.Error{Code: care.CodeNoAccess}, &care.Error{Code: "too_old_button"}, &care.Error{Code: "window_late"}, errors.New("no answer from the disk")} {
		b.WriteString(shown(o.ErrorReply(err, lang, "r_7f3k")) + "\n")
	}
	return b.String()
}

// does carries out one line of a story; asked is the latest answer that asks for something.
func (o *office) does(who string, asked handlers.Reply, line string) handlers.Reply {
	o.t.Helper()
	switch {
	case strings.HasPrefix(line, "["):
		label, fields, _ := strings.Cut(line[1:], "]")
		return o.clicks(who, asked, label, parted(fields)...)
	case strings.HasPrefix(line, "{"):
		return o.submits(who, asked, parted(strings.Trim(line, "{}"))...)
	case strings.HasPrefix(line, "("):
		return o.chooses(who, asked, strings.Trim(line, "()"))
	case strings.HasPrefix(line, "!"):
		id, value, _ := strings.Cut(line[1:], " ")
		req := o.request(who)
		req.Value = o.meetingIn(who, value)
		return o.goes(o.Actions(), id, req)
	case strings.HasPrefix(line, "⚡"):
		id, text, _ := strings.Cut(strings.TrimPrefix(line, "⚡"), " ")
		return o.shortcut(who, id, text)
	case strings.HasPrefix(line, "✉"):
		return o.says(who, strings.TrimPrefix(line, "✉ "))
	case strings.HasPrefix(line, "?"):
		req := o.request(who)
		req.Text = line[1:]
		return o.goes(o.Searches(), "students", req)
	case line == "home":
		view, _, err := o.Home(o.t.Context(), o.request(who))
		if err != nil {
			o.t.Fatal(err)
		}
		o.blocksFit(view.Blocks.BlockSet)
		return handlers.Reply{Blocks: view.Blocks.BlockSet}
	}
	return o.types(who, line)
}

// parted takes the fields of a line apart.
func parted(fields string) []string {
	var list []string
	for f := range strings.SplitSeq(fields, " | ") {
		if f = strings.TrimSpace(f); f != "" {
			list = append(list, f)
		}
	}
	return list
}
