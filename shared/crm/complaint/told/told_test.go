package told_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// What customers read has no text of staff for staff, in whatever type it hides.
func TestNoInternalWordIsTold(t *testing.T) {
	t.Parallel()
	var look func(typ reflect.Type, path string)
	look = func(typ reflect.Type, path string) {
		if typ == reflect.TypeFor[words.InternalText]() || typ == reflect.TypeFor[remedy.Remedy]() {
			t.Errorf("%s is a %s", path, typ)
		}
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				if typ != reflect.TypeFor[time.Time]() {
					look(typ.Field(i).Type, path+"."+typ.Field(i).Name)
				}
			}
		case reflect.Slice, reflect.Pointer:
			look(typ.Elem(), path)
		}
	}
	look(reflect.TypeFor[told.Remedy](), "Remedy")
	look(reflect.TypeFor[told.Step](), "Step")
	look(reflect.TypeFor[complaint.Reply](), "Reply")
	for _, row := range crmtest.ComplaintRows(t) {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if told.Stage(row.C, lang) == "" {
				t.Errorf("%s: no words for the customer", row.Name)
			}
			until, wanted, after := told.AnswerBy(row.C)
			if (row.C.Theirs() || row.C.Pause != nil) &&
				(!until.After(crmtest.Tuesday) || wanted.In(lang) == "" || after.In(lang) == "") {
				t.Errorf("%s: %v %q %q", row.Name, until, wanted.In(lang), after.In(lang))
			}
		}
		if row.C.State == complaint.StateOffered && len(told.Offer(row.C)) != 1 {
			t.Errorf("%s: %+v", row.Name, told.Offer(row.C))
		}
	}
}

func TestTheOfferInALetter(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t)
	c := crmtest.ComplaintIn(t, complaint.StateOffered)
	m := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: "CNY"} }
	c.Remedies = []remedy.Remedy{
		{Kind: remedy.PartReprint, Quantity: 300, Amount: m(54_321), Value: m(120_000), CustomerPays: m(20_000),
			PromisedAt: time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)},
		{Kind: remedy.PriceCut, Amount: m(54_321), Value: m(100_050)}, {Kind: remedy.Apology, Amount: m(0), Value: m(0)},
	}
	for lang, want := range map[words.Lang]string{
		words.Zh: "部分重印，300 件，您承担 200.00 元，12月4日（周五）17:00之前交付\n降价留用，1,000.50 元\n说明原因并道歉",
		words.En: "partial reprint, 300 pieces; your share is CNY 200.00; delivery by Fri 4 Dec, 17:00\n" +
			"price reduction, goods kept, CNY 1,000.50\nexplanation and apology",
	} {
		got := told.OfferWords(c, terms.Calendar, crmtest.Tuesday, lang)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.Contains(got, "543") {
			t.Error("the customer reads what it costs us")
		}
	}
	for _, state := range []string{complaint.StateCorrecting, complaint.StateClosed} {
		c.State = state
		if len(told.Offer(c)) != 3 {
			t.Errorf("%s: the remedy is not told any more", state)
		}
	}
}

// Every defect has a photo that a layman can take, and a late delivery asks for no ruler.
func TestEvidenceIsAskedInPlainWords(t *testing.T) {
	t.Parallel()
	for _, d := range defect.Defects() {
		for e := range defect.EvidenceWords {
			asked := told.Asked(complaint.Complaint{Defects: []defect.Kind{d.Kind}, Asked: []defect.Evidence{e}})
			if len(asked) != 1 || asked[0].Zh == "" || asked[0].En == "" {
				t.Errorf("%s, %s: %+v", d.Kind, e, asked)
			}
		}
	}
	photo := func(kinds ...defect.Kind) string {
		c := complaint.Complaint{Defects: kinds, Asked: []defect.Evidence{defect.EvidencePhoto}}
		return told.AskedWords(c, words.En)
	}
	for name, c := range map[string]struct {
		got  string
		want []string
		not  string
	}{
		"late":             {photo(defect.Late), []string{"delivery note"}, "ruler"},
		"cut wrong":        {photo("trim-size"), []string{"ruler"}, "daylight"},
		"colour":           {photo(defect.ColourDeviation), []string{"daylight", "happy with"}, "ruler"},
		"text":             {photo(defect.WrongContent), []string{"what it should be"}, "ruler"},
		"two of one kind":  {photo(defect.ColourDeviation, defect.SpotColour), []string{"daylight"}, "\n"},
		"two of two kinds": {photo(defect.ColourDeviation, "trim-size"), []string{"daylight", "\n", "ruler"}, "carton"},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.got, want) || strings.Contains(c.got, c.not) {
				t.Errorf("%s: %q", name, c.got)
			}
		}
	}
}

// A customer who wrote is not told that the complaint is closed.
func TestACustomerWhoWroteIsToldSo(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t)
	for _, name := range []string{complaint.StateOffered, complaint.StateVerifying} {
		c := crmtest.ComplaintIn(t, name)
		wrote, _, _, err := c.Reply(staff.Visitor, "cmt_1", "I accept", terms.Complaint(), c.ClockFrom.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, after := told.AnswerBy(wrote); strings.Contains(after.En, "close") || strings.Contains(after.Zh, "关闭") {
			t.Errorf("%s: they are told %v", name, after)
		}
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if told.CallWords(c, ladder.DoAskCustomer, lang) == "" {
				t.Errorf("%s: no words by phone", name)
			}
		}
	}
}
