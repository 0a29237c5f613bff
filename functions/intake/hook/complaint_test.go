package hook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/work"
)

// handed is a complaint as another system hands it over.
func handed(email string, changes ...string) string {
	body := map[string]any{"email": email, "job": "J-7", "defects": []string{"scratch"}, "words": "封面有划痕。",
		"affected": 20, "delivered": 500}
	for i := 0; i < len(changes); i += 2 {
		var v any
		if err := json.Unmarshal([]byte(changes[i+1]), &v); err != nil {
			panic(err)
		}
		body[changes[i]] = v
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestAHandedComplaintIsOpened(t *testing.T) {
	d := hooked(t)
	contact := d.customer(t)
	for range 3 {
		taken(t, d.called(t, hook.SourceComplaints, "call_1", handed(strings.ToUpper(contact.Emails[0].Value))))
	}
	page, err := d.Bench.Store.Complaints(t.Context(),
		service.ComplaintQuery{Branches: []string{seed.Shanghai}, Customer: contact.Customer, Paging: storePage})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v %v", page.Items, err)
	}
	c, err := d.Complaint(t.Context(), page.Items[0].ID)
	if err != nil || c.Channel != "hook" || c.Contact != contact.ID ||
		c.OpenedBy != message.Reporter(hook.SourceComplaints).ID || c.Job.Ref != "J-7" ||
		c.Job.Delivered.Source != "system" || c.Affected != 20 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAHandedComplaintThatFitsNobodyIsKept(t *testing.T) {
	d := hooked(t)
	known := d.customer(t).Emails[0].Value
	for i, body := range []string{
		// without a customer
		handed("nobody@example.com"), handed("", "phone", `"13900001111"`), handed("", "phone", `"12"`),
		handed("not an address"),
		handed(known, "affected", "501"), handed(known, "needed_by", `"2001-01-01T00:00:00Z"`), // typed wrongly
	} {
		for range 2 {
			taken(t, d.called(t, hook.SourceComplaints, fmt.Sprint("call_", i), body))
		}
	}
	kept := d.quarantined(t)
	if len(kept) != 6 || d.complaints(t) != 0 {
		t.Fatalf("%d kept, %d complaints", len(kept), d.complaints(t))
	}
	why := map[string]int{}
	for _, card := range kept {
		sub, err := d.Submission(t.Context(), card.ID)
		if err != nil || sub.Form != hook.SourceComplaints || !strings.Contains(sub.Body, `"job":"J-7"`) {
			t.Errorf("%+v %v", sub, err)
		}
		why[sub.Difficulty]++
	}
	d.asked(t, kept)
	if why[form.Unplaced] != 4 || why["invalid /affected"] != 1 || why["invalid /needed_by"] != 1 {
		t.Errorf("%v", why)
	}
}

var managers = map[string]string{seed.Shanghai: seed.StaffID(2), seed.Hangzhou: seed.StaffID(11)}

// asked holds that the manager of the branch has one task for each complaint that was kept, which names it and says
// what to do.
func (d *door) asked(t *testing.T, kept []form.SubmissionCard) {
	t.Helper()
	tasks, err := d.Bench.Store.Tasks(t.Context(),
		work.TaskQuery{State: task.StateOpen, Branches: everywhere, Paging: storePage})
	if err != nil || len(tasks.Items) != len(kept) {
		t.Fatalf("%d tasks for %d, %v", len(tasks.Items), len(kept), err)
	}
	for _, card := range kept {
		i := slices.IndexFunc(tasks.Items, func(k task.Card) bool { return k.About == card.ID })
		if i < 0 {
			t.Fatalf("nobody hears of %s", card.ID)
		}
		tsk, err := d.Task(t.Context(), tasks.Items[i].ID)
		if unknown := strings.Contains(tsk.Title, "不知道是哪位客户"); err != nil || tsk.Owner != managers[card.Branch] ||
			unknown != (card.Difficulty == form.Unplaced) ||
			!strings.Contains(tsk.Title, words.Reference(card.ID)) || !strings.Contains(tsk.Text, "POST /complaints") ||
			!strings.Contains(tsk.Text, card.ID) || strings.Contains(tsk.Title+tsk.Text, "@") {
			t.Errorf("%+v %v", tsk, err)
		}
	}
}

// staffed is the store with other people in the shop.
type staffed struct {
	casework.Handed
	shop setup.Shop
}

func (s staffed) Shop(context.Context) (setup.Shop, error) { return s.shop, nil }

// Where the manager is away until it is due an owner has the task; where nobody is there the complaint is kept all
// the same.
func TestWhoHearsOfAComplaintOfNobodys(t *testing.T) {
	for _, c := range []struct {
		away int // of manager and owner
		want []string
	}{{0, []string{managers[seed.Shanghai]}}, {1, []string{seed.StaffID(1)}}, {2, nil}} {
		d := hooked(t)
		shop := d.Shop
		shop.Staff = slices.Clone(shop.Staff)
		for _, id := range []string{managers[seed.Shanghai], seed.StaffID(1)}[:c.away] {
			i := slices.IndexFunc(shop.Staff, func(p staff.Staff) bool { return p.ID == id })
			shop.Staff[i].Absences = []staff.Absence{{From: d.Clock.Now().Add(-time.Hour), To: d.Clock.Now().AddDate(0, 0, 30),
				Reason: "leave"}}
		}
		d.Casework.Handed = staffed{d.Store, shop}
		taken(t, d.called(t, hook.SourceComplaints, "call_1", handed("nobody@example.com")))
		kept := d.quarantined(t)
		tasks, err := d.Bench.Store.Tasks(t.Context(),
			work.TaskQuery{State: task.StateOpen, Branches: everywhere, Paging: storePage})
		var owners []string
		for _, k := range tasks.Items {
			owners = append(owners, k.Owner)
		}
		if err != nil || len(kept) != 1 || !slices.Equal(owners, c.want) {
			t.Errorf("%d away: %d kept, tasks of %v, %v", c.away, len(kept), owners, err)
		}
	}
}

func TestWhatASenderOfComplaintsMustMend(t *testing.T) {
	d := hooked(t)
	known := d.customer(t).Emails[0].Value
	before := d.State()
	for what, body := range map[string]string{
		"no person": handed(""), "no defect": handed(known, "defects", "[]"),
		"an unknown defect": handed(known, "defects", `["ugly"]`), "an unknown remedy": handed(known, "wanted", `"gold"`),
		"eleven defects": handed(known, "defects", `["1","2","3","4","5","6","7","8","9","10","11"]`),
		"a field more":   handed(known, "customer", `"cus_1"`), "no words": handed(known, "words", `" "`),
		"a fraction": handed(known, "affected", "1.5"),
		"no JSON":    "{",
	} {
		if w := d.called(t, hook.SourceComplaints, "call_"+what[:2], body); w.Code != 422 && w.Code != 400 &&
			w.Code != 401 {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	if w := d.call(hook.SourceComplaints, handed(known)); w.Code != 401 {
		t.Errorf("unsigned: %d", w.Code)
	}
	if w := d.call(hook.SourceComplaints, handed(known),
		append(signed(t, newKey, "call_x", d.Clock.Now(), handed(known)), "Content-Type", jsonType)...); w.Code != 401 {
		t.Errorf("another key: %d", w.Code)
	}
	if d.State() != before {
		t.Error("something was kept")
	}
}

// FuzzHandedComplaint: whatever a system sends, it is opened, kept for somebody to look at, or refused, and never
// breaks the door.
func FuzzHandedComplaint(f *testing.F) {
	f.Add(handed("a@example.com"))
	f.Add(handed("a@example.com", "affected", "9223372036854775807", "needed_by", `"0001-01-01T00:00:00Z"`))
	f.Add(`{"phone":"+86","defects":["other"],"words":"\u0000"}`)
	for _, text := range corpus.Hostile()[:40] {
		quoted, _ := json.Marshal(text)
		f.Add(handed("a@example.com", "words", string(quoted), "job", string(quoted)))
	}
	b := besieged{}
	f.Fuzz(func(t *testing.T, body string) {
		if b.door == nil {
			b = besiege(t)
		}
		kept := b.memory
		clear(kept.kept)
		kept.opened = nil
		w := b.called(t, hook.SourceComplaints, "call_1", body)
		if !slices.Contains([]int{202, 400, 413, 422}, w.Code) {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if n := len(kept.opened) + len(kept.kept); w.Code == 202 != (n == 1) {
			t.Fatalf("status %d, %d kept", w.Code, n)
		}
		for _, c := range kept.opened {
			if faults := (complaint.Opening{Channel: c.Channel, Job: c.Job, Defects: c.Defects, Words: c.Words,
				Affected: c.Affected, Samples: c.Samples, Wanted: c.Wanted,
				NeededBy: c.NeededBy}).Check(b.Clock.Now()); len(faults) > 0 {
				t.Fatalf("%+v", faults)
			}
		}
	})
}
