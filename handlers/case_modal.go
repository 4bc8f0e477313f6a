package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const modalCase = "case_reply"

// The fields of the modal, besides those that another has as well.
const (
	fieldAct    = "act"
	fieldOwner  = "owner"
	fieldReason = "close_reason"
	fieldDays   = "days"
)

// detailsClick opens the modal with the facts behind a case, and all that can be done about it.
func (a *App) detailsClick(ctx context.Context, req Request) (Reply, error) {
	return a.openCaseForm(ctx, req, "")
}

// openCaseForm opens the modal "case_reply" with an act chosen or, with none, with the facts behind the case.
func (a *App) openCaseForm(ctx context.Context, req Request, act care.Act) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.CaseByID(ctx, req.Actor, req.Value, req.Now)
	if err != nil {
		return Reply{}, err
	}
	state := modalState{Case: v.ID, Facts: act == "", Card: on.Card}
	return Reply{Modal: a.caseModal(req, v, state, care.CaseForm{Act: act})}, nil
}

// editCaseClick opens the modal with what someone has just noted.
func (a *App) editCaseClick(ctx context.Context, req Request) (Reply, error) {
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	id, entry, _ := strings.Cut(req.Value, entryMark)
	v, err := a.Care.CaseByID(ctx, req.Actor, id, req.Now)
	if err != nil {
		return Reply{}, err
	}
	i := slices.IndexFunc(v.Entries, func(e care.CaseEvent) bool {
		return e.ID == entry && e.What == care.CaseActed && e.By == req.Actor.Staff.ID
	})
	if i < 0 {
		return Reply{}, &care.Error{Code: care.CodeNoCaseEntry}
	}
	e := v.Entries[i]
	with := care.CaseForm{Act: e.Act, FollowUp: e.FollowUp, Reason: e.Reason, Days: e.Days, Note: e.Note}
	switch e.Act {
	case care.ActKnown:
		with.FollowUp = e.Until
	case care.ActHandOver:
		with.To = v.Handed.SlackID
	}
	state := modalState{Case: v.ID, Entry: e.ID, Card: on.Card}
	return Reply{Modal: a.caseModal(req, v, state, with), Replace: on.Done}, nil
}

// chooseAct shows the fields that the act chosen in the modal needs. What was entered stays.
func (a *App) chooseAct(ctx context.Context, req Request) (Reply, error) {
	state, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	v, err := a.Care.CaseByID(ctx, req.Actor, state.Case, req.Now)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Modal: a.caseModal(req, v, state, readCaseForm(req.Form)), Replace: true}, nil
}

// submitCase does what the modal says, or changes what was noted.
func (a *App) submitCase(ctx context.Context, req Request) (Reply, error) {
	state, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	var v care.CaseView
	if f := readCaseForm(req.Form); state.Entry == "" {
		// Sent again by someone who saw no answer, the modal is the same request.
		v, err = a.Care.ActOnCase(ctx, req.Actor, state.Case, f, req.Form.ID, req.Now)
	} else {
		v, err = a.Care.ChangeCaseEntry(ctx, req.Actor, state.Case, state.Entry, f, req.ID, req.Now)
	}
	reply, err := a.noted(req, v, state.Entry, err)
	if err != nil {
		return Reply{}, err
	}
	return a.onCard(ctx, req, reply, state), nil
}

func readCaseForm(f Form) care.CaseForm {
	return care.CaseForm{Act: care.Act(f.option(fieldAct)), FollowUp: f.date(fieldFollowUp), To: f.field(fieldOwner).SelectedUser,
		Reason: care.CloseReason(f.option(fieldReason)), Days: slices.Sorted(slices.Values(options[care.Date](f, fieldDays))), Note: f.text(fieldNote)}
}

// caseModal is the modal "case_reply" with what stands in it. What an act has no use for is not asked;
// before an act is chosen, what most need.
func (a *App) caseModal(req Request, v care.CaseView, state modalState, with care.CaseForm) *slack.ModalViewRequest {
	voice := a.voice(req)
	id, title := modalCase, "modal_case_title"
	if state.Entry != "" {
		title = "modal_case_edit_title"
	}
	if !v.MayAct && state.Entry == "" {
		id = "" // there is only something to read
	}
	m := modal(voice, id, voice.Text(title, nil))
	m.PrivateMetadata = state.String()
	m.Blocks.BlockSet = sections(a.caseText(req, v))
	if state.Facts {
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, a.caseFacts(req, v)...)
	}
	if state.Entry == "" && v.MayAct && v.State != care.CaseClosed && a.Care.MayBook(req.Actor, req.Now) {
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, slack.NewActionBlock("book", button(actionBook, v.ID, voice.Text("button_book", nil))))
	}
	if id == "" {
		return m
	}
	acts := slices.DeleteFunc(slices.Clone(care.Acts), func(act care.Act) bool {
		return act == care.ActTake && v.Mine && !v.HandedMe && act != with.Act
	})
	choose := voice.Text("field_choose", nil)
	act := choice(fieldAct, choose, acts, func(act care.Act) string { return a.actName(req, v.School, act) }, with.Act)
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, input(fieldAct, voice.Text("field_act", nil), "", true, act).WithDispatchAction(true))
	for _, field := range caseFields(with.Act) {
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, a.caseField(req, v, field, with)...)
	}
	return m
}

// caseFields are the fields that an act has, besides itself.
func caseFields(act care.Act) []string {
	switch act {
	case "":
		return []string{fieldFollowUp, fieldOwner, fieldNote}
	case care.ActHandOver:
		return []string{fieldOwner, fieldNote}
	case care.ActClose:
		return []string{fieldReason, fieldNote}
	case care.ActWrong:
		return []string{fieldDays, fieldNote}
	case care.ActTake, care.ActNeedsEHT, care.ActNotReached:
		return []string{fieldNote}
	}
	return []string{fieldFollowUp, fieldNote}
}

// caseField is one field of the modal; none where there is nothing to choose from.
func (a *App) caseField(req Request, v care.CaseView, field string, with care.CaseForm) []slack.Block {
	voice := a.voice(req)
	choose := voice.Text("field_choose", nil)
	switch field {
	case fieldFollowUp:
		element := slack.NewDatePickerBlockElement(fieldFollowUp)
		element.InitialDate = string(with.FollowUp)
		label, hint := "field_follow_up", "field_follow_up_hint_case"
		switch with.Act {
		case care.ActSnooze:
			label, hint = "field_snooze", "field_snooze_hint"
		case care.ActKnown:
			label, hint = "field_known", "field_known_hint"
		}
		return []slack.Block{input(field, voice.Text(label, nil), voice.Text(hint, nil), false, element)}
	case fieldOwner:
		element := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain(choose, 150), fieldOwner)
		element.InitialUser = with.To
		return []slack.Block{input(field, voice.Text("field_owner", nil), voice.Text("field_owner_hint", nil), false, element)}
	case fieldReason:
		label := func(r care.CloseReason) string { return upperFirst(voice.Text("reason_"+string(r), nil)) }
		return []slack.Block{input(field, voice.Text("field_reason", nil), "", true, choice(field, choose, care.CloseReasons, label, with.Reason))}
	case fieldDays:
		return a.daysField(req, v, with.Days)
	}
	note := slack.NewPlainTextInputBlockElement(nil, fieldNote)
	note.Multiline, note.MaxLength, note.InitialValue = true, care.NoteMax, with.Note
	readers := locales.Args{"Mentor": term(voice, v.School, care.TermMentor).Definite, "Team": term(voice, v.School, care.TermTeam).Definite}
	return []slack.Block{input(fieldNote, voice.Text("field_note", nil), voice.Text("field_note_hint", readers), false, note)}
}

// daysField has the days of a case's absence, of which some were wrongly registered.
func (a *App) daysField(req Request, v care.CaseView, chosen []care.Date) []slack.Block {
	days := slices.Clone(chosen)
	for _, d := range v.Days {
		if !slices.Contains(days, d.Date) {
			days = append(days, d.Date)
		}
	}
	if len(days) == 0 {
		return nil
	}
	slices.Sort(days)
	slices.Reverse(days)
	voice := a.voice(req)
	element := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain(voice.Text("field_choose", nil), 150), fieldDays)
	for _, d := range days[:min(len(days), searchMax)] {
		o := option(string(d), upperFirst(a.day(req, v.School, d)))
		element.Options = append(element.Options, o)
		if slices.Contains(chosen, d) {
			element.InitialOptions = append(element.InitialOptions, o)
		}
	}
	return []slack.Block{input(fieldDays, voice.Text("field_days", nil), voice.Text("field_days_hint", nil), false, element)}
}
