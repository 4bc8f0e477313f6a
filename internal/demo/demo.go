// Package demo is a web page over a fake Slack in the same process: whoever opens it chooses a person, types what that person
// would type in Slack, and reads what they would read there.
package demo

import (
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"sync"

	"lotsen/internal/fakeslack"
)

// Workspace is what the page shows.
type Workspace struct {
	Slack    *fakeslack.Slack
	People   []Person             // in the switcher's order; its first is chosen at first
	Channels []fakeslack.Channel  // as they were added to Slack
	Commands map[string][]Command // language → the slash commands, told in that language

	Shortcuts map[string][]Shortcut // language → the shortcuts, told in that language

	Clock *Clock // nil where time cannot be moved
}

// Person is somebody whom the visitor can be. Everything but the names of people and schools is in the person's language.
type Person struct {
	SlackID  string   `json:"id"`
	Name     string   `json:"name"`
	Role     string   `json:"role"` // as it follows "you are Anna Ek, …": "mentor för 8B"
	School   string   `json:"school"`
	Language string   `json:"language"` // sv, nb or nn
	Hint     string   `json:"hint"`     // a sentence or two on what to try as this person
	Examples []string `json:"examples"` // lines to type, each a command or a message
}

// Command is a slash command as Slack's menu shows it.
type Command struct {
	Name        string `json:"name"` // with the slash
	Usage       string `json:"usage"`
	Description string `json:"description"`
}

// Shortcut is a choice in Slack's ⚡ menu or, when it is a Message's, in the menu of each message.
type Shortcut struct {
	CallbackID  string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Message     bool   `json:"message"`
}

//go:embed *.html *.css *.js
var files embed.FS

// page answers the browser.
type page struct {
	Workspace
	byID map[string]Person

	mu   sync.Mutex
	turn int64 // of the last sight

	moving sync.Mutex // the clock
}

// Handler serves the page at "/" and what it asks for under "/api/". It answers only requests that name this machine, or the
// address they came in on, as their host, and acts only for its own page. Its event streams last until the request's context
// ends; http.Server.Shutdown waits for them, so the server's BaseContext has to end first.
func Handler(w Workspace) http.Handler {
	p := &page{Workspace: w, byID: map[string]Person{}}
	for _, person := range w.People {
		p.byID[person.SlackID] = person
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "There is nothing at this address.")
	})
	mux.HandleFunc("/{$}", on(http.MethodGet, file("page.html", "text/html")))
	for pattern, contentType := range map[string]string{"*.css": "text/css", "*.js": "text/javascript"} {
		names, _ := fs.Glob(files, pattern) // the patterns are right
		for _, name := range names {
			mux.HandleFunc("/"+name, on(http.MethodGet, file(name, contentType)))
		}
	}
	mux.HandleFunc("/api/demo", on(http.MethodGet, p.about))
	mux.HandleFunc("/api/people/{person}", on(http.MethodGet, p.as(p.look)))
	mux.HandleFunc("/api/people/{person}/stream", on(http.MethodGet, p.as(p.stream)))
	for what, serve := range map[string]func(http.ResponseWriter, *http.Request, Person){
		"lines": p.line, "clicks": p.click, "choices": p.choose, "searches": p.search, "submissions": p.submit, "closings": p.close,
		"shortcuts": p.shortcut, "homes": p.home, "moves": p.move,
	} {
		mux.HandleFunc("/api/people/{person}/"+what, on(http.MethodPost, p.as(serve)))
	}
	return guard(mux)
}

// about tells the page what does not change: who can be chosen, the commands, the page's own words.
func (p *page) about(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"people": p.People, "commands": p.Commands, "shortcuts": p.Shortcuts, "texts": texts, "bot": p.Slack.BotUserID(),
	})
}

// as finds the person in the address.
func (p *page) as(serve func(http.ResponseWriter, *http.Request, Person)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		person, ok := p.byID[r.PathValue("person")]
		if !ok {
			refuse(w, http.StatusNotFound, "There is no such person in this demo.")
			return
		}
		serve(w, r, person)
	}
}

// on lets one method through; whoever may GET may also ask for the HEAD.
func on(method string, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method && (method != http.MethodGet || r.Method != http.MethodHead) {
			w.Header().Set("Allow", method)
			refuse(w, http.StatusMethodNotAllowed, "This address takes only "+method+".")
			return
		}
		serve(w, r)
	}
}

// file serves an embedded file. The type is given because what a system thinks of ".js" is not always a script.
func file(name, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType+"; charset=utf-8")
		http.ServeFileFS(w, r, files, name)
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	body, _ := json.Marshal(v) // text, numbers, and JSON that has been read already
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// refuse says in a sentence why there is nothing else to answer.
func refuse(w http.ResponseWriter, status int, sentence string) {
	answer(w, status, map[string]string{"error": sentence})
}
