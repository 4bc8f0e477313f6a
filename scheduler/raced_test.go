//go:build race

package scheduler_test

// The race detector slows the walk down tenfold, and what runs at once is the same at each of its points.
func init() { deathStep = 8 }
