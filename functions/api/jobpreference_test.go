package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// heeded is what a case shows of its customer's preferences, to a reader: each value, with ? behind a stale one.
func (b *bench) heeded(who, path string) []string {
	b.t.Helper()
	type file struct {
		Preferences []customer.JobPreference `json:"preferences"`
	}
	w := b.call(who, "GET "+path, nil).want(http.StatusOK)
	if who == "production" && strings.HasPrefix(path, "/complaints") && strings.Contains(w.Body.String(), trialCustomer) {
		b.t.Errorf("production is told whose it is: %s", w.Body)
	}
	got := into[file](w).Preferences
	if got == nil {
		b.t.Errorf("%s %s: no list at all: %s", who, path, w.Body)
	}
	out := []string{}
	for _, p := range got {
		mark := ""
		if p.Stale {
			mark = "?"
		}
		out = append(out, p.Value+mark)
	}
	return out
}

// A reader of a case reads with it what its customer must have and likes: what holds first, then what nobody has
// confirmed for a year.
func TestACaseShowsWhatTheCustomerPrefers(t *testing.T) {
	t.Parallel()
	b := start(t)
	complaint := b.openedComplaint(nil)
	b.prefers(trialCustomer, fields{"value": "50 一扎"}) // required, and stale by then
	b.Clock.Advance(366 * 24 * time.Hour)
	b.prefers(trialCustomer, fields{"kind": "paper", "value": "157 g 哑粉", "requirement": false,
		"products": []string{"画册"}})
	b.prefers(trialCustomer, fields{"kind": "ink", "value": "大豆油墨", "source": "contact", "source_id": trialContact})
	h := b.hold(hold.StateAsked)
	b.prefers(h.Customer, fields{"kind": "proof", "value": "先打样"})
	for _, who := range []string{"owner", "manager", "sales", "service", "production", "finance"} {
		if got, want := b.heeded(who, "/complaints/"+complaint.ID),
			[]string{"大豆油墨", "157 g 哑粉", "50 一扎?"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
		if who == "finance" {
			continue
		}
		if got, want := b.heeded(who, "/holds/"+h.ID), []string{"先打样"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	english := into[casework.ComplaintFile](b.call("service", "GET /complaints/"+complaint.ID, nil, "Accept-Language",
		"en")).Preferences
	if english[1].KindText != "Paper" || !slices.Equal(english[1].Products, []string{"画册"}) ||
		english[0].Source != customer.SourceContact {
		t.Errorf("%+v", english)
	}
	for _, line := range []string{"GET /complaints", "GET /holds"} {
		if w := b.call("manager", line, nil); strings.Contains(w.Body.String(), "大豆油墨") ||
			strings.Contains(w.Body.String(), "先打样") {
			t.Errorf("%s shows them in a list: %s", line, w.Body)
		}
	}
}

// A case is seen with its branch, and its customer may be another branch's since: then nothing of the customer is
// shown, until the branches share the customer.
func TestACaseShowsNothingOfACustomerWhomItsReaderDoesNotSee(t *testing.T) {
	t.Parallel()
	b := start(t)
	path := "/complaints/" + b.openedComplaint(nil).ID
	b.prefers(trialCustomer, fields{})
	b.say(trialCustomer, "branch", &types.AttributeValueMemberS{Value: seed.Hangzhou})
	if got := b.heeded("service", path); len(got) != 0 {
		t.Errorf("service: %q", got)
	}
	if got := b.heeded("owner", path); len(got) != 1 {
		t.Errorf("head office: %q", got)
	}
	b.say(trialCustomer, "shared", &types.AttributeValueMemberBOOL{Value: true})
	if got := b.heeded("service", path); len(got) != 1 {
		t.Errorf("shared: %q", got)
	}
}
