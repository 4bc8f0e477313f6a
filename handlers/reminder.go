package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"lotsen/internal/care"
	"lotsen/locales"
)

const (
	actionDone        = "reminder.done"
	actionSnooze      = "reminder.snooze"
	actionReminderLog = "reminder.log"
	actionTakeBack    = "reminder.undo"
)

// reminderItems is how many cases and follow-ups a reminder shows with their buttons.
const reminderItems = 8

// Reminder is the message that reminds a person of what they are to see to and to follow up. It stays in
// Slack, so it holds no name, no note, and not what was done.
func (a *App) Reminder(r care.Reminder, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	if r.Week != nil {
		blocks = a.week(req, *r.Week)
	}
	if text = a.reminderTitle(req, r); r.Week == nil || len(r.Cases)+len(r.Items) > 0 {
		blocks = append(blocks, sections("*"+text+"*")...)
	}
	if r.Week != nil {
		text = a.voice(req).Text("week_title", nil)
	}
	cases, rows := a.caseItems(req, r.Cases, reminderItems)
	blocks = append(append(blocks, cases...), a.followUpItems(req, r.Items, reminderItems-rows)...)
	return text, append(blocks, a.replyHint(req, r.Cases)...)
}

// reminderTitle says how much there is to do or, when all is done, so.
func (a *App) reminderTitle(req Request, r care.Reminder) string {
	voice := a.voice(req)
	cases, items := 0, 0
	for _, c := range r.Cases {
		if c.Did == nil && c.Ref != "" {
			cases++
		}
	}
	for _, i := range r.Items {
		if i.State == care.FollowUpOpen {
			items++
		}
	}
	switch {
	case len(r.Cases) == 0:
		return voice.Count("reminder_title", len(r.Items))
	case cases > 0 && items > 0:
		return voice.Text("reminder_both", nil)
	case cases > 0:
		return voice.Count("reminder_cases", cases)
	case items > 0:
		return voice.Count("reminder_title", items)
	}
	return voice.Text("reminder_all_done", nil)
}

// followUpItems shows follow-ups, at most that many of them with their buttons.
func (a *App) followUpItems(req Request, items []care.FollowUpItem, rows int) (blocks []slack.Block) {
	open, done, more := 0, 0, 0
	for _, item := range items {
		switch {
		case item.State == care.FollowUpOpen && open < rows:
			open++
			blocks = append(blocks, a.followUpOpen(req, item)...)
		case item.State == care.FollowUpOpen:
			more++
		case done < reminderItems:
			done++
			blocks = append(blocks, a.followUpDone(req, item)...)
		}
	}
	if more > 0 {
		blocks = append(blocks, sections(a.voice(req).Count("reminder_more", more))...)
	}
	return blocks
}

// followUpOpen is a follow-up that is to be made, with its buttons.
func (a *App) followUpOpen(req Request, item care.FollowUpItem) []slack.Block {
	voice := a.voice(req)
	row := []slack.BlockElement{
		button(actionDone, item.Delivery, voice.Text("button_done", nil)),
		button(actionReminderLog, item.Delivery, voice.Text("button_log", nil)),
		button(actionSnooze, item.Delivery, voice.Text("button_snooze", nil)),
	}
	if len(item.Refs) == 1 {
		row = append(row, button(actionOpen, string(item.Refs[0]), voice.Text("button_card", nil)))
	}
	return append(sections(a.reminderLine(req, item)), slack.NewActionBlock("", row...))
}

// followUpDone is a follow-up of which something has become.
func (a *App) followUpDone(req Request, item care.FollowUpItem) []slack.Block {
	blocks := sections(a.reminderLine(req, item) + "\n" + a.reminderBecame(req, item))
	if item.Undoable {
		undo := button(actionTakeBack, item.Delivery, a.voice(req).Text("button_undo", nil))
		blocks[0].(*slack.SectionBlock).Accessory = slack.NewAccessory(undo)
	}
	return blocks
}

// reminderLine says what is to be followed up.
func (a *App) reminderLine(req Request, item care.FollowUpItem) string {
	names := make([]care.Name, len(item.Refs))
	for i, ref := range item.Refs {
		names[i].Ref = ref
	}
	args := locales.Args{
		"Whom": upperFirst(a.whom(req, care.Entry{Students: names, Level: item.Level})),
		"Date": a.day(req, item.School, item.Done),
	}
	if item.Author != "" {
		args["Author"] = mention(item.Author)
		return a.voice(req).Text("reminder_item_by", args)
	}
	return a.voice(req).Text("reminder_item", args)
}

// reminderBecame says what has become of a follow-up, and who did it.
func (a *App) reminderBecame(req Request, item care.FollowUpItem) string {
	id := "reminder_" + string(item.State)
	args := locales.Args{"Date": a.day(req, item.School, item.On)}
	if item.Next != "" {
		args["Next"] = a.day(req, item.School, item.Next)
	}
	if item.By == "" {
		return a.voice(req).Text(id, args)
	}
	args["By"] = mention(item.By)
	return a.voice(req).Text(id+"_by", args)
}

// mention is a Slack user as Slack shows them to each reader.
func mention(slackID string) string { return "<@" + slackID + ">" }

// Trouble is the message that tells an administrator that messages could not be delivered.
func (a *App) Trouble(t care.Trouble, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	req := Request{Actor: care.Actor{Lang: lang}, Now: now}
	voice := a.voice(req)
	since := t.Since.In(t.School.Zone)
	text = voice.Count("trouble_title", t.Failed)
	return text, sections("*" + text + "*\n" + voice.Text("trouble_what", locales.Args{
		"School": escape(t.School.Name), "Date": voice.Date(since, now.In(t.School.Zone)), "Clock": voice.Clock(since),
	}))
}

// FileReport is the message that tells an administrator what was wrong with a file of the import folder.
func (a *App) FileReport(f care.FileReport, lang care.Lang, now time.Time) (text string, blocks []slack.Block) {
	voice := a.voice(Request{Actor: care.Actor{Lang: lang}, Now: now})
	file := escape(care.Truncate(f.File, fileNameMax))
	if f.Unread != "" {
		text = voice.Text("file_unread", nil)
		return text, sections("*" + text + "*\n" + voice.Text("file_unread_what", locales.Args{"File": file, "Reason": escape(f.Unread)}))
	}
	what := "file_faults_what"
	if text = voice.Count("file_faults", f.Rows); f.Rows == 0 {
		text, what = voice.Text("file_noted", nil), "file_noted_what"
	}
	lines := []string{"*" + text + "*", voice.Text(what, locales.Args{"File": file})}
	for _, fault := range f.Faults {
		args := locales.Args{"Line": fault.Line, "Reason": escape(fault.Reason)}
		id := "file_fault_row"
		if fault.Column != "" {
			id, args["Column"] = "file_fault", escape(fault.Column)
		}
		lines = append(lines, "• "+voice.Text(id, args))
	}
	if f.More > 0 {
		lines = append(lines, voice.Count("file_faults_more", f.More))
	}
	for _, note := range f.Notes {
		lines = append(lines, "• "+escape(care.Truncate(note, fileNoteMax)))
	}
	return text, sections(strings.Join(lines, "\n"))
}

const (
	fileNameMax = 80  // characters of a file's name that are shown
	fileNoteMax = 200 // and of a note
)

// doneClick notes that a follow-up is made.
func (a *App) doneClick(ctx context.Context, req Request) (Reply, error) {
	return a.onReminder(ctx, req, a.Care.FollowUpMake)
}

// snoozeClick puts a follow-up off to the next school day.
func (a *App) snoozeClick(ctx context.Context, req Request) (Reply, error) {
	return a.onReminder(ctx, req, a.Care.FollowUpLater)
}

// takeBackClick takes back what was said of a follow-up.
func (a *App) takeBackClick(ctx context.Context, req Request) (Reply, error) {
	return a.onReminder(ctx, req, a.Care.FollowUpUndo)
}

// onReminder does something about a follow-up, and shows the reminder as it is then in its place.
func (a *App) onReminder(ctx context.Context, req Request,
	do func(ctx context.Context, actor care.Actor, delivery, request string, now time.Time) (care.Reminder, []care.Ref, error)) (Reply, error) {
	reminder, changed, err := do(ctx, req.Actor, req.Value, req.ID, req.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Replace: true, Lasting: true, Changed: changed, Anew: true, Moved: true}
	reply.Text, reply.Blocks = a.Reminder(reminder, req.Actor.Lang, req.Now)
	return reply, nil
}

// reminderLogClick opens the modal for the students of a follow-up. What is logged is the follow-up.
func (a *App) reminderLogClick(ctx context.Context, req Request) (Reply, error) {
	names, err := a.Care.Reminded(ctx, req.Actor, req.Value, req.Now)
	if err != nil {
		return Reply{}, err
	}
	var with filled
	for _, n := range names {
		with.students = append(with.students, studentOption(n))
	}
	return a.openLog(req, with)
}
