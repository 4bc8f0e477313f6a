package store

import (
	"context"
	"fmt"

	"lotsen/internal/care"
)

// Names of the collections; they are on disk.
const (
	staffName         = "staff"
	studentsName      = "students"
	studentKeysName   = "student_keys"
	assignmentsName   = "assignments"
	interventionsName = "interventions"
	linksName         = "intervention_links"
	draftsName        = "drafts"
	deliveriesName    = "deliveries"
	occurrencesName   = "occurrences"
	inboxName         = "inbox"
	saidName          = "said"
	absenceName       = "absence"
	absenceWeeksName  = "absence_weeks"
	casesName         = "cases"
	watchName         = "watch"
	busyName          = "busy"
	meetingsName      = "meetings"
	meetingLinksName  = "meeting_links"
	bookedName        = "booked"
	auditName         = "audit"
	metaName          = "meta"
)

var collections = []Collection{
	{Name: staffName, Indexes: []Index{{"slack_id"}, {"facts_due"}}, Sparse: []Index{{"unlinked"}, {"out_at"}, {"leave.substitute"}}},
	{Name: studentsName, Indexes: []Index{{"school", "group"}}, Sparse: []Index{{"out_at"}}},
	{Name: studentKeysName},
	{Name: assignmentsName, Indexes: []Index{{"staff"}, {"student"}}, Sparse: []Index{{"out_at"}}},
	{Name: interventionsName, Indexes: []Index{{"student", "date", "at"}, {"author", "at"}},
		Sparse: []Index{{"student", "follow_up"}, {"author", "follow_up"}, {"out_at"}}},
	{Name: linksName, Indexes: []Index{{"student", "date", "at"}}, Sparse: []Index{{"student", "follow_up"}}},
	{Name: draftsName, Indexes: []Index{{"at"}}},
	{Name: deliveriesName, Indexes: []Index{{"subject"}}, Sparse: []Index{{"due"}, {"to", "due"}, {"to", "posted_at"}, {"posted_at"}, {"message"}, {"channel", "ts"}, {"failed_at"}, {"out_at"}}},
	{Name: occurrencesName, Indexes: []Index{{"at"}}, Sparse: []Index{{"due"}}},
	{Name: inboxName, Indexes: []Index{{"due"}, {"expires"}}},
	{Name: saidName, Indexes: []Index{{"at"}}},
	{Name: absenceName, Indexes: []Index{{"student", "date"}, {"school", "date"}}},
	{Name: absenceWeeksName, Indexes: []Index{{"school"}}},
	{Name: casesName, Indexes: []Index{{"student", "opened_at"}, {"owner", "state"}, {"school", "state"}, {"school", "latest_at"}}, Sparse: []Index{{"handed.to"}, {"out_at"}}},
	{Name: watchName},
	{Name: busyName, Sparse: []Index{{"due"}}},
	{Name: meetingsName, Indexes: []Index{{"school", "start"}}, Sparse: []Index{{"out_at"}}},
	{Name: meetingLinksName, Indexes: []Index{{"student"}}},
	{Name: bookedName, Indexes: []Index{{"staff", "day"}}},
	{Name: auditName, Indexes: []Index{{"at"}}},
	{Name: metaName},
}

// Records are all records over one engine, as care asks for them.
type Records struct {
	Engine        Engine
	Staff         Staff
	Students      Students
	StudentKeys   table[care.StudentKey, *care.StudentKey]
	Assignments   Assignments
	Interventions Interventions
	Drafts        Drafts
	Deliveries    Deliveries
	Occurrences   Occurrences
	Inbox         Inbox
	Said          Said
	Absence       Absence
	AbsenceWeeks  AbsenceWeeks
	Cases         Cases
	Watching      table[care.WatchState, *care.WatchState]
	Busy          Busy
	Meetings      Meetings
	Booked        Booked
	Audit         table[care.AuditEntry, *care.AuditEntry]
	Meta          table[care.Mark, *care.Mark]
}

// Open makes what is missing in the database and returns the records over it.
func Open(ctx context.Context, engine Engine) (*Records, error) {
	if err := engine.Ensure(ctx, collections); err != nil {
		return nil, fmt.Errorf("prepare the database: %w", err)
	}
	return &Records{
		Engine:      engine,
		Staff:       Staff{newKept(table[care.Staff, *care.Staff]{engine, staffName}, cloneStaff)},
		Students:    Students{newKept(table[care.Student, *care.Student]{engine, studentsName}, cloneStudent)},
		StudentKeys: table[care.StudentKey, *care.StudentKey]{engine, studentKeysName},
		Assignments: Assignments{table[care.Assignment, *care.Assignment]{engine, assignmentsName}},
		Interventions: Interventions{
			table[care.Intervention, *care.Intervention]{engine, interventionsName},
			table[care.InterventionLink, *care.InterventionLink]{engine, linksName},
		},
		Drafts:       Drafts{table[care.Draft, *care.Draft]{engine, draftsName}},
		Deliveries:   Deliveries{table[care.Delivery, *care.Delivery]{engine, deliveriesName}},
		Occurrences:  Occurrences{table[care.Occurrence, *care.Occurrence]{engine, occurrencesName}},
		Inbox:        Inbox{table[care.Incoming, *care.Incoming]{engine, inboxName}},
		Said:         Said{table[care.Said, *care.Said]{engine, saidName}},
		Absence:      Absence{table[care.AbsenceDay, *care.AbsenceDay]{engine, absenceName}},
		AbsenceWeeks: AbsenceWeeks{table[care.AbsenceWeek, *care.AbsenceWeek]{engine, absenceWeeksName}},
		Watching:     table[care.WatchState, *care.WatchState]{engine, watchName},
		Cases:        Cases{table[care.Case, *care.Case]{engine, casesName}},
		Busy:         Busy{table[care.BusyTimes, *care.BusyTimes]{engine, busyName}},
		Meetings: Meetings{
			table[care.Meeting, *care.Meeting]{engine, meetingsName},
			table[care.MeetingLink, *care.MeetingLink]{engine, meetingLinksName},
		},
		Booked: Booked{table[care.BookedDay, *care.BookedDay]{engine, bookedName}},
		Audit:  table[care.AuditEntry, *care.AuditEntry]{engine, auditName},
		Meta:   table[care.Mark, *care.Mark]{engine, metaName},
	}, nil
}

// Care returns the records as care asks for them.
func (r *Records) Care() care.Records {
	return care.Records{
		Staff: r.Staff, Students: r.Students, StudentKeys: r.StudentKeys, Assignments: r.Assignments,
		Interventions: r.Interventions, Drafts: r.Drafts, Deliveries: r.Deliveries, Occurrences: r.Occurrences,
		Inbox: r.Inbox, Said: r.Said, Absence: r.Absence, AbsenceWeeks: r.AbsenceWeeks, Cases: r.Cases, Watching: r.Watching,
		Busy: r.Busy, Meetings: r.Meetings, Booked: r.Booked, Audit: r.Audit,
	}
}
