package care

import (
	"bytes"
	_ "embed"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// LadderFile is the file of the built-in ladders, in the form in which lotsen.yaml writes ladders; "proposal" is
// its alone.
//
//go:embed ladders.yaml
var LadderFile []byte

// BuiltInLadders returns the ladders that need no configuration, by id. They are the caller's own.
func BuiltInLadders() map[string]Ladder {
	var list []Ladder
	dec := yaml.NewDecoder(bytes.NewReader(LadderFile))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		panic(fmt.Sprintf("ladders.yaml: %v", err)) // it is part of the program, and the tests read it
	}
	ladders := map[string]Ladder{}
	for _, l := range list {
		ladders[l.ID] = l
	}
	return ladders
}

// UnmarshalYAML reads a number of school days, or a span.
func (w *Window) UnmarshalYAML(node *yaml.Node) error {
	var s string
	if err := node.Decode(&s); err != nil {
		return err
	}
	days, err := strconv.Atoi(s)
	if err != nil {
		*w = Window{Span: s}
		return nil
	}
	*w = Window{Days: days}
	return nil
}
