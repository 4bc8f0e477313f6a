package care

// A Watch tells those who run Lotsen, or a principal, that something does not work as it should. It has no
// name of a student.
type Watch struct {
	What    WatchWhat     `bson:"what"`
	Channel *ChannelFault `bson:"channel,omitempty"` // of WatchChannel
}

// WatchWhat is what a Watch tells of.
type WatchWhat string

// WatchChannel tells that a room's channel is not fit, so that its people were written to one by one.
const WatchChannel WatchWhat = "channel"
