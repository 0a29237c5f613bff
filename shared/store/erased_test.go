package store_test

import (
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A letter to the thread of a person who was erased finds no contact, whatever its sender. Before that it is the
// person's own, or a stranger's.
func TestALetterToAnErasedPersonsThread(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	door, worker := h.OpenAs(t, "intake"), h.OpenAs(t, "worker")
	l := h.lead()
	for from, doubt := range map[string]string{l.Person.Email: "", "mallory@x.example": customer.SenderStranger} {
		if got, err := door.Sender(t.Context(), l.Customer, l.ContactID, from); err != nil || got != doubt {
			t.Errorf("from %s: %q, %v", from, got, err)
		}
	}
	h.forgetsAll(worker, l)
	for _, from := range []string{l.Person.Email, "mallory@x.example"} {
		if doubt, err := door.Sender(t.Context(), l.Customer, l.ContactID, from); fault.KindOf(err) != fault.NotFound ||
			doubt != "" {
			t.Errorf("from %s: %q, %v", from, doubt, err)
		}
	}
}

// forgetsAll erases the contact of a lead from the request to its end.
func (h *house) forgetsAll(worker *store.Store, l lead.Lead) {
	h.t.Helper()
	h.must(asksErase(h, l)(h.Store))
	h.must(confirmsErase(h, l)(h.Store))
	for more := true; more; {
		var err error
		more, err = worker.EraseMore(h.t.Context(), erase.Erase{ID: erase.IDOf(l.ContactID), Customer: l.Customer,
			Contact: l.ContactID})
		h.must(err)
	}
}

// A lead has ended by the shop's retention before its contact is erased, and a colleague of the contact stays. The
// closed task about the lead is erased. An open one, and a task of the customer's own, stay.
func TestATaskAboutAnEndedRecordIsErased(t *testing.T) {
	t.Parallel()
	h := &house{Bench: storetest.NewWithFiles(t), t: t, n: 1}
	l := h.lead()
	h.must(adds(h, l.Customer, "13800001111", false)(h.Store))
	about := storetest.OpenTask(t, h.Bench, 3, task.Draft{Customer: l.Customer, About: l.ID})
	open := storetest.OpenTask(t, h.Bench, 3, task.Draft{Customer: l.Customer, About: l.ID})
	own := storetest.OpenTask(t, h.Bench, 3, task.Draft{Customer: l.Customer})
	for _, k := range []task.Task{about, own} {
		h.must(onTask(h, k.ID, func(k task.Task) (task.Task, event.Event, error) {
			return k.Complete(h.by(3), false, h.Clock.Now())
		})(h.Store))
	}
	under, err := h.DB.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String(h.Tables.Records),
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: table.Item{":pk": table.RecordKey("lead", l.ID)["pk"]}})
	h.must(err)
	for _, it := range under.Items { // what the engine's TTL does on its own
		_, err := h.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(h.Tables.Records),
			Key: table.Item{"pk": it["pk"], "sk": it["sk"]}})
		h.must(err)
	}
	if _, err := h.Lead(t.Context(), l.ID); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("the lead is there: %v", err)
	}
	h.forgetsAll(h.OpenAs(t, "worker"), l)
	for _, c := range []struct{ id, title string }{{about.ID, ""}, {open.ID, open.Title}, {own.ID, own.Title}} {
		k, err := h.Task(t.Context(), c.id)
		h.must(err)
		if k.Title != c.title {
			t.Errorf("%s has the title %q, want %q", c.id, k.Title, c.title)
		}
	}
}
