package demo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// visit opens the page as a person in a place.
func (b *tab) visit(w *world, parts ...string) {
	b.t.Helper()
	b.do(chromedp.Navigate(w.page.URL + "/#" + strings.Join(parts, "/")))
	b.until(`document.querySelector("#places a")`)
}

const (
	modalOpen   = `document.querySelector("#modal").open`
	modalClosed = `!document.querySelector("#modal").open`
)

// focused is what has the focus: a field of a block.
func focused(at string) string { return `document.activeElement.dataset.at == "` + at + `"` }

// titled is what the modal in front is called.
func titled(title string) string {
	return `document.querySelector("#modal-title").textContent == "` + title + `" && ` + modalOpen
}

// shows tells that a part of the page shows a text.
func shows(selector, text string) string {
	return `[...document.querySelectorAll("` + selector + `")].some((node) => node.checkVisibility() && node.textContent.includes("` + text + `"))`
}

func (b *bot) count(what string) int {
	n := 0
	for _, told := range b.told() {
		if strings.Contains(told, what) {
			n++
		}
	}
	return n
}

// One browser is started for all that is tried in it; each has a page and a tab of its own.
func TestPageInABrowser(t *testing.T) {
	browser := startBrowser(t)
	for _, test := range []struct {
		name string
		try  func(*world, *tab)
		size [2]int64
		more []chromedp.EmulateViewportOption
	}{
		{"a command and its button", tryCommand, desk, nil},
		{"menus in a message", tryMenus, desk, nil},
		{"a modal is filled in", tryModal, desk, nil},
		{"what is typed stays", tryTyping, desk, nil},
		{"modals on modals", tryStack, desk, nil},
		{"a modal is sent once", trySendingOnce, desk, nil},
		{"the keyboard stays in a modal", tryKeyboard, desk, nil},
		{"a thread", tryThread, desk, nil},
		{"on a phone", tryPhone, phone, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := start(t)
			test.try(w, openTab(t, browser, test.size[0], test.size[1], test.more...))
		})
	}
}

var desk, phone = [2]int64{1280, 800}, [2]int64{390, 844}

func tryCommand(w *world, b *tab) {
	b.visit(w, anna)
	b.until(`document.activeElement.id == "text"`)
	b.press("/ins" + enter + "8B-K3F samtal Blå färg" + enter)
	b.until(shows(".message", "Loggat: 8B-K3F samtal Blå färg"))
	b.click(".button", "Ångra")
	b.until(shows(".message", "Ångrat"))
	b.until(`document.querySelector("#text").value == ""`)
}

func tryMenus(w *world, b *tab) {
	w.line(anna, w.slack.DM(anna), "/insats meny")
	b.visit(w, anna)
	choices := func() []string {
		var got []string
		for _, told := range w.bot.told() {
			if choice, ok := strings.CutPrefix(told, "/interactions block_actions  "); ok {
				got = append(got, choice)
			}
		}
		return got
	}
	b.click(".message .search input", "Sök elev")
	b.press("omar")
	b.until(shows("[role=option]", "Omar Said"))
	b.press(enter)
	b.until(shows(".message .chips li", "Omar Said"))
	b.do(chromedp.SetValue(".message select", "talked"))
	b.click(".message .search input", "Vilka är med?")
	b.press("sol" + enter)
	b.until(shows(".message .chips li", "Ingrid Sol"))
	b.click(".message button", "Fler val")
	b.click("[role=menuitem]", "Lämna över")
	b.click(".message .button", "Klar")
	b.until(`!document.querySelector(".pressed") && !document.querySelector("[aria-busy=true]")`)
	want := []string{"student.pick=9A-B3G", "case.act=talked", "case.team=" + ingrid, "case.more=hand_over", "case.done=c1"}
	if got := choices(); !slices.Equal(got, want) {
		b.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.do(chromedp.Reload())
	b.until(shows(".message .chips li", "Omar Said") + ` && document.querySelector(".message select").value == "talked"`)
}

func tryModal(w *world, b *tab) {
	b.visit(w, anna)
	b.click("#shortcuts", "")
	b.press(down + down + enter) // round, back to the first
	b.until(titled("Logga insats"))
	b.until(focused("students/students"))

	b.click("#modal-submit", "Spara")
	b.until(shows("[data-block=students] .fault", "Fyll i det här fältet.") + " && " + focused("students/students"))
	if n := w.bot.count("view_submission"); n != 0 {
		b.t.Errorf("the bot was told of %d submissions with an empty field, want 0", n)
	}
	b.press("8")
	b.until(shows(".options", "Skriv minst 2 tecken."))
	b.press("b")
	b.until(`document.querySelectorAll("[role=option]").length == 3`)
	b.press(down + enter)
	b.until(shows(".chips li", "8B-N4N") + ` && !document.querySelector("[data-block=students] .fault").checkVisibility()`)
	b.press("zz")
	b.until(shows(".options", "Ingen träff"))
	b.press(escape + backspace + backspace + backspace)
	b.until(modalOpen + ` && !document.querySelector("[data-block=students] .chips li")`)
	b.press("omar")
	b.until(shows("[role=option]", "Omar Said"))
	b.click("[role=option]", "Omar Said")
	b.until(shows(".chips li", "Omar Said"))
	b.click("#modal input", "Insats")
	b.click("[role=option]", "Kontakt med hemmet")
	b.press("stod" + enter) // without ö
	b.until(shows("[data-block=kinds] .chips li", "Stödsamtal"))

	b.click("textarea", "Anteckning")
	b.press("Det blev fel")
	b.click(".button", "Fler fält")
	b.until(`document.querySelector("[data-block=audience]")`)
	b.until(`document.querySelector("#modal textarea").value == "Det blev fel"`)
	if got := w.bot.lately(); !strings.Contains(got, "note:Det blev fel") || !strings.Contains(got, "students:9A-B3G") {
		b.t.Errorf("the bot was told %q, want what had been entered before the button", got)
	}
	b.click("label", "Mentorer")
	b.click("label", "Hemmet")
	b.click("#modal-submit", "Spara")
	b.until(shows("[data-block=note] .fault", "Skriv inte fel.") + " && " + shows("[data-block=date] .fault", "Dagen är en lovdag.") + " && " + focused("note/note"))
	b.press(" men nu rätt")
	b.until(`!document.querySelector("[data-block=note] .fault").checkVisibility() && document.querySelector("[data-block=date] .fault").checkVisibility()`)
	b.press(strings.Repeat(backspace, 40) + "Bra")
	b.click("#modal-submit", "Spara")
	b.until(modalClosed)
	want := "/interactions view_submission intervention map[asked:home audience:mentor date:2026-11-23 kinds:home support_talk note:Bra students:9A-B3G]"
	if got := w.bot.lately(); got != want {
		b.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.until(`document.activeElement.id == "shortcuts"`)
}

func tryTyping(w *world, b *tab) {
	v := w.opens()
	b.visit(w, anna)
	b.until(titled("Logga insats"))
	b.click("textarea", "Anteckning")
	b.press("Ringde hem")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#modal textarea").setSelectionRange(6, 6)`))
	w.line(ingrid, staff, "hej alla") // the stream brings a message, and then another modal with the same field
	b.until(shows("#places .unread", "personal"))
	update := strings.Replace(form("", more), "Anteckning", "Vad hände?", 1)
	w.bot.call("views.update", "view_id", v.Key, "view", update)
	b.until(shows("label", "Vad hände?") + " && " + focused("note/note"))
	b.press(" igen")
	b.until(`document.querySelector("#modal textarea").value == "Ringde igen hem"`)
}

func tryStack(w *world, b *tab) {
	b.visit(w, anna, w.slack.DM(anna), "home")
	b.click("#home .button", "Öppna")
	b.until(titled("8B-K3F"))
	b.click("#modal .button", "Fler val")
	b.press(down + enter)
	b.until(modalOpen + ` && !document.querySelector(".pressed")`)
	b.do(chromedp.SetValue("#modal select", "talked")) // the list of a select is no part of the page
	b.click("#modal .button", "Avsluta ärendet")
	b.click(".confirm .button", "Avbryt")
	b.until(`!document.querySelector(".confirm")`)
	b.click("#modal .button", "Avsluta ärendet")
	b.click(".confirm .button", "Avsluta")
	b.until(`!document.querySelector(".confirm, .pressed")`)
	want := []string{"student.open=st_1", "intervention.menu=undo:i1", "case.act=talked", "case.close="}
	var got []string
	for _, told := range w.bot.told() {
		if _, action, ok := strings.Cut(told, "block_actions "); ok {
			got = append(got, strings.Fields(strings.TrimPrefix(action, "card"))[0])
		}
	}
	if !slices.Equal(got, want) {
		b.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.press(escape)
	b.until(modalClosed + ` && document.activeElement.textContent == "Öppna"`)

	v := w.opens()
	w.does(anna, "clicks", map[string]any{"surface": v.Key, "action": "intervention.more"})
	w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "bo"})
	w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": map[string]any{"students": []string{"8B-R7T"}, "kinds": []string{"talk"}, "level": "student"}})
	b.until(titled("Välj tid"))
	b.click("label", "Ons 25 nov")
	b.click("#modal .button", "Visa eleven")
	b.until(titled("8B-K3F"))
	b.press(escape)
	b.until(titled("Välj tid") + ` && document.querySelector("#modal [value='2026-11-25T08:30']").checked`)
	b.click("#modal-back", "")
	b.until(titled("Logga insats") + ` && document.querySelector("#modal-back").hidden`)
	b.click("#modal-close", "")
	b.until(modalClosed)
	if got := w.slack.Views(anna); len(got) != 0 {
		b.t.Errorf("Views = %+v, want all closed", got)
	}
}

func trySendingOnce(w *world, b *tab) {
	v := w.opens()
	w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "bo"})
	w.does(anna, "clicks", map[string]any{"surface": v.Key, "action": "intervention.more", "fields": map[string]any{"students": []string{"8B-R7T"}, "kinds": []string{"talk"}}})
	b.visit(w, anna)
	b.until(titled("Logga insats"))
	answer := w.bot.waits()
	b.click("#modal-submit", "Spara")
	b.until(`document.querySelector("#modal").getAttribute("aria-busy") == "true" && document.querySelector("#modal-submit.pressed")`)
	b.click("#modal-submit", "Spara")
	b.press(enter)
	answer()
	b.until(modalClosed)
	if n := w.bot.count("view_submission"); n != 1 {
		b.t.Errorf("the bot was told of %d submissions, want 1", n)
	}

	w.bot.setBroken()
	w.does(anna, "shortcuts", map[string]any{"shortcut": "log_intervention"})
	b.click("#shortcuts", "")
	b.click("[role=menuitem]", "Boka möte")
	b.until(shows("#notice", "http_status_500"))
}

func tryKeyboard(w *world, b *tab) {
	w.opens()
	b.visit(w, anna)
	b.until(titled("Logga insats"))
	for range 14 {
		b.press(tabKey)
		b.until(`document.querySelector("#modal").contains(document.activeElement) || document.activeElement == document.body`)
	}
}

func tryThread(w *world, b *tab) {
	w.line(ingrid, staff, "Påminnelse om 8B-K3F")
	b.visit(w, anna, staff)
	b.click("button", "Svara i tråd")
	b.until(`document.activeElement.id == "reply-text"`)
	b.press("/insats" + enter)
	b.until(shows("#thread-notice", "Kommandon går inte att använda i trådar."))
	b.press(strings.Repeat(backspace, 7) + "ringt hem" + enter)
	b.until(shows("#replies .message", "Noterat: hemmet kontaktat.") + " && " + shows("#log .opener", "2 svar") + ` && document.querySelector("#reply-text").value == ""`)
	b.until(`document.querySelectorAll("#log .message").length == 1`)
	b.press("utkast" + escape)
	b.until(`document.querySelector("#thread").hidden && document.activeElement.matches(".opener")`)
	b.press(enter)
	b.until(`document.querySelector("#reply-text").value == "utkast"`)
	b.press(escape)
	b.until(`document.querySelector("#thread").hidden`)
	first, _ := w.ask("/api/people/"+anna, "")
	ts := strings.Split(strings.Split(first.body, `"ts":"`)[1], `"`)[0]
	w.bot.call("chat.postMessage", "channel", staff, "thread_ts", ts, "text", "Alla bör veta", "reply_broadcast", "true")
	b.until(shows("#log .message", "Alla bör veta") + " && " + shows("#log .opener", "3 svar") + " && " + shows("#log .opener", "Svar i en tråd"))
	b.click("#log button", "Fler val")
	b.click("[role=menuitem]", "Logga som insats")
	b.until(titled("Logga insats") + ` && document.querySelector("#modal textarea").value == "Påminnelse om 8B-K3F"`)
}

func tryPhone(w *world, b *tab) {
	w.line(ingrid, staff, "Påminnelse om 8B-K3F")
	fits := `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll("button, input, select, textarea")].every((node) => !node.checkVisibility({ visibilityProperty: true }) || node.closest("#examples, #side") || node.getBoundingClientRect().right <= innerWidth)`
	b.visit(w, anna, staff)
	b.click("#menu", "")
	b.until(`document.querySelector("#main").inert`)
	b.click("#places a", "Lotsen")
	b.until(`!document.querySelector("#main").inert`)
	b.click("#tabs a", "Hem")
	b.until(shows("#home", "Mina elever") + " && " + fits)
	b.click("#home .button", "Öppna")
	b.until(titled("8B-K3F") + " && " + fits)
	b.click("#modal-cancel", "Klar")
	b.until(modalClosed)
	b.visit(w, anna, staff)
	b.click("button", "Svara i tråd")
	b.until(`!document.querySelector("#thread").hidden && document.querySelector("#main").inert && ` + fits)
	b.do(chromedp.NavigateBack())
	b.until(`document.querySelector("#thread").hidden && !document.querySelector("#main").inert`)
	w.opens()
	b.until(titled("Logga insats") + " && " + fits)
}
