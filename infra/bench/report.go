package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// Figure is one measured value beside what it is held against.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Goal  string  `json:"goal,omitempty"`  // "at most 20"; empty where the figure stands for information
	Holds *bool   `json:"holds,omitempty"` // whether the value meets the goal
}

// report collects the figures and shows each as it comes.
type report struct {
	figures []Figure
	out     io.Writer
}

func (r *report) add(f Figure) {
	r.figures = append(r.figures, f)
	fmt.Fprintf(r.out, "  %-64s %s %s\n", f.Name, number(f.Value), f.Unit)
}

// note adds a figure without a goal.
func (r *report) note(name string, value float64, unit string) {
	r.add(Figure{Name: name, Value: value, Unit: unit})
}

func (r *report) atMost(name string, value float64, unit string, goal float64) {
	holds := value <= goal
	r.add(Figure{Name: name, Value: value, Unit: unit, Goal: "at most " + number(goal), Holds: &holds})
}

func (r *report) atLeast(name string, value float64, unit string, goal float64) {
	holds := value >= goal
	r.add(Figure{Name: name, Value: value, Unit: unit, Goal: "at least " + number(goal), Holds: &holds})
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
	fmt.Fprintln(w, "\nfigure\tvalue\tunit\tgoal\t")
	for _, f := range r.figures {
		verdict := ""
		if f.Holds != nil {
			verdict = map[bool]string{true: "holds", false: "MISSED"}[*f.Holds]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", f.Name, number(f.Value), f.Unit, f.Goal, verdict)
	}
	return w.Flush()
}

// save writes the figures for scripts.
func (r *report) save(path string) error {
	text, err := json.MarshalIndent(r.figures, "", "  ")
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
