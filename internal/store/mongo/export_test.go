package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// OpenWithin opens with other limits of time than the program's, and tells of every command.
func OpenWithin(ctx context.Context, address string, limit time.Duration, sent *event.CommandMonitor) (*DB, error) {
	db, err := open(ctx, address, limit, func(o *options.ClientOptions) { o.SetMonitor(sent) })
	if err == nil {
		db.limit = limit
	}
	return db, err
}

// IsClosing reports whether Close waits or is done.
func IsClosing(db *DB) bool {
	if !db.open.TryRLock() {
		return true
	}
	defer db.open.RUnlock()
	return db.closed
}
