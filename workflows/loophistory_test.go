package workflows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// kindOfLife is what can happen to a record of a kind within seconds.
type kindOfLife struct {
	house func() *house
	first func(*testing.T, *house) event.Event
	slows func(*testing.T, *house) event.Event // its deadlines move away
	other func(*testing.T, *house) event.Event // another change that is news
	ends  func(*testing.T, *house) event.Event
	alarm time.Duration // within which its first timer rings
}

var kindsOfLife = map[string]kindOfLife{
	"lead": {
		house: func() *house {
			h := livelyHouse()
			h.shop.Policies[0].Lead.FirstContact = 4
			return h
		},
		first: func(t *testing.T, h *house) event.Event { return h.capture(t, byEmail) },
		slows: func(t *testing.T, h *house) event.Event {
			return h.act(t, func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
				terms.Policy.Lead.FirstContact = 60
				return l.Replan(terms.Lead(), now)
			})
		},
		other: func(t *testing.T, h *house) event.Event {
			return h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
		},
		ends:  func(t *testing.T, h *house) event.Event { return h.act(t, loses(actor(h, "stf_mo"))) },
		alarm: 2 * time.Second,
	},
	"task": {
		house: func() *house {
			h := livelyHouse()
			h.shop.Policies[0].Task.Due = 5
			for i := range h.shop.Policies[0].Task.Ladder {
				h.shop.Policies[0].Task.Ladder[i].Plus /= 24 * 60
			}
			return h
		},
		first: func(t *testing.T, h *house) event.Event { return h.opens(t, actor(h, "stf_anna"), "bob", nil) },
		slows: func(t *testing.T, h *house) event.Event {
			return h.does(t, dates(actor(h, "stf_anna"), h.now().Add(time.Hour)))
		},
		other: func(t *testing.T, h *house) event.Event {
			return h.does(t, hands(actor(h, "stf_anna"), h.staff("cai")))
		},
		ends:  func(t *testing.T, h *house) event.Event { return h.does(t, completes(actor(h, "stf_mo"))) },
		alarm: 4 * time.Second,
	},
	"hold": {
		house: func() *house {
			h := livelyHouse()
			policy := &h.shop.Policies[0].Hold
			*policy = hold.StandardPolicy()
			policy.Answer, policy.Escalate, policy.Ladder = 12, 60, slices.Clone(policy.Ladder)
			return h
		},
		first: func(t *testing.T, h *house) event.Event { return h.asks(t, "stf_cai", "stf_anna") },
		slows: func(t *testing.T, h *house) event.Event { return h.decides(t, answeredWithin(60)) },
		other: func(t *testing.T, h *house) event.Event { return h.decides(t, answeredWithin(90)) },
		ends:  func(t *testing.T, h *house) event.Event { return h.decides(t, withdraws(actor(h, "stf_mo"))) },
		alarm: 3 * time.Second,
	},
	"complaint": {
		house: func() *house {
			h, lively := complaintHouse(), livelyHouse()
			h.now, h.shop.Calendars = lively.now, lively.shop.Calendars
			h.paced(6)
			return h
		},
		first: func(t *testing.T, h *house) event.Event { return h.complains(t, staff.Visitor, "") },
		slows: func(t *testing.T, h *house) event.Event {
			return h.orders(t, func(c complaint.Complaint, _ setup.Terms, now time.Time) (complaint.Complaint, event.Event,
				error) {
				h.paced(90)
				return c.Replan(h.terms().Complaint(), now)
			})
		},
		other: func(t *testing.T, h *house) event.Event { return h.orders(t, h.party("mo").gives("sue")) },
		ends:  func(t *testing.T, h *house) event.Event { return h.orders(t, h.party("lu").withdraws()) },
		alarm: 3 * time.Second,
	},
	"erase": {
		house: hurriedHouse,
		first: func(t *testing.T, h *house) event.Event { return hurriedIn(h).asks(t) },
		slows: func(t *testing.T, h *house) event.Event { return hurriedIn(h).handsOn(t, "stf_bob") },
		other: func(t *testing.T, h *house) event.Event { return hurriedIn(h).handsOn(t, "stf_cai") },
		ends:  func(t *testing.T, h *house) event.Event { return hurriedIn(h).takesBack(t) },
		alarm: 10 * aDay,
	},
}

func answeredWithin(seconds int64) holdCommand {
	return func(h hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
		terms.Policy.Hold.Answer = seconds
		return h.Replan(terms.Hold(), now)
	}
}

// fates are what every kind of process meets in its life: each has a history of each kind. A fate begins once the
// process waits for its first timer.
var fates = map[string]struct {
	fails bool // its first steps fail for good
	late  bool // its first event waited an hour for a worker
	play  func(*testing.T, fated)
}{
	"looks": {false, false, func(t *testing.T, f fated) { // an event is lost
		f.kind.slows(t, f.h)
		f.hand(t, f.kind.other(t, f.h))
		f.hand(t, f.kind.ends(t, f.h))
	}},
	"goes-on": {false, false, func(t *testing.T, f fated) { // in a new run
		f.says(t, RenewSignal, Renewal{Version: version + 1})
		<-time.After(time.Second)
		f.hand(t, f.kind.ends(t, f.h))
	}},
	"cancelled": {false, false, func(t *testing.T, f fated) {
		if err := f.c.CancelWorkflow(t.Context(), f.id, ""); err != nil {
			t.Fatal(err)
		}
	}},
	"early-alarm": {false, false, func(t *testing.T, f fated) {
		f.hand(t, f.kind.slows(t, f.h))
		<-time.After(f.kind.alarm + time.Second)
		f.hand(t, f.kind.ends(t, f.h))
	}},
	"late":           {false, true, func(t *testing.T, f fated) { f.hand(t, f.kind.ends(t, f.h)) }},
	"fails-for-good": {true, false, func(t *testing.T, f fated) { f.hand(t, f.kind.ends(t, f.h)) }},
}

// fated is a process on a real server.
type fated struct {
	h    *house
	kind kindOfLife
	c    client.Client
	id   string
}

func (f fated) hand(t *testing.T, e event.Event) {
	t.Helper()
	if err := NewClient(f.c).Hand(t.Context(), e); err != nil {
		t.Fatal(err)
	}
}

func (f fated) says(t *testing.T, signal string, what any) {
	t.Helper()
	if err := f.c.SignalWorkflow(t.Context(), f.id, "", signal, what); err != nil {
		t.Fatal(err)
	}
}

// Running workflows are a public interface: what changes their steps breaks these. A run of the loop before that is
// renewed is among them: its history and that of the run which followed.
func TestHistoriesOfEveryFate(t *testing.T) {
	for kind, life := range kindsOfLife {
		for fate := range fates {
			t.Run(kind+"-"+fate, func(t *testing.T) {
				if *record != "" {
					recordFate(t, kind, fate, life)
				}
				for _, name := range namesOf(t, kind+"-"+fate) {
					replay(t, name)
				}
			})
		}
	}
	t.Run("lead-renewed", func(t *testing.T) {
		if *record != "" {
			recordRenewed(t)
		}
		if names := namesOf(t, "lead-renewed"); len(names) != 2 {
			t.Errorf("its runs are %q", names)
		} else {
			replay(t, names[0])
			replay(t, names[1])
		}
	})
}

// namesOf are the names of a life's histories, one for each run.
func namesOf(t *testing.T, life string) []string {
	t.Helper()
	files, err := filepath.Glob(historyFile(life + "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no history: %v", life, err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	return names
}

// settles is within what a process has done what was due, and waits.
const settles = 1500 * time.Millisecond

// begins plays the beginning of a record's life on a server of its own, until its process waits.
func begins(t *testing.T, kind string, life kindOfLife, in func(event.Event) any, prepare func(*house)) fated {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	h, c := life.house(), startServer(t, ctx)
	prepare(h)
	w := worker.New(c, kind, worker.Options{})
	Register(w, Work{Lead: h.work(), Task: h.taskWork(), Complaint: h.complaintWork(), Hold: h.holdWork(),
		Erase: h.erases, Shop: &ShopWork{}})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	first := life.first(t, h)
	first.Handed, h.now = h.now().UTC(), time.Now
	flow, id, _, _ := begin(first)
	if _, err := c.SignalWithStartWorkflow(ctx, id, EventSignal, first,
		client.StartWorkflowOptions{TaskQueue: kind}, flow.workflow, in(first)); err != nil {
		t.Fatal(err)
	}
	<-time.After(settles)
	return fated{h: h, kind: life, c: c, id: id}
}

func recordFate(t *testing.T, kind, fate string, life kindOfLife) {
	f := begins(t, kind, life, begun, func(h *house) {
		if fates[fate].late {
			h.now = func() time.Time { return time.Now().Add(-time.Hour) }
		}
		if fates[fate].fails {
			mended := h.now().Add(settles) // what the end is told by goes out
			h.refuses = func(message.Message) error {
				if h.now().After(mended) {
					return nil
				}
				return fault.Fail(fault.Refused, "不行", "no")
			}
		}
	})
	fates[fate].play(t, f)
	f.write(t, kind+"-"+fate)
}

// recordRenewed begins a run of the loop before, event by event, and moves it to that of today.
func recordRenewed(t *testing.T) {
	f := begins(t, "lead", kindsOfLife["lead"], func(e event.Event) any { return before(e) }, func(*house) {})
	f.hand(t, f.kind.other(t, f.h))
	<-time.After(time.Second)
	f.says(t, RenewSignal, Renewal{Version: version})
	<-time.After(time.Second)
	f.hand(t, f.kind.slows(t, f.h))
	f.hand(t, f.kind.ends(t, f.h))
	f.write(t, "lead-renewed")
}

// write writes the histories of all runs down, the oldest first: with a number where there are several.
func (f fated) write(t *testing.T, name string) {
	t.Helper()
	var runs []*historypb.History
	for run := f.firstRun(t); run != ""; {
		history := readRun(t, f.c, f.id, run)
		runs = append(runs, history)
		last := history.Events[len(history.Events)-1]
		run = last.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	for i, history := range runs {
		as := name
		if len(runs) > 1 {
			as = fmt.Sprintf("%s-%d", name, i+1)
		}
		keepHistory(t, as, history)
	}
}

// firstRun waits for the end of the process, and names the first of its runs.
func (f fated) firstRun(t *testing.T) string {
	t.Helper()
	ended := f.c.GetWorkflow(t.Context(), f.id, "")
	if err := ended.Get(t.Context(), nil); err != nil && !strings.Contains(err.Error(), "canceled") {
		t.Fatal(err)
	}
	found, err := f.c.DescribeWorkflowExecution(t.Context(), f.id, "")
	if err != nil {
		t.Fatal(err)
	}
	return found.GetWorkflowExecutionInfo().GetFirstRunId()
}

// frozen lists each history and the loop itself by its checksum, in the format of sha256sum.
const frozen = "SHA256SUMS"

// A history that was recorded stays as it is, and so does the loop: a change of its steps needs another version, which
// older runs do not have, and histories of that. Its line here is changed with it, and only then.
func TestHistoriesAreFrozen(t *testing.T) {
	dir := filepath.Join("testdata", "histories")
	text, err := os.ReadFile(filepath.Join(dir, frozen))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || listed[name] {
			t.Errorf("not a line of %s: %q", frozen, line)
		}
		listed[name] = true
		held, err := os.ReadFile(filepath.Join(dir, name))
		if is := sha256.Sum256(held); err != nil || hex.EncodeToString(is[:]) != sum {
			t.Errorf("%s is not what %s says (%v): it replays what runs out there, so it stays", name, frozen, err)
		}
	}
	if !listed["../../ladder.go"] || len(listed) < 60 {
		t.Errorf("%d files are listed, and the loop %v", len(listed), listed["../../ladder.go"])
	}
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name, outside := filepath.Rel(dir, path); outside == nil && strings.HasSuffix(name, ".json") && !listed[name] {
			t.Errorf("%s is not listed in %s", name, frozen)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
