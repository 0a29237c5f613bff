package ladder

import (
	"testing"
	"time"
)

// noon is when things change in these tests.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// reminded is a record whose owner is reminded at two; one who complained was thanked.
func reminded() Progress {
	return Progress{Kind: "complaint", ID: "cmp_1", Seq: 4, Round: 1, Turn: 2, State: "triaged", Owner: "stf_bob",
		Due: noon, Policy: "standard/1", Rungs: []Rung{{Name: "thanks", Do: DoAcknowledge, At: noon.Add(-time.Hour)},
			{Name: "half", Do: DoRemind, At: noon.Add(2 * time.Hour)}, {Name: "due", Do: DoRemind, At: noon.Add(4 * time.Hour)}}}
}

// What owner, end and words to somebody are changes the mark; a deadline does not.
func TestMark(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Progress)
		other  bool
	}{
		{"nothing", func(*Progress) {}, false},
		{"version, state, deadline and policy", func(p *Progress) {
			p.Seq, p.State, p.Due, p.Policy = 5, "judged", noon.Add(time.Hour), "standard/2"
		}, false},
		{"the turn and its rungs", func(p *Progress) { p.Turn, p.Rungs = 3, p.Rungs[:1] }, false},
		{"when one was thanked", func(p *Progress) { p.Rungs[0].At = noon }, false},
		{"round", func(p *Progress) { p.Round++ }, true},
		{"run", func(p *Progress) { p.Run++ }, true},
		{"owner", func(p *Progress) { p.Owner = "stf_anna" }, true},
		{"end", func(p *Progress) { p.Closed = true }, true},
		{"a word to somebody", func(p *Progress) { p.Rungs[1].Once = true }, true},
		{"whose it is", func(p *Progress) { p.Rungs[0].Who = "stf_anna" }, true},
		{"its name", func(p *Progress) { p.Rungs[0].Name = "thanks-2" }, true},
	} {
		was, now := reminded(), reminded()
		c.change(&now)
		if other := was.Mark() != now.Mark(); other != c.other {
			t.Errorf("%s: another mark %v", c.name, other)
		}
	}
}

// A process hears of what concerns it now, and of what falls due before it looks by itself.
func TestNews(t *testing.T) {
	at := func(hour int) time.Time { return noon.Add(time.Duration(hour-12) * time.Hour) }
	for _, c := range []struct {
		name   string
		change func(*Progress)
		news   bool
	}{
		{"nothing", func(*Progress) {}, false},
		{"version, state, deadline and policy", func(p *Progress) {
			p.Seq, p.State, p.Due, p.Policy = 5, "judged", at(9), "standard/2"
		}, false},
		{"round", func(p *Progress) { p.Round++ }, true},
		{"run", func(p *Progress) { p.Run++ }, true},
		{"owner", func(p *Progress) { p.Owner = "stf_anna" }, true},
		{"end", func(p *Progress) { p.Closed = true }, true},
		{"a turn whose rungs come later", func(p *Progress) {
			p.Turn = 3
			p.Rungs = []Rung{p.Rungs[0], {Name: "half", Do: DoRemind, At: at(15)}}
		}, false},
		{"one whose rungs come at once", func(p *Progress) {
			p.Turn, p.Rungs = 3, []Rung{{Name: "ask", Do: DoAskApprover, At: noon}}
		}, true},
		{"one whose rungs come before it looks", func(p *Progress) {
			p.Turn, p.Rungs = 3, []Rung{{Name: "half", Do: DoRemind, At: at(13)}}
		}, true},
		{"a deadline that moves away", func(p *Progress) { p.Rungs[1].At = at(16) }, false},
		{"a word that was said and is planned again", func(p *Progress) { p.Rungs[0].At = noon }, false},
		{"one that comes nearer", func(p *Progress) { p.Rungs[1].At = at(13) }, true},
		{"a later one that comes nearer", func(p *Progress) { p.Rungs[2].At = at(13) }, true},
		{"a later one that still comes after", func(p *Progress) { p.Rungs[2].At = at(15) }, false},
		{"a rung less", func(p *Progress) { p.Rungs = p.Rungs[:1] }, false},
		{"a word for somebody", func(p *Progress) {
			p.Rungs = append(p.Rungs, Rung{Name: "said-1", Do: DoTellSaid, At: noon, Once: true})
		}, true},
		{"another step at once under the same name", func(p *Progress) { p.Rungs[0].Do = DoTell }, true},
		{"another one who hears it", func(p *Progress) { p.Rungs[0].Who = "stf_anna" }, true},
	} {
		was, now := reminded(), reminded()
		c.change(&now)
		if news := Concerns(was, now, noon); news != c.news {
			t.Errorf("%s: news %v", c.name, news)
		}
	}
	idle, planned := reminded(), reminded()
	idle.Rungs = nil
	if !Concerns(idle, planned, noon) {
		t.Error("a process that looks at nothing by itself does not hear of a rung")
	}
}
