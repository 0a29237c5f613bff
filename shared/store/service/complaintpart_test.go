package service_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// itemsOf are the items of a complaint by their sort keys.
func itemsOf(t testing.TB, b *storetest.Bench, id string) map[string]table.Item {
	t.Helper()
	found, err := b.DB.Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String(b.Tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: table.Item{":pk": table.RecordKey("complaint", id)["pk"]},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]table.Item{}
	for _, it := range found.Items {
		out[table.StringOf(it["sk"])] = it
	}
	return out
}

// partsOf are the sort keys of a complaint's parts.
func partsOf(t testing.TB, b *storetest.Bench, id string) []string {
	t.Helper()
	keys := slices.Sorted(maps.Keys(itemsOf(t, b, id)))
	return slices.DeleteFunc(keys, func(sk string) bool { return !strings.HasPrefix(sk, "PART#") })
}

// document is a complaint as it is answered.
func document(t testing.TB, c complaint.Complaint) string {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A step writes the parts that it changes and no other. What is read is what was written, whichever steps came before.
func TestAPartOfAComplaintIsWrittenWhenItChanges(t *testing.T) {
	b := storetest.New(t)
	boss, terms := theBoss(t, b), storetest.Terms(t, b, seed.Shanghai).Complaint()
	c := storetest.OpenComplaint(t, b, storetest.NewID("cus"))
	for _, step := range []struct {
		name string
		rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)
		want []string // what it adds
	}{
		{"assign", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Assign(boss, storetest.Person(t, b, 6), terms, b.Clock.Now())
		}, nil},
		{"triage", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Triage(boss, complaint.Triage{Severity: 2}, storetest.Person(t, b, 6), terms, b.Clock.Now())
		}, nil},
		{"measure", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Measure(boss, colourRead, terms, b.Clock.Now())
		}, []string{"PART#report#000004"}},
		{"decide", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Decide(boss, colourFacts, terms, b.Clock.Now())
		}, []string{"PART#findings#000005"}},
		{"decide again", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			facts := colourFacts
			facts.Counted = true
			return c.Decide(boss, facts, terms, b.Clock.Now())
		}, []string{"PART#findings#000006"}},
		{"reply", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			next, _, e, err := c.Reply(staff.Visitor, "cmt_1", "怎么样了？", terms, b.Clock.Now())
			return next, e, err
		}, nil},
		{"propose", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Propose(boss, complaint.RemedyChoice{Remedies: credit(50)}, terms, b.Clock.Now())
		}, []string{"PART#offer#000008"}},
		{"agree", func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Agree(staff.Visitor, c.Turn, terms, b.Clock.Now())
		}, nil},
	} {
		before := partsOf(t, b, c.ID)
		b.Clock.Advance(time.Minute)
		c = changeComplaint(t, b, c.ID, step.rule)
		added := slices.DeleteFunc(partsOf(t, b, c.ID), func(sk string) bool { return slices.Contains(before, sk) })
		if !slices.Equal(added, step.want) {
			t.Errorf("%s adds %v, want %v", step.name, added, step.want)
		}
		if _, err := table.Decode[complaint.Complaint](itemsOf(t, b, c.ID)[table.RecordSK]); err == nil {
			t.Errorf("after %s, a release that knows no parts reads the record, and would write it without them", step.name)
		}
		if read, err := b.Complaint(t.Context(), c.ID); err != nil || document(t, read) != document(t, c) {
			t.Errorf("%s: read  %s\nwrote %s, %v", step.name, document(t, read), document(t, c), err)
		}
	}
	if record := itemsOf(t, b, c.ID)[table.RecordSK]; record["verdict"] != nil || record["words"] != nil {
		t.Errorf("the record has %v", slices.Sorted(maps.Keys(record)))
	}
}

// A complaint of which a part is not there, as after a restore of some rows, is not busy: no repeat finds the part, and
// people are told what to do. The complaint is not missing, and no step loses the part.
func TestAComplaintWithoutOneOfItsPartsWaitsForAPerson(t *testing.T) {
	b := storetest.New(t)
	c := judgedComplaint(t, b, storetest.NewID("cus"))
	lost := itemsOf(t, b, c.ID)["PART#findings#000004"]
	key := table.ComplaintPart(c.ID, "findings", 4)
	if _, err := b.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(b.Tables.Records),
		Key: key}); err != nil {
		t.Fatal(err)
	}
	before := b.State()
	assign := func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Assign(theBoss(t, b), storetest.Person(t, b, 2), storetest.Terms(t, b, seed.Shanghai).Complaint(),
			b.Clock.Now())
	}
	if _, err := b.ChangeComplaint(t.Context(), c.ID, assign); fault.KindOf(err) != fault.Impossible ||
		b.State() != before {
		t.Errorf("a step: %v", err)
	}
	_, err := b.Complaint(t.Context(), c.ID)
	var why *fault.Error
	if !errors.As(err, &why) || why.Kind != fault.Impossible ||
		!strings.Contains(why.Text.En, "restore the missing part") ||
		!strings.Contains(why.Text.Zh, "恢复缺少的部分") || why.RetryAfter != 0 {
		t.Errorf("a look: %v", err)
	}
	if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(b.Tables.Records),
		Item: lost}); err != nil {
		t.Fatal(err)
	}
	if next := changeComplaint(t, b, c.ID, assign); next.Verdict == nil || len(next.Measurements) != 1 {
		t.Errorf("%+v", next)
	}
}

// Of a complaint with many earlier parts, the ones of today are read.
func TestOldPartsHideNoNewOne(t *testing.T) {
	b := storetest.New(t)
	boss, terms := theBoss(t, b), storetest.Terms(t, b, seed.Shanghai).Complaint()
	c := judgedComplaint(t, b, storetest.NewID("cus"))
	for n := range 20 {
		c = changeComplaint(t, b, c.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Triage(boss, complaint.Triage{Severity: 1 + n%2, Affected: new(int64(n + 1))}, storetest.Person(t, b, 6),
				terms, b.Clock.Now())
		})
	}
	read, err := b.OpenAs(t, "worker").Complaint(t.Context(), c.ID)
	if err != nil || document(t, read) != document(t, c) || len(partsOf(t, b, c.ID)) < 20 {
		t.Errorf("%d parts, read %s, %v", len(partsOf(t, b, c.ID)), document(t, read), err)
	}
}
