package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lotsen/internal/demo/demotest"
)

// showDemo runs the demo until the test ends and returns the address of its page.
func showDemo(t *testing.T, flags ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, exit := &logBuffer{}, make(chan int, 1)
	go func() {
		exit <- run(ctx, append(flags, "demo", "--addr", "127.0.0.1:0"), func(string) string { return "" }, out, out)
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-exit; code != 0 {
			t.Errorf("demo: exit %d\n%s", code, out.bytes())
		}
	})
	w := &world{t: t, log: out}
	return regexp.MustCompile(`http://[\d.:]+/`).FindString(string(w.awaitLog(0, "Lotsen's demo is at")))
}

// TestDemoInABrowser uses the demo as its visitors do: log, change and undo, at a desk and on a phone.
func TestDemoInABrowser(t *testing.T) {
	browser := demotest.StartBrowser(t)
	page := showDemo(t)
	open := func(t *testing.T, width, height int64, who string, options ...chromedp.EmulateViewportOption) *demotest.Tab {
		b := demotest.OpenTab(t, browser, width, height, options...)
		b.Do(chromedp.Navigate(page + "#" + who))
		b.Until(`document.querySelector("#places a")`)
		return b
	}
	t.Run("log, change and undo", func(t *testing.T) { logChangeUndo(open(t, 1280, 800, "U0ANNA")) })
	t.Run("on a phone, in Bokmål", func(t *testing.T) {
		logOnAPhone(open(t, 390, 844, "U0GURO", chromedp.EmulateMobile, chromedp.EmulateTouch))
	})
	t.Run("two people at once", func(t *testing.T) { editAtOnce(open(t, 1280, 800, "U0SAMIR"), open(t, 1280, 800, "U0EVA")) })
	t.Run("settings", func(t *testing.T) { setLeave(open(t, 1280, 800, "U0RUT")) })
	t.Run("from a message", func(t *testing.T) { logAMessage(open(t, 1280, 800, "U0ANNA/C0ARBLAG8")) })
}

// chosen tells that an option stands in a field of the modal.
func chosen(block, text string) string {
	return demotest.Shows("[data-block="+block+"] .chips li", text)
}

// fillIn opens the form for a home visit to a student, who is found by some letters.
func fillIn(b *demotest.Tab, letters, student, note string) {
	b.Press("/insats" + demotest.Enter)
	b.Until(demotest.Titled("Logga insats"))
	b.Press(letters)
	b.Until(demotest.Shows("[role=option]", student))
	b.Press(demotest.Enter)
	b.Until(chosen("students", student))
	b.Click("[data-block=kinds] input", "")
	b.Press("hembesok" + demotest.Enter)
	b.Until(chosen("kinds", "Hembesök"))
	b.Click("textarea", "Anteckning")
	b.Press(note)
}

func logChangeUndo(b *demotest.Tab) {
	fillIn(b, "noren", "Alva Norén", "Drack te med mamma")
	b.Click("#modal .button", "Fler val")
	b.Until(`document.querySelector("[data-block=follow_up]") && document.querySelector("#modal textarea").value == "Drack te med mamma"`)
	b.Do(chromedp.SetValue("[data-block=outcome] select", "effect"))
	b.Click("#modal-submit", "Spara")
	b.Until(demotest.Shows("#modal", "Loggat för 8B-N4N (Alva Norén): hembesök") + " && " + demotest.Shows("#modal blockquote", "Drack te med mamma"))

	b.Click("#modal .button", "Ändra")
	b.Until(demotest.Titled("Ändra insats") + ` && document.querySelector("#modal textarea").value == "Drack te med mamma"`)
	b.Click("textarea", "Anteckning")
	b.Press(" och mormor")
	b.Click("#modal-submit", "Spara")
	b.Until(demotest.Shows("#modal blockquote", "Drack te med mamma och mormor"))
	b.Click("#modal .button", "Ångra")
	b.Until(demotest.Shows("#modal", "Ångrat: hembesök för 8B-N4N (Alva Norén)"))
	b.Press(demotest.Escape)
	b.Until(demotest.ModalClosed + ` && document.activeElement.id == "text"`)
	b.Press("/insats lista")
	b.Until(`document.querySelector("#text").value == "/insats lista"`)
	b.Press(demotest.Enter)
	b.Until(demotest.Shows(".message", "Dina senaste insatser"))
	b.Until("!(" + demotest.Shows(".message", "mormor") + ")")
}

func logOnAPhone(b *demotest.Tab) {
	b.Click("#tabs a", "Hjem")
	b.Until(demotest.Shows("main", "Fraværssakene dine") + " && " + demotest.Shows("main", "1STA-F7G") + " && !(" + demotest.Shows("main", "Amina") + ")")
	b.Click("main .button", "Vis navn")
	b.Until(demotest.Shows("#modal", "1STA-F7G (Amina Warsame)"))
	b.Click("#modal .button", "Åpne")
	b.Until(demotest.Shows("#modal", "Ny i klassen, trenger noen å spise med."))
	b.Click("#modal .button", "Registrer tiltak")
	b.Until(demotest.Titled("Registrer tiltak") + " && " + chosen("students", "1STA-F7G"))
	b.Click("#modal-submit", "Lagre")
	b.Until(demotest.Shows("[data-block=kinds] .fault", ""))
	b.Click("[data-block=kinds] input", "")
	b.Press("leks" + demotest.Enter)
	b.Until(chosen("kinds", "Leksehjelp"))
	b.Click("#modal-submit", "Lagre")
	b.Until(demotest.Shows("#modal", "leksehjelp eller ferieskole"))
	b.Until(demotest.Shows("main", "1STA-F7G: leksehjelp eller ferieskole")) // App Home, behind the modal
}

// editAtOnce has the mentor and the team change the same entry.
func editAtOnce(samir, eva *demotest.Tab) {
	samir.Front().Press("/insats 9A-P4J samtal Sov dåligt" + demotest.Enter)
	samir.Until(demotest.Shows(".message", "Loggat för 9A-P4J"))
	eva.Front().Press("/elev 9A-P4J" + demotest.Enter)
	eva.Until(demotest.Shows(".message", "Sov dåligt"))
	for who, b := range map[string]*demotest.Tab{"mentor": samir, "team": eva} {
		b.Front().Click(".message .button", "Ändra")
		b.Until(demotest.Titled("Ändra insats"))
		b.Click("textarea", "Anteckning")
		b.Press(fmt.Sprintf(", säger %s", strings.ToUpper(who)))
	}
	eva.Front().Click("#modal-submit", "Spara")
	eva.Until(demotest.Shows("#modal blockquote", "Sov dåligt, säger TEAM"))
	samir.Front().Click("#modal-submit", "Spara")
	samir.Until(demotest.Shows("#modal", "Insatsen har ändrats medan du skrev, senast av Eva Holm.") + " && " + demotest.Shows("#modal", "Sov dåligt, säger TEAM") +
		` && document.querySelector("#modal textarea").value == "Sov dåligt, säger MENTOR"`)
	samir.Click("#modal-submit", "Spara")
	samir.Until(demotest.Shows("#modal blockquote", "Sov dåligt, säger MENTOR"))
}

func logAMessage(b *demotest.Tab) {
	b.Until(demotest.Shows(".message", "8B-N4N åt lunch med mig"))
	b.Click("#log button", "Fler val")
	b.Click("[role=menuitem]", "Logga som insats")
	b.Until(demotest.Titled("Logga insats") + ` && document.querySelector("#modal textarea").value.startsWith("8B-N4N åt lunch med mig") && ` + chosen("students", "Alva Norén"))
}

// TestDemoMeetingInABrowser books a meeting on a phone, and answers it at a desk.
func TestDemoMeetingInABrowser(t *testing.T) {
	browser := demotest.StartBrowser(t)
	page := showDemo(t, "--clock", "2026-11-17T10:00:00+01:00")
	open := func(width, height int64, who string, options ...chromedp.EmulateViewportOption) *demotest.Tab {
		b := demotest.OpenTab(t, browser, width, height, options...)
		b.Do(chromedp.Navigate(page + "#" + who))
		b.Until(`document.querySelector("#places a")`)
		return b
	}
	eva := open(1280, 800, "U0EVA")
	anna := open(390, 844, "U0ANNA", chromedp.EmulateMobile, chromedp.EmulateTouch)
	anna.Front().Click("#text", "")
	anna.Press("/mote 8B-K3F Frånvaron" + demotest.Enter)
	anna.Until(demotest.Titled("Boka möte") + " && " + chosen("participants", "Eva Holm") + " && " + chosen("students", "Alva Berg"))
	anna.Click("#modal-submit", "Sök tid")
	anna.Until(demotest.Titled("Välj tid") + " && " + demotest.Shows("#modal", "Alla kan") + " && !(" + demotest.Shows("#modal", "Lotsen ser inga kalendrar") + ")")
	anna.Click("#modal label", "kl.")
	anna.Click("#modal-submit", "Boka")
	anna.Until(demotest.Shows("#modal", "Bokat: EHT-möte") + " && " + demotest.Shows("#modal", "Jag frågar Eva Holm."))
	eva.Front().Until(demotest.Shows(".message", "bjuder in till mötet"))
	eva.Click(".message .button", "Jag kommer")
	eva.Until(demotest.Shows(".message", "Alla som behövs kommer."))
	anna.Front().Press(demotest.Escape)
	anna.Until(demotest.ModalClosed + " && " + demotest.Shows(".message", "Alla som behövs kommer."))
}

// TestDemoClockInABrowser puts school time forwards: what time does shows at once, at a desk and on a phone.
func TestDemoClockInABrowser(t *testing.T) {
	browser := demotest.StartBrowser(t)
	page := showDemo(t, "--clock", "2026-11-26T10:15:00+01:00")
	shown := func(day, time string) string {
		return demotest.Shows("#clock", day) + " && " + demotest.Shows("#clock", time)
	}
	// row is that of a student in App Home, with a text in it.
	row := func(ref, text string) string {
		return `[...document.querySelectorAll("#home .section")].some((node) => node.textContent.startsWith("` + ref + `") && node.textContent.includes("` + text + `"))`
	}
	b := demotest.OpenTab(t, browser, 1280, 800)
	b.Do(chromedp.Navigate(page + "#U0ANNA/D0ANNA/home"))
	b.Until(shown("torsdag 26 november", "10:15") + " && " + row("8B-N4N", "uppföljning fre 27 nov"))
	p := demotest.OpenTab(t, browser, 390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch)
	p.Do(chromedp.Navigate(page + "#U0GURO/D0GURO/home"))
	p.Until(shown("torsdag 26. november", "10:15") + " && " + row("1STA-F7G", "oppfølging fre. 27. nov."))

	b.Front().Click("h1", "Lotsen")
	b.Press(demotest.TabKey + demotest.Enter + demotest.Down + demotest.Down + demotest.Enter)
	b.Until(shown("fredag 27 november", "08:00") + ` && document.activeElement.id == "clock"`)
	p.Front().Until(shown("fredag 27. november", "08:00"))
	p.Tap("#clock", "08:00")
	p.Tap("[role=menuitem]", "Neste skolemorgen kl. 8")
	p.Until(shown("mandag 30. november", "08:00") + " && " + row("1STA-F7G", "skulle vært fulgt opp fre. 27. nov."))
	b.Front().Until(shown("måndag 30 november", "08:00") + " && " + row("8B-N4N", "skulle ha följts upp fre 27 nov"))
	b.Click("#tabs a", "Meddelanden")
	b.Until(demotest.Shows(".message", "Dags att följa upp") + " && " + demotest.Shows(".message", "8B-N4N"))
	b.Click(".message button", "Klart")
	b.Until(demotest.Shows(".message", "✅ Uppföljt mån 30 nov, noterat av"))
	b.Click("#text", "")
	b.Press("/insats 8B-N4N samtal" + demotest.Enter)
	b.Until(demotest.Shows(".message", "Loggat för 8B-N4N") + " && " + demotest.Shows(".message time", "08:00") + " && " + demotest.Shows("#log .day", "måndag 30 november"))
}

// setLeave chooses a time, days and a substitute, finds them again and takes them away.
func setLeave(b *demotest.Tab) {
	const values = `["slot_day", "slot_time", "away_from", "away_to", "substitute"].map((f) => document.querySelector("[data-block=" + f + "] :is(input, select)").value).join(" ")`
	open := func(want string) {
		b.Click("#text", "")
		b.Press("/lotsen inställningar" + demotest.Enter)
		b.Until(demotest.Titled("Inställningar") + " && " + values + " == " + fmt.Sprintf("%q", want))
	}
	fill := func(day, clock, from, to, substitute string) {
		for block, value := range map[string]string{"slot_day": day, "slot_time": clock, "away_from": from, "away_to": to, "substitute": substitute} {
			b.Do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
				const field = document.querySelector("[data-block=%s] :is(input, select)");
				field.value = %q;
				field.dispatchEvent(new Event(field.matches("select") ? "change" : "input", { bubbles: true }));
			}`, block, value)))
		}
		b.Click("#modal-submit", "Spara")
	}
	b.Until(demotest.Shows("main", ""))
	open("any 08:00   ")
	fill("thu", "05:00", "2099-11-26", "2099-11-30", "U0EVA")
	b.Until(demotest.Shows("[data-block=slot_time] .fault", "Lotsen påminner bara på arbetstid") + " && " + demotest.Shows("[data-block=away_to] .fault", "Det är för långt fram."))
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	fill("thu", "09:15", day(30), day(34), "U0EVA")
	b.Until(demotest.Shows("#modal", "Påminnelser får du kl. 09.15") + " && " + demotest.Shows("#modal", "Eva Holm är din vikarie"))
	b.Press(demotest.Escape)
	b.Until(demotest.ModalClosed)
	open("thu 09:15 " + day(30) + " " + day(34) + " U0EVA")
	fill("", "", "", "", "")
	b.Until(demotest.Shows("#modal", "Du är inte borta."))
	b.Press(demotest.Escape)
	b.Until(demotest.ModalClosed)
}
