package care

import (
	"context"
	"time"
)

// BusyTimes is what a person's calendars say, and nothing of what for. Its id is the person's.
type BusyTimes struct {
	Meta  `bson:",inline"`
	Feeds []BusyFeed `bson:"feeds,omitempty"`
	Due   time.Time  `bson:"due,omitempty"` // when they are to be read; absent for someone without calendars
}

// A BusyFeed is one calendar as it was last read well.
type BusyFeed struct {
	Calendar     string          `bson:"calendar"` // tells the addresses apart without telling what they are
	ETag         string          `bson:"etag,omitempty"`
	LastModified string          `bson:"last_modified,omitempty"`
	Due          time.Time       `bson:"due"`               // when it is to be read
	ReadAt       time.Time       `bson:"read_at,omitempty"` // when Busy was last right; absent: it has not been read yet
	Until        time.Time       `bson:"until,omitempty"`   // what is later is not in Busy
	Busy         []Interval      `bson:"busy,omitempty"`    // in order, no two of which meet
	Tries        int             `bson:"tries,omitempty"`   // how often it was tried in vain since
	Trouble      CalendarTrouble `bson:"trouble,omitempty"` // why it could not be read when it was last tried
}

// CalendarTrouble is why a calendar cannot be read.
type CalendarTrouble string

// The troubles. Each has a text that tells its owner what to do.
const (
	CalendarAway    CalendarTrouble = "away"    // the server does not answer, or with a fault of its own
	CalendarRefused CalendarTrouble = "refused" // the server gives it to nobody by that address (any more)
	CalendarPrivate CalendarTrouble = "private" // the address leads into a private network that is not allowed
	CalendarLarge   CalendarTrouble = "large"   // it is larger than a calendar should be
	CalendarStrange CalendarTrouble = "strange" // what stands there is no iCalendar
	CalendarEmpty   CalendarTrouble = "empty"   // nothing stands in it any more, which is not believed yet
)

// CalendarTroubles are all troubles.
var CalendarTroubles = []CalendarTrouble{CalendarAway, CalendarRefused, CalendarPrivate, CalendarLarge, CalendarStrange, CalendarEmpty}

// A CalendarError is that a calendar cannot be read. It tells nothing of its address or content.
type CalendarError struct{ Trouble CalendarTrouble }

func (e *CalendarError) Error() string { return "calendar not read: " + string(e.Trouble) }

// A CalendarCopy is what was read of a calendar.
type CalendarCopy struct {
	Same               bool // as when it had the tags that were asked with; then it has no Busy
	ETag, LastModified string
	Busy               []Interval // in order, no two of which meet
}

// BusyRecords keeps what calendars say.
type BusyRecords interface {
	Get(ctx context.Context, staff string) (BusyTimes, error)
	Add(ctx context.Context, b BusyTimes) error
	Replace(ctx context.Context, b BusyTimes) error
	// Of returns what is kept of some people, in any order.
	Of(ctx context.Context, staff []string) ([]BusyTimes, error)
	// ClaimDue takes the one that is due for longest and puts its due time off until lease, so that no
	// one else takes it; ErrNotFound when none is due.
	ClaimDue(ctx context.Context, now, lease time.Time) (BusyTimes, error)
}
