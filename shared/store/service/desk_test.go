package service_test

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"pgregory.net/rapid"
)

// deskWalk plays people against whatever can be open at once.
type deskWalk struct {
	complaintWalk
	leads, tasks, holds []string
}

// TestWhatIsOpenStandsOnOneDesk plays leads, complaints, questions and tasks in any order on the engine. Each that
// is open is one line of one desk, with its one deadline: its owner's, or its branch's while nobody has it. What is
// closed stands on none.
func TestWhatIsOpenStandsOnOneDesk(t *testing.T) {
	b := storetest.New(t)
	w := &deskWalk{complaintWalk: complaintWalk{Bench: b, terms: storetest.Terms(t, b, seed.Shanghai),
		cast: []staff.Actor{theBoss(t, b), complaintBy(t, b, 2), complaintBy(t, b, 6), complaintBy(t, b, 9), staff.Visitor}}}
	rapid.Check(t, func(rt *rapid.T) {
		b.Clock.Advance(time.Duration(rapid.IntRange(1, 3600).Draw(rt, "seconds")) * time.Second)
		w.begin(t, rt)
		w.lead(t, rt)
		w.task(t, rt)
		w.hold(t, rt)
		if len(w.ids) > 0 {
			w.step(rt)
		}
	})
	// however the walk went, something has an owner and something has none
	untouched, err := storetest.Enquire(t, b, storetest.Li(len(w.leads)+1))
	if err != nil {
		t.Fatal(err)
	}
	w.leads, w.tasks = append(w.leads, untouched.ID), append(w.tasks, storetest.OpenTask(t, b, 3, task.Draft{}).ID)
	want, owned, nobodys := w.wanted(t)
	got := map[string]string{}
	add := func(q work.DeskQuery, place string) {
		q.Paging = table.Paging{Limit: 1000}
		page, err := b.Desk(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Items {
			due, err := time.Parse(time.RFC3339, l.Due)
			if err != nil || got[l.ID] != "" {
				t.Errorf("%s is on two desks, or due at %q", l.ID, l.Due)
			}
			if l.AnswersFor != "" && l.AnswersFor != place {
				t.Errorf("%s is said to be of %q", l.ID, l.AnswersFor)
			}
			got[l.ID] = place + " " + due.Format(time.RFC3339)
		}
	}
	for _, p := range b.Shop.Staff {
		add(work.DeskQuery{Staff: p.ID}, p.ID)
	}
	for _, branch := range b.Shop.Branches {
		add(work.DeskQuery{Staff: "stf_none", AnswersFor: []string{branch.ID}}, branch.ID)
	}
	t.Logf("%d open with an owner, %d with none", owned, nobodys)
	if fmt.Sprint(got) != fmt.Sprint(want) || owned == 0 || nobodys == 0 {
		t.Errorf("desks %v\nwant  %v", got, want)
	}
}

// played lets pass what a rule refuses.
func played(t *rapid.T, err error) {
	switch kind := fault.KindOf(err); {
	case err == nil, kind == fault.Refused, kind == fault.Invalid, kind == fault.Forbidden:
	default:
		t.Fatal(err)
	}
}

// begin opens something, or nothing.
func (w *deskWalk) begin(t *testing.T, rt *rapid.T) {
	owner := rapid.IntRange(2, 5).Draw(rt, "owner")
	switch rapid.IntRange(0, 5).Draw(rt, "kind") {
	case 0:
		w.tasks = append(w.tasks, storetest.OpenTask(t, w.Bench, owner, task.Draft{}).ID)
	case 1:
		l, err := storetest.Enquire(t, w.Bench, storetest.Li(len(w.leads)+1))
		played(rt, err)
		w.leads = append(w.leads, l.ID)
	case 2:
		w.holds = append(w.holds, ask(t, w.Bench, owner, "J-1").ID)
	case 3:
		w.ids = append(w.ids, storetest.OpenComplaint(t, w.Bench, storetest.NewID("cus")).ID)
	}
}

// bossAnd gives who commands, and a colleague whom it may concern.
func (w *deskWalk) bossAnd(t *testing.T, rt *rapid.T) (boss staff.Actor, to staff.Staff) {
	return staff.ActorOf(storetest.Person(t, w.Bench, 2)),
		storetest.Person(t, w.Bench, rapid.IntRange(2, 5).Draw(rt, "to"))
}

func (w *deskWalk) lead(t *testing.T, rt *rapid.T) {
	if len(w.leads) == 0 {
		return
	}
	boss, to := w.bossAnd(t, rt)
	_, err := w.ChangeLead(t.Context(), rapid.SampledFrom(w.leads).Draw(rt, "lead"),
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			now := w.Clock.Now()
			switch rapid.IntRange(0, 4).Draw(rt, "command") {
			case 0:
				return l.Recycle(boss, "absent", w.terms.Lead(), now)
			case 1:
				return l.Speak(boss, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, time.Time{},
					w.terms.Lead(), now)
			case 2:
				return l.Lose(boss, lead.Loss{Reason: "price"}, w.terms.Lead(), now)
			case 3:
				return l.Claim(staff.ActorOf(to), w.terms.Lead(), now)
			}
			return l.Assign(boss, to, w.terms.Lead(), now)
		})
	played(rt, err)
}

func (w *deskWalk) task(t *testing.T, rt *rapid.T) {
	if len(w.tasks) == 0 {
		return
	}
	boss, to := w.bossAnd(t, rt)
	_, err := w.ChangeTask(t.Context(), rapid.SampledFrom(w.tasks).Draw(rt, "task"),
		func(k task.Task) (task.Task, event.Event, error) {
			now := w.Clock.Now()
			switch rapid.IntRange(0, 3).Draw(rt, "command") {
			case 0:
				return k.Complete(boss, true, now)
			case 1:
				return k.Reopen(boss, to, nil, w.terms.Task(), now)
			case 2:
				return k.Cancel(boss, now)
			}
			return k.HandOn(boss, to, w.terms.Task(), now)
		})
	played(rt, err)
}

func (w *deskWalk) hold(t *testing.T, rt *rapid.T) {
	if len(w.holds) == 0 {
		return
	}
	_, err := w.ChangeHold(t.Context(), rapid.SampledFrom(w.holds).Draw(rt, "hold"),
		func(h hold.Hold) (hold.Hold, event.Event, error) {
			switch rapid.IntRange(0, 2).Draw(rt, "command") {
			case 0:
				return h.Reply(staff.Visitor, hold.Answer{Choice: 1, Channel: "link"}, w.terms.Hold(), w.Clock.Now())
			case 1:
				return h.Withdraw(staff.ActorOf(storetest.Person(t, w.Bench, 8)), w.terms.Hold(), w.Clock.Now())
			}
			return h.Escalate(seed.StaffID(2), w.terms.Hold(), w.Clock.Now())
		})
	played(rt, err)
}

// wanted is where each open record should stand: by its id, its owner or its branch, and its deadline.
func (w *deskWalk) wanted(t *testing.T) (want map[string]string, owned, nobodys int) {
	want = map[string]string{}
	stands := func(id, owner, branch string, due time.Time, closed bool, err error) {
		place := owner
		switch {
		case err != nil:
			t.Fatal(err)
		case closed:
			return
		case owner == "":
			place = branch
			nobodys++
		default:
			owned++
		}
		want[id] = place + " " + due.Format(time.RFC3339)
	}
	for _, id := range w.leads {
		l, err := w.Lead(t.Context(), id)
		stands(id, l.Owner, l.Branch, l.Due, l.Closed(), err)
	}
	for _, id := range w.tasks {
		k, err := w.Task(t.Context(), id)
		stands(id, k.Owner, k.Branch, k.Due, k.Closed(), err)
	}
	for _, id := range w.holds {
		h, err := w.Hold(t.Context(), id)
		stands(id, h.Owner, h.Branch, h.Due, h.Closed(), err)
	}
	for _, id := range w.ids {
		c, err := w.Complaint(t.Context(), id)
		stands(id, c.Owner, c.Branch, c.Due, c.Closed(), err)
	}
	return want, owned, nobodys
}

// A message in doubt that belongs to nobody stands with its branch, until it is settled.
func TestAMessageOfNobodysStandsWithItsBranch(t *testing.T) {
	b := storetest.New(t)
	ctx, desk := t.Context(),
		work.DeskQuery{Staff: seed.StaffID(2), AnswersFor: []string{seed.Shanghai}, Paging: table.Paging{Limit: 10}}
	m, err := b.ClaimMessage(ctx,
		message.Message{Person: "con_1", Customer: "cus_1", About: "lead/lead_1/1", Step: "acknowledge",
			Channel:  message.ChannelEmail,
			Template: "lead-acknowledged", Lang: words.Zh, Branch: seed.Shanghai}, message.PurposeService)
	if err == nil {
		err = b.SettleMessage(ctx, m, message.StateUnknown, "", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	page, err := b.Desk(ctx, desk)
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != m.ID || page.Items[0].AnswersFor != seed.Shanghai ||
		page.Items[0].Due == "" {
		t.Fatalf("%+v %v", page.Items, err)
	}
	if _, err := b.ChangeMessage(ctx, m.ID, func(m message.Message) (message.Message, event.Event, error) {
		return m.Confirm(theBoss(t, b), true, b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if page, err = b.Desk(ctx, desk); err != nil || len(page.Items) != 0 {
		t.Errorf("%+v %v", page.Items, err)
	}
}
