package care

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
	"slices"
	"time"
)

// Meta is what every stored record begins with.
type Meta struct {
	ID      string `bson:"_id"`
	Version int64  `bson:"v"` // set by the store; a change is refused when it has moved on

	// Requests are the ids of the latest requests that changed the record, oldest first,
	// so that a request that comes again is recognised.
	Requests []string `bson:"requests,omitempty"`

	// Out holds what the change asks for besides itself, written in the same step and moved
	// on later, and OutAt since when it waits.
	Out   Outbox    `bson:"out,omitempty"`
	OutAt time.Time `bson:"out_at,omitempty"`
}

// Outbox is what a change carries along to be moved to collections of its own.
type Outbox struct {
	Audit      []AuditEntry `bson:"audit,omitempty"`
	Deliveries []Delivery   `bson:"deliveries,omitempty"`
}

// IsZero tells the codec that there is nothing to write.
func (o Outbox) IsZero() bool { return len(o.Audit) == 0 && len(o.Deliveries) == 0 }

// Record gives stores access to the part of a record that is theirs.
func (m *Meta) Record() *Meta { return m }

// requestsKept is how many request ids a record remembers.
const requestsKept = 20

// Mark notes that request made the change, and what it asks for.
func (m *Meta) Mark(request string, now time.Time, audit ...AuditEntry) {
	m.Requests = append(m.Requests, request)
	if n := len(m.Requests) - requestsKept; n > 0 {
		m.Requests = slices.Delete(m.Requests, 0, n)
	}
	m.Out.Audit = append(m.Out.Audit, audit...)
	m.OutAt = now
}

// ask has a change ask for deliveries.
func (m *Meta) ask(now time.Time, deliveries ...Delivery) {
	if len(deliveries) > 0 {
		m.Out.Deliveries = append(m.Out.Deliveries, deliveries...)
		m.OutAt = now
	}
}

// MadeBy reports whether request is among the latest that changed the record.
func (m *Meta) MadeBy(request string) bool { return slices.Contains(m.Requests, request) }

// Sealed is text that only the vault can read.
type Sealed []byte

// A Vault seals text for one field of one record. What was sealed for one place does not open in another.
type Vault interface {
	Seal(plain, collection, id, field string) ([]byte, error)
	Open(sealed []byte, collection, id, field string) (string, error)
}

// idFrom makes a record's id from what makes the record unique: the same parts give the same id.
func idFrom(prefix string, parts ...string) string { return hashID(sha256.New(), prefix, parts) }

// hiddenID is idFrom for parts that tell of a person, such as an e-mail address: without the
// installation's IDKey nobody can find out by guessing what an id was made from.
func (s *Service) hiddenID(prefix string, parts ...string) string {
	return hashID(hmac.New(sha256.New, s.IDKey), prefix, parts)
}

func hashID(h hash.Hash, prefix string, parts []string) string {
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return prefix + idAlphabet.EncodeToString(h.Sum(nil)[:15])
}

var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Mark is a fact about the installation itself, such as the primary key's id.
type Mark struct {
	Meta  `bson:",inline"`
	Value string `bson:"value"`
}
