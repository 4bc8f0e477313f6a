package fakeslack

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object.
type object = map[string]any

// Call is one call of the Web API by the app.
type Call struct {
	Method string
	Args   map[string]string // the token redacted; values that are not text as JSON
	At     time.Time         // machine time
	Error  string            // Slack's error code, empty when the call did what it says
}

// Calls lists the Web API calls so far, oldest first.
func (s *Slack) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// call is a call while it is worked on.
type call struct {
	method string
	args   map[string]string
}

func (c *call) flag(name string) bool { return c.args[name] == "true" || c.args[name] == "1" }

// apiError is what ok:false carries.
type apiError struct {
	code  string
	extra object
	wait  int  // seconds until the call may be repeated
	fault bool // the app could have known: also a violation
}

func (e *apiError) Error() string { return e.code }

// explain is the code with what Slack's response_metadata says about it.
func explain(err error) string {
	var refused *apiError
	if !errors.As(err, &refused) || refused.extra == nil {
		return err.Error()
	}
	return fmt.Sprintf("%s %v", refused.code, refused.extra)
}

// refuse is an answer that can happen to a correct app.
func refuse(code string) error { return &apiError{code: code} }

// broke is an answer to something that is wrong in the app itself.
func broke(code string, messages ...string) error {
	e := &apiError{code: code, fault: true}
	if len(messages) > 0 {
		e.extra = object{"response_metadata": object{"messages": messages}}
	}
	return e
}

// method is a Web API method: its rate-limit tier (0 is special), the scope it needs, and what it does with the lock held.
// Where the scope depends on the kind of conversation, run asks for it.
type method struct {
	tier  int
	scope string
	run   func(*Slack, *call) (object, error)
}

func methods() map[string]method {
	return map[string]method{
		"apps.connections.open":        {1, "", (*Slack).appsConnectionsOpen}, // with the app-level token
		"auth.test":                    {0, "", (*Slack).authTest},
		"users.info":                   {4, "users:read", (*Slack).usersInfo},
		"users.list":                   {2, "users:read", (*Slack).usersList},
		"users.lookupByEmail":          {3, "users:read.email", (*Slack).usersLookupByEmail},
		"bots.info":                    {3, "users:read", (*Slack).botsInfo},
		"conversations.open":           {3, "", (*Slack).conversationsOpen},
		"conversations.info":           {3, "", (*Slack).conversationsInfo},
		"conversations.members":        {4, "", (*Slack).conversationsMembers},
		"conversations.list":           {2, "", (*Slack).conversationsList},
		"conversations.history":        {3, "", (*Slack).conversationsHistory},
		"conversations.replies":        {3, "", (*Slack).conversationsReplies},
		"chat.postMessage":             {0, "chat:write", (*Slack).chatPostMessage},
		"chat.postEphemeral":           {4, "chat:write", (*Slack).chatPostEphemeral},
		"chat.update":                  {3, "chat:write", (*Slack).chatUpdate},
		"chat.delete":                  {3, "chat:write", (*Slack).chatDelete},
		"chat.getPermalink":            {0, "", (*Slack).chatGetPermalink},
		"chat.scheduleMessage":         {3, "chat:write", (*Slack).chatScheduleMessage},
		"reactions.add":                {3, "reactions:write", (*Slack).reactionsAdd},
		"reactions.remove":             {2, "reactions:write", (*Slack).reactionsRemove},
		"views.open":                   {4, "", (*Slack).viewsOpen},
		"views.push":                   {4, "", (*Slack).viewsPush},
		"views.update":                 {4, "", (*Slack).viewsUpdate},
		"views.publish":                {4, "", (*Slack).viewsPublish},
		"files.getUploadURLExternal":   {4, "files:write", (*Slack).filesGetUploadURL},
		"files.completeUploadExternal": {4, "files:write", (*Slack).filesCompleteUpload},
		"files.info":                   {4, "files:read", (*Slack).filesInfo},
	}
}

func allScopes() []string {
	scopes := []string{"commands", "chat:write", "users:read", "users:read.email", "im:write", "mpim:write", "reactions:write", "files:write", "files:read"}
	for _, family := range []string{"channels", "groups", "im", "mpim"} {
		scopes = append(scopes, family+":read", family+":history")
	}
	return scopes
}

// need refuses with missing_scope unless the token has the scope.
func (s *Slack) need(scope string) error {
	if scope == "" || s.scopes[scope] {
		return nil
	}
	return &apiError{code: "missing_scope", extra: object{"needed": scope, "provided": s.granted()}}
}

func (s *Slack) granted() string {
	return strings.Join(slices.Sorted(maps.Keys(s.scopes)), ",")
}

func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request) {
	c, token, err := readCall(w, r)
	if err != nil {
		answer(w, http.StatusOK, object{"ok": false, "error": err.Error()})
		return
	}
	s.mu.Lock()
	fault := s.takeFault(c.method)
	s.calls = append(s.calls, Call{Method: c.method, Args: c.args, At: s.opts.Machine(), Error: fault.outcome()})
	number := len(s.calls) - 1
	s.mu.Unlock()
	if !fault.before(w, r) {
		return
	}
	out, refused, granted := s.carryOut(number, c, token)
	w.Header().Set("X-Oauth-Scopes", granted)
	if fault.LoseAnswer {
		panic(http.ErrAbortHandler) // net/http's way to cut the connection without an answer
	}
	if refused != nil && refused.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refused.wait))
		answer(w, http.StatusTooManyRequests, out)
		return
	}
	answer(w, http.StatusOK, out)
}

// carryOut runs the method, notes how it ended, and makes the answer.
func (s *Slack) carryOut(number int, c *call, token string) (out object, refused *apiError, granted string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.run(c, token)
	if !errors.As(err, &refused) {
		out["ok"] = true
		return out, nil, s.granted()
	}
	out = object{"ok": false, "error": refused.code}
	maps.Copy(out, refused.extra)
	s.calls[number].Error = refused.code
	if refused.fault {
		s.violate("%s: %s", c.method, explain(refused))
	}
	return out, refused, s.granted()
}

// run checks token, method, scope and rate in Slack's order and then does the work.
func (s *Slack) run(c *call, token string) (object, error) {
	s.postScheduled()
	right, wrong := s.opts.BotToken, s.opts.AppToken
	if c.method == "apps.connections.open" {
		right, wrong = wrong, right
	}
	switch token {
	case right:
	case "":
		return nil, refuse("not_authed")
	case wrong:
		return nil, broke("not_allowed_token_type")
	default:
		return nil, refuse("invalid_auth")
	}
	m, known := methods()[c.method]
	if !known {
		return nil, broke("unknown_method")
	}
	if err := s.need(m.scope); err != nil {
		return nil, err
	}
	if err := s.limitMethod(c.method, m.tier); err != nil {
		return nil, err
	}
	return m.run(s, c)
}

// readCall takes arguments and token from a form, a JSON body, or (arguments only) the query.
func readCall(w http.ResponseWriter, r *http.Request) (*call, string, error) {
	c := &call{method: r.PathValue("method"), args: map[string]string{}}
	for key, values := range r.URL.Query() {
		c.args[key] = values[0]
	}
	delete(c.args, "token") // Slack no longer takes tokens in addresses
	r.Body = http.MaxBytesReader(w, r.Body, 4<<20)
	contentType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch contentType {
	case "application/json":
		var body map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil && err != io.EOF { // a call without arguments may have no body
			return nil, "", refuse("invalid_json")
		}
		for key, raw := range body {
			var text string
			if string(raw) == "null" {
				continue
			} else if json.Unmarshal(raw, &text) != nil {
				text = string(raw)
			}
			c.args[key] = text
		}
	default:
		if err := r.ParseForm(); err != nil {
			return nil, "", refuse("invalid_form_data")
		}
	}
	for key, values := range r.PostForm {
		c.args[key] = values[0]
	}
	token := c.args["token"]
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	if _, ok := c.args["token"]; ok {
		c.args["token"] = "[redacted]"
	}
	return c, token, nil
}

func answer(w http.ResponseWriter, status int, out object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	body, _ := json.Marshal(out) // only maps, slices, text and numbers get here
	_, _ = w.Write(body)
}

// page cuts one page out of a list the way Slack's cursors do.
func page[T any](c *call, all []T, standard int) (items []T, next string, err error) {
	start, limit := 0, standard
	if text := c.args["limit"]; text != "" && text != "0" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 1000 {
			return nil, "", refuse("invalid_limit")
		}
	}
	if cursor := c.args["cursor"]; cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		if start, _ = strconv.Atoi(strings.TrimPrefix(string(raw), "next:")); err != nil || start < 1 || start > len(all) {
			return nil, "", refuse("invalid_cursor")
		}
	}
	end := min(start+limit, len(all))
	if end < len(all) {
		next = base64.StdEncoding.EncodeToString([]byte("next:" + strconv.Itoa(end)))
	}
	return all[start:end], next, nil
}

// decode reads a JSON argument into v.
func decode(raw string, v any) error {
	d := json.NewDecoder(strings.NewReader(raw))
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one JSON value")
	}
	return nil
}
