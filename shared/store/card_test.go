package store_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// cardMost is how large a card may be, in bytes: each list in which a record stands has a copy of it.
const cardMost = 700

// Whatever a record holds, its card stays small. One record in ten has the longest of everything.
func TestNoCardIsLarge(t *testing.T) {
	largest := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		full := rapid.IntRange(0, 9).Draw(rt, "full") == 0
		signs := []string{"字", "é", "x", "😀"}
		text := func(label string, most int) string {
			n := most
			if !full {
				n = rapid.IntRange(0, most).Draw(rt, label)
			}
			return strings.Repeat(rapid.SampledFrom(signs).Draw(rt, label), n)
		}
		slug := func(most int) string { return strings.Repeat("s", most) }
		id := func(prefix string) string { return storetest.NewID(prefix) }
		at := time.Unix(0, rapid.Int64Range(1e18, 4e18).Draw(rt, "at")).UTC() // from 2001 to 2096
		branch, owner, cust := id("br"), id("stf"), id("cus")
		l := lead.Lead{ID: id("lead"), State: lead.StateQualified, Branch: branch, Owner: owner, Customer: cust, Due: at,
			CreatedAt: at, Source: slug(40), Product: text("product", 100), Quantity: 1e12,
			QuantityTyped: text("typed", 40), NeededBy: "2026-12-31", Unanswered: 999,
			Person: lead.Person{Name: text("name", 100), Company: text("company", 150),
				Phone: "+862150801188123;ext=1234567"}}
		k := task.Task{ID: id("tsk"), State: task.StateDropped, Branch: branch, Owner: owner, Customer: cust,
			About: id("lead"), Due: at, CreatedAt: at, Priority: "normal", Title: text("title", 400)}
		c := complaint.Complaint{ID: id("cmp"), State: complaint.StateAwaiting, Branch: branch, Owner: owner,
			Customer: cust, Due: at, ResolveDue: at, CreatedAt: at, Severity: 4, Round: 99,
			Pause: &complaint.Pause{Reason: slug(20)}, Job: complaint.Job{Ref: text("job", 64)}}
		for range 10 {
			c.Defects = append(c.Defects, defect.Kind(slug(longestDefect())))
		}
		h := hold.Hold{ID: id("hld"), State: hold.StateWithdrawn, Branch: branch, Owner: owner, Customer: cust,
			AskedBy: owner, Due: at, CreatedAt: at, Job: text("job", 64), Question: words.PublicText(text("question", 900))}
		e := erase.Erase{ID: id("con"), State: erase.StateAsked, Branch: branch, Due: at, Contact: id("con"), Customer: cust,
			CreatedAt: at}
		s := form.Submission{ID: id("sub"), Form: slug(64), Branch: branch, Outcome: form.OutcomeDiscarded,
			Difficulty: text("difficulty", 60), Lead: id("lead"), CreatedAt: at}
		for kind, card := range map[string]any{"lead": l.Card(), "task": k.Card(), "complaint": c.Card(),
			"hold": h.Card(), "erase": e.Card(), "submission": s.Card()} {
			v, err := table.EncodeValue(card)
			if err != nil {
				rt.Fatal(err)
			}
			size := 0
			if m, ok := v.(*types.AttributeValueMemberM); ok {
				delete(m.Value, "id") // the index holds both beside the card
				delete(m.Value, "due_at")
				size = 3 + len(m.Value) + storetest.Size(rt, m.Value)
			}
			if largest[kind] = max(largest[kind], size); size == 0 || size > cardMost {
				rt.Errorf("the card of a %s has %d bytes: %+v", kind, size, card)
			}
		}
	})
	if largest["lead"] < cardMost*8/10 {
		t.Errorf("the largest card of a lead that was drawn has %d bytes", largest["lead"])
	}
}

func longestDefect() (n int) {
	for _, d := range defect.Defects() {
		n = max(n, len(d.Kind))
	}
	return n
}
