package enquiries_test

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestCaptureWritesEverythingAtOnce(t *testing.T) {
	b := storetest.New(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := b.Lead(t.Context(), l.ID)
	if err != nil || stored.State != lead.StateNew || stored.Attached || stored.Version != 1 {
		t.Fatalf("lead %+v, %v", stored, err)
	}
	c, err := b.Customer(t.Context(), l.Customer)
	if err != nil || c.Kind != customer.Person || c.Name != "李娜" || c.LifeCycle != customer.LifeLead {
		t.Fatalf("customer %+v, %v", c, err)
	}
	contact, err := b.Contact(t.Context(), l.ContactID)
	if err != nil || contact.Customer != c.ID || contact.Phones[0].Value != "+8613813800001" ||
		contact.Emails[0].Value != "lina1@example.com" {
		t.Fatalf("contact %+v, %v", contact, err)
	}
	sub, err := b.Submission(t.Context(), l.Submission)
	if err != nil || sub.Outcome != form.OutcomeCreated || sub.Lead != l.ID {
		t.Fatalf("submission %+v, %v", sub, err)
	}
	pending, err := b.Pending(t.Context(), b.Clock.Now(), 10)
	if err != nil || len(pending) != 1 || pending[0].Type != event.LeadCaptured || pending[0].Progress.ID != l.ID {
		t.Fatalf("pending %+v, %v", pending, err)
	}
	for range 2 {
		if err := b.Handed(t.Context(), pending[0]); err != nil {
			t.Fatal(err)
		}
	}
	if pending, err = b.Pending(t.Context(), b.Clock.Now(), 10); err != nil || len(pending) != 0 {
		t.Fatalf("still pending: %+v, %v", pending, err)
	}
}

// The stream may bring an event while DynamoDB still holds the items of its transaction.
func TestAnEventIsHandedOverWhileItsTransactionRuns(t *testing.T) {
	b := storetest.New(t)
	b.Cloud.Conflict(100 * time.Millisecond)
	captured := make(chan error, 1)
	go func() {
		_, err := storetest.Enquire(t, b, storetest.Li(1))
		captured <- err
	}()
	var pending []event.Event
	for len(pending) == 0 {
		var err error
		if pending, err = b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Handed(t.Context(), pending[0]); err != nil {
		t.Errorf("it keeps its mark, and is handed over again: %v", err)
	}
	if err := <-captured; err != nil {
		t.Error(err)
	}
}

// What stays pending does not stand in the way of what is younger, even where it cannot be read.
func TestPendingGoesOnBeyondWhatStaysPending(t *testing.T) {
	b := storetest.New(t)
	for i := range 5 {
		if _, err := storetest.Enquire(t, b, storetest.Li(i)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := b.Pending(t.Context(), b.Clock.Now(), 10)
	if err != nil || len(all) != 5 {
		t.Fatalf("%+v %v", all, err)
	}
	if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(b.Tables.Events),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "CUSTOMER#" + all[1].Customer},
			"sk": &types.AttributeValueMemberS{Value: all[1].ID},
		},
		UpdateExpression:          aws.String("SET progress = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "nonsense"}},
	}); err != nil {
		t.Fatal(err)
	}
	after := ""
	for i := 0; i < len(all); i += 2 {
		page, next, err := b.PendingPage(t.Context(), after, b.Clock.Now(), 2)
		if err != nil || len(page) != min(2, len(all)-i) || page[0].ID != all[i].ID ||
			!page[len(page)-1].At.Equal(all[i+len(page)-1].At) || (next == "") != (i == 4) {
			t.Fatalf("from %d: %+v, %q, %v", i, page, next, err)
		}
		for j, e := range page { // nobody acts on half of an event
			want := all[i+j]
			if i+j == 1 {
				want = event.Event{ID: want.ID, Customer: want.Customer, At: want.At, Pending: true}
			}
			if !reflect.DeepEqual(e, want) {
				t.Errorf("what can be read of %s: %+v", e.ID, e)
			}
		}
		after = next
	}
}

func TestWhoseEnquiryItIs(t *testing.T) {
	b := storetest.New(t)
	first, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	second, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	crossed, err := storetest.Enquire(t, b,
		form.Enquiry{Name: "李娜", Phone: storetest.Li(1).Phone, Email: storetest.Li(2).Email, Product: "book",
			Lang: words.En})
	if err != nil {
		t.Fatal(err)
	}
	if crossed.Customer != first.Customer || crossed.DuplicateHint != second.Customer || !crossed.Attached {
		t.Errorf("phone of one with the e-mail of another: %+v", crossed)
	}
	known, err := storetest.Enquire(t, b,
		form.Enquiry{Name: "Li Na", Phone: storetest.Li(1).Phone, Email: "new@example.com", Product: "book", Lang: words.En})
	if err != nil {
		t.Fatal(err)
	}
	if known.Customer != first.Customer || fmt.Sprint(known.Unverified) != "[name email]" {
		t.Errorf("new values of a known person stay unverified: %+v", known)
	}
	if n := b.Count(t, b.Tables.Records, "CLAIM#phone#") + b.Count(t, b.Tables.Records, "CLAIM#email#"); n != 4 {
		t.Errorf("%d claims; a form never adds one to a known person", n)
	}
}

func TestOnePersonOnce(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	phones := []string{"13813800001", "+86 138 1380 0001", "0086-138-1380-0001", "138 1380 0001", "138-1380-0001",
		"+8613813800001", "１３８１３８０００01", "(138) 13800001"}
	emails := []string{"lina@example.com", "LiNa@Example.com", " lina@example.com ", "ＬＩＮＡ@example.com",
		"lina＠example.com", "LINA@EXAMPLE.COM", "mailto:lina@example.com", "Lina@example.com"}
	var wg sync.WaitGroup
	customers := make([]string, 64)
	for i := range 64 {
		wg.Go(func() {
			var l lead.Lead
			err := storetest.Patient(func() (err error) {
				l, err = storetest.Enquire(t, b,
					form.Enquiry{Name: "李娜", Phone: phones[i%8], Email: emails[i/8], Product: "cards", Lang: words.Zh})
				return err
			})
			if err != nil {
				t.Error(err)
			}
			customers[i] = l.Customer
		})
	}
	wg.Wait()
	for _, c := range customers {
		if c != customers[0] {
			t.Fatalf("two customers: %s and %s", customers[0], c)
		}
	}
	if n := b.CountRecords(t, "CUSTOMER"); n != 1 {
		t.Errorf("%d customers", n)
	}
	if n := b.Count(t, b.Tables.Records, "LEAD#"); n != 64 {
		t.Errorf("%d leads", n)
	}
}

func TestChangeLeadDecidesAgainAfterAMeeting(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	tm, sales := storetest.Terms(t, b, led.Branch), storetest.Person(t, b, 3)
	var wg, read sync.WaitGroup
	var mu sync.Mutex
	won := 0
	read.Add(4)
	for range 4 {
		wg.Go(func() {
			meet := sync.OnceFunc(func() { read.Done(); read.Wait() }) // all have read before one writes
			_, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
				meet()
				if l.Owner != "" {
					return l, event.Event{}, errors.New("somebody has it")
				}
				return l.Assign(staff.Process("lead"), sales, tm.Lead(), b.Clock.Now())
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d assignments won", won)
	}
}

func TestClaimsADayAreCountedExactly(t *testing.T) {
	b := storetest.New(t)
	sales := storetest.Person(t, b, 3)
	tm := storetest.Terms(t, b, seed.Shanghai)
	var ids []string
	for i := range 8 {
		led, err := storetest.Enquire(t, b, storetest.Li(i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Assign(staff.Process("lead"), storetest.Person(t, b, 4), tm.Lead(), b.Clock.Now())
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Recycle(staff.ActorOf(storetest.Person(t, b, 2)), "absent", tm.Lead(), b.Clock.Now())
		}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, led.ID)
	}
	b.Crowd(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	outcome := map[fault.Kind]int{}
	for _, id := range ids {
		wg.Go(func() {
			_, err := b.ClaimLead(t.Context(), id,
				enquiries.Quota{Staff: sales.ID, Limit: 5, Ends: storetest.Began.Add(14 * time.Hour)},
				func(l lead.Lead) (lead.Lead, event.Event, error) {
					return l.Claim(staff.ActorOf(sales), tm.Lead(), b.Clock.Now())
				})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				outcome["claimed"]++
			} else {
				outcome[fault.KindOf(err)]++
			}
		})
	}
	wg.Wait()
	if outcome["claimed"] != 5 || outcome[fault.TooMany] != 3 {
		t.Errorf("limit 5 of 8: %v", outcome)
	}
}

func TestListsArePagedAndSealed(t *testing.T) {
	b := storetest.New(t)
	for i := range 7 {
		if _, err := storetest.Enquire(t, b, storetest.Li(i)); err != nil {
			t.Fatal(err)
		}
	}
	q := enquiries.LeadQuery{Branches: []string{seed.Shanghai, seed.Hangzhou}, State: lead.StateNew,
		Paging: table.Paging{Limit: 3, Caller: "a"}}
	var seen []string
	for page := 0; ; page++ {
		got, err := b.Leads(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got.Items {
			seen = append(seen, c.ID)
		}
		if got.Next == nil {
			break
		}
		q.Cursor = *got.Next
		other := q
		other.Caller = "b"
		if _, err := b.Leads(t.Context(), other); fault.KindOf(err) != fault.Unreadable {
			t.Fatalf("somebody else's cursor: %v", err)
		}
		other = q
		other.State = lead.StatePooled
		if _, err := b.Leads(t.Context(), other); fault.KindOf(err) != fault.Unreadable {
			t.Fatalf("another query's cursor: %v", err)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 leads in pages of 3", len(seen))
	}
}

// A colleague who sees no branch sees no lead, not even a colleague's desk.
func TestNoBranchNoLeads(t *testing.T) {
	b := storetest.New(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Assign(staff.Process("lead"), storetest.Person(t, b, 3), storetest.Terms(t, b, l.Branch).Lead(),
			b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	for _, branches := range [][]string{{seed.Shanghai}, {seed.Hangzhou}, nil} {
		page, err := b.Leads(t.Context(),
			enquiries.LeadQuery{Branches: branches, Owner: seed.StaffID(3), Paging: table.Paging{Limit: 10}})
		if sees := len(branches) > 0 && branches[0] == seed.Shanghai; err != nil || (len(page.Items) == 1) != sees {
			t.Errorf("%q: %+v %v", branches, page, err)
		}
	}
}

// The colleague who first reached a person gets the person's next enquiry first, until leaving the shop.
func TestAPersonsOwnPerson(t *testing.T) {
	b := storetest.New(t)
	ask := func() lead.Lead {
		t.Helper()
		l, err := storetest.Enquire(t, b, storetest.Li(1))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	reach := func(led lead.Lead, n int) {
		t.Helper()
		by := storetest.Person(t, b, n)
		for _, rule := range []enquiries.LeadRule{
			func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Assign(staff.Process("lead"), by, storetest.Terms(t, b, l.Branch).Lead(), b.Clock.Now())
			},
			func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Speak(staff.ActorOf(by), lead.Conversation{Channel: "call", Outcome: customer.OutcomeQuote}, time.Time{},
					storetest.Terms(t, b, l.Branch).Lead(), b.Clock.Now())
			},
		} {
			if _, err := b.ChangeLead(t.Context(), led.ID, rule); err != nil {
				t.Fatal(err)
			}
		}
	}
	first := ask()
	if first.Preferred != "" {
		t.Errorf("a new person belongs to %q", first.Preferred)
	}
	reach(first, 4)
	second := ask()
	if second.Preferred != seed.StaffID(4) || second.Customer != first.Customer {
		t.Errorf("the owner is %q", second.Preferred)
	}
	reach(second, 5)
	c, err := b.Customer(t.Context(), first.Customer)
	if err != nil || c.Owner != seed.StaffID(4) || c.Version != 2 {
		t.Errorf("a colleague's contact took the customer away: %+v %v", c, err)
	}
	gone := b.Clock.Now()
	successor := staff.Staff{ID: seed.StaffID(5), Roles: []staff.Role{staff.Sales}, Branches: []string{c.Branch}}
	shop := firm.Roster{Staff: []staff.Staff{{ID: seed.StaffID(4), LeavesAt: &gone}, successor}}
	if next, changed := c.Adopt(shop, seed.StaffID(5), b.Clock.Now()); !changed || next.Owner != seed.StaffID(5) {
		t.Errorf("a colleague who has left keeps the customer: %+v", next)
	}
}
