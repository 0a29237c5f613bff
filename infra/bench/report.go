package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// Figure is one measured value beside what it is held against.
type Figure struct {
	Part  string  `json:"part"` // the measure that it belongs to
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Way   way     `json:"way,omitempty"`   // to the tables; empty where none is asked
	Goal  string  `json:"goal,omitempty"`  // "at most 20"; empty where the figure stands for information
	Holds *bool   `json:"holds,omitempty"` // whether the value meets the goal
}

// way is how a figure's requests came to the tables.
type way string

const (
	nowhere  way = ""                 // no table was asked
	straight way = "engine"           // the engine itself
	proxied  way = "proxy"            // the local cloud before it, which holds each request against its role
	meeting  way = "proxy, conflicts" // and in which transactions meet: each keeps its items from others for 12 ms
)

// figures are added with the way that they were taken.
type figures struct {
	*report
	way way
}

// by is the report for figures that were taken another way than through the proxy.
func (r *report) by(w way) figures { return figures{r, w} }

// report collects the figures and shows each as it comes.
type report struct {
	part    string   // the measure that runs now
	ran     []string // measures of this run
	figures []Figure
	out     io.Writer
}

// begin says which measure the next figures belong to.
func (r *report) begin(part string) {
	fmt.Fprintln(r.out, part)
	r.part, r.ran = part, append(r.ran, part)
}

func (r *report) add(f Figure) {
	f.Part = r.part
	r.figures = append(r.figures, f)
	fmt.Fprintf(r.out, "  %-64s %s %s%s\n", f.Name, number(f.Value), f.Unit, f.Way.said())
}

func (w way) said() string {
	if w == nowhere {
		return ""
	}
	return " (" + string(w) + ")"
}

// note adds a figure without a goal, taken through the proxy.
func (r *report) note(name string, value float64, unit string) { r.by(proxied).note(name, value, unit) }

func (r *report) atMost(name string, value float64, unit string, goal float64) {
	r.by(proxied).atMost(name, value, unit, goal)
}

func (r *report) atLeast(name string, value float64, unit string, goal float64) {
	r.by(proxied).atLeast(name, value, unit, goal)
}

func (f figures) note(name string, value float64, unit string) {
	f.add(Figure{Name: name, Value: value, Unit: unit, Way: f.way})
}

func (f figures) atMost(name string, value float64, unit string, goal float64) {
	holds := value <= goal
	f.add(Figure{Name: name, Value: value, Unit: unit, Way: f.way, Goal: "at most " + number(goal), Holds: &holds})
}

func (f figures) atLeast(name string, value float64, unit string, goal float64) {
	holds := value >= goal
	f.add(Figure{Name: name, Value: value, Unit: unit, Way: f.way, Goal: "at least " + number(goal), Holds: &holds})
}

// number prints whole numbers whole, and the rest to three digits.
func number(v float64) string {
	switch {
	case v >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// table prints every figure with its goal.
func (r *report) table() error {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfigure\tvalue\tunit\ttables\tgoal\t")
	for _, f := range r.figures {
		verdict := ""
		if f.Holds != nil {
			verdict = map[bool]string{true: "holds", false: "MISSED"}[*f.Holds]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, number(f.Value), f.Unit, f.Way, f.Goal, verdict)
	}
	return w.Flush()
}

// save writes the figures for scripts. Those of measures that did not run now stay as they were written before.
func (r *report) save(path string) error {
	var all []Figure
	before, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(before, &all)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	all = slices.DeleteFunc(all, func(f Figure) bool { return f.Part == "" || slices.Contains(r.ran, f.Part) })
	text, err := json.MarshalIndent(append(all, r.figures...), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// quantile is the value below which the share q of all values lies, by the nearest rank; 0 of none.
func quantile[T cmp.Ordered](values []T, q float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
