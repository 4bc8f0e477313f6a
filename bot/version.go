package main

import "runtime/debug"

type versionCmd struct{}

// Run prints the version that the program was built from.
func (versionCmd) Run(p *program) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	say(p.stdout, "lotsen %s\n", version)
	return nil
}

type configExampleCmd struct{}

// Run prints the annotated configuration.
func (configExampleCmd) Run(p *program) error {
	say(p.stdout, "%s", configExample)
	return nil
}
