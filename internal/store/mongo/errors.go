package mongo

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"lotsen/internal/care"
)

// Codes of the server's answers.
const (
	codeUnauthorized      = 13
	codeAuthentication    = 18
	codeNoMajorityReads   = 148
	codeNoRetryableWrites = 301 // of servers that are not MongoDB's own
	codeAtlasCredentials  = 8000
)

const example = "mongodb://user:password@host1,host2/lotsen?replicaSet=rs0"

var (
	errNoAddress = fmt.Errorf("the MongoDB address cannot be read: write it as %s, with %%40 for @, %%3A for :, %%2F for / and %%25 for %% in the user's name and password", example)
	errNoDNS     = errors.New("DNS does not know the servers of the mongodb+srv:// address: check its name, or list the servers in a mongodb:// address")
)

// explainAddress turns what the driver says of an address, which may quote it, into a sentence.
func explainAddress(err error) error {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errNoDNS
	}
	return errNoAddress
}

// explainOpen turns the trouble of the first call into a sentence with a remedy. seen is what went
// wrong when the servers were looked for.
func explainOpen(ctx context.Context, err, seen error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("reach the MongoDB server: %w", context.Canceled)
	}
	switch code, _ := codeOf(err); code {
	case codeAuthentication, codeAtlasCredentials:
		return errors.New("the MongoDB server does not take the user and password of the address: check them, and add ?authSource=admin if the user is kept in the database admin")
	case codeUnauthorized:
		return errNotAllowed
	case 0:
	default:
		return fmt.Errorf("the MongoDB server cannot be used: %w", explain(err))
	}
	why := because(err)
	if why == "" {
		why = because(seen)
	}
	if why == "" && ctx.Err() != nil {
		why = "no server of the address takes writes"
	}
	if why != "" {
		return fmt.Errorf("the MongoDB server cannot be reached (%s): check that it runs, that the address names its hosts, ports and replicaSet, and that this machine may connect to it", why)
	}
	return fmt.Errorf("the MongoDB server cannot be used (%T): check that it is MongoDB 4.2 or later and that the address belongs to it", err)
}

var errNotAllowed = errors.New("the user of the MongoDB address may not read and write the database: give them the role readWrite on it")

// codeOf returns the code and name of a server's refusal, or 0. A write that was made but not
// confirmed by a majority is a refusal too.
func codeOf(err error) (int, string) {
	if e, ok := errors.AsType[driver.WriteException](err); ok {
		switch {
		case e.WriteConcernError != nil:
			return e.WriteConcernError.Code, e.WriteConcernError.Name
		case len(e.WriteErrors) > 0:
			return e.WriteErrors[0].Code, ""
		}
	}
	if e, ok := errors.AsType[driver.CommandError](err); ok {
		return int(e.Code), e.Name
	}
	return 0, ""
}

// because names the cause of lost or refused connections in words that hold nothing of an address
// or a document.
func because(err error) string {
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return e.Error()
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return "no such host"
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && !e.Timeout() {
		return e.Op + ": " + e.Err.Error()
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the server hung up"
	}
	return ""
}

// explain keeps of a call's trouble what a log may hold: the driver's and the server's own words may
// quote documents and addresses. care's errors stay as they are. Whatever else it is, what the call
// was to do may have been done or not.
func explain(err error) error {
	switch {
	case err == nil, errors.Is(err, care.ErrNotFound), errors.Is(err, care.ErrExists), errors.Is(err, care.ErrConflict):
		return err
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("the call was given up: %w", context.Canceled)
	case errors.Is(err, driver.ErrClientDisconnected):
		return errClosed
	case driver.IsTimeout(err):
		return fmt.Errorf("the database does not answer in time: %w", context.DeadlineExceeded)
	}
	switch code, name := codeOf(err); code {
	case 0:
	case codeUnauthorized:
		return errNotAllowed
	case codeNoMajorityReads:
		return errors.New("the MongoDB server does not read what a majority has: start it with enableMajorityReadConcern, which is on by default")
	case codeNoRetryableWrites:
		return errors.New("the server does not take repeated writes: add retryWrites=false to the address")
	default:
		return fmt.Errorf("the database refuses with error %d %s", code, name)
	}
	if why := because(err); why != "" {
		return fmt.Errorf("the connection to the database is gone: %s", why)
	}
	if driver.IsNetworkError(err) {
		return errors.New("the connection to the database is gone")
	}
	return fmt.Errorf("the database cannot be asked (%T)", err)
}

// isDuplicate reports whether a document was refused because its _id is taken, by one that a
// majority has.
func isDuplicate(err error) bool {
	if e, ok := errors.AsType[driver.WriteException](err); ok && e.WriteConcernError != nil {
		return false
	}
	return driver.IsDuplicateKeyError(err)
}

// A watcher remembers why a server could not be reached.
type watcher struct {
	mu  sync.Mutex
	err error
}

func (w *watcher) monitor() *event.ServerMonitor {
	return &event.ServerMonitor{ServerHeartbeatFailed: func(e *event.ServerHeartbeatFailedEvent) {
		if errors.Is(e.Failure, context.Canceled) {
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = e.Failure
	}}
}

func (w *watcher) last() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
