package care

import (
	"errors"
	"time"
)

// What a store answers. Stores turn their engine's "no rows", "duplicate key" and
// "version does not match" into these, so that no driver's error is compared here.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
	ErrConflict = errors.New("changed by someone else")
)

// ErrNoFacts means that a person has a staff row but nothing is known yet of
// their Slack account. The caller looks it up and asks again.
var ErrNoFacts = errors.New("no facts about the Slack account yet")

// Code names a person's mistake; its text is the message "error_"+Code of the locale.
type Code string

// Error is a mistake that a person can mend. All other errors are ours.
type Error struct {
	Code  Code
	Field string         // the form field at fault, or empty
	Args  map[string]any // for the text
	Err   error          // the cause, for the log alone
}

// Error gives the code and the cause, never the arguments: they hold what people typed.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first Error in err's chain, or "".
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// LimitedError means that Slack asks to be left alone for a while.
type LimitedError struct{ After time.Duration }

func (e *LimitedError) Error() string { return "rate limited for " + e.After.String() }

// RefusedError means that Slack has said no: nothing was done. Gone means that there is nobody,
// or no place, to reach there, now or later.
type RefusedError struct {
	Code string // Slack's
	Gone bool
}

func (e *RefusedError) Error() string { return "refused: " + e.Code }

// Mistakes are all Errors in err's tree: a form may have several.
func Mistakes(err error) []*Error {
	switch e := err.(type) { //nolint:errorlint // it walks the tree itself
	case nil:
		return nil
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, inner := range e.Unwrap() {
			all = append(all, Mistakes(inner)...)
		}
		return all
	}
	return Mistakes(errors.Unwrap(err))
}
