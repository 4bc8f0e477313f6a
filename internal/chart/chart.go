// Package chart draws figures as a picture that can be read on a phone.
package chart

import (
	"fmt"
	"math"

	"github.com/go-analyze/charts"
)

// A Chart is a line of figures over time, and bars beneath it.
type Chart struct {
	Title string
	Lines Panel
	Bars  Panel // without labels there are none
}

// A Panel is one part of a chart. A value below nought is a gap in a line, and no bar but its words.
type Panel struct {
	Title  string
	Labels []string
	Values []float64
	Shown  []string // each value in words
}

// The picture's size in pixels: as wide as Slack shows a picture on a phone with a screen of three pixels a point.
const (
	width      = 1080
	linesHigh  = 760
	barsHigh   = 620
	titleHigh  = 90
	labelsMost = 12 // on the line's axis, so that they can be read
	shownMost  = 8  // values in words on the line
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
	p.Text(c.Title, 40, 64, 0, charts.FontStyle{FontSize: 32, FontColor: ink})
	if err := p.Child(charts.PainterBoxOption(charts.Box{Top: titleHigh, Right: width, Bottom: titleHigh + linesHigh, IsSet: true})).LineChart(c.Lines.line()); err != nil {
		return nil, fmt.Errorf("draw the line: %w", err)
	}
	if len(c.Bars.Labels) > 0 {
		if err := p.Child(charts.PainterBoxOption(charts.Box{Top: titleHigh + linesHigh, Right: width, Bottom: high, IsSet: true})).BarChart(c.Bars.bars()); err != nil {
			return nil, fmt.Errorf("draw the bars: %w", err)
		}
	}
	return p.Bytes()
}

func theme(c charts.Color) charts.ColorPalette {
	return charts.MakeTheme(charts.ThemeOption{AxisStrokeColor: ink, AxisSplitLineColor: grid, BackgroundColor: paper, TextColor: ink, SeriesColors: []charts.Color{c}})
}

func words(size float64) charts.FontStyle { return charts.FontStyle{FontSize: size, FontColor: ink} }

// padding of a panel.
var padding = charts.Box{Left: 40, Top: 20, Right: 50, Bottom: 30, IsSet: true}

func (p Panel) line() charts.LineChartOption {
	values := make([]float64, len(p.Values))
	for i, v := range p.Values {
		if values[i] = v; v < 0 {
			values[i] = charts.GetNullValue()
		}
	}
	o := charts.NewLineChartOptionWithData([][]float64{values})
	o.Theme, o.Padding, o.LineStrokeWidth = theme(blue), padding, 5
	o.Symbol = charts.Symbol{Shape: charts.SymbolCircle, Size: 7}
	o.Title = charts.TitleOption{Text: p.Title, FontStyle: words(26)}
	o.Legend.Show = charts.Ptr(false)
	o.XAxis = charts.XAxisOption{Labels: p.Labels, LabelFontStyle: words(22), LabelCount: min(len(p.Labels), labelsMost)}
	o.YAxis = []charts.YAxisOption{p.values()}
	every := (len(p.Values) + shownMost - 1) / shownMost
	o.SeriesList[0].Label = charts.SeriesLabel{Show: charts.Ptr(true), FontStyle: words(22), LabelFormatter: func(i int, _ string, _ float64) (string, *charts.LabelStyle) {
		if (len(p.Shown)-1-i)%every != 0 || p.Values[i] < 0 {
			return "", nil
		}
		return p.Shown[i], nil
	}}
	return o
}

func (p Panel) bars() charts.BarChartOption {
	values := make([]float64, len(p.Values))
	for i, v := range p.Values {
		values[i] = max(v, 0)
	}
	o := charts.NewBarChartOptionWithData([][]float64{values})
	o.Theme, o.Padding = theme(orange), padding
	o.Title = charts.TitleOption{Text: p.Title, FontStyle: words(26)}
	o.Legend.Show = charts.Ptr(false)
	o.CategoryAxis = charts.CategoryAxisOption{Labels: p.Labels, LabelFontStyle: words(24)}
	o.ValueAxis = []charts.ValueAxisOption{p.values()}
	o.SeriesList[0].Label = charts.SeriesLabel{Show: charts.Ptr(true), FontStyle: words(24), LabelFormatter: func(i int, _ string, _ float64) (string, *charts.LabelStyle) {
		return p.Shown[i], nil
	}}
	return o
}

// values is the axis of the values. It begins with nought, so that nothing looks like more than it is.
func (p Panel) values() charts.ValueAxisOption {
	most := 0.0
	for _, v := range p.Values {
		most = max(most, v)
	}
	top := max(math.Ceil(most*1.15/5)*5, 5)
	return charts.ValueAxisOption{Min: charts.Ptr(0.0), Max: charts.Ptr(top), LabelCount: 6, LabelFontStyle: words(22), SplitLineShow: charts.Ptr(true)}
}
