package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// An event is written with each change, and it should not cost more than a kilobyte does. What its keys say, or another
// of its attributes, is not written twice. Events of releases before December 2026 have all of it.

// rungsAttr holds the rungs of an event's progress, packed.
const rungsAttr = "rungs"

// eventRow is the item of an event without its marks.
func eventRow(e event.Event) (Item, error) {
	packed, short := "", false
	if e.Progress != nil {
		p := *e.Progress
		short = p.ID == e.Record && p.Seq == e.Seq
		if !e.Wakes { // no process hears it
			p.Rungs = nil
		}
		if text, ok := PackRungs(p.Rungs); ok {
			packed, p.Rungs = text, nil
		}
		e.Progress = &p
	}
	it, err := Encode(e, EventKey(e.Customer, e.ID))
	if err != nil {
		return nil, err
	}
	delete(it, "id")
	delete(it, "customer")
	if e.Day == dayOf(e) {
		delete(it, "day")
	}
	if m, ok := it["progress"].(*types.AttributeValueMemberM); ok && short {
		delete(m.Value, "id")
		delete(m.Value, "seq")
	}
	it[rungsAttr] = Text(packed) // even without rungs: an earlier release does not know it, and leaves the event alone
	if len(e.Counts) > 0 {
		if it[countsAttr], err = EncodeValue(shortened(e.Counts)); err != nil {
			return nil, err
		}
		it[uncountedAttr] = Number(1)
	}
	return it, nil
}

func dayOf(e event.Event) string { return e.At.UTC().Format(time.DateOnly) }

// whole puts into an event what eventRow left out.
func whole(e event.Event, it Item) (event.Event, error) {
	if it["id"] == nil {
		e.ID, e.Customer = StringOf(it["sk"]), strings.TrimPrefix(StringOf(it["pk"]), "CUSTOMER#")
	}
	if it["day"] == nil {
		e.Day = dayOf(e)
	}
	e.Counts = lengthened(e.Counts)
	if e.Progress == nil {
		return e, nil
	}
	p := *e.Progress
	if p.ID == "" {
		p.ID, p.Seq = e.Record, e.Seq
	}
	var err error
	if packed := StringOf(it[rungsAttr]); packed != "" {
		p.Rungs, err = UnpackRungs(packed)
	}
	e.Progress = &p
	return e, err
}

// sameDay begins a counter's place that has the same branch and day as the first one of its count.
const sameDay = "#"

// shortened are counts whose places say branch and day once.
func shortened(counts []event.Count) []event.Count {
	out := slices.Clone(counts)
	for i := range out {
		out[i].At = slices.Clone(out[i].At)
		for n, place := range out[i].At {
			if rest, ok := strings.CutPrefix(place, beginning(counts[i].At[0])); ok && n > 0 && rest != place {
				out[i].At[n] = sameDay + rest
			}
		}
	}
	return out
}

// lengthened are counts as they were before shortened.
func lengthened(counts []event.Count) []event.Count {
	for i := range counts {
		for n, place := range counts[i].At {
			if rest, ok := strings.CutPrefix(place, sameDay); ok && n > 0 {
				counts[i].At[n] = beginning(counts[i].At[0]) + rest
			}
		}
	}
	return counts
}

// beginning is a place as far as its second mark; "" where it has fewer.
func beginning(place string) string {
	parts, ok := event.Parts(place, 3)
	if !ok || parts[0] == "" {
		return ""
	}
	return event.Place(parts[0], parts[1], "")
}

// PackRungs writes each rung as a line: time, step, name, whom and the two marks. The time is in milliseconds, to the
// base 36. ok is false where a rung does not fit that form.
func PackRungs(rungs []ladder.Rung) (packed string, ok bool) {
	lines := make([]string, len(rungs))
	for i, r := range rungs {
		marks := ""
		if r.Once {
			marks += "o"
		}
		if r.Last {
			marks += "l"
		}
		lines[i] = strings.TrimRight(strings.Join([]string{strconv.FormatInt(r.At.UnixMilli(), 36), r.Do, r.Name, marks,
			r.Who}, " "), " ")
	}
	packed = strings.Join(lines, "\n")
	back, err := UnpackRungs(packed)
	if err != nil || len(back) != len(rungs) {
		return "", false
	}
	for i, r := range rungs {
		if !back[i].At.Equal(r.At) || back[i].At.Format(time.RFC3339) != r.At.Format(time.RFC3339) {
			return "", false
		}
		back[i].At = r.At
		if back[i] != r {
			return "", false
		}
	}
	return packed, true
}

// FoldRungs writes the rungs of a record packed into its item, where they have that form.
func FoldRungs(it Item, rungs []ladder.Rung) {
	if packed, ok := PackRungs(rungs); ok && packed != "" {
		it[rungsAttr] = Text(packed)
	}
}

// UnfoldRungs takes packed rungs out of a record's item. folded is false where the item holds none, or the list itself.
func UnfoldRungs(it Item) (rungs []ladder.Rung, folded bool, err error) {
	packed, folded := it[rungsAttr].(*types.AttributeValueMemberS)
	if !folded {
		return nil, false, nil
	}
	delete(it, rungsAttr)
	rungs, err = UnpackRungs(packed.Value)
	return rungs, true, err
}

// UnpackRungs reads what PackRungs wrote. What a later release may have added is an error.
func UnpackRungs(packed string) (rungs []ladder.Rung, err error) {
	for line := range strings.Lines(packed) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		at, err := strconv.ParseInt(fields[0], 36, 64)
		if err != nil || len(fields) < 3 || len(fields) > 5 {
			return nil, fmt.Errorf("table: no rung: %q", line)
		}
		r := ladder.Rung{At: time.UnixMilli(at).UTC(), Do: fields[1], Name: fields[2]}
		if len(fields) > 3 {
			r.Once, r.Last = strings.Contains(fields[3], "o"), strings.Contains(fields[3], "l")
			if strings.Trim(fields[3], "ol") != "" {
				return nil, fmt.Errorf("table: a rung with another mark: %q", line)
			}
		}
		if len(fields) > 4 {
			r.Who = fields[4]
		}
		rungs = append(rungs, r)
	}
	return rungs, nil
}
