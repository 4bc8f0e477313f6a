package demo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"lotsen/internal/demo/demotest"
)

// visit opens the page as a person in a place.
func visit(w *world, b *demotest.Tab, parts ...string) {
	w.t.Helper()
	b.Do(chromedp.Navigate(w.page.URL + "/#" + strings.Join(parts, "/")))
	b.Until(`document.querySelector("#places a")`)
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
	browser := demotest.StartBrowser(t)
	for _, test := range []struct {
		name string
		try  func(*world, *demotest.Tab)
		size [2]int64
		more []chromedp.EmulateViewportOption
	}{
		{"a command and its button", tryCommand, desk, nil},
		{"menus in a message", tryMenus, desk, nil},
		{"a modal is filled in", tryModal, desk, nil},
		{"what is typed stays", tryTyping, desk, nil},
		{"modals on modals", tryStack, desk, nil},
		{"a modal is sent once", trySendingOnce, desk, nil},
		{"what comes before the answer takes clicks", tryUpdateFirst, desk, nil},
		{"the keyboard stays in a modal", tryKeyboard, desk, nil},
		{"a thread", tryThread, desk, nil},
		{"the clock is moved by keyboard", tryClock, desk, nil},
		{"somebody has news", tryNews, desk, nil},
		{"the clock is moved on a phone", tryClockOnPhone, phone, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}},
		{"on a phone", tryPhone, phone, []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := start(t)
			test.try(w, demotest.OpenTab(t, browser, test.size[0], test.size[1], test.more...))
		})
	}
}

var desk, phone = [2]int64{1280, 800}, [2]int64{390, 844}

func tryCommand(w *world, b *demotest.Tab) {
	visit(w, b, anna)
	b.Until(`document.activeElement.id == "text"`)
	b.Press("/ins" + demotest.Enter + "8B-K3F samtal Blå färg" + demotest.Enter)
	b.Until(demotest.Shows(".message", "Loggat: 8B-K3F samtal Blå färg"))
	b.Click(".button", "Ångra")
	b.Until(demotest.Shows(".message", "Ångrat"))
	b.Until(`document.querySelector("#text").value == ""`)
}

func tryMenus(w *world, b *demotest.Tab) {
	w.line(anna, w.slack.DM(anna), "/insats meny")
	visit(w, b, anna)
	choices := func() []string {
		var got []string
		for _, told := range w.bot.told() {
			if choice, ok := strings.CutPrefix(told, "/interactions block_actions  "); ok {
				got = append(got, choice)
			}
		}
		return got
	}
	b.Click(".message .search input", "Sök elev")
	b.Press("omar")
	b.Until(demotest.Shows("[role=option]", "Omar Said"))
	b.Press(demotest.Enter)
	b.Until(demotest.Shows(".message .chips li", "Omar Said"))
	b.Do(chromedp.SetValue(".message select", "talked"))
	b.Click(".message .search input", "Vilka är med?")
	b.Press("sol" + demotest.Enter)
	b.Until(demotest.Shows(".message .chips li", "Ingrid Sol"))
	b.Click(".message button", "Fler val")
	b.Click("[role=menuitem]", "Lämna över")
	b.Click(".message .button", "Klar")
	b.Until(`!document.querySelector(".pressed") && !document.querySelector("[aria-busy=true]")`)
	want := []string{"student.pick=9A-B3G", "case.act=talked", "case.team=" + ingrid, "case.more=hand_over", "case.done=c1"}
	if got := choices(); !slices.Equal(got, want) {
		w.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.Do(chromedp.Reload())
	b.Until(demotest.Shows(".message .chips li", "Omar Said") + ` && document.querySelector(".message select").value == "talked"`)
}

func tryModal(w *world, b *demotest.Tab) {
	visit(w, b, anna)
	b.Click("#shortcuts", "")
	b.Press(demotest.Down + demotest.Down + demotest.Enter) // round, back to the first
	b.Until(demotest.Titled("Logga insats"))
	b.Until(demotest.Focused("students/students"))

	b.Click("#modal-submit", "Spara")
	b.Until(demotest.Shows("[data-block=students] .fault", "Fyll i det här fältet.") + " && " + demotest.Focused("students/students"))
	if n := w.bot.count("view_submission"); n != 0 {
		w.t.Errorf("the bot was told of %d submissions with an empty field, want 0", n)
	}
	b.Press("8")
	b.Until(demotest.Shows(".options", "Skriv minst 2 tecken."))
	b.Press("b")
	b.Until(`document.querySelectorAll("[role=option]").length == 3`)
	b.Press(demotest.Down + demotest.Enter)
	b.Until(demotest.Shows(".chips li", "8B-N4N") + ` && !document.querySelector("[data-block=students] .fault").checkVisibility()`)
	b.Press("zz")
	b.Until(demotest.Shows(".options", "Ingen träff"))
	b.Press(demotest.Escape + demotest.Backspace + demotest.Backspace + demotest.Backspace)
	b.Until(demotest.ModalOpen + ` && !document.querySelector("[data-block=students] .chips li")`)
	b.Press("omar")
	b.Until(demotest.Shows("[role=option]", "Omar Said"))
	b.Click("[role=option]", "Omar Said")
	b.Until(demotest.Shows(".chips li", "Omar Said"))
	b.Click("#modal input", "Insats")
	b.Click("[role=option]", "Kontakt med hemmet")
	b.Press("stod" + demotest.Enter) // without ö
	b.Until(demotest.Shows("[data-block=kinds] .chips li", "Stödsamtal"))

	b.Click("textarea", "Anteckning")
	b.Press("Det blev fel")
	b.Click(".button", "Fler fält")
	b.Until(`document.querySelector("[data-block=audience]")`)
	b.Until(`document.querySelector("#modal textarea").value == "Det blev fel"`)
	if got := w.bot.lately(); !strings.Contains(got, "note:Det blev fel") || !strings.Contains(got, "students:9A-B3G") {
		w.t.Errorf("the bot was told %q, want what had been entered before the button", got)
	}
	b.Click("label", "Mentorer")
	b.Click("label", "Hemmet")
	b.Click("#modal-submit", "Spara")
	b.Until(demotest.Shows("[data-block=note] .fault", "Skriv inte fel.") + " && " + demotest.Shows("[data-block=date] .fault", "Dagen är en lovdag.") + " && " + demotest.Focused("note/note"))
	b.Press(" men nu rätt")
	b.Until(`!document.querySelector("[data-block=note] .fault").checkVisibility() && document.querySelector("[data-block=date] .fault").checkVisibility()`)
	b.Press(strings.Repeat(demotest.Backspace, 40) + "Bra")
	b.Click("#modal-submit", "Spara")
	b.Until(demotest.ModalClosed)
	want := "/interactions view_submission intervention map[asked:home audience:mentor date:2026-11-23 kinds:home support_talk note:Bra students:9A-B3G]"
	if got := w.bot.lately(); got != want {
		w.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.Until(`document.activeElement.id == "shortcuts"`)
}

func tryTyping(w *world, b *demotest.Tab) {
	v := w.opens()
	visit(w, b, anna)
	b.Until(demotest.Titled("Logga insats"))
	b.Click("textarea", "Anteckning")
	b.Press("Ringde hem")
	b.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#modal textarea").setSelectionRange(6, 6)`))
	w.line(ingrid, staff, "hej alla") // the stream brings a message, and then another modal with the same field
	b.Until(demotest.Shows("#places .unread", "personal"))
	update := strings.Replace(form("", more), "Anteckning", "Vad hände?", 1)
	w.bot.call("views.update", "view_id", v.Key, "view", update)
	b.Until(demotest.Shows("label", "Vad hände?") + " && " + demotest.Focused("note/note"))
	b.Press(" igen")
	b.Until(`document.querySelector("#modal textarea").value == "Ringde igen hem"`)
}

func tryStack(w *world, b *demotest.Tab) {
	visit(w, b, anna, w.slack.DM(anna), "home")
	b.Click("#home .button", "Öppna")
	b.Until(demotest.Titled("8B-K3F"))
	b.Click("#modal .button", "Fler val")
	b.Press(demotest.Down + demotest.Enter)
	b.Until(demotest.ModalOpen + ` && !document.querySelector(".pressed")`)
	b.Do(chromedp.SetValue("#modal select", "talked")) // the list of a select is no part of the page
	b.Click("#modal .button", "Avsluta ärendet")
	b.Click(".confirm .button", "Avbryt")
	b.Until(`!document.querySelector(".confirm")`)
	b.Click("#modal .button", "Avsluta ärendet")
	b.Click(".confirm .button", "Avsluta")
	b.Until(`!document.querySelector(".confirm, .pressed")`)
	want := []string{"student.open=st_1", "intervention.menu=undo:i1", "case.act=talked", "case.close="}
	var got []string
	for _, told := range w.bot.told() {
		if _, action, ok := strings.Cut(told, "block_actions "); ok {
			got = append(got, strings.Fields(strings.TrimPrefix(action, "card"))[0])
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("the bot was told %q, want %q", got, want)
	}
	b.Press(demotest.Escape)
	b.Until(demotest.ModalClosed + ` && document.activeElement.textContent == "Öppna"`)

	v := w.opens()
	w.does(anna, "clicks", map[string]any{"surface": v.Key, "action": "intervention.more"})
	w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "bo"})
	w.does(anna, "submissions", map[string]any{"surface": v.Key, "fields": map[string]any{"students": []string{"8B-R7T"}, "kinds": []string{"talk"}, "level": "student"}})
	b.Until(demotest.Titled("Välj tid"))
	b.Click("label", "Ons 25 nov")
	b.Click("#modal .button", "Visa eleven")
	b.Until(demotest.Titled("8B-K3F"))
	b.Press(demotest.Escape)
	b.Until(demotest.Titled("Välj tid") + ` && document.querySelector("#modal [value='2026-11-25T08:30']").checked`)
	b.Click("#modal-back", "")
	b.Until(demotest.Titled("Logga insats") + ` && document.querySelector("#modal-back").hidden`)
	b.Click("#modal-close", "")
	b.Until(demotest.ModalClosed)
	if got := w.slack.Views(anna); len(got) != 0 {
		w.t.Errorf("Views = %+v, want all closed", got)
	}
}

func trySendingOnce(w *world, b *demotest.Tab) {
	v := w.opens()
	w.does(anna, "searches", map[string]any{"surface": v.Key, "action": "students", "typed": "bo"})
	w.does(anna, "clicks", map[string]any{"surface": v.Key, "action": "intervention.more", "fields": map[string]any{"students": []string{"8B-R7T"}, "kinds": []string{"talk"}}})
	visit(w, b, anna)
	b.Until(demotest.Titled("Logga insats"))
	answer := w.bot.waits()
	b.Click("#modal-submit", "Spara")
	b.Until(`document.querySelector("#modal").getAttribute("aria-busy") == "true" && document.querySelector("#modal-submit.pressed")`)
	b.Click("#modal-submit", "Spara")
	b.Press(demotest.Enter)
	answer()
	b.Until(demotest.ModalClosed)
	if n := w.bot.count("view_submission"); n != 1 {
		w.t.Errorf("the bot was told of %d submissions, want 1", n)
	}

	w.bot.setBroken()
	w.does(anna, "shortcuts", map[string]any{"shortcut": "log_intervention"})
	b.Click("#shortcuts", "")
	b.Click("[role=menuitem]", "Boka möte")
	b.Until(demotest.Shows("#notice", "http_status_500"))
}

// The bot may show a modal anew before it has answered the click, and the stream may be quicker than the answer.
func tryUpdateFirst(w *world, b *demotest.Tab) {
	v := w.opens()
	visit(w, b, anna)
	b.Until(demotest.Titled("Logga insats"))
	answer := w.bot.waits()
	b.Click("#modal .button", "Fler fält")
	b.Until(`document.querySelector("#modal").getAttribute("aria-busy") == "true"`)
	b.Click("#modal .button", "Fler fält")
	w.bot.call("views.update", "view_id", v.Key, "view", strings.Replace(form("", ""), "Fler fält", "Ännu fler", 1))
	b.Until(demotest.Shows("#modal .button", "Ännu fler"))
	b.Click("#modal .button", "Ännu fler")
	b.Until(demotest.Shows("#modal .button.pressed", "Ännu fler"))
	answer()
	b.Until(demotest.Shows("label", "Nivå") + ` && !document.querySelector("[aria-busy=true]")`)
}

func tryKeyboard(w *world, b *demotest.Tab) {
	w.opens()
	visit(w, b, anna)
	b.Until(demotest.Titled("Logga insats"))
	for range 14 {
		b.Press(demotest.TabKey)
		b.Until(`document.querySelector("#modal").contains(document.activeElement) || document.activeElement == document.body`)
	}
}

func tryThread(w *world, b *demotest.Tab) {
	w.line(ingrid, staff, "Påminnelse om 8B-K3F")
	visit(w, b, anna, staff)
	b.Click("button", "Svara i tråd")
	b.Until(`document.activeElement.id == "reply-text"`)
	b.Press("/insats" + demotest.Enter)
	b.Until(demotest.Shows("#thread-notice", "Kommandon går inte att använda i trådar."))
	b.Press(strings.Repeat(demotest.Backspace, 7) + "ringt hem" + demotest.Enter)
	b.Until(demotest.Shows("#replies .message", "Noterat: hemmet kontaktat.") + " && " + demotest.Shows("#log .opener", "2 svar") + ` && document.querySelector("#reply-text").value == ""`)
	b.Until(`document.querySelectorAll("#log .message").length == 1`)
	b.Press("utkast" + demotest.Escape)
	b.Until(`document.querySelector("#thread").hidden && document.activeElement.matches(".opener")`)
	b.Press(demotest.Enter)
	b.Until(`document.querySelector("#reply-text").value == "utkast"`)
	b.Press(demotest.Escape)
	b.Until(`document.querySelector("#thread").hidden`)
	first, _ := w.ask("/api/people/"+anna, "")
	ts := strings.Split(strings.Split(first.body, `"ts":"`)[1], `"`)[0]
	w.bot.call("chat.postMessage", "channel", staff, "thread_ts", ts, "text", "Alla bör veta", "reply_broadcast", "true")
	b.Until(demotest.Shows("#log .message", "Alla bör veta") + " && " + demotest.Shows("#log .opener", "3 svar") + " && " + demotest.Shows("#log .opener", "Svar i en tråd"))
	b.Click("#log button", "Fler val")
	b.Click("[role=menuitem]", "Logga som insats")
	b.Until(demotest.Titled("Logga insats") + ` && document.querySelector("#modal textarea").value == "Påminnelse om 8B-K3F"`)
}

// shown is what the clock shows.
func shown(day, time string) string {
	return demotest.Shows("#clock", day) + " && " + demotest.Shows("#clock", time)
}

func tryClock(w *world, b *demotest.Tab) {
	visit(w, b, anna)
	b.Until(shown("fredag 27 november", "10:15") + ` && document.querySelector("#clock").ariaLabel == "Skolans klocka: fredag 27 november 10:15"`)
	b.Click("h1", "Lotsen")
	b.Press(demotest.TabKey + demotest.Enter)
	b.Until(demotest.Shows("[role=menuitem]", "+15 minuter") + ` && document.activeElement.textContent == "+15 minuter10:30"`)
	b.Press(demotest.Escape)
	b.Until(`!document.querySelector(".menu") && document.activeElement.id == "clock"`)
	b.Press(demotest.Enter)
	b.Until(demotest.Shows("[role=menuitem]", "Nästa skolmorgon kl. 8måndag 30 november 08:00") + " && " + demotest.Shows("[role=menuitem]", "+1 veckafredag 4 december 10:15"))
	b.Press(demotest.Down + demotest.Down + demotest.Enter)
	b.Until(shown("måndag 30 november", "08:00") + ` && document.activeElement.id == "clock" && document.querySelector("#clock-moved").textContent.endsWith("måndag 30 november 08:00")`)
	w.bot.call("chat.postMessage", "channel", anna, "text", "Påminnelse", "blocks", reminder)
	b.Until(demotest.Shows(".message", "ogiltig frånvaro 3 dagar i rad") + " && " + demotest.Shows(".message time", "08:00") + " && " + demotest.Shows("#log .day", "måndag 30 november"))
	w.does(ingrid, "moves", map[string]any{"step": "quarter"}) // in another tab
	b.Until(shown("måndag 30 november", "08:15"))
	b.Do(chromedp.Evaluate[chromedp.Void](`location.hash = "` + ingrid + `"`))
	b.Until(shown("mandag 30. november", "08:15") + ` && document.querySelector("#clock").ariaLabel == "Klokken på skolen: mandag 30. november 08:15"`)
}

func tryNews(w *world, b *demotest.Tab) {
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Fra før")
	visit(w, b, anna)
	b.Until(`document.querySelector("#clock").checkVisibility() && !document.querySelector("#side .unread")`)
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Påminnelse", "blocks", reminder)
	b.Until(demotest.Shows("summary.unread", "Fjordvik, olästa meddelanden") + ` && !document.querySelector("#places .unread")`)
	b.Click("summary", "Fjordvik")
	b.Until(demotest.Shows("#people a.unread", "Ingrid Sol"))
	b.Click("#people a", "Ingrid Sol")
	b.Until(demotest.Shows(".message", "ogiltig frånvaro 3 dagar i rad") + ` && !document.querySelector("#side .unread")`)
	b.Click(".message .button", "Hemmet kontaktat")
	b.Until(`!document.querySelector("[aria-busy=true]")`)
	if got, want := w.bot.lately(), "/interactions block_actions  case.home=c1"; got != want {
		w.t.Errorf("the bot was told %q, want %q", got, want)
	}
	_, seen := w.ask("/api/people/"+ingrid, "")
	done := w.newest(seen)
	w.bot.call("chat.update", "channel", done.Channel, "ts", done.TS, "text", "Klart", "blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"Klart: hemmet kontaktat."}}]`)
	b.Until(demotest.Shows(".message", "Klart: hemmet kontaktat.") + ` && !document.querySelector(".message .button")`)

	w.bot.call("chat.postMessage", "channel", anna, "text", "Till Anna")
	b.Until(demotest.Shows("summary.unread", "Ålenskolan, uleste meldinger"))
	b.Do(chromedp.Evaluate[chromedp.Void](`location.hash = "` + anna + "/" + w.slack.DM(anna) + `/home"`)) // where the message does not stand
	b.Until(demotest.Shows("#home", "Mina elever") + " && " + demotest.Shows("#places .unread", "Lotsen") + ` && !document.querySelector("#people .unread")`)
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Igjen")
	b.Until(demotest.Shows("summary.unread", "Fjordvik"))
	b.Click("#places a", "Lotsen")
	b.Until(demotest.Shows(".message", "Till Anna") + ` && !document.querySelector("#places .unread")`)
	w.line(ingrid, staff, "Noe til alle")
	b.Until(demotest.Shows("#places .unread", "personal"))
	b.Click("summary", "Fjordvik")
	b.Click("#people a", "Ingrid Sol")
	b.Until(demotest.Shows(".message", "Igjen") + ` && !document.querySelector("#side .unread")`)
	b.Click("summary", "Ålenskolan")
	b.Click("#people a", "Anna Ek")
	b.Until(demotest.Shows("#places .unread", "personal")) // she has not been there since
}

func tryClockOnPhone(w *world, b *demotest.Tab) {
	fits := `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll(".top *, .menu, .menu *")].every((node) => !node.checkVisibility() || node.getBoundingClientRect().right <= innerWidth && node.getBoundingClientRect().left >= 0)`
	visit(w, b, anna, staff)
	b.Until(shown("fredag 27 november", "10:15") + " && " + fits)
	b.Until(`document.querySelector("#clock").getBoundingClientRect().height >= 40`)
	b.Tap("#clock", "10:15")
	b.Until(demotest.Shows("[role=menuitem]", "+1 timme") + " && " + fits)
	b.Tap("h1", "personal")
	b.Until(`!document.querySelector(".menu")`)
	b.Tap("#clock", "10:15")
	b.Tap("[role=menuitem]", "Nästa skolmorgon kl. 8")
	b.Until(shown("måndag 30 november", "08:00") + " && " + fits + ` && !document.querySelector(".menu") && !document.querySelector("#menu.unread")`)
	w.bot.call("chat.postMessage", "channel", ingrid, "text", "Påminnelse", "blocks", reminder)
	b.Until(`document.querySelector("#menu.unread")?.ariaLabel == "Byt person eller kanal, olästa meddelanden"`)
	b.Tap("#menu", "")
	b.Tap("summary", "Fjordvik")
	b.Tap("#people a", "Ingrid Sol")
	b.Until(demotest.Shows(".message", "ogiltig frånvaro 3 dagar i rad") + " && " + shown("mandag 30. november", "08:00") + ` && !document.querySelector(".unread") && document.querySelector("#menu").ariaLabel == "Bytt person eller kanal" && ` + fits)
	b.Tap("#clock", "08:00")
	b.Tap("[role=menuitem]", "+1 uke")
	b.Until(shown("mandag 7. desember", "08:00"))
}

func tryPhone(w *world, b *demotest.Tab) {
	w.line(ingrid, staff, "Påminnelse om 8B-K3F")
	fits := `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll("button, input, select, textarea")].every((node) => !node.checkVisibility({ visibilityProperty: true }) || node.closest("#examples, #side") || node.getBoundingClientRect().right <= innerWidth)`
	visit(w, b, anna, staff)
	b.Click("#menu", "")
	b.Until(`document.querySelector("#main").inert`)
	b.Click("#places a", "Lotsen")
	b.Until(`!document.querySelector("#main").inert`)
	b.Click("#tabs a", "Hem")
	b.Until(demotest.Shows("#home", "Mina elever") + " && " + fits)
	b.Click("#home .button", "Öppna")
	b.Until(demotest.Titled("8B-K3F") + " && " + fits)
	b.Click("#modal-cancel", "Klar")
	b.Until(demotest.ModalClosed)
	visit(w, b, anna, staff)
	b.Click("button", "Svara i tråd")
	b.Until(`!document.querySelector("#thread").hidden && document.querySelector("#main").inert && ` + fits)
	b.Do(chromedp.NavigateBack())
	b.Until(`document.querySelector("#thread").hidden && !document.querySelector("#main").inert`)
	w.opens()
	b.Until(demotest.Titled("Logga insats") + " && " + fits)
}
