// Package chart draws figures as a picture that can be read on a phone.
package chart

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-analyze/charts"
)

// A Chart is a line of figures over time, and bars beneath it.
type Chart struct {
	Title string
	Lines Panel // with one value at least
	Bars  Panel // without labels there are none
}

// A Panel is one part of a chart. A value below nought is a gap in a line, and no bar but its words.
type Panel struct {
	Title  string
	Labels []string
	Values []float64
	Shown  []string // each value in words
}

// The picture's size in pixels: its words are as large as Slack's own when a phone shows it in full width.
const (
	width      = 800
	linesHigh  = 560
	barsHigh   = 460
	titleHigh  = 60
	margin     = 30
	labelsMost = 12 // on the line's axis, so that they can be read
	wordSize   = 20
	titleSize  = 22
)

// The colours can be told apart by those who see no red or no green, and from each other by their brightness:
// the blue and the orange of Okabe and Ito (jfly.uni-koeln.de/color).
var (
	blue   = charts.Color{R: 0, G: 114, B: 178, A: 255}
	orange = charts.Color{R: 230, G: 159, B: 0, A: 255}
	ink    = charts.Color{R: 34, G: 34, B: 34, A: 255}
	grid   = charts.Color{R: 221, G: 221, B: 221, A: 255}
	paper  = charts.Color{R: 255, G: 255, B: 255, A: 255}
)

// PNG draws a chart.
func (c Chart) PNG() ([]byte, error) {
	high := titleHigh + linesHigh
	if len(c.Bars.Labels) > 0 {
		high += barsHigh
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: high, Theme: theme(blue)})
	p.FilledRect(0, 0, width, high, paper, paper, 0)
	p.Text(c.Title, margin, titleHigh-12, 0, words(titleSize+4))
	if err := c.Lines.panel(p, titleHigh, linesHigh).LineChart(c.Lines.line()); err != nil {
		return nil, fmt.Errorf("draw the line: %w", err)
	}
	if len(c.Bars.Labels) > 0 {
		if err := c.Bars.panel(p, titleHigh+linesHigh, barsHigh).BarChart(c.Bars.bars()); err != nil {
			return nil, fmt.Errorf("draw the bars: %w", err)
		}
	}
	return p.Bytes()
}

// panel writes a panel's title, and is the place for the rest of it.
func (p Panel) panel(on *charts.Painter, top, high int) *charts.Painter {
	on.Text(p.Title, margin, top+titleHigh-20, 0, words(titleSize))
	return on.Child(charts.PainterBoxOption(charts.Box{Top: top + titleHigh, Right: width, Bottom: top + high, IsSet: true}))
}

func theme(c charts.Color) charts.ColorPalette {
	return charts.MakeTheme(charts.ThemeOption{AxisStrokeColor: ink, AxisSplitLineColor: grid, BackgroundColor: paper, TextColor: ink, SeriesColors: []charts.Color{c}})
}

func words(size float64) charts.FontStyle { return charts.FontStyle{FontSize: size, FontColor: ink} }

// padding of a panel.
var padding = charts.Box{Left: margin, Top: 10, Right: margin + 60, Bottom: 20, IsSet: true}

// line is the panel as a line; its highest and its last value stand there in words.
func (p Panel) line() charts.LineChartOption {
	values := make([]float64, len(p.Values))
	for i, v := range p.Values {
		if values[i] = v; v < 0 {
			values[i] = charts.GetNullValue()
		}
	}
	o := charts.NewLineChartOptionWithData([][]float64{values})
	o.Theme, o.Padding, o.LineStrokeWidth = theme(blue), padding, 4
	o.Symbol = charts.Symbol{Shape: charts.SymbolCircle, Size: 5}
	o.Legend.Show = charts.Ptr(false)
	o.XAxis = charts.XAxisOption{Labels: p.Labels, LabelFontStyle: words(wordSize), LabelCount: min(len(p.Labels), labelsMost)}
	o.YAxis = []charts.YAxisOption{p.values()}
	o.SeriesList[0].Label = p.label(slices.Max(p.Values), p.Values[len(p.Values)-1])
	return o
}

// bars is the panel as bars.
func (p Panel) bars() charts.BarChartOption {
	values := make([]float64, len(p.Values))
	for i, v := range p.Values {
		values[i] = max(v, 0)
	}
	o := charts.NewBarChartOptionWithData([][]float64{values})
	o.Theme, o.Padding, o.BarSize = theme(orange), padding, 0.5
	o.Legend.Show = charts.Ptr(false)
	o.CategoryAxis = charts.CategoryAxisOption{Labels: p.Labels, LabelFontStyle: words(wordSize)}
	o.ValueAxis = []charts.ValueAxisOption{p.values()}
	o.SeriesList[0].Label = p.label(p.Values...)
	return o
}

// label writes those of the values that are to stand there in words.
func (p Panel) label(which ...float64) charts.SeriesLabel {
	return charts.SeriesLabel{Show: charts.Ptr(true), FontStyle: words(wordSize), LabelFormatter: func(_ int, _ string, v float64) (string, *charts.LabelStyle) {
		i := slices.IndexFunc(p.Values, func(have float64) bool { return max(have, 0) == v })
		if i < 0 || !slices.Contains(which, p.Values[i]) {
			return "", nil
		}
		return p.Shown[i], nil
	}}
}

// values is the axis of the values. It begins with nought, so that nothing looks like more than it is.
func (p Panel) values() charts.ValueAxisOption {
	top := max(math.Ceil(slices.Max(p.Values)*1.15/5)*5, 5)
	return charts.ValueAxisOption{Min: charts.Ptr(0.0), Max: charts.Ptr(top), LabelCount: 6, LabelFontStyle: words(wordSize), SplitLineShow: charts.Ptr(true)}
}
