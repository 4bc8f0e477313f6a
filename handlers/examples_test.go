package handlers_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/locales"
)

// examples are all commands that the texts show, and what each does: what it logs, or the text
// that answers it.
var examples = map[string]map[string]string{
	"sv": {
		"/mote":                            "modal_meeting_title",
		"/mote 8B-K3F Frånvaron":           "modal_meeting_title",
		"/mote lista":                      "meetings_empty",
		"/mote hjälp":                      "help_mote",
		"/rapport":                         "report_title",
		"/rapport vecka":                   "report_title",
		"/rapport månad":                   "report_title",
		"/rapport termin":                  "report_title",
		"/rapport läsår":                   "report_title",
		"/rapport Ålenskolan termin":       "report_title",
		"/rapport hjälp":                   "help_rapport",
		"/insats":                          "modal_log_title",
		"/elev hjälp":                      "help_elev",
		"/lotsen inställningar":            "settings_title",
		"/elev":                            "mine_title",
		"/elev 8B-K3F":                     "card_title",
		"/elev lista":                      "mine_title",
		"/insats 8B-K3F samtal Ringde hem": "[8B-K3F] [talk] Ringde hem",
		"/insats 8B-K3F samtal Ringde hem, kommer i morgon": "[8B-K3F] [talk] Ringde hem, kommer i morgon",
		"/insats 8B-K3F samtal Pratade om morgonrutiner":    "[8B-K3F] [talk] Pratade om morgonrutiner",
		"/insats 8B-K3F,8B-M2X samtal,hem":                  "[8B-K3F 8B-M2X] [talk home]",
		"/insats lista":                                     "list_own_empty",
		"/insats lista 8B-K3F":                              "list_student_empty",
		"/insats ångra":                                     "error_nothing_to_undo",
		"/insats hjälp":                                     "help_insats",
		"/lotsen hjälp":                                     "help_lotsen",
		"/franvaro":                                         "cases_empty",
		"/franvaro 8B-K3F":                                  "case_none",
		"/franvaro lista":                                   "cases_none",
		"/franvaro hjälp":                                   "help_franvaro",
		"/lotsen språk sv":                                  "sv language_set",
		"/lotsen":                                           "help_lotsen",
		"/lotsen språk nb":                                  "nb language_set",
		"/lotsen vikarie @anna @bo 26/11–30/11":             "leave_substitute",
		"/lotsen vikarie @anna":                             "leave_none",
		"/lotsen vikarie @anna ta bort":                     "leave_none",
	},
	"nb": {
		"/mote":                              "modal_meeting_title",
		"/mote 8B-K3F Fraværet":              "modal_meeting_title",
		"/mote liste":                        "meetings_empty",
		"/mote hjelp":                        "help_mote",
		"/rapport":                           "report_title",
		"/rapport uke":                       "report_title",
		"/rapport måned":                     "report_title",
		"/rapport halvår":                    "report_title",
		"/rapport skoleår":                   "report_title",
		"/rapport Fjord halvår":              "report_title",
		"/rapport hjelp":                     "help_rapport",
		"/tiltak":                            "modal_log_title",
		"/elev hjelp":                        "help_elev",
		"/lotsen innstillinger":              "settings_title",
		"/elev":                              "mine_title",
		"/elev 8B-K3F":                       "card_title",
		"/elev liste":                        "mine_title",
		"/tiltak 8B-K3F samtale Ringte hjem": "[8B-K3F] [talk] Ringte hjem",
		"/tiltak 8B-K3F samtale Ringte hjem, kommer i morgen": "[8B-K3F] [talk] Ringte hjem, kommer i morgen",
		"/tiltak 8B-K3F samtale Snakket om morgenrutiner":     "[8B-K3F] [talk] Snakket om morgenrutiner",
		"/tiltak 8B-K3F,8B-M2X samtale,hjem":                  "[8B-K3F 8B-M2X] [talk home]",
		"/tiltak liste":                                       "list_own_empty",
		"/tiltak liste 8B-K3F":                                "list_student_empty",
		"/tiltak angre":                                       "error_nothing_to_undo",
		"/tiltak hjelp":                                       "help_insats",
		"/lotsen hjelp":                                       "help_lotsen",
		"/fravaer":                                            "cases_empty",
		"/fravaer 8B-K3F":                                     "case_none",
		"/fravaer liste":                                      "cases_none",
		"/fravaer hjelp":                                      "help_franvaro",
		"/lotsen":                                             "help_lotsen",
		"/lotsen språk nb":                                    "nb language_set",
		"/lotsen språk nn":                                    "nn language_set",
		"/lotsen vikar @anna @bo 26.11.–30.11.":               "leave_substitute",
		"/lotsen vikar @anna":                                 "leave_none",
		"/lotsen vikar @anna fjern":                           "leave_none",
	},
	"nn": {
		"/mote":                              "modal_meeting_title",
		"/mote 8B-K3F Fråværet":              "modal_meeting_title",
		"/mote liste":                        "meetings_empty",
		"/mote hjelp":                        "help_mote",
		"/rapport":                           "report_title",
		"/rapport veke":                      "report_title",
		"/rapport månad":                     "report_title",
		"/rapport halvår":                    "report_title",
		"/rapport skuleår":                   "report_title",
		"/rapport Fjord halvår":              "report_title",
		"/rapport hjelp":                     "help_rapport",
		"/tiltak":                            "modal_log_title",
		"/elev hjelp":                        "help_elev",
		"/lotsen innstillingar":              "settings_title",
		"/elev":                              "mine_title",
		"/elev 8B-K3F":                       "card_title",
		"/elev liste":                        "mine_title",
		"/tiltak 8B-K3F samtale Ringde heim": "[8B-K3F] [talk] Ringde heim",
		"/tiltak 8B-K3F samtale Ringde heim, kjem i morgon": "[8B-K3F] [talk] Ringde heim, kjem i morgon",
		"/tiltak 8B-K3F samtale Snakka om morgonrutinar":    "[8B-K3F] [talk] Snakka om morgonrutinar",
		"/tiltak 8B-K3F,8B-M2X samtale,heim":                "[8B-K3F 8B-M2X] [talk home]",
		"/tiltak liste":                                     "list_own_empty",
		"/tiltak liste 8B-K3F":                              "list_student_empty",
		"/tiltak angre":                                     "error_nothing_to_undo",
		"/tiltak hjelp":                                     "help_insats",
		"/lotsen hjelp":                                     "help_lotsen",
		"/fravar":                                           "cases_empty",
		"/fravar 8B-K3F":                                    "case_none",
		"/fravar liste":                                     "cases_none",
		"/fravar hjelp":                                     "help_franvaro",
		"/lotsen":                                           "help_lotsen",
		"/lotsen språk nb":                                  "nb language_set",
		"/lotsen språk nn":                                  "nn language_set",
		"/lotsen vikar @anna @bo 26.11.–30.11.":             "leave_substitute",
		"/lotsen vikar @anna":                               "leave_none",
		"/lotsen vikar @anna fjern":                         "leave_none",
	},
}

// shownCommands returns the commands that a language's texts show, with an example's ref filled in.
func shownCommands(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../locales/active." + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`(/[^`]*)`")
	usage := regexp.MustCompile(`^command_(\w+)_usage$`)
	shown := map[string]string{} // command → key of the text
	for key, entry := range all {
		text := strings.NewReplacer("{{.Ref}}", "8B-K3F", "{{.Student}}", "8B-K3F").Replace(fmt.Sprint(entry))
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], "/invite ") { // which is Slack's own
				shown[m[1]] = key
			}
		}
		if m := usage.FindStringSubmatch(key); m != nil {
			name := m[1]
			if own := map[string]string{"insats nb": "tiltak", "insats nn": "tiltak", "franvaro nb": "fravaer", "franvaro nn": "fravar"}[name+" "+lang]; own != "" {
				name = own
			}
			for words := range strings.SplitSeq(text, " | ") {
				shown["/"+name+" "+words] = key
			}
		}
	}
	return shown
}

func TestExamplesInTextsDoWhatTheySay(t *testing.T) {
	kinds := kindWords(newOffice(t).Texts)
	for _, lang := range locales.Languages {
		shown := shownCommands(t, lang)
		for line := range examples[lang] {
			if shown[line] == "" {
				t.Errorf("%s: no text shows %q", lang, line)
			}
		}
		for line, key := range shown {
			want, ok := examples[lang][line]
			if !ok {
				t.Errorf("%s: %s shows %q, which is none of the examples known here", lang, key, line)
				continue
			}
			t.Run(lang+" "+line, func(t *testing.T) {
				if strings.HasPrefix(want, "[") {
					_, text, _ := strings.Cut(line, " ")
					got, err := care.ParseLogLine(text, kinds, nil, nil)
					if err != nil {
						t.Fatal(err)
					}
					if got := strings.TrimSpace(fmt.Sprint(got.Students, got.Kinds, " ", got.Text)); got != want {
						t.Errorf("%s logs %q, want %q", line, got, want)
					}
					return
				}
				o := newOffice(t)
				who := anna
				if strings.Contains(line, "@") { // someone who says who stands in for others
					who = eva
				}
				if strings.HasPrefix(line, "/rapport") { // someone who sees a school's figures
					if who = eva; strings.Contains(line, "Fjord") {
						who = guro
					}
				}
				req := o.request(who)
				if err := o.care.ChooseLanguage(t.Context(), req.Actor, care.Lang(lang), req.ID, req.Now); err != nil {
					t.Fatal(err)
				}
				voice := o.Texts.In(lang)
				if in, id, ok := strings.Cut(want, " "); ok {
					voice, want = o.Texts.In(in), id
				}
				on := func(day int) string { return voice.Date(time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC), o.now) }
				begins, _, _ := strings.Cut(voice.Text(want, locales.Args{"Name": "Anna Lund", "Substitute": "Bo Ek",
					"Days": voice.Text("days", locales.Args{"From": on(26), "To": on(30)}), "Minutes": 30, "Student": "8B-K3F (Kim Kvist)", "Ref": "8B-K3F",
					"Language": voice.Text("language_"+line[max(0, len(line)-2):], nil)}), "\n")
				reply := o.types(who, strings.NewReplacer("@anna", "<@UANNA>", "@bo", "<@UBO>").Replace(line))
				if reply.Modal != nil {
					reply = handlers.Reply{Blocks: []slack.Block{slack.NewSectionBlock(reply.Modal.Title, nil, nil)}}
				}
				if want == "report_title" {
					begins = "*" + map[string]string{eva: "Ålenskolan", guro: "Fjord &amp; fjell vgs"}[who] + ", "
					if got := texts(reply)[0]; !strings.HasPrefix(got, begins) {
						t.Errorf("%s = %q, want the figures of a school", line, got)
					}
					return
				}
				if got, _, _ := strings.Cut(texts(reply)[0], "\n"); got != begins {
					t.Errorf("%s = %q, want %s: %q", line, got, want, begins)
				}
			})
		}
	}
}
