// Package fakeslack is a strict Slack in the process: one workspace with people, conversations and one app, its Web API and
// response URLs on a loopback port, and signed requests to the app when somebody acts.
// What Slack would refuse is refused with Slack's own error code; what the app does wrong is also kept in Violations.
package fakeslack

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options says which workspace and app the fake holds; the zero value is complete.
type Options struct {
	TeamID        string
	TeamDomain    string
	BotToken      string
	SigningSecret string
	AppID         string
	BotUserID     string
	BotName       string

	// Scopes are those the bot token was granted; nil means all that the fake's methods know.
	Scopes []string
	// SocketMode has the app connect with AppToken, whose scopes are AppScopes (nil means connections:write), instead of being
	// called at its addresses. SocketPing is how often each connection is pinged; default 10 s.
	SocketMode bool
	AppToken   string
	AppScopes  []string
	SocketPing time.Duration

	// NoRateLimits lets the app call as fast as it likes, for demos.
	NoRateLimits bool

	// Clock is the workspace's time: message timestamps, retries, scheduled posts, response URLs. Default time.Now.
	Clock func() time.Time
	// Machine is the time of signatures, trigger ids and rate limits. Default time.Now.
	Machine func() time.Time
}

// Slack is one fake workspace with one installed app. Its methods may be called from several goroutines.
type Slack struct {
	opts     Options
	botID    string
	ackLimit time.Duration

	mu         sync.Mutex
	server     *http.Server
	addr       string
	bot        map[kind]string // where each kind of request goes
	scopes     map[string]bool
	lastTS     int64
	users      map[string]*User
	people     []string // user ids in the order they were added
	places     map[string]*conversation
	placeOrder []string
	posts      []*post         // every message in the order people saw it first
	removed    map[string]bool // keys of messages of which nothing is left
	scheduled  []*scheduledPost
	triggers   map[string]*trigger
	responses  map[string]*responseURL
	modals     map[string][]*view // user id → stack, the top one last
	homes      map[string]*view
	files      map[string]*file
	events     map[string]*event
	retries    []*event
	calls      []Call
	faults     []*plannedFault
	buckets    map[string]*bucket
	violations []string
	latest     delivery     // the last interaction
	tamper     func(object) // changes the next one

	running   sync.WaitGroup // what must end before Close returns
	tickets   map[string]time.Time
	sockets   []*socket
	turn      int // whose turn it is to get an envelope
	envelopes map[string]*envelope
	duplicate bool
}

// New returns a workspace that holds nobody but the app's bot and Slackbot. Start makes it reachable.
func New(o Options) *Slack {
	defaults := []struct {
		field *string
		value string
	}{
		{&o.TeamID, "T0LOTSEN01"}, {&o.TeamDomain, "lotsen-test"}, {&o.BotToken, "xoxb-1111111111-2222222222-fakefakefakefakefakefake"},
		{&o.SigningSecret, "0123456789abcdef0123456789abcdef"}, {&o.AppID, "A0LOTSEN01"}, {&o.BotUserID, "U0LOTSENB1"}, {&o.BotName, "lotsen"},
		{&o.AppToken, "xapp-1-A0LOTSEN01-3333333333-fakefakefakefakefakefakefakefakefakefakefakefakefakefakefakefake"},
	}
	for _, d := range defaults {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Machine == nil {
		o.Machine = time.Now
	}
	if o.AppScopes == nil {
		o.AppScopes = []string{"connections:write"}
	}
	if o.SocketPing == 0 {
		o.SocketPing = 10 * time.Second
	}
	s := &Slack{
		opts: o, ackLimit: ackLimit, botID: "B" + strings.TrimLeft(o.BotUserID, "U"), bot: map[kind]string{}, users: map[string]*User{}, places: map[string]*conversation{},
		triggers: map[string]*trigger{}, responses: map[string]*responseURL{}, modals: map[string][]*view{}, homes: map[string]*view{},
		files: map[string]*file{}, events: map[string]*event{}, buckets: map[string]*bucket{},
		removed: map[string]bool{}, tickets: map[string]time.Time{}, envelopes: map[string]*envelope{},
	}
	s.SetScopes(o.Scopes...)
	s.AddUser(User{ID: o.BotUserID, Name: o.BotName, RealName: o.BotName, Bot: true})
	s.AddUser(User{ID: "USLACKBOT", Name: "slackbot", RealName: "Slackbot"}) // not marked as a bot by Slack either
	return s
}

// Start listens on a free port of 127.0.0.1, or after Close on the port it had before, so that a test can make Slack unreachable for a while.
func (s *Slack) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return errors.New("fake Slack is already started")
	}
	addr := s.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if s.addr == "" {
		s.addr = listener.Addr().String()
	}
	s.server = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	server := s.server
	s.running.Go(func() { _ = server.Serve(listener) })
	return nil
}

// Close stops listening and drops open connections; what the workspace holds stays.
func (s *Slack) Close() {
	s.mu.Lock()
	server := s.server
	s.server = nil
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	s.DropSockets() // which the server no longer knows
	s.running.Wait()
}

func (s *Slack) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /link/{$}", s.serveSocket)
	mux.HandleFunc("POST /response/{secret}", s.serveResponseURL)
	mux.HandleFunc("POST /upload/v1/{secret}", s.serveUpload)
	return mux
}

// APIURL is the base of the Web API and ends in "/".
func (s *Slack) APIURL() string { return s.base() + "/api/" }

func (s *Slack) base() string { return "http://" + s.addr }

// BotToken is the token the app calls with.
func (s *Slack) BotToken() string { return s.opts.BotToken }

// SigningSecret is the secret requests to the app are signed with.
func (s *Slack) SigningSecret() string { return s.opts.SigningSecret }

// TeamID is the workspace.
func (s *Slack) TeamID() string { return s.opts.TeamID }

// AppID is the app.
func (s *Slack) AppID() string { return s.opts.AppID }

// BotUserID is the app's bot user, to be named among a channel's members.
func (s *Slack) BotUserID() string { return s.opts.BotUserID }

// SetBot says where the app listens. An empty address means that this kind of request is switched off.
func (s *Slack) SetBot(commandsURL, interactionsURL, eventsURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot = map[kind]string{commands: commandsURL, interactions: interactionsURL, eventsAPI: eventsURL}
}

// SetScopes replaces the granted scopes; none means all.
func (s *Slack) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(scopes) == 0 {
		scopes = allScopes()
	}
	s.scopes = map[string]bool{}
	for _, scope := range scopes {
		s.scopes[scope] = true
	}
}

// Violations lists what the app has done that Slack forbids or punishes, oldest first. It holds no message text.
func (s *Slack) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// violate is called with the lock held.
func (s *Slack) violate(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// newID makes an id in Slack's manner: a letter for the kind of thing, then digits and capitals. It is random, because an app
// remembers what it has handled for longer than one fake lives.
func newID(letter string) string { return letter + "0" + rand.Text()[:9] }

// newTS gives the workspace's time in microseconds, never the same twice: it is what a message is known by.
func (s *Slack) newTS() string {
	s.lastTS = max(s.opts.Clock().UnixMicro(), s.lastTS+1)
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
}
