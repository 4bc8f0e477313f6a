package chart_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"lotsen/internal/chart"
)

// weeks is a chart of some weeks and steps; a value below nought is not known.
func weeks(values []float64, steps ...float64) chart.Chart {
	c := chart.Chart{Title: "Frånvaro på Ålenskolan", Lines: chart.Panel{Title: "Frånvaro per vecka, procent"}, Bars: chart.Panel{Title: "Öppna ärenden per steg"}}
	for i, v := range values {
		c.Lines.Labels = append(c.Lines.Labels, fmt.Sprint(i+1))
		c.Lines.Values = append(c.Lines.Values, v)
		c.Lines.Shown = append(c.Lines.Shown, fmt.Sprintf("%.1f %%", v))
	}
	for i, v := range steps {
		c.Bars.Labels = append(c.Bars.Labels, fmt.Sprintf("steg %d", i+1))
		c.Bars.Values = append(c.Bars.Values, v)
		c.Bars.Shown = append(c.Bars.Shown, fmt.Sprint(v))
	}
	return c
}

var (
	blue   = color.RGBA{0, 114, 178, 255}
	orange = color.RGBA{230, 159, 0, 255}
)

// drawn counts the pixels of a colour in a part of a picture.
func drawn(img image.Image, c color.RGBA, in image.Rectangle) int {
	n := 0
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if uint8(r>>8) == c.R && uint8(g>>8) == c.G && uint8(b>>8) == c.B {
				n++
			}
		}
	}
	return n
}

func draw(t *testing.T, c chart.Chart) image.Image {
	t.Helper()
	b, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 200_000 {
		t.Errorf("the picture has %d bytes; on a phone that is slow", len(b))
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestPNG(t *testing.T) {
	for _, tt := range []struct {
		name string
		chart.Chart
		line, bars bool
		height     int
	}{
		{"a month and steps", weeks([]float64{4, 5, 6.5, 3}, 12, 7), true, true, 1080},
		{"no cases", weeks([]float64{4, 5}), true, false, 620},
		{"a year", weeks(make([]float64, 44), 1), true, true, 1080},
		{"gaps", weeks([]float64{4, -1, 5, 6, -1}, -1, 5), true, true, 1080},
		{"steps that may not be told", weeks([]float64{4, 5}, -1, -1), true, false, 1080},
		{"all was missed", weeks([]float64{100, 100}, 500), true, true, 1080},
	} {
		t.Run(tt.name, func(t *testing.T) {
			img := draw(t, tt.Chart)
			all := img.Bounds()
			if all.Dx() != 800 || all.Dy() != tt.height {
				t.Errorf("the picture is %v, want 800 by %d", all.Size(), tt.height)
			}
			if n := drawn(img, blue, all); n > 0 != tt.line {
				t.Errorf("%d pixels of the line", n)
			}
			// The outline of a bar of nought is a line at most.
			if n := drawn(img, orange, all); n > 2000 != tt.bars {
				t.Errorf("%d pixels of the bars", n)
			}
		})
	}
}

// TestHigherStandsHigher has the bar of the greater number be the higher one.
func TestHigherStandsHigher(t *testing.T) {
	img := draw(t, weeks([]float64{4, 5}, 20, 5))
	half := img.Bounds().Dx() / 2
	left := drawn(img, orange, image.Rect(0, 620, half, 1080))
	right := drawn(img, orange, image.Rect(half, 620, 2*half, 1080))
	if left < 3*right || right == 0 {
		t.Errorf("the bar of 20 has %d pixels and the one of 5 %d", left, right)
	}
}
