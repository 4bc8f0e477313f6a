package fakeslack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Command is a person typing a slash command in a conversation that they are in; an empty channel means their direct messages
// with the app. The text is as typed; it reaches the app encoded as with should_escape.
func (s *Slack) Command(ctx context.Context, userID, channelID, command, text string) (*Ack, error) {
	form, err := s.CommandForm(userID, channelID, command, text)
	if err != nil {
		return nil, err
	}
	return s.CommandRaw(ctx, RawCommand{Form: form})
}

// CommandForm makes the fields of a slash command, with a trigger id and a response URL that work.
func (s *Slack) CommandForm(userID, channelID, command, text string) (url.Values, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil || u.Deleted {
		return nil, fmt.Errorf("no active user %q", userID)
	}
	p := s.places[channelID]
	if channelID == "" {
		p = s.dm(userID)
	}
	if p == nil || !p.has(userID) {
		return nil, fmt.Errorf("user %s is not in a channel %q", userID, channelID)
	}
	return url.Values{
		"token": {verificationToken}, "team_id": {u.TeamID}, "team_domain": {s.opts.TeamDomain}, "channel_id": {p.ID}, "channel_name": {p.shownName()},
		"user_id": {u.ID}, "user_name": {u.Name}, "command": {command}, "text": {s.encode(text)}, "api_app_id": {s.opts.AppID}, "is_enterprise_install": {"false"},
		"response_url": {s.newResponseURL(p, u.ID, nil)}, "trigger_id": {s.newTrigger(u.ID, "")},
	}, nil
}

// verificationToken is what signatures replaced; Slack still sends one.
const verificationToken = "deprecatedverificationtk" // #nosec G101 -- a token of the fake, that opens nothing

// shownName is what payloads call a conversation.
func (p *conversation) shownName() string {
	if name := map[string]string{"im": "directmessage", "groups": "privategroup"}[p.family]; name != "" {
		return name
	}
	return p.Name
}

// RawCommand is a slash command of which every detail may be wrong. The same Form sent twice is a redelivery.
type RawCommand struct {
	Form   url.Values
	Secret string    // signs instead of the signing secret
	Time   time.Time // signs as of then instead of now
}

// CommandRaw delivers a slash command as it stands and shows the answer to the person.
func (s *Slack) CommandRaw(ctx context.Context, raw RawCommand) (*Ack, error) {
	d := delivery{kind: commands, what: raw.Form.Get("command"), body: []byte(raw.Form.Encode()), secret: raw.Secret, at: raw.Time}
	return s.command(ctx, d, raw.Form)
}

// command delivers a slash command and shows its answer.
func (s *Slack) command(ctx context.Context, d delivery, form url.Values) (*Ack, error) {
	ack, err := s.deliver(ctx, d)
	s.mu.Lock()
	defer s.mu.Unlock()
	place, user := s.places[form.Get("channel_id")], form.Get("user_id")
	if place == nil {
		return ack, err
	}
	if err == nil && ack.Error == "" {
		s.showAnswer(ack, form, place, user)
	}
	if err != nil || ack.Error != "" {
		code := "dispatch_failed"
		if err == nil {
			code = ack.Error
		}
		s.show(&post{content: content{text: fmt.Sprintf("%s failed with the error \"%s\"", d.what, code)}, place: place, author: "USLACKBOT", to: user})
	}
	return ack, err
}

// answered is a message in a command's answer or in a post to a response URL.
type answered struct {
	ResponseType    string          `json:"response_type"`
	Text            string          `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	Attachments     []any           `json:"attachments"`
	ThreadTS        string          `json:"thread_ts"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
}

func (s *Slack) readAnswered(what string, a answered) (content, error) {
	if len(a.Attachments) > 0 {
		return content{}, broke("invalid_attachments")
	}
	if a.ResponseType != "" && a.ResponseType != "ephemeral" && a.ResponseType != "in_channel" {
		return content{}, broke("invalid_response_type")
	}
	return s.readContent(what, a.Text, string(a.Blocks), "")
}

// showAnswer shows what a command's answer says, or notes what is wrong with it.
func (s *Slack) showAnswer(ack *Ack, form url.Values, place *conversation, user string) {
	body := bytes.TrimSpace(ack.Body)
	if len(body) == 0 {
		return
	}
	what := form.Get("command")
	a := answered{Text: string(ack.Body)}
	if ack.isJSON() {
		a = answered{}
		if err := json.Unmarshal(body, &a); err != nil {
			s.violate("%s: the answer is not the JSON of a message", what)
			ack.Error = "invalid_payload"
			return
		}
	} else if body[0] == '{' && json.Valid(body) {
		s.violate("%s: JSON is answered as %q, so people would read the JSON", what, ack.Header.Get("Content-Type"))
	}
	said, err := s.readAnswered(what, a)
	if err != nil {
		s.violate("%s: answer: %s", what, explain(err))
		ack.Error = err.Error()
		return
	}
	p := &post{content: said, place: place, author: s.opts.BotUserID, to: user}
	if a.ResponseType == "in_channel" {
		p.to = ""
	}
	shown := s.message(s.show(p))
	ack.Message = &shown
	if r := s.responses[responseSecret(form.Get("response_url"))]; r != nil {
		r.original = p
	}
}

var special = regexp.MustCompile(`https?://[^\s<>]*[^\s<>.,;:!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[@#][\p{L}\p{N}._-]+`)

// encode does to typed text what Slack does with should_escape: & < > are escaped, and known people, channels, group mentions,
// addresses of pages and of mailboxes become <…>.
func (s *Slack) encode(text string) string {
	var out strings.Builder
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	last := 0
	for _, span := range special.FindAllStringIndex(text, -1) {
		out.WriteString(escape.Replace(text[last:span[0]]))
		before, _ := utf8.DecodeLastRuneInString(text[:span[0]])
		inWord := span[0] > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before))
		out.WriteString(s.tag(text[span[0]:span[1]], inWord, escape))
		last = span[1]
	}
	out.WriteString(escape.Replace(text[last:]))
	return out.String()
}

func (s *Slack) tag(word string, inWord bool, escape *strings.Replacer) string {
	plain := escape.Replace(word)
	name := strings.TrimRight(word[1:], ".")
	rest := word[1+len(name):]
	switch {
	case strings.HasPrefix(word, "http"):
		return "<" + plain + ">"
	case word[0] != '@' && word[0] != '#':
		return "<mailto:" + plain + "|" + plain + ">"
	case inWord:
		return plain
	case word[0] == '@' && (name == "here" || name == "channel" || name == "everyone"):
		return "<!" + name + ">" + rest
	case word[0] == '@':
		for _, id := range s.people {
			if strings.EqualFold(s.users[id].Name, name) {
				return "<@" + id + ">" + rest
			}
		}
	default:
		for _, id := range s.placeOrder {
			p := s.places[id]
			if p.Name == name && p.family == "groups" {
				return "<#" + id + "|>" + rest
			} else if p.Name == name && p.family == "channels" {
				return "<#" + id + "|" + name + ">" + rest
			}
		}
	}
	return plain
}
