package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	modalIntervention = "intervention"

	actionEdit = "intervention.edit"
	actionMore = "intervention.more"
	actionLog  = "intervention.log"
)

// The fields of the modal.
const (
	fieldStudents = "students"
	fieldKinds    = "kinds"
	fieldNote     = "note"
	fieldDate     = "date"
	fieldAudience = "audience"
	fieldLevel    = "level"
	fieldPartner  = "partner"
	fieldOutcome  = "outcome"
	fieldFollowUp = "follow_up"
)

// searchMax is how many options Slack takes from a search.
const searchMax = 100

// filled is what stands in the modal when it is shown.
type filled struct {
	care.InterventionForm
	students []*slack.OptionBlockObject
}

// filledWith is what an intervention says.
func filledWith(e care.Entry) filled {
	with := filled{InterventionForm: care.InterventionForm{Kinds: e.Kinds, Note: e.Note, Date: e.Date, Audience: e.Audience,
		Level: e.Level, Partner: e.Partner, Outcome: e.Outcome, FollowUp: e.FollowUp}}
	for _, n := range e.Students {
		with.Students = append(with.Students, n.Ref)
		with.students = append(with.students, studentOption(n))
	}
	return with
}

// merge is what stands in the form after someone else's change: what the editor has entered, and in
// the fields that they have left as they were what stands there now. It names the fields in which
// that is something else than before.
func (f filled) merge(c *care.EditConflict) (merged filled, renewed []string) {
	if len(c.Before.Kinds) == 0 { // the editor may not see any more how it was
		return f, nil
	}
	before, now := filledWith(c.Before), filledWith(c.Now)
	keep := func(field string, left, same bool, take func()) {
		if left && !same {
			take()
			renewed = append(renewed, field)
		}
	}
	keep(fieldStudents, alike(f.Students, before.Students), alike(f.Students, now.Students), func() { f.Students, f.students = now.Students, now.students })
	keep(fieldKinds, alike(f.Kinds, before.Kinds), alike(f.Kinds, now.Kinds), func() { f.Kinds = now.Kinds })
	keep(fieldNote, f.Note == before.Note, f.Note == now.Note, func() { f.Note = now.Note })
	keep(fieldDate, f.Date == before.Date, f.Date == now.Date, func() { f.Date = now.Date })
	keep(fieldAudience, f.Audience == before.Audience, f.Audience == now.Audience, func() { f.Audience = now.Audience })
	keep(fieldLevel, f.Level == before.Level, f.Level == now.Level, func() { f.Level = now.Level })
	keep(fieldPartner, f.Partner == before.Partner, f.Partner == now.Partner, func() { f.Partner = now.Partner })
	keep(fieldOutcome, f.Outcome == before.Outcome, f.Outcome == now.Outcome, func() { f.Outcome = now.Outcome })
	keep(fieldFollowUp, f.FollowUp == before.FollowUp, f.FollowUp == now.FollowUp, func() { f.FollowUp = now.FollowUp })
	return f, renewed
}

// alike reports whether two lists have the same members, in whatever order.
func alike[T cmp.Ordered](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// openLog opens the empty modal, or one with a student and a note.
func (a *App) openLog(req Request, with filled) (Reply, error) {
	school, err := a.Care.LoggingSchool(req.Actor, req.Now)
	if err != nil {
		return Reply{}, err
	}
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	return Reply{Modal: a.interventionModal(req, school, modalState{Card: on.Card}, with)}, nil
}

// logShortcut handles the shortcut that opens the empty modal.
func (a *App) logShortcut(_ context.Context, req Request) (Reply, error) {
	return a.openLog(req, filled{})
}

// logMessage handles the shortcut of a message, whose text is offered as the note, for the students
// whose refs stand in it.
func (a *App) logMessage(ctx context.Context, req Request) (Reply, error) {
	names, err := a.Care.Mentioned(ctx, req.Actor, req.Text, req.Now)
	if err != nil {
		return Reply{}, err
	}
	var with filled
	with.Note = shorten(req.Text, care.NoteMax)
	for _, n := range names {
		with.students = append(with.students, studentOption(n))
	}
	return a.openLog(req, with)
}

// logClick opens the modal for the student of a card.
func (a *App) logClick(ctx context.Context, req Request) (Reply, error) {
	if req.Value == "" {
		return a.openLog(req, filled{})
	}
	name, err := a.Care.StudentToLog(ctx, req.Actor, care.Ref(req.Value), req.Now)
	if err != nil {
		return Reply{}, err
	}
	return a.openLog(req, filled{students: []*slack.OptionBlockObject{studentOption(name)}})
}

// editClick opens the modal with what an intervention says.
func (a *App) editClick(ctx context.Context, req Request) (Reply, error) {
	e, err := a.Care.Editable(ctx, req.Actor, req.Value, req.Now)
	if err != nil {
		return Reply{}, err
	}
	with := filledWith(e)
	on, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	state := modalState{Entry: e.ID, Base: e.Revisions, More: true, Card: on.Card}
	return Reply{Modal: a.interventionModal(req, e.School, state, with), Replace: on.Done}, nil
}

// moreClick shows all fields of the modal; what was typed stays.
func (a *App) moreClick(_ context.Context, req Request) (Reply, error) {
	school, err := a.Care.LoggingSchool(req.Actor, req.Now)
	if err != nil {
		return Reply{}, err
	}
	state, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	state.More = true
	return Reply{Modal: a.interventionModal(req, school, state, readFilled(req.Form)), Replace: true}, nil
}

// submitIntervention logs or changes what the modal says.
func (a *App) submitIntervention(ctx context.Context, req Request) (Reply, error) {
	state, err := req.Form.state()
	if err != nil {
		return Reply{}, err
	}
	form, id := readFilled(req.Form), "log_done"
	var entry care.Entry
	if state.Entry == "" {
		entry, err = a.Care.LogForm(ctx, req.Actor, form.InterventionForm, req.Form.ID, req.ID, req.Now)
	} else {
		id = "log_changed"
		entry, err = a.Care.EditIntervention(ctx, req.Actor, state.Entry, state.Base, form.InterventionForm, req.ID, req.Now)
	}
	if conflict, ok := errors.AsType[*care.EditConflict](err); ok {
		state = modalState{Entry: conflict.Now.ID, Base: conflict.Now.Revisions, More: true, Card: state.Card}
		merged, renewed := form.merge(conflict)
		m := a.interventionModal(req, conflict.Now.School, state, merged)
		renew(m, renewed, state.Base)
		m.Blocks.BlockSet = append(a.conflict(req, conflict), m.Blocks.BlockSet...)
		return Reply{Modal: m}, nil
	}
	reply, err := a.logged(req, id, entry, err)
	if err != nil {
		return Reply{}, err
	}
	return a.onCard(ctx, req, reply, state), nil
}

// onCard notes the card on which the modal lies that shows a reply, and shows the card anew.
func (a *App) onCard(ctx context.Context, req Request, reply Reply, state modalState) Reply {
	ref, number, on := strings.Cut(state.Card, "/")
	reply.state.Card = state.Card
	if skip, err := strconv.Atoi(number); on && err == nil {
		if card, err := a.card(ctx, req, ref, skip); err == nil { // else it stays as it is
			card.Lang = req.Actor.Lang
			reply.Beneath = a.Window(card)
		}
	}
	return reply
}

// searchStudents answers what is typed into the field for students.
func (a *App) searchStudents(ctx context.Context, req Request) (Reply, error) {
	found, err := a.Care.SuggestStudents(ctx, req.Actor, req.Text, searchMax, req.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Options: []*slack.OptionBlockObject{}}
	for _, s := range found {
		o := studentOption(s.Name)
		if group, _, _ := strings.Cut(string(s.Ref), "-"); !strings.EqualFold(group, s.Group) && s.Group != "" {
			o.Description = plain(s.Group, optionMax) // the ref is of another year's group
		}
		reply.Options = append(reply.Options, o)
	}
	return reply, nil
}

func studentOption(n care.Name) *slack.OptionBlockObject {
	return option(string(n.Ref), labelled(n, optionMax))
}

// readFilled reads the fields.
func readFilled(f Form) filled {
	with := filled{InterventionForm: care.InterventionForm{
		Students: options[care.Ref](f, fieldStudents), Kinds: options[care.Kind](f, fieldKinds), Note: f.text(fieldNote),
		Date: f.date(fieldDate), Audience: care.Audience(f.option(fieldAudience)), Level: care.Level(f.option(fieldLevel)),
		Partner: care.Partner(f.option(fieldPartner)), Outcome: care.Outcome(f.option(fieldOutcome)), FollowUp: f.date(fieldFollowUp),
	}}
	for _, o := range f.field(fieldStudents).SelectedOptions {
		with.students = append(with.students, &o)
	}
	return with
}

// interventionModal is the modal "intervention" with what stands in it.
func (a *App) interventionModal(req Request, school care.School, state modalState, with filled) *slack.ModalViewRequest {
	voice := a.voice(req)
	title := "modal_log_title"
	if state.Entry != "" {
		title = "modal_edit_title"
	}
	m := modal(voice, modalIntervention, voice.Text(title, nil))
	m.PrivateMetadata = state.String()

	students := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeExternal, plain(voice.Text("field_students_search", nil), 150), fieldStudents)
	students.MinQueryLength, students.MaxSelectedItems = new(int), ptr(care.FormStudentsMax)
	students.InitialOptions = with.students
	kinds := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain(voice.Text("field_choose", nil), 150), fieldKinds)
	for _, k := range care.Kinds {
		o := option(string(k), upperFirst(voice.Text("kind_"+string(k), nil)))
		kinds.Options = append(kinds.Options, o)
		if slices.Contains(with.Kinds, k) {
			kinds.InitialOptions = append(kinds.InitialOptions, o)
		}
	}
	note := slack.NewPlainTextInputBlockElement(nil, fieldNote)
	note.Multiline, note.MaxLength, note.InitialValue = true, care.NoteMax, with.Note
	readers := locales.Args{"Mentor": term(voice, school, care.TermMentor).Definite, "Team": term(voice, school, care.TermTeam).Definite}
	hint, whom := "field_note_hint", voice.Text("field_students_hint", nil)
	if state.More {
		hint, whom = "field_note_hint_audience", ""
	}
	m.Blocks.BlockSet = []slack.Block{
		input(fieldStudents, voice.Text("field_students", nil), whom, false, students),
		input(fieldKinds, voice.Text("field_kinds", nil), "", true, kinds),
		input(fieldNote, voice.Text("field_note", nil), voice.Text(hint, readers), false, note),
	}
	if !state.More {
		more := button(actionMore, "", voice.Text("button_more", nil))
		m.Blocks.BlockSet = append(m.Blocks.BlockSet, slack.NewActionBlock("more", more))
		return m
	}
	m.Blocks.BlockSet = append(m.Blocks.BlockSet, moreFields(req, voice, school, readers, with)...)
	return m
}

// moreFields are the fields behind "more".
func moreFields(req Request, voice *locales.Voice, school care.School, readers locales.Args, with filled) []slack.Block {
	labels := func(family string, args locales.Args) func(string) string {
		return func(id string) string { return upperFirst(voice.Text(family+id, args)) }
	}
	date := slack.NewDatePickerBlockElement(fieldDate)
	date.InitialDate = string(with.Date)
	if with.Date == "" {
		date.InitialDate = string(care.DateOf(req.Now, school.Zone))
	}
	followUp := slack.NewDatePickerBlockElement(fieldFollowUp)
	followUp.InitialDate = string(with.FollowUp)
	if with.Audience == "" {
		with.Audience = care.AudienceEHT
	}
	if with.Level == "" {
		with.Level = care.LevelIndividual
	}
	choose := voice.Text("field_choose", nil)
	audience := labels("audience_", readers)
	level, partner, outcome := labels("level_", nil), labels("partner_", nil), labels("outcome_", nil)
	return []slack.Block{
		input(fieldDate, voice.Text("field_date", nil), "", true, date),
		input(fieldAudience, voice.Text("field_audience", nil), "", true,
			choice(fieldAudience, choose, care.Audiences, func(v care.Audience) string { return audience(string(v)) }, with.Audience)),
		input(fieldLevel, voice.Text("field_level", nil), "", true,
			choice(fieldLevel, choose, care.Levels, func(v care.Level) string { return level(string(v)) }, with.Level)),
		input(fieldPartner, voice.Text("field_partner", nil), "", false,
			choice(fieldPartner, choose, care.Partners, func(v care.Partner) string { return partner(string(v)) }, with.Partner)),
		input(fieldOutcome, voice.Text("field_outcome", nil), "", false,
			choice(fieldOutcome, choose, care.Outcomes, func(v care.Outcome) string { return outcome(string(v)) }, with.Outcome)),
		input(fieldFollowUp, voice.Text("field_follow_up", nil), voice.Text("field_follow_up_hint", nil), false, followUp),
	}
}

// conflict tells what someone has changed while the form was being filled in.
func (a *App) conflict(req Request, c *care.EditConflict) []slack.Block {
	voice := a.voice(req)
	before, now := a.facts(req, c.Before), a.facts(req, c.Now)
	hidden := len(c.Before.Kinds) == 0 // the editor may not see the earlier version any more
	var lines []string
	for i, f := range now {
		if f.text == before[i].text || hidden && f.text == "" {
			continue
		}
		if hidden {
			lines = append(lines, voice.Text("edit_now", locales.Args{"Field": voice.Text(f.label, nil), "Now": f.text}))
			continue
		}
		none := voice.Text("edit_none", nil)
		lines = append(lines, voice.Text("edit_change", locales.Args{"Field": voice.Text(f.label, nil),
			"Before": cmp.Or(before[i].text, none), "Now": cmp.Or(f.text, none)}))
	}
	blocks := sections(voice.Text("edit_conflict", locales.Args{"Name": escape(c.By), "Changes": strings.Join(lines, "\n")}))
	return append(blocks, slack.NewDividerBlock())
}

// A fact is what one field of an intervention says, escaped.
type fact struct{ label, text string }

func (a *App) facts(req Request, e care.Entry) []fact {
	voice := a.voice(req)
	word := func(family, id string, args locales.Args) string {
		if id == "" {
			return ""
		}
		return voice.Text(family+id, args)
	}
	day := func(d care.Date) string {
		if d == "" {
			return ""
		}
		return a.day(req, e.School, d)
	}
	audience := locales.Args{"Mentor": escape(term(voice, e.School, care.TermMentor).Definite), "Team": escape(term(voice, e.School, care.TermTeam).Definite)}
	return []fact{
		{"field_students", a.whom(req, e)},
		{"field_kinds", voice.List(kindNames(e.Kinds, voice))},
		{"field_note", escape(e.Note)},
		{"field_date", day(e.Date)},
		{"field_audience", word("audience_", string(e.Audience), audience)},
		{"field_level", word("level_", string(e.Level), nil)},
		{"field_partner", word("partner_", string(e.Partner), nil)},
		{"field_outcome", word("outcome_", string(e.Outcome), nil)},
		{"field_follow_up", day(e.FollowUp)},
	}
}

func ptr[T any](v T) *T { return &v }
