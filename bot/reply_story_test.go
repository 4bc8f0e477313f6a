package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lotsen/internal/care"
	"lotsen/internal/fakeslack"
	"lotsen/internal/slackapi"
)

// away is absent, and starts the bot, which reminds UANNA and UGURO.
func (w *world) away() (anna, guro fakeslack.Message) {
	w.t.Helper()
	w.absent()
	w.serve()
	return w.reminded("UANNA", 1), w.reminded("UGURO", 1)
}

// tells has a message of Lotsen's about cases stand in a channel, or in direct messages with a person.
func (w *world) tells(channel string, kind care.DeliveryKind, cases ...string) fakeslack.Message {
	w.t.Helper()
	api := slackapi.New(w.slack.BotToken(), w.slack.APIURL(), time.Now)
	in, ts, err := api.Post(w.t.Context(), care.Place{Channel: channel}, "told "+channel+strings.Join(cases, " "), "Frånvaro", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.withSystem(func(sys *system) {
		for _, id := range cases {
			d := care.Delivery{Meta: care.Meta{ID: "told/" + in + "/" + ts + "/" + id}, Kind: kind, Subject: id, School: "alen",
				State: care.DeliverySent, Channel: in, TS: ts}
			if err := sys.care.Deliveries.Add(w.t.Context(), d); err != nil {
				w.t.Fatal(err)
			}
		}
	})
	return fakeslack.Message{Key: in + "/" + ts, Channel: in, TS: ts}
}

// worked is how many messages the bot has dealt with.
func (w *world) worked() int { return bytes.Count(w.log.bytes(), []byte(`"kind":"message"`)) }

// says has a person write in a thread, or to Lotsen, and waits until the bot has dealt with it.
func (w *world) says(user string, thread fakeslack.Message, text string) fakeslack.Message {
	w.t.Helper()
	before := w.worked()
	m, ack, err := w.slack.Say(w.t.Context(), user, thread.Channel, thread.TS, text)
	w.took(ack, err)
	w.await("what becomes of a message", func() bool { return w.worked() > before })
	return m
}

func (w *world) took(ack *fakeslack.Ack, err error) {
	w.t.Helper()
	if err != nil || ack == nil || ack.Error != "" || ack.Latency > time.Second {
		w.t.Fatalf("a message: %v, %+v", err, ack)
	}
}

// changes has a person change a message of theirs, or delete it when text is "".
func (w *world) changes(user string, m fakeslack.Message, text string) {
	w.t.Helper()
	before := w.worked()
	ack, err := (*fakeslack.Ack)(nil), error(nil)
	if text == "" {
		ack, err = w.slack.Delete(w.t.Context(), user, m.Key)
	} else {
		ack, err = w.slack.Edit(w.t.Context(), user, m.Key, text)
	}
	w.took(ack, err)
	w.await("what becomes of a change", func() bool { return w.worked() > before })
}

// ticked waits until the bot's check mark stands on a message, or does no more.
func (w *world) ticked(user string, m fakeslack.Message, want bool) {
	w.t.Helper()
	w.await(fmt.Sprintf("check mark %v on %q", want, m.Text), func() bool {
		return slices.ContainsFunc(w.again(user, m).Reactions, func(r fakeslack.Reaction) bool { return r.Name == "white_check_mark" }) == want
	})
}

// answered waits for the answer to a message, which stands in its thread.
func (w *world) answered(user string, m fakeslack.Message) fakeslack.Message {
	w.t.Helper()
	var answer fakeslack.Message
	thread := m.ThreadTS
	if thread == "" {
		thread = m.TS
	}
	w.await("an answer to "+m.Text, func() bool {
		for _, s := range w.slack.Seen(user) {
			if s.User == w.slack.BotUserID() && s.ThreadTS == thread && s.TS > m.TS {
				answer = s
			}
		}
		return answer.Key != ""
	})
	return answer
}

// entries are what was done about a case, as "UANNA:home", "~" before what is taken back.
func (w *world) entries(id string) string {
	w.t.Helper()
	var list []string
	w.withSystem(func(sys *system) {
		c, err := sys.care.Cases.Get(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range c.Entries {
			if e.What != care.CaseActed && e.What != care.CaseSeen {
				continue
			}
			st, err := sys.care.Staff.Get(w.t.Context(), e.By)
			if err != nil {
				w.t.Fatal(err)
			}
			line := st.SlackID + ":" + string(e.Act) + strings.TrimPrefix(string(e.What), string(care.CaseActed))
			if !e.Undone.IsZero() {
				line = "~" + line
			}
			list = append(list, line)
		}
	})
	return strings.Join(list, " ")
}

func (w *world) has(id, want string) {
	w.t.Helper()
	if got := w.entries(id); got != want {
		w.t.Errorf("the entries of %s are %q, want %q", id, got, want)
	}
}

func TestReply(t *testing.T) { overBoth(t, testReply) }

// testReply is a mentor's answers in the thread of a reminder: noted, asked about, changed, deleted.
func testReply(t *testing.T, w *world) {
	told, _ := w.away()
	before := len(w.slack.Seen("UANNA"))

	home := w.says("UANNA", told, "ringt hem")
	w.ticked("UANNA", home, true)
	w.has("8A-T4T/1", "UANNA:home")
	w.becomes("UANNA", told, "Allt här är uppföljt\n8A-T4T  ·  steg 1 (förslag)\n✅ Noterat: hemmet kontaktat, @uanna. Nästa uppföljning tis 1 dec.\n[Ändra]")
	if n := len(w.slack.Seen("UANNA")) - before; n != 1 {
		t.Errorf("after what is plain there are %d new messages, want the person's own", n)
	}

	asked := w.says("UANNA", told, "ska jag ringa?")
	question := w.answered("UANNA", asked)
	if got, want := read(question), "Jag förstår inte riktigt vad du menar om 8A-T4T. Vad har du gjort? Tryck på det som stämmer, eller skriv till exempel: ringt hem\n"+
		"[Pratat med eleven] [Hemmet kontaktat] [Tillbaka i skolan] [Avsluta ärendet] [Visa mer]"; got != want || question.Ephemeral {
		t.Errorf("the question is\n%s\nwant\n%s", got, want)
	}
	w.clicks("UANNA", question, "case.talked")
	w.becomes("UANNA", question, "Noterat för 8A-T4T: pratat med eleven.\nNästa uppföljning tis 1 dec.\n[Ändra]")
	w.has("8A-T4T/1", "UANNA:home UANNA:talked")

	reached := w.says("UANNA", told, "inget svar")
	w.changes("UANNA", reached, "pratat med eleven, ringt hem")
	w.has("8A-T4T/1", "UANNA:home UANNA:talked UANNA:talked UANNA:home")
	w.changes("UANNA", reached, "vad var det nu?")
	w.ticked("UANNA", reached, false)
	if got := read(w.answered("UANNA", reached)); !strings.HasPrefix(got, "Det du skrev om 8A-T4T förstår jag inte längre, så det som var noterat är tillbakataget.") {
		t.Errorf("after nonsense it is answered\n%s", got)
	}
	w.changes("UANNA", home, "")
	w.has("8A-T4T/1", "~UANNA:home UANNA:talked ~UANNA:talked ~UANNA:home")

	ok := w.says("UANNA", told, "ok")
	w.ticked("UANNA", ok, true)
	w.has("8A-T4T/1", "~UANNA:home UANNA:talked ~UANNA:talked ~UANNA:home UANNA:seen")
	w.check()
}

func TestReplyInChannel(t *testing.T) { overBoth(t, testReplyInChannel) }

// testReplyInChannel is the thread of an escalation, in which also people write who may not act on the case, and a
// thread that is none of Lotsen's business.
func testReplyInChannel(t *testing.T, w *world) {
	w.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Name: "eht", Private: true, Members: []string{"UEVA", "URUT", "UTOR", "UGAST", "UFRAMLING", w.slack.BotUserID()}})
	w.away()
	told := w.tells("CEHT", care.Escalated, "8A-T4T/1")
	took := w.says("UEVA", told, "jag tar över")
	w.ticked("UEVA", took, true)
	w.has("8A-T4T/1", "UEVA:take")
	for user, want := range map[string]string{
		"UEVA":      "Jag förstår inte riktigt vad du menar om 8A-T4T.",
		"UTOR":      "Frånvaro och frånvaroärenden ser bara elevens mentor, EHT och rektor.",
		"UGAST":     "Du har inte tillgång till Lotsen.",
		"UFRAMLING": "Du har inte tillgång till Lotsen.",
	} {
		answer := w.answered(user, w.says(user, told, "är det klart?"))
		if !strings.HasPrefix(read(answer), want) || !answer.Ephemeral {
			t.Errorf("%s is answered with\n%s\nwant\n%s", user, read(answer), want)
		}
	}
	for _, m := range w.slack.Seen("URUT") {
		if m.User == w.slack.BotUserID() && m.Key != told.Key {
			t.Errorf("the principal sees what others are answered: %s", m.Plain)
		}
	}

	// A colleague's thread, and what stands in none.
	before, inbox := len(w.log.bytes()), w.inbox()
	own, ack, err := w.slack.Say(t.Context(), "UEVA", "CEHT", "", "ringt hem Hemlighet-1")
	w.took(ack, err)
	_, ack, err = w.slack.Say(t.Context(), "URUT", "CEHT", own.TS, "8A-T4T ringt hem Hemlighet-2")
	w.took(ack, err)
	ack, err = w.slack.Edit(t.Context(), "UEVA", own.Key, "8A-T4T ringt hem Hemlighet-3")
	w.took(ack, err)
	if got := w.inbox(); got != inbox {
		t.Errorf("what is none of Lotsen's business is stored: the inbox holds %+v, before %+v", got, inbox)
	}
	if log := w.log.bytes()[before:]; bytes.Contains(log, []byte(`"type":"message"`)) || bytes.Contains(log, []byte("Hemlighet")) {
		t.Errorf("what is none of Lotsen's business is logged:\n%s", log)
	}
	w.has("8A-T4T/1", "UEVA:take")
	w.check()
}

func TestPlainReply(t *testing.T) { overBoth(t, testPlainReply) }

// testPlainReply is what people write to Lotsen in no thread.
func testPlainReply(t *testing.T, w *world) {
	w.away()
	w.write("two.csv", "key;given_name;family_name;group;school;ref\nk10;Ida;Strand;8A;alen;8A-V5V\n")
	if out, code := w.run("import", "--students", w.path("two.csv")); code != 0 {
		t.Fatalf("import: exit %d\n%s", code, out)
	}
	dm := func(user string) fakeslack.Message { return fakeslack.Message{Channel: w.slack.DM(user)} }
	only := w.says("UGURO", dm("UGURO"), "ringt hjem")
	w.ticked("UGURO", only, true)
	w.has("1STA-B2B/1", "UGURO:home")

	w.clicks("UANNA", w.ask("UANNA", "/franvaro", "8A-V5V"), "case.open")
	which := w.says("UANNA", dm("UANNA"), "ringt hem, de hör av sig")
	question := w.answered("UANNA", which)
	if got, want := read(question), "Vilken elev gäller ditt svar? Jag minns det tills du har valt.\n[8A-T4T · steg 1 (förslag)] [8A-V5V · steg 1 (förslag)]"; got != want {
		t.Errorf("the question is\n%s\nwant\n%s", got, want)
	}
	if w.databaseHolds("de hör av sig") {
		t.Error("the database's files hold a reply in the clear")
	}
	before := w.again("UANNA", question)
	if ack, err := w.slack.Click(t.Context(), "UANNA", before.Key, "case.pick.1"); err != nil || ack.Error != "" {
		t.Fatalf("click: %v, %+v", err, ack)
	}
	w.becomes("UANNA", question, "Noterat för 8A-V5V: hemmet kontaktat.\nNästa uppföljning tis 1 dec.\n[Ändra]")
	w.has("8A-V5V/1", "UANNA:home")
	if got := w.types("UANNA", "/franvaro", "8A-V5V"); !strings.Contains(got, "hemmet kontaktat  ·  Anna Lund\n> ringt hem, de hör av sig") {
		t.Errorf("the case is\n%s", got)
	}
	w.ticked("UANNA", w.says("UANNA", dm("UANNA"), "8a–v5v inget svar"), true)
	w.ticked("UANNA", w.says("UANNA", dm("UANNA"), "maja: pratat med henne"), true)
	w.has("8A-V5V/1", "UANNA:home UANNA:not_reached")
	w.has("8A-T4T/1", "UANNA:talked")
	w.ticked("UANNA", w.says("UANNA", dm("UANNA"), "tack"), true)
	for user, lines := range map[string][2]string{
		"UANNA":     {"8A-V5Y ringt hem", "Jag hittar inte ”8A-V5Y” bland de elever du får se."},
		"UTOR":      {"ringt hem", "Frånvaro och frånvaroärenden ser bara elevens mentor, EHT och rektor."},
		"UADA":      {"hej", "Hej! Här påminner jag om elevers frånvaro."},
		"USIGNE":    {"hjelp", "Hei! Her minner eg om fråvær."},
		"UFRAMLING": {"hej", "Du har inte tillgång till Lotsen."},
		"UGAST":     {"hej", "Du har inte tillgång till Lotsen."},
	} {
		if got := read(w.answered(user, w.says(user, dm(user), lines[0]))); !strings.HasPrefix(got, lines[1]) {
			t.Errorf("%s writes %q and is answered\n%s\nwant\n%s", user, lines[0], got, lines[1])
		}
	}
	for _, user := range []string{"UANNA", "UGURO"} {
		for _, m := range w.slack.Seen(user) {
			if m.User == w.slack.BotUserID() && !m.Ephemeral && (strings.Contains(m.Plain, "Maja") || strings.Contains(m.Plain, "Strand") || strings.Contains(m.Plain, "hör av sig")) {
				t.Errorf("a name or a note stays in Slack: %s", m.Plain)
			}
		}
	}
	w.check()
}

func TestReplyOnce(t *testing.T) { overBoth(t, testReplyOnce) }

// testReplyOnce has Slack deliver replies more than once, as other events, and in another order.
func testReplyOnce(t *testing.T, w *world) {
	w.away()
	told := w.tells("UANNA", care.CaseReminder, "8A-T4T/1")
	m, ack, err := w.slack.Say(t.Context(), "UANNA", told.Channel, told.TS, "inget svar")
	w.took(ack, err)
	w.ticked("UANNA", m, true)
	again, err := w.slack.Redeliver(t.Context(), ack.EventID)
	w.took(again, err)
	event := func(more map[string]any) {
		t.Helper()
		inner := map[string]any{"type": "message", "channel": told.Channel, "channel_type": "im", "user": "UANNA", "ts": m.TS,
			"thread_ts": told.TS, "parent_user_id": w.slack.BotUserID(), "text": "inget svar", "event_ts": m.TS}
		for k, v := range more {
			inner[k] = v
		}
		ack, err := w.slack.Event(t.Context(), inner)
		w.took(ack, err)
	}
	event(nil)
	event(map[string]any{"subtype": "thread_broadcast"})
	// A link's preview is no change; neither is a message of a program's, or one of another kind.
	said := map[string]any{"user": "UANNA", "ts": m.TS, "thread_ts": told.TS, "text": "inget svar"}
	event(map[string]any{"subtype": "message_changed", "ts": "9999999999.000001", "message": said, "previous_message": said})
	event(map[string]any{"ts": "9999999999.000002", "bot_id": "B1", "text": "ringt hem"})
	event(map[string]any{"ts": "9999999999.000003", "subtype": "channel_join", "text": "ringt hem"})
	event(map[string]any{"ts": "9999999999.000004", "channel": "CALLA", "channel_type": "channel", "text": "ringt hem"})

	// The change comes before the message, and so does the end of one.
	event(map[string]any{"subtype": "message_changed", "ts": "9999999999.000005",
		"message":          map[string]any{"user": "UANNA", "ts": "9999999990.000001", "thread_ts": told.TS, "text": "pratat med eleven", "edited": map[string]any{"ts": "9999999999.000005"}},
		"previous_message": map[string]any{"user": "UANNA", "ts": "9999999990.000001", "thread_ts": told.TS, "text": "ringt hem"}})
	w.await("the change", func() bool { return w.worked() == 2 })
	event(map[string]any{"ts": "9999999990.000001", "text": "ringt hem"})
	event(map[string]any{"subtype": "message_deleted", "ts": "9999999999.000006",
		"previous_message": map[string]any{"user": "UANNA", "ts": "9999999990.000002", "thread_ts": told.TS, "text": "ringt hem"}})
	w.await("the end", func() bool { return w.worked() == 4 })
	event(map[string]any{"ts": "9999999990.000002", "text": "ringt hem"})
	w.await("the message that is gone", func() bool { return w.worked() == 5 })
	w.has("8A-T4T/1", "UANNA:not_reached UANNA:talked")

	// Of a message in whose thread something stands, Slack leaves a stone when it is deleted.
	event(map[string]any{"subtype": "message_changed", "ts": "9999999999.000007",
		"message":          map[string]any{"user": "USLACKBOT", "subtype": "tombstone", "ts": m.TS, "thread_ts": told.TS, "text": "This message was deleted."},
		"previous_message": map[string]any{"user": "UANNA", "ts": m.TS, "thread_ts": told.TS, "text": "inget svar"}})
	w.await("the stone", func() bool { return w.worked() == 6 })
	w.has("8A-T4T/1", "~UANNA:not_reached UANNA:talked")
	w.await("the inbox to be empty", func() bool { return w.inbox() == inboxState{done: 6} })
	w.check()
}

func TestReplySecrets(t *testing.T) { overBoth(t, testReplySecrets) }

// testReplySecrets plants what must not be kept in replies: the acts are done, and the words are nowhere.
func testReplySecrets(t *testing.T, w *world) {
	w.slack.AddChannel(fakeslack.Channel{ID: "CEHT", Name: "eht", Private: true, Members: []string{"UEVA", w.slack.BotUserID()}})
	w.away()
	w.types("UANNA", "/insats", "8B-M2X samtal")
	direct, channel := w.tells("UANNA", care.CaseReminder, "8A-T4T/1"), w.tells("CEHT", care.Escalated, "8A-T4T/1")
	secrets := []string{"20121212-1212", "070-123 45 67", "Majas", "nils öberg", "Lungflamman", "Planterad"}
	for i, text := range []string{
		"ringt hem, hon är 20121212-1212 Planterad", "ringt hem 070-123 45 67 Planterad", "ringt hem, Majas mamma svarade Planterad",
		"ringt hem hos nils öberg, Planterad",
	} {
		user, thread := "UANNA", direct
		if i%2 == 1 {
			user, thread = "UEVA", channel
		}
		m := w.says(user, thread, text)
		w.ticked(user, m, true)
		answer := w.answered(user, m)
		if got, want := read(answer), "Noterat för 8A-T4T: hemmet kontaktat.\n"; !strings.HasPrefix(got, want) ||
			!strings.Contains(got, "Dina ord sparas inte, för där verkar det stå ett namn, ett telefonnummer eller ett personnummer.") || answer.Ephemeral != (user == "UEVA") {
			t.Errorf("%s is answered (ephemeral: %v)\n%s", user, answer.Ephemeral, got)
		}
	}
	asked := w.says("UANNA", direct, "Planterad Lungflamman?")
	w.answered("UANNA", asked)
	m := w.says("UANNA", direct, "sjuk, Lungflamman Planterad")
	if got := read(w.answered("UANNA", m)); !strings.Contains(got, "Dina ord sparas inte: varför en elev är borta hör inte hemma här.") {
		t.Errorf("what is known is answered\n%s", got)
	}
	w.has("8A-T4T/1", "UANNA:home UEVA:home UANNA:home UEVA:home UANNA:known")
	w.withSystem(func(sys *system) {
		c, err := sys.care.Cases.Get(t.Context(), "8A-T4T/1")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Entries {
			if len(e.Note) > 0 {
				t.Errorf("entry %s has a note", e.ID)
			}
		}
	})
	w.await("the inbox to be empty", func() bool { s := w.inbox(); return s.pending == 0 && s.bodies == 0 })
	w.holdsNo("after replies", secrets)
	for _, user := range []string{"UANNA", "UEVA"} {
		for _, m := range w.slack.Seen(user) {
			for _, s := range secrets {
				if m.User == w.slack.BotUserID() && strings.Contains(m.Plain+string(m.Metadata), s) {
					t.Errorf("the bot says %q: %s", s, m.Plain)
				}
			}
		}
	}
	w.check()
}
