package handlers

import (
	"context"
	"strings"

	"lotsen/internal/care"
	"lotsen/locales"
)

// substitute handles "/lotsen vikarie @anna @bo 26/11–30/11", by which administrators and the team
// say that a colleague is away and who stands in. "@anna" alone shows it, "@anna ta bort" ends it.
func (a *App) substitute(ctx context.Context, req Request) (Reply, error) {
	if !a.Care.MaySetLeave(req.Actor, req.Now) {
		return Reply{}, &care.Error{Code: care.CodeMayNotSetLeave}
	}
	of, err := a.setLeave(ctx, req)
	if err != nil {
		return Reply{}, a.withExample(req, err)
	}
	voice, args := a.voice(req), locales.Args{"Name": escape(of.Name)}
	if of.Away == nil {
		return say(voice.Text("leave_none", args)), nil
	}
	args["Days"] = a.days(req, of.School, of.Away.Period)
	if of.Away.Substitute == "" {
		return say(voice.Text("leave_alone", args)), nil
	}
	args["Substitute"] = escape(of.Away.Substitute)
	return say(voice.Text("leave_substitute", args)), nil
}

// setLeave does what the line says and returns the colleague as they then are.
func (a *App) setLeave(ctx context.Context, req Request) (care.Colleague, error) {
	people, rest := peopleIn(req.Raw)
	_, rest = firstWord(rest) // the subcommand
	if len(people) == 0 || len(people) > 2 || strings.Contains(rest, "@") {
		return care.Colleague{}, &care.Error{Code: "people_missing"}
	}
	var f care.LeaveForm
	if len(people) == 2 {
		f.Substitute = people[1]
	}
	switch {
	case rest == "" && len(people) == 1:
		return a.Care.LeaveOf(ctx, req.Actor, people[0], req.Now)
	case rest != "" && !(len(people) == 1 && isNone(rest)):
		home, _ := a.Care.HomeSchool(req.Actor.Staff, req.Now)
		days, err := care.ParseDays(rest, care.DateOf(req.Now, home.Zone))
		if err != nil {
			return care.Colleague{}, err
		}
		f.From, f.To = days.From, days.To
	}
	return a.Care.SetLeave(ctx, req.Actor, people[0], f, req.ID, req.Now)
}

// peopleIn are the Slack user ids that a command's text names, and the text without them.
func peopleIn(raw string) (ids []string, rest string) {
	rest = tagged.ReplaceAllStringFunc(raw, func(tag string) string {
		id, isPerson := strings.CutPrefix(tagged.FindStringSubmatch(tag)[1], "@")
		if !isPerson || id == "" {
			return tag
		}
		ids = append(ids, id)
		return " "
	})
	return ids, strings.TrimSpace(unescaper.Replace(rest))
}

// isNone reports whether a text says, in any language, that there is none.
func isNone(text string) bool {
	switch care.Fold(text) {
	case "inte", "ingen", "bort", "ta bort", "fjern", "ikke", "ikkje", "none":
		return true
	}
	return false
}

// withExample adds the example of a right line to what is wrong with one.
func (a *App) withExample(req Request, err error) error {
	mistakes := care.Mistakes(a.inWords(req, err))
	if len(mistakes) == 0 || mistakes[0].Code == care.CodeMayNotSetLeave {
		return err
	}
	reason := mistakeText(a.voice(req), mistakes[0], func(s string) string { return s })
	return &care.Error{Code: "stand_in_line", Args: map[string]any{"Reason": reason}, Err: mistakes[0]}
}
