package enquiries

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// aLead is a lead whose attributes now and then say the same as others, and now and then do not.
func aLead(t *rapid.T) lead.Lead {
	began := time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)
	at := func(name string) time.Time {
		return began.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, name)) * time.Hour)
	}
	text := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	l := lead.Lead{ID: "lead_1", Version: 3, Branch: "shanghai", Round: 1, CreatedAt: at("created"),
		UpdatedAt: at("updated"), Due: at("due"), FirstContactDue: at("first"), State: text("state", lead.States...),
		Customer:  text("customer", "cus_1", "cus_2"),
		ContactID: text("contact", "con_1", "con_2", "con_3"), Submission: text("submission", "", "sub_1", "sub_2"),
		Owner: text("owner", "", "stf_1"), Product: text("product", "", "book"), Source: text("source", "web-form", "phone"),
		Quantity: int64(rapid.IntRange(0, 1).Draw(t, "quantity")), QuantityTyped: text("typed", "", "about 500"),
		NeededBy: text("needed by", "", "2026-12-24"),
		Person: lead.Person{Name: text("name", "", "A", strings.Repeat("名", 90)),
			Company: text("company", "", "A", "B", strings.Repeat("b", 150)), Phone: text("phone", "", "+8613800000000")}}
	if rapid.Bool().Draw(t, "clock") {
		l.ClockFrom = at("clock from")
	}
	l.Owners = [][]string{nil, {"stf_1"}, {"stf_2", "stf_1"}}[rapid.IntRange(0, 2).Draw(t, "owners")]
	if rapid.Bool().Draw(t, "spoke") {
		l.LastContact = &lead.Conversation{Channel: "call", By: text("by", "stf_1", "stf_2"), At: at("spoke at")}
	}
	if rapid.Bool().Draw(t, "rungs") {
		l.Rungs = []ladder.Rung{{At: at("rung"), Do: "remind", Name: text("rung name", "half", "half of it")}}
	}
	return l
}

// A lead is read as it was written, and so is one of a release before, whose row says everything where it belongs.
func TestAFoldedLeadIsReadAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := aLead(t)
		it, err := leadRow(l)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := table.Row(l, l.Card(), table.Lists{Kind: "lead", ID: l.ID, State: l.State, Branch: l.Branch,
			Owner: l.Owner, Customer: l.Customer, Closed: l.Closed(), At: l.Due})
		if err != nil {
			t.Fatal(err)
		}
		folded := maps.Clone(it)
		if err := table.Unfold(folded); err != nil {
			t.Fatal(err)
		}
		delete(folded, "rungs")
		bare := maps.Clone(whole)
		delete(bare, "rungs")
		if !reflect.DeepEqual(folded, bare) {
			t.Fatalf("put back\n%v\nwhere there was\n%v", folded, bare)
		}
		for _, row := range []table.Item{it, whole} {
			if got, err := leadOf(row); err != nil || !reflect.DeepEqual(got, l) {
				t.Fatalf("read %+v, %v\nwritten %+v", got, err, l)
			}
		}
	})
}

// The card of an earlier release has the company's name as its own, and neither phone nor figures.
func TestALeadWithAnEarlierCardIsReadAsItWas(t *testing.T) {
	type earlier struct {
		ID      string `json:"id"`
		State   string `json:"state"`
		Name    string `json:"name,omitempty"`
		Product string `json:"product,omitempty"`
	}
	l := lead.Lead{ID: "lead_1", State: lead.StateNew, Customer: "cus_1", Product: "book", Quantity: 500,
		NeededBy: "2026-12-24", CreatedAt: time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC),
		Person: lead.Person{Name: "A", Company: "B", Phone: "+8613800000000"}}
	it, err := table.Row(l, earlier{l.ID, l.State, l.Person.Company, l.Product},
		table.Lists{Kind: "lead", ID: l.ID, State: l.State, Customer: l.Customer, At: l.Due})
	if err != nil {
		t.Fatal(err)
	}
	table.Fold(it, nil)
	person := it["person"].(*types.AttributeValueMemberM).Value
	if marks := it["copies"].(*types.AttributeValueMemberS).Value; !strings.Contains(marks, "p") ||
		person["company"] != nil || person["phone"] == nil {
		t.Errorf("folded otherwise than by an earlier release: %v", it)
	}
	if got, err := leadOf(it); err != nil || !reflect.DeepEqual(got, l) {
		t.Errorf("read %+v, %v\nwritten %+v", got, err, l)
	}
}

// What an earlier release cannot read as a lead it leaves alone; what a later one writes is left alone here.
func TestAFoldedLeadIsLeftAlone(t *testing.T) {
	l := lead.Lead{ID: "lead_1", Customer: "cus_1", ContactID: "con_1", State: lead.StateLost,
		CreatedAt: time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)}
	it, err := leadRow(l)
	if err != nil {
		t.Fatal(err)
	}
	if old, err := table.Decode[lead.Lead](maps.Clone(it)); err == nil {
		t.Errorf("an earlier release reads %+v", old)
	}
	marks := it["copies"].(*types.AttributeValueMemberS)
	if !strings.Contains(marks.Value, "t") || it["contact_id"] != nil {
		t.Errorf("nothing is left out: %v", it)
	}
	marks.Value += "Z"
	if got, err := leadOf(it); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("the row of a later release is read as %+v, %v", got, err)
	}
}
