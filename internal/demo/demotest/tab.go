// Package demotest uses the demo's page in a browser as a person does, for tests.
package demotest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserPath is LOTSEN_BROWSER, which has to be there, or a browser of the system. Without any the test is skipped.
func browserPath(t *testing.T) string {
	t.Helper()
	if own := os.Getenv("LOTSEN_BROWSER"); own != "" {
		path, err := exec.LookPath(own)
		if err != nil {
			t.Fatalf("LOTSEN_BROWSER: %v", err)
		}
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on this machine; LOTSEN_BROWSER says where one is")
	return ""
}

// Tab is a page in a browser, used as a person uses it: by mouse and keyboard, on what can be seen.
type Tab struct {
	t   *testing.T
	ctx context.Context
}

// StartBrowser starts a browser for the tabs of a test.
func StartBrowser(t *testing.T) context.Context {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "sv"))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(cancel)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("close the browser: %v", err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return ctx
}

// OpenTab opens a tab of that size. What the page's scripts fail at fails the test.
func OpenTab(t *testing.T, browser context.Context, width, height int64, options ...chromedp.EmulateViewportOption) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	b := &Tab{t: t, ctx: ctx}
	var mu sync.Mutex
	var wrong []string
	t.Cleanup(func() {
		cancel()
		mu.Lock()
		defer mu.Unlock()
		for _, text := range wrong {
			t.Errorf("the page: %s", text)
		}
	})
	err := chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			wrong = append(wrong, fmt.Sprintf("%s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
		case *log.EventEntryAdded:
			if e.Entry.Source != log.EntrySourceNetwork && e.Entry.Level == log.EntryLevelError {
				wrong = append(wrong, e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	b.Do(chromedp.EmulateViewport(width, height, options...))
	return b
}

// Do carries out steps of the browser's own.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Front shows the tab in front of the browser's others: one that is hidden gets neither keys nor news.
func (b *Tab) Front() *Tab {
	b.t.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.BringToFront, cdp.Empty{})
		return err
	}))
	return b
}

// Picture is what is seen, as a PNG.
func (b *Tab) Picture() []byte {
	b.t.Helper()
	b.Front()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	return png
}

// Until waits for a JavaScript expression to be true.
func (b *Tab) Until(expression string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(10*time.Second))); err != nil {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.activeElement.outerHTML.slice(0, 300) + "\n" + document.body.innerText`))
		b.t.Fatalf("until %s: %v; the focus and the page:\n%s", expression, err, text)
	}
}

// spot is where a node that a selector and a part of its text or label tell can be clicked on: it lies on top there.
const spot = `(() => {
	const named = (node) => [node.ariaLabel, node.textContent, ...[...(node.labels ?? [])].map((label) => label.textContent)].some((name) => name?.includes(%[2]q));
	for (const node of document.querySelectorAll(%[1]q)) {
		if (!node.checkVisibility({ visibilityProperty: true }) || !named(node)) continue;
		node.scrollIntoView({ block: "nearest" });
		const { left, top, width, height } = node.getBoundingClientRect();
		const at = [left + width / 2, top + height / 2];
		const over = document.elementFromPoint(...at);
		if (over && (node.contains(over) || over.contains(node) && over.matches("label"))) return at;
	}
	return null;
})()`

// Click clicks on the first thing that fits a selector and has the text in it or in its label, once it can be clicked on.
func (b *Tab) Click(selector, text string) {
	b.t.Helper()
	at := b.spot(selector, text)
	b.Do(chromedp.MouseClickXY(at[0], at[1]))
}

// Tap is a Click with a finger.
func (b *Tab) Tap(selector, text string) {
	b.t.Helper()
	at := b.spot(selector, text)
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		finger := []*input.TouchPoint{{X: at[0], Y: at[1]}}
		if _, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: finger}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
		return err
	}))
}

func (b *Tab) spot(selector, text string) []float64 {
	b.t.Helper()
	at, err := chromedp.Run(b.ctx, chromedp.Poll[[]float64](fmt.Sprintf(spot, selector, text), chromedp.WithPollingTimeout(10*time.Second)))
	if err != nil {
		page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		b.t.Fatalf("no place to click on %s with %q: %v; the page:\n%s", selector, text, err, page)
	}
	return at
}

// Press types on the keyboard, where the focus is. A key goes together with its letter, so that a page that takes the key does
// not get the letter too.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			events[0].Text = events[len(events)/2].Text
			for _, e := range []*input.DispatchKeyEventParams{events[0], events[len(events)-1]} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// Keys to press.
const (
	Enter     = kb.Enter
	Escape    = kb.Escape
	Down      = kb.ArrowDown
	Backspace = kb.Backspace
	TabKey    = kb.Tab
)

// Expressions for Until.
const (
	ModalOpen   = `document.querySelector("#modal").open`
	ModalClosed = `!document.querySelector("#modal").open`
)

// Focused is what has the focus: a field of a block.
func Focused(at string) string { return `document.activeElement.dataset.at == "` + at + `"` }

// Titled is what the modal in front is called.
func Titled(title string) string {
	return `document.querySelector("#modal-title").textContent == "` + title + `" && ` + ModalOpen
}

// Shows tells that a part of the page Shows a text.
func Shows(selector, text string) string {
	return `[...document.querySelectorAll("` + selector + `")].some((node) => node.checkVisibility() && node.textContent.includes("` + text + `"))`
}
