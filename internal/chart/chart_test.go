package chart_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"lotsen/internal/chart"
)

func some() chart.Chart {
	c := chart.Chart{Title: "Frånvaro på Ålenskolan", Lines: chart.Panel{Title: "Frånvaro per vecka, procent"},
		Bars: chart.Panel{Title: "Öppna ärenden per steg", Labels: []string{"steg 0", "steg 1", "steg 2"}, Values: []float64{12, 7, -1}, Shown: []string{"12", "7", "färre än 5"}}}
	for i, v := range []float64{4.2, 5, 6.1, 7.9, -1, 6, 5.5, 5.1, 9.8, 8.7, 7, 6.6, 6.2} {
		c.Lines.Labels = append(c.Lines.Labels, string(rune('3'+i/10))+string(rune('0'+i%10)))
		c.Lines.Values = append(c.Lines.Values, v)
		c.Lines.Shown = append(c.Lines.Shown, "x %")
	}
	return c
}

func TestLook(t *testing.T) {
	b, err := some().PNG()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(filepath.Join("/tmp", "look.png"), b, 0o600)
}
