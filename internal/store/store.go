// Package store keeps the records of care, typed and versioned, over one small engine interface.
// Engines know documents and indexes only; what a record is stands here, a file for each kind.
package store
