package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"github.com/slack-go/slack"

	"lotsen/handlers"
	"lotsen/internal/care"
)

// routes find who answers what, by the id that Slack sends.
type routes struct {
	commands                                  map[string]handlers.Command
	actions, submissions, searches, shortcuts map[string]handlers.Handler
}

func newRoutes(app *handlers.App) routes {
	r := routes{commands: map[string]handlers.Command{}, actions: byID(app.Actions()), submissions: byID(app.Submissions()),
		searches: byID(app.Searches()), shortcuts: map[string]handlers.Handler{}}
	for _, c := range app.Commands() {
		for _, name := range c.Names() {
			r.commands["/"+name] = c
		}
	}
	for _, s := range app.Shortcuts() {
		r.shortcuts[s.ID] = s.Handle
	}
	return r
}

func byID(list []handlers.Route) map[string]handlers.Handler {
	m := map[string]handlers.Handler{}
	for _, r := range list {
		m[r.ID] = r.Handle
	}
	return m
}

// tooOld answers what this version of the program does not know: it is another version's.
func tooOld(context.Context, handlers.Request) (handlers.Reply, error) {
	return handlers.Reply{}, &care.Error{Code: "too_old_button"}
}

// find returns the handler with an id, and the id to count it under: what is unknown has one name.
func (d *dispatcher) find(m map[string]handlers.Handler, kind, id string) (handlers.Handler, string) {
	if h, ok := m[id]; ok {
		return h, id
	}
	d.log.Info("unknown id", "kind", kind, "id", id)
	return tooOld, "unknown"
}

// command answers a slash command. The reply is shown to the person alone. After an error the
// command must not be acknowledged.
func (d *dispatcher) command(c slack.SlashCommand) (handlers.Reply, error) {
	return d.answer(d.commanded(c))
}

// commandApart stores a command whose reply is not to stand in the response to it, and returns what
// shows the reply by the response_url. After an error the command must not be acknowledged.
func (d *dispatcher) commandApart(c slack.SlashCommand, reply handlers.Reply) (show func(), err error) {
	return d.putOff(d.commanded(c), reply)
}

// putOff stores an act that is done and whose reply is shown after the response to it, and returns
// what shows it.
func (d *dispatcher) putOff(a *act, reply handlers.Reply) (show func(), err error) {
	if a.request.Now.IsZero() {
		a.request.Now = d.clock.now()
	}
	show = func() {
		d.later(func(ctx context.Context) { d.settle(ctx, a, d.show(ctx, a, reply)) })
	}
	_, err = d.keep(a)
	return show, err
}

func (d *dispatcher) commanded(c slack.SlashCommand) *act {
	a := &act{kind: "command", late: "still_working",
		request: handlers.Request{ID: requestID(c.TriggerID), Text: c.Text},
		surface: surface{slackID: c.UserID, team: c.TeamID, responseURL: c.ResponseURL, trigger: c.TriggerID},
		sent:    sent{kind: care.IncomingCommand, name: c.TriggerID, command: c.Command}}
	command, ok := d.routes.commands[c.Command]
	if !ok {
		// The app in Slack has a command that this program does not: its manifest is another version's.
		d.log.Warn("unknown command", "command", c.Command, "request", a.request.ID)
		command = handlers.Command{Name: "unknown", Handle: d.routes.commands["/lotsen"].Handle}
	}
	a.name, a.handle = command.Name, command.Handle
	return a
}

// interaction takes the payload of an interaction and returns what to acknowledge it with; nil is
// nothing. An acknowledgement may have at most room bytes: after, if not nil, is to be called once
// a smaller one is on its way. What cannot be read or is not known is logged by its type and counts
// as received: to refuse it would only make people see an error. After an error it must not be
// acknowledged.
func (d *dispatcher) interaction(payload []byte, room int) (ack any, after func(), err error) {
	cb, ok := d.understood(payload)
	if !ok {
		return nil, nil, nil
	}
	switch cb.Type {
	case slack.InteractionTypeBlockSuggestion:
		return d.search(cb, room), nil, nil
	case slack.InteractionTypeViewSubmission:
		return d.submit(cb, payload, room)
	case slack.InteractionTypeBlockActions, slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		acts := d.acts(cb, payload)
		for i := range acts {
			_, aerr := d.answer(&acts[i])
			err = errors.Join(err, aerr)
		}
		return nil, nil, err
	default:
		d.log.Info("interaction ignored", "type", string(cb.Type))
	}
	return nil, nil, nil
}

// understood reads the payload of an interaction.
func (d *dispatcher) understood(payload []byte) (cb slack.InteractionCallback, ok bool) {
	var kind struct {
		Type string `json:"type"`
	}
	err := json.Unmarshal(payload, &kind)
	if err == nil {
		err = json.Unmarshal(payload, &cb)
	}
	if err != nil {
		d.log.Warn("interaction not understood", "type", kind.Type) // the codec's error may quote the payload
	}
	return cb, err == nil
}

// acts are what an interaction is: a click, a shortcut, a submitted modal.
func (d *dispatcher) acts(cb slack.InteractionCallback, payload []byte) []act {
	var acts []act
	switch cb.Type {
	case slack.InteractionTypeBlockActions:
		for _, clicked := range cb.ActionCallback.BlockActions {
			if clicked.Type != "button" && clicked.Type != "static_select" {
				d.log.Info("action ignored", "type", string(clicked.Type))
				continue
			}
			acts = append(acts, d.click(cb, clicked))
		}
	case slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		acts = []act{d.shortcut(cb)}
	case slack.InteractionTypeViewSubmission:
		acts = []act{d.submission(cb)}
	}
	for i := range acts {
		acts[i].sent = sent{kind: care.IncomingInteraction, name: cmp.Or(cb.TriggerID, string(payload)) + "/" + strconv.Itoa(i), payload: payload}
	}
	return acts
}

// acted is what all interactions have.
func acted(kind string, cb slack.InteractionCallback) act {
	a := act{kind: kind, late: "still_working",
		request: handlers.Request{ID: requestID(cb.TriggerID), Form: handlers.Form{ID: cb.View.ID, Metadata: cb.View.PrivateMetadata}},
		surface: surface{slackID: cb.User.ID, team: cb.Team.ID, responseURL: cb.ResponseURL, trigger: cb.TriggerID}}
	if cb.View.State != nil {
		a.request.Form.Values = cb.View.State.Values
	}
	if cb.View.Type == slack.VTModal {
		a.surface.view, a.surface.hash = cb.View.ID, cb.View.Hash
		a.surface.beneath = cb.View.PreviousViewID
		a.surface.full = cb.View.PreviousViewID != "" && cb.View.PreviousViewID != cb.View.RootViewID // the third of three
	}
	return a
}

// numbered is the part that tells apart the buttons of one row.
var numbered = regexp.MustCompile(`\.\d+$`)

// click is the click of a button, or a choice in a menu that tells of it at once.
func (d *dispatcher) click(cb slack.InteractionCallback, clicked *slack.BlockAction) act {
	a := acted("click", cb)
	if c := cb.Container; c.Type == "message" && !c.IsEphemeral {
		a.surface.post = post{c.ChannelID, c.MessageTs, c.ThreadTs}
	}
	a.request.Asked = clicked.BlockID == handlers.AskedBlock
	a.apart, a.request.Value = true, cmp.Or(clicked.Value, clicked.SelectedOption.Value)
	a.handle, a.name = d.find(d.routes.actions, a.kind, numbered.ReplaceAllString(clicked.ActionID, ""))
	return a
}

// shortcut is a shortcut, of a message or by itself.
func (d *dispatcher) shortcut(cb slack.InteractionCallback) act {
	a := acted("shortcut", cb)
	a.apart, a.request.Text = true, cb.Message.Text
	a.handle, a.name = d.find(d.routes.shortcuts, a.kind, cb.CallbackID)
	return a
}

// submission is a modal that was sent.
func (d *dispatcher) submission(cb slack.InteractionCallback) act {
	a := acted("submission", cb)
	a.surface.inAnswer, a.late = true, "still_saving"
	a.handle, a.name = d.find(d.routes.submissions, a.kind, cb.View.CallbackID)
	return a
}

// search answers what is typed into a select.
func (d *dispatcher) search(cb slack.InteractionCallback, room int) any {
	a := acted("search", cb)
	a.request.ID, a.request.Text = requestID(cb.View.ID), cb.Value
	a.surface.inAnswer = true
	a.handle, a.name = d.find(d.routes.searches, a.kind, cb.ActionID)
	reply, _ := d.answer(&a) // it stores nothing
	found := struct {
		Options []*slack.OptionBlockObject `json:"options"`
	}{reply.Options}
	for size(found) > room {
		found.Options = found.Options[:len(found.Options)*3/4]
	}
	if found.Options == nil {
		found.Options = []*slack.OptionBlockObject{}
	}
	return found
}

// submit handles a submitted modal: it closes, shows what is wrong, or shows the answer. One that
// cannot be handled in time is marked as not saved and sent again by the person, so it is not stored.
func (d *dispatcher) submit(cb slack.InteractionCallback, payload []byte, room int) (ack any, after func(), err error) {
	a := &d.acts(cb, payload)[0]
	reply, err := d.answer(a)
	if err != nil {
		return nil, nil, err
	}
	if marked := marks(cb.View.Blocks, reply); len(marked) > 0 {
		return slack.NewErrorsViewSubmissionResponse(marked), nil, nil
	}
	m := d.modalOf(reply)
	if m == nil {
		return nil, nil, nil
	}
	response := slack.NewUpdateViewSubmissionResponse(m)
	if reply.Push && !a.surface.full {
		response = slack.NewPushViewSubmissionResponse(m)
	}
	if size(response) <= room {
		return response, nil, nil
	}
	after, err = d.putOff(a, reply)
	wait := d.app.Window(d.app.Say("still_working", reply.Lang))
	return slack.NewUpdateViewSubmissionResponse(wait), after, err
}

// marks puts what went wrong at the fields of a modal: what belongs to none of those shown, at the first.
func marks(blocks slack.Blocks, reply handlers.Reply) map[string]string {
	marked, first := map[string]string{}, ""
	if !reply.Failed {
		return marked
	}
	for _, block := range blocks.BlockSet {
		in, ok := block.(*slack.InputBlock)
		if !ok {
			continue
		}
		if first == "" {
			first = in.BlockID
		}
		if text, wrong := reply.Errors[handlers.FieldOf(in.BlockID)]; wrong {
			marked[in.BlockID] = text
		}
	}
	if len(marked) == 0 && first != "" {
		for _, text := range reply.Errors {
			marked[first] = text
		}
	}
	return marked
}

// size is how many bytes an acknowledgement has.
func size(ack any) int {
	body, err := json.Marshal(ack)
	if err != nil {
		return 0 // whoever sends it meets the error
	}
	return len(body)
}
