// Package care is the domain of Lotsen: the people, records and rules of a school's
// student health work. Rules are pure functions; the use cases are methods of Service,
// which loads, asks the rules, and stores through interfaces declared here. Every path
// to a record runs through Service, so no one can go round its access checks.
package care
