//go:build race

package main

// The race detector slows storing down tenfold, and the start does not depend on how much is stored.
func init() { coldStored = 10_000 }
