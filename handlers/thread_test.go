package handlers_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/locales"
)

// told has a message about cases stand in someone's direct messages.
func (o *office) told(ts string, kind care.DeliveryKind, subjects ...string) {
	o.t.Helper()
	for i, id := range subjects {
		err := o.care.Deliveries.Add(o.t.Context(), care.Delivery{Meta: care.Meta{ID: fmt.Sprint("told/", ts, "/", i)}, Kind: kind,
			Subject: id, State: care.DeliverySent, Channel: "D", TS: ts})
		if err != nil {
			o.t.Fatal(err)
		}
	}
}

// says has a person write a message: "1: text" is plain, "1 in 9: text" stands in the thread of 9, "1 in 9 now 5: text"
// is its edition 5. A check mark that it gets, or loses, stands before the answer.
func (o *office) says(who, line string) handlers.Reply {
	o.t.Helper()
	head, text, _ := strings.Cut(line, ": ")
	words := strings.Fields(head)
	req := o.request(who)
	req.Said = care.Message{Channel: "D", TS: words[0], Direct: true, Text: text}
	for i, w := range words {
		switch w {
		case "in":
			req.Said.Thread = words[i+1]
		case "now":
			req.Said.Edition = words[i+1]
		}
	}
	reply, err := o.Said(o.t.Context(), req)
	mark := map[bool]string{true: "✅", false: "–"}[reply.Tick]
	if reply.Untick {
		mark = "no ✅ any more"
	}
	if err == nil && reply.Empty() {
		return handlers.Reply{Errors: map[string]string{"mark": mark}}
	}
	reply = o.answer(req, reply, err)
	for _, secret := range []string{"Kvist", "Kim", "Berg", "Alva", "Åsen", "Liv", "Sæther", "Jon", "Li ", "Hemlig"} {
		if strings.Contains(shown(reply), secret) {
			o.t.Errorf("%q stays in Slack:\n%s", secret, shown(reply))
		}
	}
	reply.Errors = map[string]string{"mark": mark}
	return reply
}

var threadStories = map[string]story{
	"sv": {anna, []string{
		"✉ 1: hej", "✉ 2: tack", "✉ 3 in 90: ringt hem, Hemlig", "✉ 4 in 90: ska jag ringa?", "[Pratat med eleven]", "✉ 4 in 90: ska jag ringa?", "[Avsluta ärendet]",
		"✉ 3 in 90 now 5: vad sa jag?", "[Visa mer]", "✉ 6 in 90: ringt hem 070-123 45 67", "[Ändra]", "✉ 7 in 90: påminn v. 52", "✉ 8 in 90: lämnar över till &lt;@UTOR&gt;",
		"✉ 8 in 90: lämnar över till <@UTOR>", "✉ 9 in 90: lämnar över till <@UEVA|eva>",
		"✉ 10: ringt hem", "[8B-N4N · steg 0]", "✉ 11: ok", "✉ 12: 8B-K3F och 8B-N4N ringt hem", "✉ 13: 8B-K4F ringt hem", "✉ 14 in 92: klart",
		"✉ 15 in 90: sjuk", "[Ändra]", "✉ 16 in 90: ringt hem", "UTOR: ✉ 17 in 90: ringt hem", "UTOR: ✉ 18: ringt hem", "UBO: ✉ 19 in 90: ringt hem", "!case.pick dr_none/8B-K3F/1",
	}},
	"nb": {guro, []string{
		"✉ 1: hei", "✉ 2: takk", "✉ 3 in 90: ringt hjem, Hemmelig", "✉ 4 in 90: skal jeg ringe?", "[Snakket med eleven]",
		"✉ 3 in 90 now 5: hva sa jeg?", "✉ 6 in 90: ringt hjem 412 34 567", "✉ 7 in 90: minn meg på det uke 52", "✉ 8 in 90: kan du ta <@UTOR>",
		"✉ 10: ringt hjem", "✉ 12: 1STA-B2B og 1STA-C4D ringt hjem", "✉ 13: 1STA-B3B ringt hjem", "✉ 14 in 92: ferdig",
		"✉ 15 in 90: syk", "✉ 16 in 90: ringt hjem", "!case.pick dr_none/1STA-B2B/1",
	}},
	"nn": {signe, []string{
		"✉ 1: hei", "✉ 2: takk", "✉ 3 in 90: ringt heim, Hemmeleg", "✉ 4 in 90: skal eg ringje?", "[Snakka med eleven]",
		"✉ 3 in 90 now 5: kva sa eg?", "✉ 6 in 90: ringt heim 412 34 567", "✉ 7 in 90: minn meg på det veke 52", "✉ 8 in 90: kan du ta <@UTOR>",
		"!case.open 1STB-P9Q", "✉ 10: ringt heim", "✉ 12: 1STB-C3C og 1STB-P9Q ringt heim", "✉ 13: 1STB-C3D ringt heim", "✉ 14 in 92: ferdig",
		"✉ 15 in 90: sjuk", "✉ 16 in 90: ringt heim", "!case.pick dr_none/1STB-C3C/1",
	}},
}

// TestThreadStories compares what people read when they answer with testdata/thread_<language>.txt.
func TestThreadStories(t *testing.T) {
	for lang, s := range threadStories {
		t.Run(lang, func(t *testing.T) {
			o := followed(t)
			ref := map[string]string{"sv": "8B-K3F/1", "nb": "1STA-B2B/1", "nn": "1STB-C3C/1"}[lang]
			o.told("90", care.CaseReminder, ref)
			o.told("92", care.FollowUpReminder, "iv_1")
			golden(t, "thread_"+lang, tell(o, s))
		})
	}
}

// What the texts give as an example of an answer is understood.
func TestExamplesOfAnswers(t *testing.T) {
	o := newOffice(t)
	shows := regexp.MustCompile("(?m)^(?:error_)?reply_\\w+ = [^`\n]*`([^/`\n]+)`")
	for _, lang := range locales.Languages {
		data, err := os.ReadFile("../locales/active." + lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		found := shows.FindAllStringSubmatch(string(data), -1)
		if len(found) < 5 {
			t.Errorf("%s: the texts show %d examples of answers, want 5 or more", lang, len(found))
		}
		for _, m := range found {
			r := care.ReadReply(strings.TrimPrefix(m[1], "8B-K3F "), o.care.Schools["alen"], o.now)
			if len(r.Forms) != 1 || r.Forms[0].Act != care.ActHome {
				t.Errorf("%s: ReadReply(%q) = %+v, want that someone has called home", lang, m[1], r)
			}
		}
	}
}
