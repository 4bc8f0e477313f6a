package care

// A Watch tells those who run Lotsen, or a principal, that something does not work as it should. It has no
// name of a student.
type Watch struct {
	What WatchWhat `bson:"what"`
}

// WatchWhat is what a Watch tells of.
type WatchWhat string
