package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// figure is one count beside what it must be.
type figure struct {
	name string
	is   string
	must string // empty where the figure stands for information
	bad  bool
	look string // where to look when it is bad
}

// report collects the figures.
type report struct {
	figures []figure
	out     io.Writer
}

func (r *report) say(format string, args ...any) { fmt.Fprintf(r.out, "  "+format+"\n", args...) }

// exactly is a count that must be this one.
func exactly(name string, is, must int, look string) figure {
	return figure{name: name, is: fmt.Sprint(is), must: fmt.Sprint(must), bad: is != must, look: look}
}

// none is a list that must be empty; the first few of it are shown where it is not.
func none(name string, found []string, look string) figure {
	f := exactly(name, len(found), 0, look)
	if f.bad {
		f.look += ": " + strings.Join(found[:min(len(found), 5)], ", ")
	}
	return f
}

// atLeast is a count below which the run shows nothing.
func atLeast(name string, is, must int, look string) figure {
	return figure{name: name, is: fmt.Sprint(is), must: "at least " + fmt.Sprint(must), bad: is < must, look: look}
}

func atMost(name string, is, most int, look string) figure {
	return figure{name: name, is: fmt.Sprint(is), must: "at most " + fmt.Sprint(most), bad: is > most, look: look}
}

// within is a measured time or ratio that may not be exceeded.
func within(name string, is, most float64, unit, look string) figure {
	return figure{name: name, is: fmt.Sprintf("%.1f %s", is, unit), must: fmt.Sprintf("at most %.1f %s", most, unit),
		bad: is > most, look: look}
}

// note is a figure for information.
func note(name, is string) figure { return figure{name: name, is: is} }

// table prints every figure beside what it must be, and is an error when one differs.
func (r *report) table() error {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfigure\tis\tmust be\t")
	var bad []figure
	for _, f := range r.figures {
		verdict := ""
		if f.bad {
			verdict, bad = "DIFFERS", append(bad, f)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.name, f.is, f.must, verdict)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, f := range bad {
		fmt.Fprintf(r.out, "%s: look at %s\n", f.name, f.look)
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d of %d figures are not what they must be", len(bad), len(r.figures))
	}
	return nil
}
