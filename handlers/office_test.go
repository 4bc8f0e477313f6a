package handlers_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
	"lotsen/internal/store"
	"lotsen/internal/store/storetest"
	"lotsen/internal/vault"
	"lotsen/locales"
)

// office is the handlers over a real service, database and vault, with two schools.
type office struct {
	*handlers.App
	t        testing.TB
	care     *care.Service
	now      time.Time
	requests int
	latest   string                             // the meeting of which a story tells
	views    map[*slack.ModalViewRequest]string // the ids under which modals are shown
}

// The people of the office, by what they speak.
const (
	anna  = "UANNA"  // mentor of 8B, Swedish
	bo    = "UBO"    // mentor of 9C, Swedish
	eva   = "UEVA"   // member of the team, Swedish
	guro  = "UGURO"  // kontaktlærer of 1STA, Bokmål
	signe = "USIGNE" // kontaktlærar of 1STB, Nynorsk
)

func newOffice(t testing.TB) *office {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), storetest.Open(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Create(filepath.Join(dir, "lotsen.keys"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	work := care.Hours{From: 7*60 + 30, To: 16*60 + 30}
	years := []care.Period{{From: "2026-08-17", To: "2027-06-11"}}
	service := &care.Service{
		Schools: map[string]care.School{
			"alen":  {ID: "alen", Name: "Ålenskolan", Country: care.Sweden, Zone: zone, Language: care.Swedish, Ladder: "se-grund", Work: work, Years: years},
			"fjord": {ID: "fjord", Name: "Fjord & fjell vgs", Country: care.Norway, Zone: zone, Language: care.Bokmal, Ladder: "no-vgs", Work: work, Years: years},
		},
		Ladders: care.BuiltInLadders(), Default: care.Swedish, Kinds: kindWords(texts), Vault: keys,
		Records: records.Care(),
	}
	o := &office{App: &handlers.App{Care: service, Texts: texts}, t: t, care: service, views: map[*slack.ModalViewRequest]string{},
		now: time.Date(2026, 11, 17, 9, 0, 0, 0, zone)}
	o.staff(
		care.StaffRow{Email: "anna@alen.se", Name: "Anna Lund", Roles: []care.Role{care.Mentor}, School: "alen", Groups: []string{"8B", "8A"}, SlackID: anna},
		care.StaffRow{Email: "bo@alen.se", Name: "Bo Ek", Roles: []care.Role{care.Mentor}, School: "alen", Groups: []string{"9C"}, SlackID: bo},
		care.StaffRow{Email: "eva@alen.se", Name: "Eva <Holm> & co", Roles: []care.Role{care.EHT}, School: "alen", SlackID: eva},
		care.StaffRow{Email: "tor@alen.se", Name: "Tor Ström", Roles: []care.Role{care.Teacher}, School: "alen", SlackID: "UTOR"},
		care.StaffRow{Email: "tor@alen.se", Name: "Tor Ström", Roles: []care.Role{care.Teacher}, School: "fjord", SlackID: "UTOR"},
		care.StaffRow{Email: "guro@fjord.no", Name: "Guro Dahl", Roles: []care.Role{care.Mentor, care.EHT}, School: "fjord", Groups: []string{"1STA"}, SlackID: guro},
		care.StaffRow{Email: "signe@fjord.no", Name: "Signe Vik", Roles: []care.Role{care.Mentor}, School: "fjord", Groups: []string{"1STB"}, SlackID: signe, Language: care.Nynorsk},
	)
	o.students(
		care.StudentRow{Given: "Kim", Family: "Kvist", Group: "8B", School: "alen", Ref: "8B-K3F"},
		care.StudentRow{Given: "Alva", Family: "Berg", Group: "8B", School: "alen", Ref: "8B-M2X"},
		care.StudentRow{Given: "Alva", Family: "Norén", Group: "8B", School: "alen", Ref: "8B-N4N"},
		care.StudentRow{Given: "Liv", Family: "Åsen", Group: "1STA", School: "fjord", Ref: "1STA-B2B"},
		care.StudentRow{Given: "Liv", Family: "Moe", Group: "1STA", School: "fjord", Ref: "1STA-C4D"},
		care.StudentRow{Given: "Jon", Family: "Sæther", Group: "1STB", School: "fjord", Ref: "1STB-C3C"},
		care.StudentRow{Given: "Jon", Family: "Li", Group: "1STB", School: "fjord", Ref: "1STB-P9Q"},
	)
	return o
}

func kindWords(texts *locales.Texts) *care.KindWords {
	names := map[care.Kind][]string{}
	for _, k := range care.Kinds {
		names[k] = texts.All("kind_" + string(k))
	}
	return care.NewKindWords(names)
}

func (o *office) staff(rows ...care.StaffRow) {
	o.t.Helper()
	for i := range rows {
		rows[i].Line = i + 2
	}
	done, err := o.care.ImportStaff(o.t.Context(), rows, o.now, false)
	if err != nil || len(done.Bad) > 0 {
		o.t.Fatalf("ImportStaff = %+v, %v", done.Bad, err)
	}
}

// students imports rows; a ref stands for the school's own key.
func (o *office) students(rows ...care.StudentRow) {
	o.t.Helper()
	for i := range rows {
		rows[i].Line, rows[i].Key = i+2, "key "+string(rows[i].Ref)
	}
	done, err := o.care.ImportStudents(o.t.Context(), rows, nil, o.now, false)
	if err != nil || len(done.Bad) > 0 {
		o.t.Fatalf("ImportStudents = %+v, %v", done.Bad, err)
	}
}

// request is one of a person's, who is read anew, so that what they chose before counts.
func (o *office) request(who string) handlers.Request {
	o.t.Helper()
	st, err := o.care.Staff.BySlackID(o.t.Context(), who)
	if err != nil {
		o.t.Fatalf("staff member %s: %v", who, err)
	}
	o.requests++
	o.now = o.now.Add(time.Second)
	standsIn, err := o.care.StandsInFor(o.t.Context(), st, o.now)
	if err != nil {
		o.t.Fatal(err)
	}
	return handlers.Request{ID: fmt.Sprint("request ", o.requests), Now: o.now,
		Actor: care.Actor{Staff: st, Lang: o.care.Language(st, o.now), For: standsIn}}
}

// types has a person type a command, as Slack sends it: "/insats 8B-K3F samtal".
func (o *office) types(who, line string) handlers.Reply {
	o.t.Helper()
	name, text, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	req := o.request(who)
	req.Text = text
	for _, c := range o.Commands() {
		for _, known := range c.Names() {
			if known == name {
				reply, err := c.Handle(o.t.Context(), req)
				return o.answer(req, reply, err)
			}
		}
	}
	o.t.Fatalf("no command is called /%s", name)
	return handlers.Reply{}
}

// clicks has a person click the button with that label; in a modal, after they have filled it in.
func (o *office) clicks(who string, r handlers.Reply, label string, fields ...string) handlers.Reply {
	o.t.Helper()
	for _, b := range buttons(r) {
		if b.Text.Text != label {
			continue
		}
		req := o.request(who)
		req.Value, req.Asked = b.Value, asks(r, b)
		if r.Modal != nil {
			req.Form = o.fill(r.Modal, fields)
		}
		answer := o.goes(o.Actions(), regexp.MustCompile(`\.\d+$`).ReplaceAllString(b.ActionID, ""), req)
		if answer.Modal != nil && answer.Replace {
			o.views[answer.Modal] = o.views[r.Modal]
		}
		return answer
	}
	o.t.Fatalf("there is no button %q on\n%s", label, shown(r))
	return handlers.Reply{}
}

// chooses has a person choose something in a field of a modal that tells of it at once: "act=close".
func (o *office) chooses(who string, r handlers.Reply, chosen string) handlers.Reply {
	o.t.Helper()
	req := o.request(who)
	field, value, _ := strings.Cut(chosen, "=")
	req.Value, req.Form = value, o.fill(r.Modal, []string{chosen})
	answer := o.goes(o.Actions(), field, req)
	if answer.Modal != nil && answer.Replace {
		o.views[answer.Modal] = o.views[r.Modal]
	}
	return answer
}

// goes has the route with an id handle a request.
func (o *office) goes(list []handlers.Route, id string, req handlers.Request) handlers.Reply {
	o.t.Helper()
	for _, route := range list {
		if route.ID == id {
			reply, err := route.Handle(o.t.Context(), req)
			return o.answer(req, reply, err)
		}
	}
	o.t.Fatalf("nothing handles %s", id)
	return handlers.Reply{}
}

// submits has a person fill in a modal and send it: "kinds=talk,home", "note=Ringde hem".
func (o *office) submits(who string, r handlers.Reply, fields ...string) handlers.Reply {
	o.t.Helper()
	req := o.request(who)
	req.Form = o.fill(r.Modal, fields)
	answer := o.goes(o.Submissions(), r.Modal.CallbackID, req)
	if answer.Modal != nil && !answer.Push {
		o.views[answer.Modal] = o.views[r.Modal]
	}
	return answer
}

// shortcut has a person use a shortcut, on a message with that text.
func (o *office) shortcut(who, id, text string) handlers.Reply {
	o.t.Helper()
	req := o.request(who)
	req.Text = text
	for _, s := range o.Shortcuts() {
		if s.ID == id {
			reply, err := s.Handle(o.t.Context(), req)
			return o.answer(req, reply, err)
		}
	}
	o.t.Fatalf("there is no shortcut %s", id)
	return handlers.Reply{}
}

// answer is what a person reads in the end: errors in words, too. Faults of ours fail the test.
func (o *office) answer(req handlers.Request, r handlers.Reply, err error) handlers.Reply {
	o.t.Helper()
	if err != nil {
		if care.CodeOf(err) == "" {
			o.t.Fatal(err)
		}
		r = o.ErrorReply(err, req.Actor.Lang, req.ID)
	}
	o.fits(r)
	if r.Modal != nil {
		o.fitsAsModal(r.Modal)
		o.views[r.Modal] = "V " + req.ID
	}
	return r
}

// fits holds a message to Slack's limits and to texts without gaps.
func (o *office) fits(r handlers.Reply) {
	o.t.Helper()
	if r.Modal != nil || r.Options != nil {
		return
	}
	if r.Text == "" {
		o.t.Error("the reply has no text for notifications")
	}
	if n := len(r.Blocks); n == 0 || n > handlers.BlocksMax {
		o.t.Errorf("the reply has %d blocks, want 1 to %d", n, handlers.BlocksMax)
	}
	o.blocksFit(r.Blocks)
	o.whole(shown(r))
}

// blocksFit holds sections and buttons to Slack's limits.
func (o *office) blocksFit(blocks []slack.Block) {
	o.t.Helper()
	for i, block := range blocks {
		switch block := block.(type) {
		case *slack.SectionBlock:
			if n := units(block.Text.Text); n == 0 || n > handlers.SectionMax {
				o.t.Errorf("block %d has %d characters, want 1 to %d", i, n, handlers.SectionMax)
			}
			if !block.Text.Verbatim {
				o.t.Errorf("in block %d Slack makes links of words", i)
			}
			if block.Accessory != nil {
				o.buttonFits(block.Accessory.ButtonElement)
			}
		case *slack.ActionBlock:
			ids := map[string]bool{}
			most := handlers.ButtonsMax
			for _, e := range block.Elements.ElementSet {
				b := e.(*slack.ButtonBlockElement)
				if ids[b.ActionID] {
					o.t.Errorf("two buttons are %s", b.ActionID)
				}
				ids[b.ActionID] = true
				if strings.HasPrefix(b.ActionID, "case.") && !strings.HasPrefix(b.ActionID, "case.show") {
					most = handlers.RowMax // one can still see them all on a phone
				}
				o.buttonFits(b)
			}
			if n := len(ids); n == 0 || n > most {
				o.t.Errorf("block %d has %d buttons, want 1 to %d", i, n, most)
			}
		case *slack.ContextBlock:
			for _, e := range block.ContextElements.Elements {
				if t := e.(*slack.TextBlockObject); t.Text == "" || !t.Verbatim {
					o.t.Errorf("block %d is empty, or Slack makes links of its words", i)
				}
			}
		case *slack.DividerBlock, *slack.HeaderBlock, *slack.InputBlock:
		default:
			o.t.Errorf("block %d is a %T", i, block)
		}
	}
}

func (o *office) buttonFits(b *slack.ButtonBlockElement) {
	o.t.Helper()
	if n := units(b.Text.Text); n == 0 || n > handlers.ButtonMax || b.Text.Type != slack.PlainTextType {
		o.t.Errorf("the button %q has %d characters of %s", b.Text.Text, n, b.Text.Type)
	}
}

// whole holds a text to having no gaps.
func (o *office) whole(text string) {
	o.t.Helper()
	for _, gap := range []string{"<no value>", "[error_", "[kind_", "[field_", "[modal_", "[button_", "[level_", "[audience_", "[partner_", "[outcome_", "{{"} {
		if strings.Contains(text, gap) {
			o.t.Errorf("the reply has %q in it:\n%s", gap, text)
		}
	}
}

// blocksOf are the blocks of a message or modal.
func blocksOf(r handlers.Reply) []slack.Block {
	if r.Modal != nil {
		return r.Modal.Blocks.BlockSet
	}
	return r.Blocks
}

// asks reports whether a button answers a question about a message.
func asks(r handlers.Reply, b *slack.ButtonBlockElement) bool {
	return slices.ContainsFunc(r.Blocks, func(block slack.Block) bool {
		row, ok := block.(*slack.ActionBlock)
		return ok && row.BlockID == handlers.AskedBlock && slices.ContainsFunc(row.Elements.ElementSet, func(e slack.BlockElement) bool { return e == b })
	})
}

func buttons(r handlers.Reply) []*slack.ButtonBlockElement {
	var all []*slack.ButtonBlockElement
	for _, block := range blocksOf(r) {
		switch block := block.(type) {
		case *slack.SectionBlock:
			if block.Accessory != nil {
				all = append(all, block.Accessory.ButtonElement)
			}
		case *slack.ActionBlock:
			for _, b := range block.Elements.ElementSet {
				all = append(all, b.(*slack.ButtonBlockElement))
			}
		}
	}
	return all
}

// texts returns the texts of a reply's sections.
func texts(r handlers.Reply) []string {
	var all []string
	for _, block := range r.Blocks {
		if section, ok := block.(*slack.SectionBlock); ok {
			all = append(all, section.Text.Text)
		}
	}
	return all
}

// shown is a reply as text: its sections and fields, and buttons in brackets.
func shown(r handlers.Reply) string {
	var lines []string
	if m := r.Modal; m != nil {
		lines = append(lines, "( "+m.Title.Text+" )")
	}
	if blocks := blocksOf(r); len(blocks) > 0 {
		lines = append(lines, shownBlocks(blocks))
	}
	for _, o := range r.Options {
		lines = append(lines, "- "+o.Text.Text)
	}
	for _, field := range slices.Sorted(maps.Keys(r.Errors)) {
		if field != "" {
			lines = append(lines, "! "+field+": "+r.Errors[field])
		}
	}
	if m := r.Modal; m != nil && m.Submit != nil {
		lines = append(lines, "( "+m.Close.Text+" | "+m.Submit.Text+" )")
	}
	return strings.Join(lines, "\n")
}

func shownBlocks(blocks []slack.Block) string {
	var lines []string
	for _, block := range blocks {
		switch block := block.(type) {
		case *slack.HeaderBlock:
			lines = append(lines, "# "+block.Text.Text)
		case *slack.DividerBlock:
			lines = append(lines, "---")
		case *slack.SectionBlock:
			line := block.Text.Text
			if block.Accessory != nil {
				line += "  [" + block.Accessory.ButtonElement.Text.Text + "]"
			}
			lines = append(lines, line)
		case *slack.ActionBlock:
			var row []string
			for _, b := range block.Elements.ElementSet {
				row = append(row, "["+b.(*slack.ButtonBlockElement).Text.Text+"]")
			}
			lines = append(lines, strings.Join(row, " "))
		case *slack.ContextBlock:
			for _, e := range block.ContextElements.Elements {
				lines = append(lines, "~ "+e.(*slack.TextBlockObject).Text)
			}
		case *slack.InputBlock:
			line := block.Label.Text + ": " + strings.Join(initial(block.Element), ", ")
			if !block.Optional {
				line = "* " + line
			}
			if block.Hint != nil {
				line += "\n    " + block.Hint.Text
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
