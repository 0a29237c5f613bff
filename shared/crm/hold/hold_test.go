package hold_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"

	"github.com/samber/lo"
)

func testHold(t *testing.T) hold.Hold {
	h, e, err := hold.Ask(hold.Question{Job: "J-1", Question: "纸张偏黄，继续吗？", Photos: []string{"art_1"},
		Choices: []string{"继续", "换纸"}}, "hld_1", "cus_1", "con_1",
		"stf_sales", staff.ActorOf(crmtest.Colleague("stf_production", staff.Production)), crmtest.Terms(t).Hold(),
		crmtest.Tuesday)
	if err != nil || e.Type != event.HoldOpened || !e.Wakes {
		t.Fatalf("%+v %v %+v", e, err, kerneltest.FaultsIn(err))
	}
	return h
}

func holdRows(t *testing.T) []hold.Hold {
	h, terms := testHold(t), crmtest.Terms(t)
	up, _, err := h.Escalate("stf_manager", terms.Hold(), h.Due)
	if err != nil || up.Owner != "stf_manager" {
		t.Fatal(err)
	}
	done, _, err := h.Reply(staff.Visitor, hold.Answer{Choice: 1, Channel: "link"}, terms.Hold(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	gone, _, err := h.Withdraw(staff.ActorOf(crmtest.Boss), terms.Hold(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return []hold.Hold{h, up, done, gone}
}

func TestHoldStateMachine(t *testing.T) {
	var table strings.Builder
	terms := crmtest.Terms(t)
	for _, h := range holdRows(t) {
		fmt.Fprintf(&table, "%s\n", h.State)
		for _, command := range []permission.Action{permission.AnswerHold, permission.WithdrawHold} {
			var who []string
			to := "-"
			for _, by := range crmtest.Actors() {
				before := h
				channel := "phone"
				if by.ID == staff.Visitor.ID {
					channel = "link"
				}
				do := func() (hold.Hold, event.Event, error) { return h.Withdraw(by, terms.Hold(), crmtest.Tuesday) }
				if command == permission.AnswerHold {
					do = func() (hold.Hold, event.Event, error) {
						return h.Reply(by, hold.Answer{Choice: 1, Channel: channel}, terms.Hold(), crmtest.Tuesday)
					}
				}
				next, e, err := do()
				listed := slices.ContainsFunc(hold.Actions(by, h),
					func(p permission.Permitted) bool { return p.Name == string(command) && p.Allowed })
				if listed != (err == nil) {
					t.Errorf("%s %s by %s: listed %v, %v", h.State, command, by.ID, listed, err)
				}
				if err != nil {
					if h.Closed() && fault.KindOf(err) == fault.Refused &&
						!strings.Contains(err.Error(), "ask a new one (the shop's owner, manager, service, production)") {
						t.Errorf("%s %s by %s: %v", h.State, command, by.ID, err)
					}
					if !reflect.DeepEqual(next, before) || e.Type != "" {
						t.Errorf("%s %s by %s: a refusal changed it", h.State, command, by.ID)
					}
					continue
				}
				to, who = next.State, append(who, strings.TrimPrefix(by.ID, "stf_"))
				if command == permission.AnswerHold && next.Answer.By != by.ID {
					t.Errorf("the answer's author is %s, not %s", next.Answer.By, by.ID)
				}
			}
			if len(who) > 0 {
				fmt.Fprintf(&table, "  %-14s -> %-10s %s\n", command, to, strings.Join(who, " "))
			}
		}
		for _, r := range h.Rungs {
			fmt.Fprintf(&table, "  %-8s %-16s %s\n", r.At.Sub(crmtest.Tuesday), r.Do, r.Name)
		}
	}
	kerneltest.Golden(t, "hold-states.txt", table.String())
}

func TestHoldInputAndTimes(t *testing.T) {
	terms, h := crmtest.Terms(t), testHold(t)
	if _, _, err := h.Escalate("stf_manager", terms.Hold(), h.Due.Add(-time.Second)); fault.KindOf(err) != fault.Refused {
		t.Errorf("escalated too early: %v", err)
	}
	for pointer, a := range map[string]hold.Answer{
		"/choice": {Choice: 3, Channel: "link"}, "/public_text": {Choice: 0, Channel: "link"},
		"/channel": {Choice: 1, Channel: "phone"},
	} {
		same, _, err := h.Reply(staff.Visitor, a, terms.Hold(), crmtest.Tuesday)
		if fault.KindOf(err) != fault.Invalid || kerneltest.FaultsIn(err)[0].Pointer != pointer || same.Answer != nil {
			t.Errorf("%s: %v %+v", pointer, err, kerneltest.FaultsIn(err))
		}
	}
	one := hold.Question{Job: "J", Question: "?", Choices: []string{"yes"}}
	if _, _, err := hold.Ask(one, "hld_1", "c", "c", "o", staff.ActorOf(crmtest.Boss), terms.Hold(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("one choice is none: %v", err)
	}
	faster := terms
	faster.Policy.Hold = hold.StandardPolicy()
	faster.Policy.Hold.Answer = 3600
	next, e, err := h.Replan(faster.Hold(), crmtest.Tuesday)
	if err != nil || !next.Due.Before(h.Due) || e.Type != event.HoldReplanned {
		t.Errorf("%v %v", next.Due, err)
	}
	if same, _, _ := next.Replan(faster.Hold(), crmtest.Tuesday); same.Version != next.Version {
		t.Error("planning anew by the same rules changed it")
	}
	for want, spoil := range map[string]func(*hold.Policy){
		"/hold/answer_s":        func(p *hold.Policy) { p.Answer = -1 },
		"/hold/ladder/0/state":  func(p *hold.Policy) { p.Ladder[0].State = "open" },
		"/hold/ladder/0/do":     func(p *hold.Policy) { p.Ladder[0].Do = ladder.DoReassign },
		"/hold/ladder/1/name":   func(p *hold.Policy) { p.Ladder[1].Name = "ask" },
		"must be escalated":     func(p *hold.Policy) { p.Ladder = p.Ladder[:2] },
		"/hold/ladder/2/plus_s": func(p *hold.Policy) { p.Ladder[2].Plus = -1 },
	} {
		p := setup.StandardPolicy()
		spoil(&p.Hold)
		if got := fault.Listed(p.Check()); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}

// Production waits for the answer, so the asker is told of it, once; an asker who wrote it down is not.
func TestWhoAskedIsToldTheAnswer(t *testing.T) {
	terms, h := crmtest.Terms(t), testHold(t)
	boss := staff.ActorOf(crmtest.Boss)
	for name, c := range map[string]struct {
		by      staff.Actor
		channel string
		asker   string
		told    bool
	}{
		"by the customer": {staff.Visitor, "link", h.AskedBy, true}, "by a colleague": {boss, "phone", h.AskedBy, true},
		"by himself": {boss, "phone", boss.ID, false},
	} {
		h.AskedBy = c.asker
		next, e, err := h.Reply(c.by, hold.Answer{Choice: 1, Channel: c.channel}, terms.Hold(), crmtest.Tuesday)
		if err != nil || !e.Wakes {
			t.Fatal(err)
		}
		p, climbed := *e.Progress, map[string]bool{}
		done := func(key string) bool { return climbed[key] }
		if p.Over(done) == c.told || len(next.Rungs) > 1 {
			t.Errorf("%s: %+v", name, p.Rungs)
		}
		if c.told {
			if r := p.Rungs[0]; r.Do != ladder.DoTellAnswer || r.Who != c.asker || !r.At.Equal(crmtest.Tuesday) {
				t.Errorf("%s: %+v", name, r)
			}
			if climbed[p.Key(p.Rungs[0])] = true; !p.Over(done) {
				t.Errorf("%s: it does not end", name)
			}
		}
	}
	for _, c := range []struct {
		owner, asker string
		told         []string
	}{ // who sees to the answer need not call any more, and the press need not wait
		{"stf_else", "stf_press", []string{"stf_else", "stf_press"}}, {"stf_else", "stf_else", []string{"stf_else"}},
		{boss.ID, "stf_press", []string{"stf_press"}}, {"stf_else", boss.ID, []string{"stf_else"}}, {boss.ID, boss.ID, nil},
	} {
		h.Owner, h.AskedBy = c.owner, c.asker
		gone, _, err := h.Withdraw(boss, terms.Hold(), crmtest.Tuesday)
		var told []string
		for _, r := range gone.Rungs {
			if told = append(told, r.Who); r.Do != ladder.DoTellWithdrawn || !r.Last {
				t.Errorf("%+v", r)
			}
		}
		if err != nil || !slices.Equal(told, c.told) {
			t.Errorf("withdrawn: %q are told, want %q; %v", told, c.told, err)
		}
	}
}

func TestWhoAsksAndSeesToItIsNotToldThatItIsHis(t *testing.T) {
	by := staff.ActorOf(crmtest.Colleague("stf_production", staff.Production))
	h, _, err := hold.Ask(hold.Question{Job: "J-1", Question: "?", Choices: []string{"a", "b"}}, "hld_1", "cus_1",
		"con_1", by.ID, by, crmtest.Terms(t).Hold(), crmtest.Tuesday)
	if err != nil || slices.ContainsFunc(h.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell }) ||
		len(h.Rungs) != len(testHold(t).Rungs)-1 {
		t.Errorf("%+v %v", h.Rungs, err)
	}
}

// A policy may escalate before the deadline or behind it: the time is that of its step.
func TestAQuestionIsEscalatedWhenItsPolicySaysSo(t *testing.T) {
	for _, percent := range []int64{50, 150} {
		terms := crmtest.Terms(t)
		terms.Policy.Hold = hold.StandardPolicy()
		i := slices.IndexFunc(terms.Policy.Hold.Ladder, func(r ladder.Rule) bool { return r.Do == ladder.DoEscalate })
		terms.Policy.Hold.Ladder[i].Percent = percent
		h, _, err := testHold(t).Replan(terms.Hold(), crmtest.Tuesday)
		if err != nil {
			t.Fatal(err)
		}
		rung, _ := lo.Find(h.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoEscalate })
		if _, _, err := h.Escalate("stf_manager", terms.Hold(),
			rung.At.Add(-time.Second)); fault.KindOf(err) != fault.Refused {
			t.Errorf("at %d %%: too early, %v", percent, err)
		}
		up, e, err := h.Escalate("stf_manager", terms.Hold(), rung.At)
		if err != nil || up.State != hold.StateEscalated || e.Wakes || e.Data["owner"] != "stf_manager" {
			t.Errorf("at %d %%: %+v %v", percent, e, err)
		}
		if kept, _, err := h.Escalate("", terms.Hold(), rung.At); err != nil || kept.Owner != h.Owner {
			t.Errorf("without a manager: %s %v", kept.Owner, err)
		}
	}
}
