package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// everything is one page of a list, as long as any test needs.
var everything = table.Paging{Limit: 50, Caller: "test"}

var everywhere = []string{seed.Shanghai, seed.Hangzhou}

var handedCall = app.Call{Source: form.HookComplaints, Via: "complaints/0a", ID: "call_1", Type: "application/json",
	Body: "{}"}

// scratched is a complaint as another system hands it over.
func scratched(email string) casework.HandComplaint {
	delivered := int64(500)
	return casework.HandComplaint{Email: email, Lang: words.Zh, Job: " J-7 ", Defects: []string{"scratch"},
		Words: " 封面有划痕。 ", Affected: 20, Delivered: &delivered, Wanted: string(remedy.FullReprint)}
}

func TestHandComplaint(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := casework.Desk{Office: b.Office}
	c, contact := b.Customer()
	if err := d.HandComplaint(t.Context(), handedCall, scratched(strings.ToUpper(contact.Emails[0].Value))); err != nil {
		t.Fatal(err)
	}
	page, err := b.Complaints(t.Context(),
		service.ComplaintQuery{Branches: everywhere, Customer: c.ID, Paging: everything})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page.Items, err)
	}
	got, err := b.Complaint(t.Context(), page.Items[0].ID)
	if err != nil || got.Contact != contact.ID || got.Channel != "hook" || got.Branch != c.Branch ||
		got.OpenedBy != message.Reporter(form.HookComplaints).ID || got.Job.Ref != "J-7" || got.Words != "封面有划痕。" ||
		*got.Job.Delivered != (complaint.Sourced[int64]{Value: 500, Source: "system"}) {
		t.Errorf("%+v, %v", got, err)
	}
	for what, spoil := range map[string]func(*casework.HandComplaint){
		"a defect of no catalogue": func(in *casework.HandComplaint) { in.Defects = []string{"ugly"} },
		"a remedy of no catalogue": func(in *casework.HandComplaint) { in.Wanted = "gold" },
	} {
		in := scratched(contact.Emails[0].Value)
		spoil(&in)
		b.Refuses(fault.Invalid, what, func() error { return d.HandComplaint(t.Context(), handedCall, in) })
	}
}

// staffed is the store with other people in the shop.
type staffed struct {
	casework.Handed
	shop setup.Shop
}

func (s staffed) Shop(context.Context) (setup.Shop, error) { return s.shop, nil }

// without is the shop while those people are away.
func without(b *apptest.Bench, away ...string) setup.Shop {
	shop, now := b.Shop, b.Clock.Now()
	shop.Staff = slices.Clone(shop.Staff)
	for i, p := range shop.Staff {
		if slices.Contains(away, p.ID) {
			shop.Staff[i].Absences = []staff.Absence{{From: now.Add(-time.Hour), To: now.AddDate(0, 0, 30), Reason: "leave"}}
		}
	}
	return shop
}

// A complaint that cannot be opened is kept, and a colleague hears of it while anyone is there.
func TestHandComplaintThatIsSetAside(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	c, contact := b.Customer()
	manager, owner := seed.StaffID(2), seed.StaffID(1)
	broken := b.Shop
	broken.Policies = nil
	known, absurd, past := contact.Emails[0].Value, int64(5), b.Clock.Now().AddDate(-1, 0, 0)
	for _, at := range []struct {
		what   string
		shop   setup.Shop
		change func(*casework.HandComplaint)
		why    string
		asks   string // who gets the task; empty: nobody
	}{
		{"somebody unknown", b.Shop, func(in *casework.HandComplaint) { in.Email = "nobody@example.com" }, form.Unplaced,
			manager},
		{"no address", b.Shop, func(in *casework.HandComplaint) { in.Email, in.Phone = "no address", "12" }, form.Unplaced,
			manager},
		{"more bad pieces than came", b.Shop, func(in *casework.HandComplaint) { in.Delivered = &absurd },
			"invalid /affected", manager},
		{"needed last year", b.Shop, func(in *casework.HandComplaint) { in.NeededBy = &past }, "invalid /needed_by", manager},
		{"the manager is away", without(b, manager), func(in *casework.HandComplaint) { in.Email = "x@example.com" },
			form.Unplaced, owner},
		{"everybody is away", without(b, manager, owner), func(in *casework.HandComplaint) { in.Email = "x@example.com" },
			form.Unplaced, ""},
		{"a set-up without policies", broken, func(in *casework.HandComplaint) { in.Email = "x@example.com" }, form.Unplaced,
			""},
	} {
		d := casework.Desk{Office: b.Office, Handed: staffed{b.Store, at.shop}}
		in := scratched(known)
		at.change(&in)
		if err := d.HandComplaint(t.Context(), handedCall, in); err != nil {
			t.Errorf("%s: %v", at.what, err)
		}
		subs, err := b.Submissions(t.Context(), form.OutcomeQuarantined, everywhere, everything)
		if err != nil || len(subs.Items) == 0 {
			t.Fatalf("%s: %v", at.what, err)
		}
		sub, err := b.Submission(t.Context(), subs.Items[0].ID)
		if err != nil || sub.Difficulty != at.why || sub.Branch != seed.Shanghai || sub.Lang != words.Zh ||
			sub.Form != form.HookComplaints || sub.Via != handedCall.Via || sub.Body != handedCall.Body {
			t.Errorf("%s: %+v, %v", at.what, sub, err)
		}
		tasks, err := b.Tasks(t.Context(), work.TaskQuery{State: task.StateOpen, Branches: everywhere, Paging: everything})
		if err != nil {
			t.Fatal(err)
		}
		asked := ""
		for _, k := range tasks.Items {
			if k.About == sub.ID {
				asked = k.Owner
			}
		}
		if asked != at.asks {
			t.Errorf("%s: %q is asked, want %q", at.what, asked, at.asks)
		}
	}
	if n := b.CountRecords(t, "COMPLAINT"); n != 0 {
		t.Errorf("%d complaints of %s", n, c.ID)
	}
}
