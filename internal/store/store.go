// Package store keeps the records of care, typed and versioned, over one small engine interface.
// Engines know documents and indexes only; what a record is stands here, a file for each kind.
// Over SQLite, who is asking and about whom is kept from one request to the next while nothing changes;
// what another process changes may be seen MarkAge later.
package store
