package raffle

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
)

// counter is a store with one form and what became of its draw.
type counter struct {
	form  form.Form
	draw  draw.Draw
	busy  int // so often the store does not answer
	moved func(*counter)
	seeds [][]byte
	did   []string
	now   func() time.Time
}

func (c *counter) FormRecord(context.Context, string) (form.Form, error) {
	if c.busy--; c.busy >= 0 {
		return form.Form{}, errors.New("the store is busy")
	}
	return c.form, nil
}

func (c *counter) Draw(context.Context, string) (draw.Draw, error) {
	if c.draw.Stage == "" {
		return c.draw, fault.Missing("抽奖", "prize draw")
	}
	return c.draw, nil
}

func (c *counter) CloseDraw(_ context.Context, f form.Form) error {
	if c.now().Before(f.Draw.ClosesAt) {
		return errors.New("closed before its time")
	}
	c.draw, _ = draw.Close(f.ID, f.Branch, *f.Draw, c.now())
	c.did = append(c.did, c.draw.Stage)
	return nil
}

func (c *counter) AdvanceDraw(_ context.Context, _ string, seed []byte) (draw.Draw, error) {
	next, _, err := c.draw.Next([]draw.Entry{{Number: "A"}, {Number: "B"}}, seed, c.now())
	c.draw, c.did, c.seeds = next, append(c.did, next.Stage), append(c.seeds, seed)
	if c.moved != nil {
		c.moved(c)
	}
	return next, err
}

// A draw closes after its time, then its list is frozen, then the seed is made, then the winners are drawn. A busy
// store and a restart at any stage change nothing of that. A run of an earlier version leaves it to the later one.
func TestADrawIsHeldAfterItsClose(t *testing.T) {
	t.Parallel()
	whole := []string{draw.StageClosed, draw.StageFrozen, draw.StageSeeded, draw.StageDrawn}
	for name, c := range map[string]struct {
		change func(*counter)
		did    []string
		lasts  time.Duration
	}{
		"in time":      {func(*counter) {}, whole, 48*time.Hour + draw.Settling},
		"a busy store": {func(c *counter) { c.busy = 3 }, whole, 48*time.Hour + draw.Settling},
		"begun anew after the close": {func(c *counter) {
			c.draw, _ = draw.Close("gift", "shanghai", *c.form.Draw, c.now())
		}, whole[1:], 0},
		"drawn before":       {func(c *counter) { c.draw.Stage = draw.StageDrawn }, nil, 0},
		"changed meanwhile":  {func(c *counter) { c.form.Version = 4 }, nil, 0},
		"taken off the form": {func(c *counter) { c.form.Draw = nil }, nil, 0},
		"changed while it runs": {func(c *counter) { c.moved = func(c *counter) { c.form.Version = 4 } }, whole[:2],
			48*time.Hour + draw.Settling},
	} {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		began := env.Now()
		s := &counter{now: env.Now, form: form.Form{ID: "gift", Version: 3, Branch: "shanghai",
			Draw: &draw.Settings{ClosesAt: began.Add(48 * time.Hour), Winners: 1}}}
		c.change(s)
		work := &Work{Store: s, Now: env.Now}
		env.RegisterActivityWithOptions(work.Advance, activity.RegisterOptions{Name: StepName})
		_, in, ok := Begins(event.Event{Record: "gift", Seq: 3})
		if !ok {
			t.Fatal("no run begins")
		}
		env.ExecuteWorkflow(HoldDraw, in)
		took := env.Now().Sub(began)
		if err := env.GetWorkflowError(); err != nil || !slices.Equal(s.did, c.did) || took < c.lasts ||
			took > c.lasts+10*time.Second {
			t.Errorf("%s: %v in %s, %v", name, s.did, took, err)
		}
		for i, seed := range s.seeds {
			same := func(other []byte) bool { return slices.Equal(other, seed) }
			if len(seed) != 32 || slices.ContainsFunc(s.seeds[:i], same) {
				t.Errorf("%s: the seed %x", name, seed)
			}
		}
	}
}

func TestWhichRunAFormBegins(t *testing.T) {
	t.Parallel()
	if id, in, ok := Begins(event.Event{Record: "gift", Seq: 3}); id != "draw/gift/3" ||
		in != (Form{ID: "gift", Version: 3}) || !ok {
		t.Errorf("%s, %+v, %t", id, in, ok)
	}
	for _, e := range []event.Event{{}, {Record: "gift"}, {Seq: 1}} {
		if _, _, ok := Begins(e); ok {
			t.Errorf("%+v begins a run", e)
		}
	}
}
