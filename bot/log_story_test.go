package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lotsen/internal/fakeslack"
	"lotsen/internal/store/storetest"
)

func TestLogInThreeLanguages(t *testing.T) { overBoth(t, testLogInThreeLanguages) }

func testLogInThreeLanguages(t *testing.T, w *world) {
	w.serve()
	tests := []struct {
		name, user, command, text, want string
	}{
		{"swedish, by ref", "UANNA", "/insats", "8B-K3F samtal Ringde hem, kommer i morgon",
			"Loggat för 8B-K3F (Unmistakable-Xanthippa Zetterqvistsson): elevsamtal, tis 17 nov.\n> Ringde hem, kommer i morgon\n[Ångra] [Ändra]"},
		{"swedish, by name, several kinds", "UANNA", "/insats", "alva berg samtal,hem",
			"Loggat för 8B-M2X (Alva Berg): elevsamtal och kontakt med hemmet, tis 17 nov.\n[Ångra] [Ändra]"},
		{"swedish, the other command, several students", "UANNA", "/tiltak", "8b–k3f,8b-m2x strukturstöd",
			"Loggat för 8B-K3F (Unmistakable-Xanthippa Zetterqvistsson) och 8B-M2X (Alva Berg): strukturstöd, tis 17 nov.\n[Ångra] [Ändra]"},
		{"bokmål, by given name", "UGURO", "/tiltak", "liv samtale Snakket om søvn",
			"Registrert: elevsamtale tirs. 17. nov. for 1STA-B2B (Liv Åsen).\n> Snakket om søvn\n[Angre] [Endre]"},
		{"bokmål, name without its ring", "UGURO", "/tiltak", "Liv Aasen hjemmebesøk",
			"Registrert: hjemmebesøk tirs. 17. nov. for 1STA-B2B (Liv Åsen).\n[Angre] [Endre]"},
		{"nynorsk, by family name too", "USIGNE", "/tiltak", "Jon Sather rettleiing Vil byte fag",
			"Tiltak registrert: rettleiing tys. 17. nov. for 1STB-C3C (Jon Sæther).\n> Vil byte fag\n[Angre] [Endre]"},
		{"the team, whole school", "UEVA", "/insats", "9c-p5p kartläggning",
			"”kartläggning” är ingen insats som jag känner till. Inget är loggat. Skriv till exempel: /insats 8B-K3F samtal Ringde hem. Hela listan: /insats hjälp"},
		{"the principal", "URUT", "/insats", "9c-p5p åp Möte på torsdag",
			"Loggat för 9C-P5P (Nils Öberg): åtgärdsprogram, tis 17 nov.\n> Möte på torsdag\n[Ångra] [Ändra]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			if got := w.types(tt.user, tt.command, tt.text); got != tt.want {
				t.Errorf("%s %s =\n%s\nwant\n%s", tt.command, tt.text, got, tt.want)
			}
		})
	}
	w.t = t
	w.check()
}

func TestListAndUndo(t *testing.T) { overBoth(t, testListAndUndo) }

func testListAndUndo(t *testing.T, w *world) {
	w.serve()
	if got, want := w.types("UANNA", "/insats", "lista"), "Här finns inga insatser att visa än. Så här loggar du en: /insats 8B-K3F samtal Ringde hem"; got != want {
		t.Errorf("empty list = %q, want %q", got, want)
	}
	w.types("UANNA", "/insats", "8B-M2X samtal Första")
	second := w.ask("UANNA", "/insats", "8B-M2X hem Andra")
	w.types("UEVA", "/insats", "8B-M2X vägledning Från EHT")

	if got, want := w.types("UANNA", "/insats", "LISTA"), `Dina senaste insatser
tis 17 nov  8B-M2X (Alva Berg): kontakt med hemmet
> Andra
[Ändra]
tis 17 nov  8B-M2X (Alva Berg): elevsamtal
> Första
[Ändra]`; got != want {
		t.Errorf("own list =\n%s\nwant\n%s", got, want)
	}
	if got, want := w.types("UANNA", "/insats", "liste alva berg"), `Insatser för 8B-M2X (Alva Berg)
tis 17 nov  vägledning  ·  loggat av Eva Holm
> Från EHT
tis 17 nov  kontakt med hemmet
> Andra
[Ändra]
tis 17 nov  elevsamtal
> Första
[Ändra]`; got != want {
		t.Errorf("a student's list =\n%s\nwant\n%s", got, want)
	}
	if got, want := w.clicks("UANNA", second, "intervention.undo"),
		"Ångrat: kontakt med hemmet för 8B-M2X (Alva Berg), tis 17 nov. Insatsen visas inte längre."; got != want {
		t.Errorf("undo by click = %q, want %q", got, want)
	}
	if got, want := w.types("UANNA", "/insats", "angra"),
		"Ångrat: elevsamtal för 8B-M2X (Alva Berg), tis 17 nov. Insatsen visas inte längre."; got != want {
		t.Errorf("undo by word = %q, want %q", got, want)
	}
	if got, want := w.types("UANNA", "/insats", "ångra"),
		"Det finns inget att ångra från de senaste 30 minuterna. Se dina insatser: /insats lista"; got != want {
		t.Errorf("nothing to undo = %q, want %q", got, want)
	}
	if got := w.types("UANNA", "/insats", "lista 8B-M2X"); strings.Contains(got, "Andra") || strings.Contains(got, "Första") {
		t.Errorf("the list shows what was withdrawn:\n%s", got)
	}
	w.check()
}

func TestUndoTwiceByTheSameRequestUndoesOne(t *testing.T) {
	overBoth(t, testUndoTwiceByTheSameRequestUndoesOne)
}

func testUndoTwiceByTheSameRequestUndoesOne(t *testing.T, w *world) {
	w.serve()
	w.types("UANNA", "/insats", "8B-M2X samtal Första")
	w.types("UANNA", "/insats", "8B-M2X hem Andra")
	form, err := w.slack.CommandForm("UANNA", "", "/insats", "ångra")
	if err != nil {
		t.Fatal(err)
	}
	first, second := w.raw(form), w.raw(form)
	if first != second {
		t.Errorf("a redelivered undo answers\n%s\nfirst it was\n%s", second, first)
	}
	if got := w.types("UANNA", "/insats", "lista"); !strings.Contains(got, "Första") || strings.Contains(got, "Andra") {
		t.Errorf("after one undo delivered twice the list is\n%s", got)
	}
}

// forgeClick sends a signed click with a value that Slack never showed to this person.
func (w *world) forgeClick(user, actionID, value string) {
	w.t.Helper()
	form, err := w.slack.CommandForm(user, "", "/insats", "")
	if err != nil {
		w.t.Fatal(err)
	}
	payload, err := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]string{"id": user}, "team": map[string]string{"id": w.slack.TeamID()},
		"trigger_id": form.Get("trigger_id"), "response_url": form.Get("response_url"),
		"actions": []map[string]string{{"type": "button", "block_id": "b", "action_id": actionID, "value": value}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if w.socket {
		envelope, err := json.Marshal(map[string]any{"envelope_id": rand.Text(), "type": "interactive", "payload": json.RawMessage(payload)})
		if err != nil {
			w.t.Fatal(err)
		}
		if err := w.slack.SendRaw(string(envelope)); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	body := []byte(url.Values{"payload": {string(payload)}}.Encode())
	if status := w.post(pathInteractions, body); status != http.StatusOK {
		w.t.Fatalf("click: status %d", status)
	}
}

// post sends a signed request and returns the status.
func (w *world) post(path string, body []byte) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header = fakeslack.Sign(w.slack.SigningSecret(), time.Now(), body)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// raw delivers a command as it stands and returns the body of the answer.
func (w *world) raw(form url.Values) string {
	w.t.Helper()
	ack, err := w.slack.CommandRaw(w.t.Context(), fakeslack.RawCommand{Form: form})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(ack.Body)
}

func TestSameTriggerTwice(t *testing.T) { overBoth(t, testSameTriggerTwice) }

func testSameTriggerTwice(t *testing.T, w *world) {
	w.serve()
	form, err := w.slack.CommandForm("UANNA", "", "/insats", "8B-M2X,8B-K3F samtal Bara en gång")
	if err != nil {
		t.Fatal(err)
	}
	if first, second := w.raw(form), w.raw(form); first != second {
		t.Errorf("a redelivered command answers\n%s\nfirst it was\n%s", second, first)
	}
	if got := w.types("UANNA", "/insats", "lista 8B-K3F"); strings.Count(got, "Bara en gång") != 1 {
		t.Errorf("logged more or less than once:\n%s", got)
	}
}

func TestUndoNamesNothing(t *testing.T) { overBoth(t, testUndoNamesNothing) }

func testUndoNamesNothing(t *testing.T, w *world) {
	w.serve()
	w.types("UANNA", "/insats", "8B-M2X samtal Kvar")
	if got, want := w.types("UANNA", "/insats", "ångra 8B-K3F"), "/insats ångra tar tillbaka den insats som du loggade sist. Skriv det utan något efter. Inget är ändrat."; got != want {
		t.Errorf("undo with more words = %q, want %q", got, want)
	}
	if got := w.types("UANNA", "/insats", "lista"); !strings.Contains(got, "Kvar") {
		t.Errorf("it has undone something:\n%s", got)
	}
}

func TestLanguageChosenOnceByOneRequest(t *testing.T) {
	overBoth(t, testLanguageChosenOnceByOneRequest)
}

func testLanguageChosenOnceByOneRequest(t *testing.T, w *world) {
	w.serve()
	form, err := w.slack.CommandForm("UANNA", "", "/lotsen", "språk nn")
	if err != nil {
		t.Fatal(err)
	}
	w.raw(form)
	w.types("UANNA", "/lotsen", "språk nb")
	w.raw(form) // a redelivery that comes late
	if got := w.types("UANNA", "/lotsen", "språk"); !strings.HasPrefix(got, "Jeg") {
		t.Errorf("after a late redelivery the language is that of %q, want Bokmål", got)
	}
}

func TestTwoHits(t *testing.T) { overBoth(t, testTwoHits) }

func testTwoHits(t *testing.T, w *world) {
	w.serve()
	t.Run("students", func(t *testing.T) {
		w.t = t
		asked := w.ask("UANNA", "/insats", "alva samtal Vem?")
		if want := "Jag är inte säker på vilken elev du menar. Välj här, eller skriv raden igen.\n[Alva Berg · 8B-M2X] [Alva Norén · 8B-N4N]"; asked.Plain != want {
			t.Fatalf("two students = %q, want %q", asked.Plain, want)
		}
		want := "Loggat för 8B-N4N (Alva Norén): elevsamtal, tis 17 nov.\n> Vem?\n[Ångra] [Ändra]"
		if got := w.clicks("UANNA", asked, asked.Buttons[1].ActionID); got != want {
			t.Errorf("after choosing = %q, want %q", got, want)
		}
	})
	t.Run("kinds", func(t *testing.T) {
		w.t = t
		asked := w.ask("UANNA", "/insats", "8B-M2X anpa Mindre grupp")
		if want := "Jag är inte säker på vilken insats du menar. Välj här, eller skriv raden igen.\n[extra anpassning] [anpassat schema]"; asked.Plain != want {
			t.Fatalf("two kinds = %q, want %q", asked.Plain, want)
		}
		want := "Loggat för 8B-M2X (Alva Berg): anpassat schema, tis 17 nov.\n> Mindre grupp\n[Ångra] [Ändra]"
		if got := w.clicks("UANNA", asked, asked.Buttons[1].ActionID); got != want {
			t.Errorf("after choosing = %q, want %q", got, want)
		}
	})
	t.Run("both, one after the other", func(t *testing.T) {
		w.t = t
		asked := w.ask("UANNA", "/insats", "alva anpa Båda")
		w.clicks("UANNA", asked, asked.Buttons[0].ActionID)
		seen := w.slack.Seen("UANNA")
		again := seen[len(seen)-1]
		want := "Loggat för 8B-M2X (Alva Berg): extra anpassning, tis 17 nov.\n> Båda\n[Ångra] [Ändra]"
		if got := w.clicks("UANNA", again, again.Buttons[0].ActionID); got != want {
			t.Errorf("after choosing twice = %q, want %q", got, want)
		}
	})
	t.Run("someone else's question", func(t *testing.T) {
		w.t = t
		asked := w.ask("UANNA", "/insats", "alva samtal Min fråga")
		w.ask("UEVA", "/insats", "8B-M2X anpa Egen fråga")
		w.forgeClick("UEVA", asked.Buttons[0].ActionID, asked.Buttons[0].Value)
		w.awaitSeen("UEVA", "Den frågan gäller inte längre. Skriv raden igen, till exempel: /insats 8B-K3F samtal Ringde hem")
	})
	t.Run("undo of someone else's entry", func(t *testing.T) {
		w.t = t
		logged := w.ask("UANNA", "/insats", "8B-M2X samtal Min egen")
		w.forgeClick("UEVA", "intervention.undo", logged.Buttons[0].Value)
		w.awaitSeen("UEVA", "Det finns inget att ångra från de senaste 30 minuterna. Se dina insatser: /insats lista")
		if got := w.types("UANNA", "/insats", "lista"); !strings.Contains(got, "Min egen") {
			t.Errorf("someone else has undone it:\n%s", got)
		}
	})
	w.t = t
	w.check()
}

func TestMistakes(t *testing.T) { overBoth(t, testMistakes) }

func testMistakes(t *testing.T, w *world) {
	w.serve()
	unknown := func(word string) string {
		return "Jag hittar inte ”" + word + "” bland de elever du får se. Inget är loggat. Skriv elevens ref eller namn, till exempel: /insats 8B-K3F samtal Ringde hem"
	}
	tests := []struct{ name, user, text, want string }{
		{"unknown ref", "UANNA", "8B-222 samtal", unknown("8B-222")},
		{"unknown name", "UANNA", "Kalle Anka samtal", unknown("Kalle Anka")},
		{"another class's student", "UANNA", "9C-P5P samtal", unknown("9C-P5P")},
		{"another class's student by name", "UANNA", "Nils Öberg samtal", unknown("Nils Öberg")},
		{"another school's student", "UEVA", "1STA-B2B samtal", unknown("1STA-B2B")},
		{"a protected student", "UANNA", "8B-Q6Q samtal", unknown("8B-Q6Q")},
		{"a protected student by name", "UANNA", "Skyddad Elevsson samtal", unknown("Skyddad Elevsson")},
		{"a protected student, the principal", "URUT", "8B-Q6Q samtal", unknown("8B-Q6Q")},
		{"one unknown among several", "UANNA", "8B-M2X,8B-222,8B-K3F samtal", unknown("8B-222")},
		{"a teacher", "UTOR", "8B-M2X samtal", unknown("8B-M2X")},
		{"a teacher, no such student", "UTOR", "8B-222 samtal", unknown("8B-222")},
		{"an admin", "UADA", "8B-M2X samtal", unknown("8B-M2X")},
		{"no kind", "UANNA", "8B-M2X", "Vad gjorde du för 8B-M2X? Skriv det efter eleven, till exempel: /insats 8B-M2X samtal Ringde hem. Inget är loggat."},
		{"unknown kind", "UANNA", "8B-M2X fika", "”fika” är ingen insats som jag känner till. Inget är loggat. Skriv till exempel: /insats 8B-K3F samtal Ringde hem. Hela listan: /insats hjälp"},
		{"a note too long", "UANNA", "8B-M2X samtal " + strings.Repeat("å", 3001), "Anteckningen har 3001 tecken; 3000 får plats. Korta den och försök igen. Inget är loggat."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			if got := w.types(tt.user, "/insats", tt.text); got != tt.want {
				t.Errorf("/insats %.60s =\n%s\nwant\n%s", tt.text, got, tt.want)
			}
		})
	}
	w.t = t
	for _, user := range []string{"UANNA", "UTOR", "UADA"} {
		if got := w.types(user, "/insats", "lista"); !strings.HasPrefix(got, "Här finns inga insatser") {
			t.Errorf("%s: something was logged:\n%s", user, got)
		}
	}
	w.check()
}

func TestRefusedAllAlike(t *testing.T) { overBoth(t, testRefusedAllAlike) }

func testRefusedAllAlike(t *testing.T, w *world) {
	w.write("left.csv", "email;name;roles;school;slack_id;status\nslutat@alen.se;Stig Slutat;mentor;alen;USLUTAT;left\n")
	if out, code := w.run("import", "--staff", w.path("left.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	w.serve()
	const refused = "Du har inte tillgång till Lotsen. Be den som sköter Lotsen på skolan att lägga in dig."
	for name, user := range map[string]string{"a guest": "UGAST", "a bot": "UROBOT", "another team": "UANNAN", "one who has left": "USLUTAT"} {
		for _, text := range []string{"8B-M2X samtal", "8B-222 samtal", "lista", "hjälp", "ångra"} {
			t.Run(name+", "+text, func(t *testing.T) {
				w.t = t
				if got := w.types(user, "/insats", text); got != refused {
					t.Errorf("/insats %s by %s = %q, want the refusal", text, user, got)
				}
			})
		}
	}
	w.t = t
	t.Run("a known person through another team", func(t *testing.T) {
		w.t = t
		form, err := w.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal")
		if err != nil {
			t.Fatal(err)
		}
		form.Set("team_id", "TANNAN0000")
		if body := w.raw(form); !strings.Contains(body, refused) {
			t.Errorf("answer = %s, want the refusal", body)
		}
	})
	t.Run("no staff at all", func(t *testing.T) {
		w.t = t
		for range 2 {
			if got := w.types("UFRAMLING", "/insats", "lista"); got != refused {
				t.Errorf("/insats by nobody's staff = %q, want the refusal", got)
			}
		}
		// One staff member has no account yet, so Slack is asked who that is, once.
		asked := 0
		for _, call := range w.slack.Calls() {
			if call.Method == "users.info" && call.Args["user"] == "UFRAMLING" {
				asked++
			}
		}
		if asked != 1 {
			t.Errorf("Slack was asked %d times about a stranger, want once", asked)
		}
	})
	t.Run("signatures", func(t *testing.T) {
		w.t = t
		if w.socket {
			return // a socket has none: who holds the ticket is Slack
		}
		form, err := w.slack.CommandForm("UANNA", "", "/insats", "8B-M2X samtal Förfalskad")
		if err != nil {
			t.Fatal(err)
		}
		var bodies []string
		for name, raw := range map[string]fakeslack.RawCommand{
			"forged": {Form: form, Secret: "another secret"},
			"old":    {Form: form, Time: time.Now().Add(-6 * time.Minute)},
			"early":  {Form: form, Time: time.Now().Add(6 * time.Minute)},
		} {
			ack, err := w.slack.CommandRaw(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			if ack.Status != http.StatusUnauthorized {
				t.Errorf("%s: status %d, want 401", name, ack.Status)
			}
			bodies = append(bodies, string(ack.Body))
		}
		if bodies[0] != bodies[1] || bodies[1] != bodies[2] {
			t.Errorf("refusals differ: %q", bodies)
		}
	})
	w.t = t
	if got := w.types("UANNA", "/insats", "lista"); strings.Contains(got, "Förfalskad") {
		t.Errorf("a forged request was logged:\n%s", got)
	}
}

// awaitSeen waits until a person's newest message reads so.
func (w *world) awaitSeen(user, want string) {
	w.t.Helper()
	w.await("the message "+want, func() bool {
		seen := w.slack.Seen(user)
		return len(seen) > 0 && read(seen[len(seen)-1]) == want
	})
}

func TestAccountFoundByEmailAndChanges(t *testing.T) { overBoth(t, testAccountFoundByEmailAndChanges) }

func testAccountFoundByEmailAndChanges(t *testing.T, w *world) {
	w.serve()
	// "sen" came without a slack_id; the first tick has found the account by its e-mail.
	if got := w.types("USEN", "/insats", "8B-M2X samtal"); !strings.HasPrefix(got, "Loggat för 8B-M2X") {
		t.Errorf("a person found by e-mail: %s", got)
	}
	mark := w.log.len()
	if _, err := w.slack.UpdateUser(t.Context(), fakeslack.User{ID: "USEN", Name: "sen", Email: "sen@alen.se", Guest: true}); err != nil {
		t.Fatal(err)
	}
	w.awaitLog(mark, `"msg":"event handled"`)
	if got := w.types("USEN", "/insats", "8B-M2X samtal"); !strings.HasPrefix(got, "Du har inte tillgång") {
		t.Errorf("a person who has become a guest: %s", got)
	}
	w.check()
}

func TestNoteIsKeptPlainAndShownSafe(t *testing.T) { overBoth(t, testNoteIsKeptPlainAndShownSafe) }

func testNoteIsKeptPlainAndShownSafe(t *testing.T, w *world) {
	w.serve()
	secrets := []string{"Planterad-Hemlighet", "Xanthippa", "Zetterqvistsson", "Alva", "Norén", "Anna Lund", "anna.lund@alen.se"}
	note := "Planterad-Hemlighet <!channel> <!here> & <@UBO> 😀👩‍👩‍👧 <https://exempel.se|länk> "
	note += strings.Repeat("ö", 3000-len([]rune(note))-1) + "x"
	if got := w.types("UANNA", "/insats", "8B-K3F samtal "+note); !strings.HasPrefix(got, "Loggat för 8B-K3F") {
		t.Fatalf("log = %.200s", got)
	}
	listed := w.ask("UANNA", "/insats", "lista 8B-K3F")
	if !strings.Contains(strings.ReplaceAll(listed.Plain, "\n", ""), strings.Repeat("ö", 500)) || !strings.Contains(listed.Plain, "<!channel> <!here> &") {
		t.Errorf("the note is not shown as typed: %.400s", listed.Plain)
	}
	for _, m := range w.slack.Seen("UANNA") {
		if len(m.Pings) > 0 {
			t.Errorf("a message pings %v", m.Pings)
		}
	}
	w.check()
	w.holdsNo("while it runs", secrets)
	w.stop()
	w.holdsNo("afterwards", secrets)
}

// holdsNo looks for secrets in the log and in all that the database holds, which must be
// some interventions.
func (w *world) holdsNo(when string, secrets []string) {
	w.t.Helper()
	texts := map[string][]byte{"the log": w.log.bytes(), "the database": storetest.Content(w.t, w.env["LOTSEN_DB"])}
	if !bytes.Contains(texts["the database"], []byte("iv_")) || len(texts["the log"]) == 0 {
		w.t.Fatalf("%s there is no intervention or no log to look into", when)
	}
	for name, text := range texts {
		for _, s := range secrets {
			if bytes.Contains(text, []byte(s)) {
				w.t.Errorf("%s %s holds %q in the clear", when, name, s)
			}
		}
	}
}

func TestLanguageAndHelp(t *testing.T) { overBoth(t, testLanguageAndHelp) }

func testLanguageAndHelp(t *testing.T, w *world) {
	w.serve()
	steps := []struct{ user, command, text, want string }{
		{"UANNA", "/lotsen", "språk", "Jag skriver till dig på svenska. Byt med /lotsen språk nb; jag kan sv, nb och nn."},
		{"UANNA", "/lotsen", "sprak nynorsk", "Heretter skriv eg til deg på nynorsk."},
		{"UANNA", "/insats", "8B-M2X samtal", "Tiltak registrert: elevsamtale tys. 17. nov. for 8B-M2X (Alva Berg).\n[Angre] [Endre]"},
		{"UANNA", "/lotsen", "språk tyska", "Eg kan svensk, bokmål og nynorsk. Skriv til dømes: /lotsen språk nn"},
		{"UANNA", "/lotsen", "språk sv", "Från och med nu skriver jag till dig på svenska."},
		{"UANNA", "/insats", "lista", "Dina senaste insatser\ntis 17 nov  8B-M2X (Alva Berg): elevsamtal\n[Ändra]"},
	}
	for _, s := range steps {
		if got := w.types(s.user, s.command, s.text); got != s.want {
			t.Errorf("%s %s = %q, want %q", s.command, s.text, got, s.want)
		}
	}
	for user, want := range map[string][]string{
		"UANNA":  {"Så loggar du en insats", "Du, mentorn, EHT och rektor"},
		"UGURO":  {"Slik registrerer du et tiltak", "Du, kontaktlæreren, elevtjenesten og rektor"},
		"USIGNE": {"Slik registrerer du eit tiltak", "deg, kontaktlæraren, elevtenesta og rektor"},
	} {
		for _, text := range []string{"?", "hjälp", "HJELP", "hjalp"} {
			got := w.types(user, "/insats", text)
			for _, part := range want {
				if !strings.Contains(got, part) {
					t.Errorf("help %q for %s lacks %q:\n%s", text, user, part, got)
				}
			}
			if user != "UANNA" && strings.Contains(got, "EHT") {
				t.Errorf("help for %s says EHT", user)
			}
		}
	}
	if got, want := w.types("UGURO", "/lotsen", ""), "Du er lagt inn som kontaktlærer (1STA) ved Fjord vgs."; !strings.Contains(got, want) {
		t.Errorf("/lotsen = %s, want %q in it", got, want)
	}
	w.check()
}
