package crm

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samber/lo"
)

func testHold(t *testing.T) Hold {
	h, event, err := AskHold(HoldQuestion{Job: "J-1", Question: "纸张偏黄，继续吗？", Photos: []string{"art_1"}, Choices: []string{"继续", "换纸"}}, "hld_1", "cus_1", "con_1",
		"stf_sales", ActorOf(complaintStaff("stf_production", Production)), testTerms(t).Hold(), tuesday)
	if err != nil || event.Type != HoldOpenedEvent || !event.Wakes {
		t.Fatalf("%+v %v %+v", event, err, faultsIn(err))
	}
	return h
}

func holdRows(t *testing.T) []Hold {
	h, terms := testHold(t), testTerms(t)
	up, _, err := h.Escalate("stf_manager", terms.Hold(), h.Due)
	if err != nil || up.Owner != "stf_manager" {
		t.Fatal(err)
	}
	done, _, err := h.Reply(Visitor, HoldAnswer{Choice: 1, Channel: "link"}, terms.Hold(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	gone, _, err := h.Withdraw(ActorOf(complaintBoss), terms.Hold(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return []Hold{h, up, done, gone}
}

func TestHoldStateMachine(t *testing.T) {
	var table strings.Builder
	terms := testTerms(t)
	for _, h := range holdRows(t) {
		fmt.Fprintf(&table, "%s\n", h.State)
		for _, command := range []Action{AnswerHold, WithdrawHold} {
			var who []string
			to := "-"
			for _, by := range complaintActors() {
				before := h
				channel := "phone"
				if by.ID == Visitor.ID {
					channel = "link"
				}
				do := func() (Hold, Event, error) { return h.Withdraw(by, terms.Hold(), tuesday) }
				if command == AnswerHold {
					do = func() (Hold, Event, error) {
						return h.Reply(by, HoldAnswer{Choice: 1, Channel: channel}, terms.Hold(), tuesday)
					}
				}
				next, event, err := do()
				listed := slices.ContainsFunc(HoldActions(by, h), func(p Permitted) bool { return p.Name == string(command) && p.Allowed })
				if listed != (err == nil) {
					t.Errorf("%s %s by %s: listed %v, %v", h.State, command, by.ID, listed, err)
				}
				if err != nil {
					if !reflect.DeepEqual(next, before) || event.Type != "" {
						t.Errorf("%s %s by %s: a refusal changed it", h.State, command, by.ID)
					}
					continue
				}
				to, who = next.State, append(who, strings.TrimPrefix(by.ID, "stf_"))
				if command == AnswerHold && next.Answer.By != by.ID {
					t.Errorf("the answer's author is %s, not %s", next.Answer.By, by.ID)
				}
			}
			if len(who) > 0 {
				fmt.Fprintf(&table, "  %-14s -> %-10s %s\n", command, to, strings.Join(who, " "))
			}
		}
		for _, r := range h.Rungs {
			fmt.Fprintf(&table, "  %-8s %-16s %s\n", r.At.Sub(tuesday), r.Do, r.Name)
		}
	}
	golden(t, "hold-states.txt", table.String())
}

func TestHoldInputAndTimes(t *testing.T) {
	terms, h := testTerms(t), testHold(t)
	if _, _, err := h.Escalate("stf_manager", terms.Hold(), h.Due.Add(-time.Second)); KindOf(err) != Refused {
		t.Errorf("escalated too early: %v", err)
	}
	for pointer, a := range map[string]HoldAnswer{
		"/choice": {Choice: 3, Channel: "link"}, "/public_text": {Choice: 0, Channel: "link"}, "/channel": {Choice: 1, Channel: "phone"},
	} {
		same, _, err := h.Reply(Visitor, a, terms.Hold(), tuesday)
		if KindOf(err) != Invalid || faultsIn(err)[0].Pointer != pointer || same.Answer != nil {
			t.Errorf("%s: %v %+v", pointer, err, faultsIn(err))
		}
	}
	one := HoldQuestion{Job: "J", Question: "?", Choices: []string{"yes"}}
	if _, _, err := AskHold(one, "hld_1", "c", "c", "o", ActorOf(complaintBoss), terms.Hold(), tuesday); KindOf(err) != Invalid {
		t.Errorf("one choice is none: %v", err)
	}
	faster := terms
	faster.Policy.Hold = StandardHoldPolicy()
	faster.Policy.Hold.Answer = 3600
	next, event, err := h.Replan(faster.Hold(), tuesday)
	if err != nil || !next.Due.Before(h.Due) || event.Type != HoldReplannedEvent {
		t.Errorf("%v %v", next.Due, err)
	}
	if same, _, _ := next.Replan(faster.Hold(), tuesday); same.Version != next.Version {
		t.Error("planning anew by the same rules changed it")
	}
	for want, spoil := range map[string]func(*HoldPolicy){
		"/hold/answer_s": func(p *HoldPolicy) { p.Answer = -1 }, "/hold/ladder/0/state": func(p *HoldPolicy) { p.Ladder[0].State = "open" },
		"/hold/ladder/0/do": func(p *HoldPolicy) { p.Ladder[0].Do = DoReassign }, "/hold/ladder/1/name": func(p *HoldPolicy) { p.Ladder[1].Name = "ask" },
		"must be escalated": func(p *HoldPolicy) { p.Ladder = p.Ladder[:2] }, "/hold/ladder/2/plus_s": func(p *HoldPolicy) { p.Ladder[2].Plus = -1 },
	} {
		p := StandardPolicy()
		spoil(&p.Hold)
		if got := Listed(p.Check()); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}

// Production waits for the answer, so whoever asked is told of it, once; he who wrote it down himself is not.
func TestWhoAskedIsToldTheAnswer(t *testing.T) {
	terms, h := testTerms(t), testHold(t)
	boss := ActorOf(complaintBoss)
	for name, c := range map[string]struct {
		by      Actor
		channel string
		asker   string
		told    bool
	}{
		"by the customer": {Visitor, "link", h.AskedBy, true}, "by a colleague": {boss, "phone", h.AskedBy, true}, "by himself": {boss, "phone", boss.ID, false},
	} {
		h.AskedBy = c.asker
		next, event, err := h.Reply(c.by, HoldAnswer{Choice: 1, Channel: c.channel}, terms.Hold(), tuesday)
		if err != nil || !event.Wakes {
			t.Fatal(err)
		}
		p, climbed := *event.Progress, map[string]bool{}
		done := func(key string) bool { return climbed[key] }
		if p.Over(done) == c.told || len(next.Rungs) > 1 {
			t.Errorf("%s: %+v", name, p.Rungs)
		}
		if c.told {
			if r := p.Rungs[0]; r.Do != DoTellAnswer || r.Who != c.asker || !r.At.Equal(tuesday) {
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
		gone, _, err := h.Withdraw(boss, terms.Hold(), tuesday)
		var told []string
		for _, r := range gone.Rungs {
			if told = append(told, r.Who); r.Do != DoTellWithdrawn || !r.Last {
				t.Errorf("%+v", r)
			}
		}
		if err != nil || !slices.Equal(told, c.told) {
			t.Errorf("withdrawn: %q are told, want %q; %v", told, c.told, err)
		}
	}
}

func TestWhoAsksAndSeesToItIsNotToldThatItIsHis(t *testing.T) {
	by := ActorOf(complaintStaff("stf_production", Production))
	h, _, err := AskHold(HoldQuestion{Job: "J-1", Question: "?", Choices: []string{"a", "b"}}, "hld_1", "cus_1", "con_1", by.ID, by, testTerms(t).Hold(), tuesday)
	if err != nil || slices.ContainsFunc(h.Rungs, func(r Rung) bool { return r.Do == DoTell }) || len(h.Rungs) != len(testHold(t).Rungs)-1 {
		t.Errorf("%+v %v", h.Rungs, err)
	}
}

// A policy may escalate before the deadline or behind it: the time is that of its step.
func TestAQuestionIsEscalatedWhenItsPolicySaysSo(t *testing.T) {
	for _, percent := range []int64{50, 150} {
		terms := testTerms(t)
		terms.Policy.Hold = StandardHoldPolicy()
		i := slices.IndexFunc(terms.Policy.Hold.Ladder, func(r RungRule) bool { return r.Do == DoEscalate })
		terms.Policy.Hold.Ladder[i].Percent = percent
		h, _, err := testHold(t).Replan(terms.Hold(), tuesday)
		if err != nil {
			t.Fatal(err)
		}
		rung, _ := lo.Find(h.Rungs, func(r Rung) bool { return r.Do == DoEscalate })
		if _, _, err := h.Escalate("stf_manager", terms.Hold(), rung.At.Add(-time.Second)); KindOf(err) != Refused {
			t.Errorf("at %d %%: too early, %v", percent, err)
		}
		up, event, err := h.Escalate("stf_manager", terms.Hold(), rung.At)
		if err != nil || up.State != HoldEscalated || event.Wakes || event.Data["owner"] != "stf_manager" {
			t.Errorf("at %d %%: %+v %v", percent, event, err)
		}
		if kept, _, err := h.Escalate("", terms.Hold(), rung.At); err != nil || kept.Owner != h.Owner {
			t.Errorf("without a manager: %s %v", kept.Owner, err)
		}
	}
}
