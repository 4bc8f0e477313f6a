package handlers

// A Command is a slash command.
type Command struct {
	Name   string   // without the slash
	Also   []string // other names of the same command
	Handle Handler
}

// Names are all names of the command.
func (c Command) Names() []string { return append([]string{c.Name}, c.Also...) }

// Commands are all slash commands. The texts command_<name>_description and _usage belong to each.
func (a *App) Commands() []Command {
	return []Command{
		{Name: "insats", Also: []string{"tiltak"}, Handle: a.decoded(a.insats)},
		{Name: "elev", Handle: a.decoded(a.elev)},
		{Name: "franvaro", Also: []string{"fravaer", "fravar"}, Handle: a.decoded(a.franvaro)},
		{Name: "mote", Handle: a.decoded(a.mote)},
		{Name: "rapport", Handle: a.decoded(a.rapport)},
		{Name: "lotsen", Handle: a.decoded(a.lotsen)},
	}
}

// A Route is what Slack sends under one id, and who answers it.
type Route struct {
	ID     string
	Handle Handler
}

// Actions are all buttons, and the menus that tell at once what is chosen in them, by their action_id.
func (a *App) Actions() []Route {
	return append(a.caseActions(), []Route{
		{actionEdit, a.editClick},
		{actionUndo, a.undoClick},
		{actionMore, a.moreClick},
		{actionPick, a.pickClick},
		{actionList, a.listClick},
		{actionLog, a.logClick},
		{actionOpen, a.openClick},
		{actionPage, a.pageClick},
		{actionNames, a.namesClick},
		{actionSettings, a.settingsClick},
		{actionFeed, a.feedClick},
		{actionDone, a.doneClick},
		{actionSnooze, a.snoozeClick},
		{actionReminderLog, a.reminderLogClick},
		{actionTakeBack, a.takeBackClick},
		{actionCaseShow, a.showClick},
		{actionCaseOpen, a.openCaseClick},
		{actionCaseDetails, a.detailsClick},
		{actionCaseEdit, a.editCaseClick},
		{actionCaseUndo, a.undoCaseClick},
		{actionCasePick, a.pickCaseClick},
		{fieldAct, a.chooseAct},
		{actionReport, a.reportClick},
		{actionBook, a.bookClick},
		{actionMeetingPick, a.pickMeetingClick},
		{actionAccept, a.acceptClick},
		{actionDecline, a.declineClick},
		{actionMeetingMove, a.moveClick},
		{actionMeetingTo, a.moveToClick},
		{actionMeetingCancel, a.cancelClick},
		{actionMeetingOpen, a.openMeetingClick},
		{actionMeetingCalendar, a.calendarClick},
		{actionMeetingFile, a.fileClick},
	}...)
}

// Submissions are all modals that can be sent, by their callback_id.
func (a *App) Submissions() []Route {
	return []Route{
		{modalIntervention, a.submitIntervention},
		{modalSettings, a.submitSettings},
		{modalCase, a.submitCase},
		{modalMeeting, a.submitMeeting},
		{modalSlots, a.submitSlots},
	}
}

// Searches are all selects whose options are looked up, by their action_id.
func (a *App) Searches() []Route {
	return []Route{{fieldStudents, a.searchStudents}}
}

// A Shortcut is one of Slack's shortcuts. The texts shortcut_<id>_name and _description belong to each.
type Shortcut struct {
	ID        string // its callback_id
	OnMessage bool   // in a message's own menu
	Handle    Handler
}

// Shortcuts are all shortcuts.
func (a *App) Shortcuts() []Shortcut {
	return []Shortcut{
		{ID: "log_intervention", Handle: a.logShortcut},
		{ID: "book_meeting", Handle: a.bookShortcut},
		{ID: "log_message", OnMessage: true, Handle: a.decoded(a.logMessage)},
	}
}
