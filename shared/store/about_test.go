package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestWhatIsOpenWithACustomer lists tasks and complaints of one customer while they move and end, some of them as the
// release before wrote them.
func TestWhatIsOpenWithACustomer(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	api, here := b.OpenAs(t, "api"), []string{seed.Shanghai}
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	var tasks []string // the most urgent first
	for n := range 5 {
		due := b.Clock.Now().Add(time.Duration(5-n) * time.Hour)
		tsk := storetest.OpenTask(t, b, 3+n%2, task.Draft{Customer: l.Customer, Due: &due})
		tasks = slices.Insert(tasks, 0, tsk.ID)
	}
	storetest.OpenTask(t, b, 3, task.Draft{Customer: "cus_other"})
	c := storetest.OpenComplaint(t, b, l.Customer)
	for _, id := range tasks[1:3] { // as the release before wrote it
		if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &b.Tables.Records,
			Key: table.RecordKey("task", id), UpdateExpression: aws.String("SET open_sk = desk_sk")}); err != nil {
			t.Fatal(err)
		}
	}
	listed := func(q work.TaskQuery) (out []string) {
		t.Helper()
		q.Customer, q.Paging = l.Customer, table.Paging{Limit: 2, Caller: "test"}
		for more := true; more; {
			page, err := api.Tasks(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, card := range page.Items {
				if card.ID == "" || card.Due.IsZero() || len(out) > 9 {
					t.Fatalf("%+v", card)
				}
				out = append(out, card.ID)
			}
			if more = page.Next != nil; more {
				q.Cursor = *page.Next
			}
		}
		return out
	}
	file := func(customer.Customer) error { return nil }
	kinds := func() (out []string) {
		t.Helper()
		f, err := api.WholeFile(t.Context(), l.Customer, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range f.Open {
			out = append(out, item.Kind)
		}
		slices.Sort(out)
		return out
	}
	cards := func(severity int) int {
		t.Helper()
		page, err := api.Complaints(t.Context(), service.ComplaintQuery{Branches: here, Customer: l.Customer,
			Severity: severity, Paging: table.Paging{Limit: 9}})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	expect := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	expect("tasks", listed(work.TaskQuery{Branches: here}), tasks)
	expect("tasks elsewhere", listed(work.TaskQuery{Branches: []string{seed.Hangzhou}}), []string{})
	expect("complaints", []int{cards(0), cards(c.Severity), cards(c.Severity + 1)}, []int{1, 1, 0})
	var has customer.Dealings
	if _, err := b.OpenAs(t, "worker").TendCustomer(t.Context(), l.Customer, staff.Process("age"),
		func(c customer.Customer, of customer.Dealings) (customer.Tended, error) {
			has = of
			return customer.Tended{Customer: c}, nil
		}); err != nil || !has.Complains || len(has.Tasks) != 7 {
		t.Errorf("the daily step sees %+v, %v", has, err)
	}
	expect("all", kinds(), []string{"complaint", "lead", "task", "task", "task", "task", "task"})

	if _, err := b.ChangeTask(t.Context(), tasks[1], func(k task.Task) (task.Task, event.Event, error) {
		return k.Complete(staff.ActorOf(storetest.Person(t, b, 2)), true, b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChangeComplaint(t.Context(), c.ID,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(staff.ActorOf(storetest.Person(t, b, 1)), "-",
				storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	expect("tasks after one ended", listed(work.TaskQuery{Branches: here}), slices.Delete(slices.Clone(tasks), 1, 2))
	expect("all after two ended", kinds(), []string{"lead", "task", "task", "task", "task"})
}
