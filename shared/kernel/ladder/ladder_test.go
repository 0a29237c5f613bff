package ladder

import (
	"testing"
	"time"
)

// Each thing on which a process acts changes the mark, and nothing else does.
func TestMark(t *testing.T) {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	base := func() Progress {
		return Progress{Kind: "lead", ID: "lead_1", Seq: 4, Round: 1, Turn: 2, State: "assigned", Owner: "stf_bob", Due: at,
			Policy: "standard/1", Rungs: []Rung{{Name: "half", Do: DoRemind, At: at}, {Name: "due", Do: DoRemind, At: at}}}
	}
	for _, c := range []struct {
		name   string
		change func(*Progress)
		news   bool
	}{
		{"nothing", func(*Progress) {}, false},
		{"version, state, deadline and policy", func(p *Progress) {
			p.Seq, p.State, p.Due, p.Policy = 5, "contacted", at.Add(time.Hour), "standard/2"
		}, false},
		{"the zone in which a time is told", func(p *Progress) { p.Rungs[0].At = at.In(time.FixedZone("CST", 8*3600)) }, false},
		{"round", func(p *Progress) { p.Round++ }, true},
		{"run", func(p *Progress) { p.Run++ }, true},
		{"turn", func(p *Progress) { p.Turn++ }, true},
		{"owner", func(p *Progress) { p.Owner = "stf_anna" }, true},
		{"end", func(p *Progress) { p.Closed = true }, true},
		{"a rung less", func(p *Progress) { p.Rungs = p.Rungs[:1] }, true},
		{"a rung's name", func(p *Progress) { p.Rungs[0].Name = "third" }, true},
		{"a rung's step", func(p *Progress) { p.Rungs[0].Do = DoTell }, true},
		{"a rung's time", func(p *Progress) { p.Rungs[0].At = at.Add(time.Millisecond) }, true},
		{"who hears of it", func(p *Progress) { p.Rungs[0].Who = "stf_anna" }, true},
		{"once", func(p *Progress) { p.Rungs[0].Once = true }, true},
		{"last", func(p *Progress) { p.Rungs[0].Last = true }, true},
	} {
		was, now := base(), base()
		c.change(&now)
		if news := was.Mark() != now.Mark(); news != c.news {
			t.Errorf("%s: news %v", c.name, news)
		}
	}
}
