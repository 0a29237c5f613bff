package worklist_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A desk says in its reader's words what stands there. What has no owner stands on that of the branch's manager.
func TestDesks(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, page := worklist.Desk{Office: b.Office}, app.Paging{Limit: 9}
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	storetest.OpenComplaint(t, b.Bench, l.Customer)
	storetest.OpenTask(t, b.Bench, 2, task.Draft{})
	b.Clock.Advance(24 * time.Hour)
	manager := b.Caller("manager")
	chinese := manager
	chinese.Lang = words.Zh
	english := map[string]string{"lead": "Lead: 李娜, cards", "complaint": "Complaint: colour deviation (J-1)",
		"task": "寄纸样"}
	for _, c := range []struct {
		who   app.Caller
		staff string
		lines map[string]string // titles by kind
	}{
		{manager, "", english},
		{chinese, "me", map[string]string{"lead": "线索：李娜，cards", "complaint": "投诉：色差（J-1）", "task": "寄纸样"}},
		{b.Caller("owner"), manager.ID, english},
		{b.Caller("owner"), "", nil},
		{manager, seed.StaffID(3), nil},
	} {
		got, err := d.ReadDesk(t.Context(), c.who, worklist.ReadDesk{Staff: c.staff, Paging: page})
		if err != nil || len(got.Items) != len(c.lines) {
			t.Fatalf("%s of %q: %+v, %v", c.who.ID, c.staff, got, err)
		}
		for _, line := range got.Items {
			if line.Title != c.lines[line.Kind] || line.Link != "/"+line.Kind+"s/"+line.ID ||
				line.Overdue != (line.Kind != "task") {
				t.Errorf("%+v", line)
			}
		}
	}
	for _, c := range []struct {
		kind       fault.Kind
		who, staff string
	}{
		{fault.Forbidden, "integration", ""},
		{fault.Forbidden, "sales", manager.ID},
		{fault.NotFound, "manager-hangzhou", manager.ID},
		{fault.NotFound, "manager", "nobody"},
	} {
		b.Refuses(c.kind, c.who+" reads a desk", func() error {
			return failed(d.ReadDesk(t.Context(), b.Caller(c.who), worklist.ReadDesk{Staff: c.staff, Paging: page}))
		})
	}
}

// A colleague's desk shows a manager what is of the manager's branches, and nothing else of it is even asked for.
func TestAColleaguesDeskEndsAtTheManagersBranches(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	both := storetest.Person(t, b.Bench, 2)
	both.ID, both.Subject, both.Branches = storetest.NewID("stf"), "local|both", []string{seed.Shanghai, seed.Hangzhou}
	if err := b.Establish(t.Context(), setup.Shop{Roster: firm.Roster{Staff: []staff.Staff{both}}}); err != nil {
		t.Fatal(err)
	}
	theirs := map[string][]string{} // by branch: a lead of nobody and one of the colleague
	for _, branch := range both.Branches {
		terms := storetest.Terms(t, b.Bench, branch).Lead()
		for range 2 {
			l, err := b.Capture(t.Context(), lead.Capture{Enquiry: form.Enquiry{Name: "李娜", Phone: "+8613813800001",
				Product: "cards", Lang: words.Zh}, Source: form.SourceWalkIn, Terms: terms, By: staff.Visitor}, nil)
			if err == nil && len(theirs[branch]) > 0 {
				_, err = b.ChangeLead(t.Context(), l.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
					return l.Assign(staff.Process("lead"), both, terms, b.Clock.Now())
				})
			}
			if err != nil {
				t.Fatal(err)
			}
			theirs[branch] = append(theirs[branch], l.ID)
		}
	}
	asked := make(chan string, 100) // lists are read side by side
	b.Office.Store = b.OpenWatched(t, func(input any) error {
		if q, ok := input.(*dynamodb.QueryInput); ok && q.IndexName != nil {
			asked <- table.StringOf(q.ExpressionAttributeValues[":p"])
		}
		return nil
	})
	d := worklist.Desk{Office: b.Office}
	for who, sees := range map[string][]string{"manager-hangzhou": both.Branches[1:], "manager": both.Branches[:1],
		"owner": both.Branches} {
		var want []string
		for _, branch := range sees {
			want = append(want, theirs[branch]...)
		}
		got, err := d.ReadDesk(t.Context(), b.Caller(who),
			worklist.ReadDesk{Staff: both.ID, Paging: app.Paging{Limit: 9}})
		var ids []string
		for _, line := range got.Items {
			ids = append(ids, line.ID)
		}
		slices.Sort(ids) // which are by time
		var lists []string
		for len(asked) > 0 {
			lists = append(lists, <-asked)
		}
		if err != nil || !slices.Equal(ids, want) || len(lists) != 1+len(sees) {
			t.Errorf("%s sees %v, want %v, and asks for %v: %v", who, ids, want, lists, err)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := worklist.Desk{Office: b.Office}
	storetest.OpenTask(t, b.Bench, 3, task.Draft{})
	for who, people := range map[string]int{"owner": 12, "manager": 9, "manager-hangzhou": 3} { // a machine has no load
		page, err := d.ReadLoad(t.Context(), b.Caller(who), worklist.ReadLoad{})
		if err != nil || len(page.Items) != people {
			t.Errorf("%s reads the load of %d people, %v", who, len(page.Items), err)
		}
		for _, l := range page.Items {
			if want := map[string]int64{seed.StaffID(3): 1}[l.Staff]; int64(l.Open["task"]) != want || l.Name == "" {
				t.Errorf("%s: %+v", who, l)
			}
		}
	}
	for who, kind := range map[string]fault.Kind{"sales": fault.Forbidden, "manager": fault.NotFound} {
		b.Refuses(kind, "the load of another branch by "+who, func() error {
			return failed(d.ReadLoad(t.Context(), b.Caller(who), worklist.ReadLoad{Branch: seed.Hangzhou}))
		})
	}
}
