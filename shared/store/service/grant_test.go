package service_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// offer offers a credit note under the rights of a function, and says what was given before.
func offer(t *testing.T, b *storetest.Bench, id string, yuan int64) (before approval.Granted) {
	t.Helper()
	if _, err := b.OpenAs(t, "api").GrantComplaint(t.Context(), id,
		func(c complaint.Complaint, given approval.Granted) (complaint.Complaint, event.Event, error) {
			before = given
			return c.Propose(theBoss(t, b), complaint.RemedyChoice{Remedies: credit(yuan), Before: given},
				storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	return before
}

// decline is the customer's answer, through the public door or the worker.
func decline(t *testing.T, b *storetest.Bench, role, id string) {
	t.Helper()
	if _, err := b.OpenAs(t, role).ChangeComplaint(t.Context(), id,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Decline(staff.Visitor, storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
}

func given(t *testing.T, b *storetest.Bench) complaint.Grants {
	t.Helper()
	grants, err := b.Grants(t.Context(), "cus_1")
	if err != nil {
		t.Fatal(err)
	}
	return grants
}

// An offer that is taken back counts no more from that moment, by whatever door; a further one counts by itself.
func TestAnOfferThatIsTakenBackCountsNoMore(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	first, other := judgedComplaint(t, b, "cus_1").ID, judgedComplaint(t, b, "cus_1").ID
	for _, role := range []string{"intake", "worker"} {
		offer(t, b, first, 300)
		if before := offer(t, b, other, 100); before.Customer != 30_000 || before.Job != 30_000 {
			t.Errorf("%s: %+v was given before", role, before)
		}
		decline(t, b, role, other)
		decline(t, b, role, first)
		if grants := given(t, b); len(grants.Lines) != 0 {
			t.Errorf("%s: what was taken back is still there: %+v", role, grants.Lines)
		}
	}
	if before := offer(t, b, other, 200); before != (approval.Granted{}) {
		t.Errorf("%+v was given before", before)
	}
	if grants := given(t, b); len(grants.Lines) != 1 || grants.Lines[0].Amount.Minor != 20_000 {
		t.Errorf("%+v", grants.Lines)
	}
}

// What was carried out counts for its job as long as a complaint about it may be reopened. Then its row counts as
// absent, and the engine may delete it.
func TestAGrantEnds(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	c := judgedComplaint(t, b, "cus_1")
	for _, step := range carriedOut(t, b) {
		if _, err := b.GrantComplaint(t.Context(), c.ID, step); err != nil {
			t.Fatal(err)
		}
	}
	ends := given(t, b).Lines[0].Ends()
	if ends.Sub(b.Clock.Now()) < (complaint.MostReopenDays-1)*24*time.Hour {
		t.Errorf("it ends %v", ends)
	}
	b.Clock.Set(ends.Add(-time.Hour))
	other := judgedComplaint(t, b, "cus_1").ID
	if before := offer(t, b, other, 100); before != (approval.Granted{Job: 30_000}) {
		t.Errorf("an hour before its end %+v was given before", before)
	}
	b.Clock.Set(ends)
	decline(t, b, "intake", other)
	if before := offer(t, b, other, 100); before != (approval.Granted{}) || len(given(t, b).Lines) != 1 {
		t.Errorf("after its end %+v was given before, and the ledger has %+v", before, given(t, b).Lines)
	}
}

// However much a customer is given, the item on which offers meet stays small.
func TestTheItemOnWhichOffersMeetStaysSmall(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	for range 12 {
		offer(t, b, judgedComplaint(t, b, "cus_1").ID, 10)
	}
	if grants := given(t, b); len(grants.Lines) != 12 || grants.Version != 12 {
		t.Errorf("%+v", grants)
	}
	got, err := b.DB.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &b.Tables.Records,
		Key: table.GrantsKey("cus_1"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := table.Decode[complaint.Grants](got.Item); err != nil || len(kept.Lines) != 0 || kept.Version != 12 {
		t.Errorf("%+v, %v", kept, err)
	}
}
