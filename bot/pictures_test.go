package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"lotsen/internal/demo/demotest"
)

var pictures = flag.String("pictures", "", "folder into which the pictures of the README are taken, such as ../internal/demo")

// TestPictures takes the pictures of the README, when it is asked to.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("pictures are taken with -pictures ../internal/demo")
	}
	browser := demotest.StartBrowser(t)
	page := showDemo(t)
	open := func(width, height int64, who string, options ...chromedp.EmulateViewportOption) *demotest.Tab {
		b := demotest.OpenTab(t, browser, width, height, options...)
		b.Do(chromedp.Navigate(page + "#" + who))
		b.Until(`document.querySelector("#places a")`)
		return b
	}
	keep := func(b *demotest.Tab, name string) {
		b.Do(chromedp.Evaluate[chromedp.Void](`document.activeElement?.scrollIntoView({ block: "nearest" })`))
		if err := os.WriteFile(filepath.Join(*pictures, name), b.Picture(), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	b := open(1280, 800, "U0ANNA")
	b.Press("/insats 8B-K3F samtal Ringde hem, kommer i morgon" + demotest.Enter)
	b.Until(demotest.Shows(".message", "Loggat för 8B-K3F"))
	b.Press("/elev" + demotest.Enter)
	b.Until(demotest.Shows(".message", "Dina elever"))
	fillIn(b, "elias", "Elias Öberg", "Drack te med mamma och mormor. Vi provar buss 4 tillsammans på måndag.")
	keep(b, "desktop.png")
	b.Click("#modal-submit", "Spara")
	b.Until(demotest.Shows("#modal", "Loggat för 8B-M2X"))
	b.Press(demotest.Escape)
	b.Until(demotest.ModalClosed)
	b.Click("#tabs a", "Hem")
	b.Until(demotest.Shows("main", "8B-M2X: hembesök"))
	keep(b, "home.png")

	p := open(390, 844, "U0GURO", chromedp.EmulateMobile, chromedp.EmulateTouch)
	p.Click("#tabs a", "Hjem")
	p.Until(demotest.Shows("main", "Fraværssakene dine"))
	p.Click("main .button", "Vis navn")
	p.Until(demotest.Shows("#modal", "Amina"))
	p.Click("#modal .button", "Åpne")
	p.Until(demotest.Shows("#modal", "trenger noen"))
	keep(p, "phone.png")
	p.Click("#modal .button", "Registrer tiltak")
	p.Until(demotest.Titled("Registrer tiltak"))
	p.Click("[data-block=kinds] input", "")
	p.Press("sam")
	p.Until(demotest.Shows("[role=option]", "Elevsamtale"))
	keep(p, "phone-form.png")
}
