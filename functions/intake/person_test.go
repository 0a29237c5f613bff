package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"afterpress/shared/crm/lead"
)

// asked is the lead that an enquiry in JSON made. fields come after name and product. Each has words of its own, so
// that no enquiry counts as the one before.
func (d *door) asked(t *testing.T, fields string) lead.Lead {
	t.Helper()
	w := d.send(fmt.Sprintf(`{"name":"张伟","product":"cards","message":%q,`, fields)+fields+`}`, "Accept-Language", "zh")
	sub, err := d.Submission(t.Context(), received(t, w))
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Lead(t.Context(), sub.Lead)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestTwoExtensionsAreTwoPeople sends enquiries from one switchboard. Who has the same extension is the same person,
// whatever way it is written.
func TestTwoExtensionsAreTwoPeople(t *testing.T) {
	d := open(t)
	contacts := map[string]string{}
	for _, c := range []struct{ typed, number string }{
		{"0571-88886666 ext 8001", "+8657188886666;ext=8001"},
		{"0571-88886666-8002", "+8657188886666;ext=8002"},
		{"0571-88886666转8001", "+8657188886666;ext=8001"},
		{"0571-88886666", "+8657188886666"},
		{"（０５７１）８８８８６６６６＃８００２", "+8657188886666;ext=8002"},
		{"50801188分机801", "+862150801188;ext=801"},
	} {
		l := d.asked(t, fmt.Sprintf(`"phone":%q`, c.typed))
		if l.Person.Phone != c.number || l.Person.PhoneTyped != "" {
			t.Errorf("%s: %+v", c.typed, l.Person)
		}
		known, found := contacts[c.number]
		if found && known != l.ContactID || found != l.Attached {
			t.Errorf("%s: contact %s, was %s", c.typed, l.ContactID, known)
		}
		contacts[c.number] = l.ContactID
	}
	if d.customers(t) != len(contacts) {
		t.Errorf("%d customers of %d numbers", d.customers(t), len(contacts))
	}
}

// TestWhatHoldsMoreThanANumberIsKept types two numbers into one field. The first is the person's, and staff read all.
func TestWhatHoldsMoreThanANumberIsKept(t *testing.T) {
	d := open(t)
	l := d.asked(t, `"phone":"13800138000 / 010-62345678转8"`)
	if l.Person.Phone != "+8613800138000" || l.Person.PhoneTyped != "13800138000 / 010-62345678转8" {
		t.Errorf("%+v", l.Person)
	}
	if again := d.asked(t, `"phone":"138 0013 8000"`); again.ContactID != l.ContactID {
		t.Errorf("%s, then %s", l.ContactID, again.ContactID)
	}
}

// TestAnAddressInAnotherScript is one person's, whatever way its domain is written. Mail goes to the ASCII form.
func TestAnAddressInAnotherScript(t *testing.T) {
	d := open(t)
	first := d.asked(t, `"email":"wang@例子.中国"`)
	again := d.asked(t, `"email":"\ufeffWang@例子。中国\u200b"`)
	if first.Person.Email != "wang@xn--fsqu00a.xn--fiqs8s" || again.ContactID != first.ContactID {
		t.Errorf("%+v, then %+v", first.Person, again.Person)
	}
}

// TestANameThatNobodySees is none. Where the form needs a name it is asked for, and elsewhere it is left out.
func TestANameThatNobodySees(t *testing.T) {
	d := open(t)
	for _, sign := range "\u200b\u3164\u2800\ufeff\u115f\u00ad\ufe0f\u0301\u3000" {
		w := d.send(fmt.Sprintf(`{"name":"%c","product":"cards","email":"li@example.com"}`, sign))
		if w.Code != 422 || !strings.Contains(w.Body.String(), `"/name"`) {
			t.Errorf("%U: %d %s", sign, w.Code, w.Body)
		}
	}
	if l := d.asked(t, `"email":"li@example.com","company":"\u3164"`); l.Person.Company != "" {
		t.Errorf("%+v", l.Person)
	}
}

// TestQuantitiesAsPeopleWriteThem are numbers where that is plain, and stay as they were typed elsewhere.
func TestQuantitiesAsPeopleWriteThem(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		sent   string
		pieces int64
		typed  string
	}{
		{`500`, 500, ""}, {`"1,000"`, 1000, ""}, {`"1000本"`, 1000, ""}, {`"５００"`, 500, ""}, {`"1千"`, 1000, ""},
		{`"2万"`, 20_000, ""},
		{`"1.5k"`, 1500, ""}, {`0`, 0, ""}, {`"0"`, 0, ""}, {`null`, 0, ""}, {`""`, 0, ""}, {`"10箱"`, 0, "10箱"},
		{`"500-1000"`, 0, "500-1000"},
		{`"1.000"`, 0, "1.000"}, {`2.5`, 0, "2.5"},
	} {
		l := d.asked(t, `"email":"li@example.com","quantity":`+c.sent)
		if l.Quantity != c.pieces || l.QuantityTyped != c.typed {
			t.Errorf("%s is %d, %q", c.sent, l.Quantity, l.QuantityTyped)
		}
	}
	typed := lina()
	typed.Set("quantity", "１,０００ 张")
	sub, err := d.Submission(t.Context(), received(t, d.post(typed)))
	if err != nil {
		t.Fatal(err)
	}
	if l, err := d.Lead(t.Context(), sub.Lead); err != nil || l.Quantity != 1000 {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestANumberOfWhichCountryIsAsked has a London number on a Chinese form. It is Guangzhou's for who writes Chinese.
func TestANumberOfWhichCountryIsAsked(t *testing.T) {
	d := open(t)
	body := `{"name":"Tom","product":"cards","phone":"020 7946 0958"}`
	w := d.send(body, "Accept-Language", "en")
	if w.Code != 422 || !strings.Contains(w.Body.String(), `"/phone"`) ||
		!strings.Contains(w.Body.String(), "another country") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if d.leads(t) != 0 {
		t.Errorf("%d leads", d.leads(t))
	}
	if l := d.asked(t, `"phone":"020 7946 0958"`); l.Person.Phone != "+862079460958" {
		t.Errorf("%+v", l.Person)
	}
}
