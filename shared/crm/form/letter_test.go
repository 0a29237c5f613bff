package form_test

import (
	"reflect"
	"strings"
	"testing"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

func TestALetterAsAnEnquiry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		letter form.Letter
		want   form.Enquiry
		unread bool
	}{
		{form.Letter{From: "Li@Example.com", Name: "李娜", Subject: "名片", Text: "500 张"},
			form.Enquiry{Name: "李娜", Email: "li@example.com", Message: "名片\n\n500 张", Lang: words.Zh}, false},
		{form.Letter{From: "li@example.com", Text: "Hello"},
			form.Enquiry{Email: "li@example.com", Message: "Hello", Lang: words.Zh}, false},
		{form.Letter{Text: "Hello"}, form.Enquiry{Message: "Hello", Lang: words.Zh}, true},
		{form.Letter{From: "李娜", Text: "Hello"}, form.Enquiry{Message: "Hello", Lang: words.Zh}, true},
	} {
		if got, err := c.letter.Enquiry(words.Zh); !reflect.DeepEqual(got, c.want) || (err != nil) != c.unread {
			t.Errorf("%+v: %+v, %v", c.letter, got, err)
		}
	}
}

// A letter is released where it has an address to answer to, and its reader is told what to do.
func TestWhichLettersMakeALead(t *testing.T) {
	t.Parallel()
	manager := staff.Actor{ID: "stf_1", Roles: []staff.Role{staff.Manager}, Branches: []string{"shanghai"}}
	for _, c := range []struct {
		what, why string
		letter    *form.Letter
		released  bool
		says      string
	}{
		{"a stranger's", form.Unplaced, &form.Letter{From: "li@example.com"}, true, "release it as a lead"},
		{"a forged one", form.Forged, &form.Letter{From: "li@example.com", Forged: true}, true, "Call the customer first"},
		{"one without an address", form.Unplaced, &form.Letter{From: "Li"}, false, "discard this"},
		{"one from before letters were read", form.Unplaced, nil, false, "discard this"},
	} {
		sub := form.Submission{ID: "sub_1", Branch: "shanghai", Via: "mail/0a", Form: form.HookMail, Lang: words.En,
			Letter: c.letter}.Quarantine(c.why)
		for _, p := range form.SubmissionActions(manager, sub) {
			if p.Name == string(permission.ReleaseSubmission) && p.Allowed != c.released {
				t.Errorf("%s: %+v", c.what, p)
			}
		}
		if says := sub.Why().En; !strings.Contains(says, c.says) {
			t.Errorf("%s: %s", c.what, says)
		}
		if place, ok := sub.LetterPlace(); ok != (c.letter != nil) || place.Of != "sub_1" || place.Log != "sub_1" {
			t.Errorf("%s: %+v, %v", c.what, place, ok)
		}
	}
}
