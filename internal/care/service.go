package care

// Service is everything that people and time do with the records. It is safe for concurrent use.
type Service struct {
	Schools map[string]School // by id
	Ladders map[string]Ladder // by id: the built-in ones and those of the configuration
	Default Lang              // for people about whom nothing else is known
	Kinds   *KindWords
	Vault   Vault
	IDKey   []byte // secret, of the installation, and the same for good

	CalendarHosts []string // that busy calendars may be read from on private networks, and without TLS

	Records
}

// Records are where a Service keeps everything.
type Records struct {
	Staff         StaffRecords
	Students      StudentRecords
	StudentKeys   StudentKeyRecords
	Assignments   AssignmentRecords
	Interventions InterventionRecords
	Drafts        DraftRecords
	Deliveries    DeliveryRecords
	Occurrences   OccurrenceRecords
	Inbox         InboxRecords
	Said          SaidRecords
	Absence       AbsenceRecords
	AbsenceWeeks  AbsenceWeekRecords
	Cases         CaseRecords
	Watching      WatchRecords
	Busy          BusyRecords
	Meetings      MeetingRecords
	Booked        BookedRecords
	Audit         AuditRecords
}
