package enquiries_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// unplaced is a letter that nobody could place.
func unplaced(b *storetest.Bench) form.Submission {
	now := b.Clock.Now()
	return form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: form.HookMail,
		Branch: seed.Shanghai, Lang: words.Zh, Type: "message/rfc822", Via: "mail/0a", Body: "From: a@b\r\n\r\nhello"}.
		Quarantine(form.Unplaced)
}

// open are the open tasks of the branch.
func open(t *testing.T, b *storetest.Bench) []task.Card {
	t.Helper()
	page, err := b.Tasks(t.Context(), work.TaskQuery{Branches: []string{seed.Shanghai}, Paging: table.Paging{Limit: 99}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// keeps keeps a letter of the sender as the public door does, and gives it as it is stored.
func keeps(t *testing.T, b *storetest.Bench, door *store.Store, sender string) form.Submission {
	t.Helper()
	sub := unplaced(b)
	if err := door.QuarantineLetter(t.Context(), sub, sender); err != nil {
		t.Fatal(err)
	}
	kept, err := b.Submission(t.Context(), sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// decides discards a letter as staff do.
func decides(t *testing.T, b *storetest.Bench, desk *store.Store, sub form.Submission) {
	t.Helper()
	next, e, err := sub.Discard(staff.ActorOf(storetest.Person(t, b, 2)), "spam", b.Clock.Now())
	if err == nil {
		err = desk.SaveSubmission(t.Context(), next, e)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The letters of one sender and day are one task of the branch's manager, which ends with the last decision.
func TestOneTaskForTheLettersOfASender(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	door, desk := b.OpenAs(t, "intake"), b.OpenAs(t, "api")
	first, second := keeps(t, b, door, "a@x.example"), keeps(t, b, door, "a@x.example")
	other := keeps(t, b, door, "b@x.example")
	if first.Task == "" || second.Task != first.Task || other.Task == first.Task || len(open(t, b)) != 2 {
		t.Fatalf("%s, %s, %s: %+v", first.Task, second.Task, other.Task, open(t, b))
	}
	tsk, err := b.Task(t.Context(), first.Task)
	if err != nil || tsk.Owner != seed.StaffID(2) || len(tsk.Letters) != 2 || tsk.About != first.ID ||
		tsk.Due.Sub(tsk.CreatedAt) != 30*time.Minute || strings.Contains(tsk.Title+tsk.Text, "@") {
		t.Errorf("%+v, %v", tsk, err)
	}
	decides(t, b, desk, first)
	if tsk, err = b.Task(t.Context(), first.Task); err != nil || tsk.Closed() || len(tsk.Letters) != 1 {
		t.Errorf("after one decision: %+v, %v", tsk, err)
	}
	decides(t, b, desk, second)
	if tsk, err = b.Task(t.Context(), first.Task); err != nil || tsk.State != task.StateClosed ||
		tsk.ClosedBy != seed.StaffID(2) {
		t.Errorf("after the last decision: %+v, %v", tsk, err)
	}
	third := keeps(t, b, door, "a@x.example")
	if tsk, err = b.Task(t.Context(), third.Task); err != nil || third.Task == first.Task || tsk.Closed() {
		t.Errorf("a letter after that: %+v, %v", tsk, err)
	}
	b.Clock.Advance(24 * time.Hour)
	if tomorrow := keeps(t, b, door, "b@x.example"); tomorrow.Task == other.Task || tomorrow.Task == "" {
		t.Errorf("the next day: %+v", tomorrow)
	}
}

// Beyond the day's tasks letters are kept and listed; the last task says so.
func TestMoreLettersThanADayHasTasks(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	door := b.OpenAs(t, "intake")
	most := int(letter.StandardPolicy().PerDay)
	var last form.Submission
	for i := range most + 3 {
		if kept := keeps(t, b, door, fmt.Sprintf("%d@x.example", i)); kept.Task != "" {
			last = kept
		} else if i < most {
			t.Fatalf("letter %d opened no task", i)
		}
	}
	if n := len(open(t, b)); n != most {
		t.Errorf("%d tasks", n)
	}
	page, err := b.Submissions(t.Context(), form.OutcomeQuarantined, []string{seed.Shanghai}, table.Paging{Limit: 99})
	if err != nil || len(page.Items) != most+3 {
		t.Errorf("%d are listed, %v", len(page.Items), err)
	}
	tsk, err := b.Task(t.Context(), last.Task)
	if err != nil || !strings.Contains(tsk.Text, letter.LastTask.Zh) {
		t.Errorf("%+v, %v", tsk, err)
	}
	if again := keeps(t, b, door, "0@x.example"); again.Task == "" {
		t.Error("a letter of a sender who has a task does not count on it")
	}
	b.Clock.Advance(24 * time.Hour)
	if next := keeps(t, b, door, "new@x.example"); next.Task == "" {
		t.Error("the next day has no tasks")
	}
}

// A letter whose transaction is lost uses up none of the day's tasks.
func TestALetterThatIsLostUsesUpNoTask(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	door := b.OpenAs(t, "intake")
	broken := b.OpenWatched(t, func(input any) error {
		if _, commits := input.(*dynamodb.TransactWriteItemsInput); commits {
			return errors.New("the process has ended")
		}
		return nil
	})
	most := int(letter.StandardPolicy().PerDay)
	for i := range most {
		if err := broken.QuarantineLetter(t.Context(), unplaced(b), fmt.Sprintf("%d@lost.example", i)); err == nil {
			t.Fatal("it was kept")
		}
	}
	for i := range most {
		if kept := keeps(t, b, door, fmt.Sprintf("%d@x.example", i)); kept.Task == "" {
			t.Fatalf("letter %d opened no task", i)
		}
	}
	if beyond := keeps(t, b, door, "beyond@x.example"); beyond.Task != "" {
		t.Error("the day has more tasks than it may")
	}
}
