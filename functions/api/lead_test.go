package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
)

// commands are the commands of a lead with a body that is right.
var commands = []struct {
	name string
	body fields
}{
	{"assign", fields{"owner": seed.StaffID(5)}},
	{"contact", fields{"channel": "visit", "outcome": "quote-requested", "note": "500 张"}},
	{"qualify", fields{"need": "500 cards"}},
	{"win", fields{"order": "J-118", "amount": fields{"minor": 128000, "currency": "CNY"}}},
	{"lose", fields{"reason": "changed-mind"}},
	{"recycle", fields{"reason": "no-progress"}},
	{"claim", fields{}},
}

// machine says what comes of each command in each state: "-" is refused. The manager gives all of them but claim,
// which sales people give.
var machine = map[string][]string{
	//                 assign       contact      qualify      win    lose    recycle   claim
	lead.StateNew:       {"assigned", "contacted", "-", "-", "lost", "-", "-"},
	lead.StateAssigned:  {"assigned", "contacted", "-", "-", "lost", "pooled", "-"},
	lead.StatePooled:    {"assigned", "-", "-", "-", "lost", "-", "assigned"},
	lead.StateContacted: {"contacted", "contacted", "qualified", "won", "lost", "pooled", "-"},
	lead.StateQualified: {"qualified", "qualified", "-", "won", "lost", "pooled", "-"},
	lead.StateWon:       {"-", "-", "-", "-", "-", "-", "-"},
	lead.StateLost:      {"-", "-", "-", "-", "-", "-", "-"},
}

func TestStatesAndCommands(t *testing.T) {
	t.Parallel()
	b := start(t)
	var table strings.Builder
	fmt.Fprintf(&table, "%-12s", "")
	for _, c := range commands {
		fmt.Fprintf(&table, "%-12s", c.name)
	}
	for _, state := range lead.States {
		fmt.Fprintf(&table, "\n%-12s", state)
		for i, c := range commands {
			who := "manager"
			if c.name == "claim" {
				who = "sales-3"
			}
			l := b.lead(state, b.staff("sales"))
			got, became := b.call(who, "POST /leads/"+l.ID+"/"+c.name, c.body), "-"
			if got.Code == http.StatusOK {
				next := into[lead.Lead](got)
				became = next.State
				if stored, err := b.Lead(t.Context(), l.ID); err != nil || stored.State != became || stored.Version != l.Version+
					1 {
					t.Errorf("%s %s: stored %+v, %v", state, c.name, stored, err)
				}
			} else if got.want(http.StatusConflict); into[lead.Lead](b.call("manager", "GET /leads/"+l.ID,
				nil)).Version != l.Version {
				t.Errorf("%s %s was refused and changed the lead", state, c.name)
			}
			if became != machine[state][i] {
				t.Errorf("%s %s: %s, want %s", state, c.name, became, machine[state][i])
			}
			fmt.Fprintf(&table, "%-12s", became)
		}
	}
	t.Log("\n" + table.String())
}

// TestActionsArePromisesKept asks a lead what a person may do with it, and then does each of the commands.
func TestActionsArePromisesKept(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, state := range lead.States {
		for _, who := range []string{"owner", "sales", "sales-2", "service"} {
			for _, c := range commands {
				l := b.lead(state, b.staff("sales"))
				promised := false
				for _, a := range into[frontdesk.Lead](b.call(who, "GET /leads/"+l.ID, nil).want(http.StatusOK)).Actions {
					promised = promised || (a.Name == "lead."+c.name && a.Allowed)
					if a.Allowed != (a.Refusal == "") {
						t.Errorf("%s as %s: %+v", state, who, a)
					}
				}
				got := b.call(who, "POST /leads/"+l.ID+"/"+c.name, c.body)
				if kept := got.Code == http.StatusOK; kept != promised ||
					(!kept && got.Code != http.StatusConflict && got.Code != http.StatusForbidden) {
					t.Errorf("%s %s as %s: promised %v, answered %d", c.name, state, who, promised, got.Code)
				}
			}
		}
	}
}

// A lead whose person nobody thanked says so, and why.
func TestALeadSaysThatNobodyWasThanked(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	if got := b.call("sales", "GET /leads/"+l.ID, nil).want(http.StatusOK); strings.Contains(got.Body.String(),
		"acknowledgement") {
		t.Errorf("nothing is decided yet: %s", got.Body)
	}
	m := message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: "acknowledge",
		Channel: message.ChannelEmail, Branch: l.Branch}
	if err := b.SuppressMessage(t.Context(), m, message.ReasonNetworkCap); err != nil {
		t.Fatal(err)
	}
	got := into[frontdesk.Lead](b.call("sales", "GET /leads/"+l.ID, nil).want(http.StatusOK)).Acknowledgement
	if got == nil || got.Acknowledged || got.Reason != message.ReasonNetworkCap || !strings.Contains(got.Text, "call") &&
		!strings.Contains(got.Text, "致电") {
		t.Errorf("%+v", got)
	}
}

func TestALeadAtTheCounter(t *testing.T) {
	t.Parallel()
	b := start(t)
	body := b.walkIn()
	body["spoken"] = fields{"channel": "counter", "outcome": "call-back", "note": "周四再来"}
	got := b.call("sales", "POST /leads", body).want(http.StatusCreated)
	l := into[lead.Lead](got)
	if got.Header().Get("Location") != "/leads/"+l.ID || got.Header().Get("ETag") != `"1"` {
		t.Errorf("headers %v", got.Header())
	}
	if l.State != lead.StateContacted || l.Owner != b.staff("sales").ID || l.LastContact.Channel != "counter" ||
		l.Branch != seed.Shanghai || l.Person.Phone != "+8613813800001" {
		t.Errorf("lead %+v", l)
	}
	body = b.walkIn()
	body["spoken"] = fields{"channel": "call", "outcome": "interested"}
	b.call("integration", "POST /leads", body).want(http.StatusForbidden)
	body["spoken"], body["branch"] = nil, seed.Hangzhou
	delete(body, "spoken")
	if far := into[lead.Lead](b.call("owner", "POST /leads",
		body).want(http.StatusCreated)); far.Branch != seed.Hangzhou || far.State != lead.StateNew {
		t.Errorf("lead %+v", far)
	}
}

// TestAConversationEnteredWithItsLeadIsATouch enters what was said together with the lead: it stands on the card of a
// new customer and of a known one. From then on the colleague who spoke is the owner, where the rules allow it.
func TestAConversationEnteredWithItsLeadIsATouch(t *testing.T) {
	b := start(t)
	body := b.walkIn()
	ask := func(who string, more fields) customer.Customer {
		t.Helper()
		l := into[lead.Lead](b.call(who, "POST /leads", with(body, more)).want(http.StatusCreated))
		c, err := b.Customer(t.Context(), l.Customer)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	spoke := fields{"spoken": fields{"channel": "counter", "outcome": "call-back"}}
	if c := ask("service", nil); c.Owner != "" || len(c.LastTouches) != 0 || c.Seq != 1 {
		t.Fatalf("%+v", c)
	}
	b.Clock.Advance(2 * time.Hour)
	if c := ask("sales-hangzhou", with(spoke, fields{"branch": seed.Hangzhou})); c.Owner != "" ||
		len(c.LastTouches) != 1 || c.LastTouches[0].By != b.staff("sales-hangzhou").ID || c.Seq != 2 {
		t.Errorf("another branch: %+v", c)
	}
	b.Clock.Advance(time.Minute)
	c := ask("sales", spoke)
	touch := c.LastTouches[0]
	if c.Owner != b.staff("sales").ID || c.Seq != 3 || c.Version != 2 || len(c.LastTouches) != 2 ||
		touch.By != c.Owner || touch.Channel != "counter" || touch.Outcome != "call-back" ||
		touch.Direction != customer.TouchIn || c.History.LastTouchAt.Before(touch.At) || c.History.ReachedAt == nil {
		t.Errorf("%+v", c)
	}
	if c := ask("sales-2", spoke); c.Owner != b.staff("sales").ID || len(c.LastTouches) != 3 {
		t.Errorf("a colleague's conversation took the customer away: %+v", c)
	}
	body = b.walkIn()
	if c := ask("sales-2", spoke); c.Owner != b.staff("sales-2").ID || c.Seq != 1 || c.Version != 1 ||
		len(c.LastTouches) != 1 || c.LastTouches[0].By != c.Owner {
		t.Errorf("a new customer: %+v", c)
	}
}

// TestNobodyWhoIsAwayGetsALead holds that a colleague who is absent or has left is refused by name of the field, not
// assigned in silence.
func TestNobodyWhoIsAwayGetsALead(t *testing.T) {
	t.Parallel()
	b := start(t)
	shop, now := b.Shop, b.Clock.Now()
	gone := now.Add(-time.Hour)
	for i, away := range []staff.Staff{
		{Absences: []staff.Absence{{From: now.Add(-time.Hour), To: now.Add(time.Hour)}}},
		{LeavesAt: &gone},
	} {
		away.ID, away.Version, away.Subject = seed.StaffID(50+i), 1, fmt.Sprint("away-", i)
		away.Roles, away.Branches = []staff.Role{staff.Sales}, []string{seed.Shanghai}
		shop.Staff = append(shop.Staff[:len(shop.Staff):len(shop.Staff)], away)
	}
	if err := b.Establish(t.Context(), shop); err != nil {
		t.Fatal(err)
	}
	b.handler = b.door()
	l := b.lead(lead.StateNew, b.staff("sales"))
	for i := range 2 {
		b.call("manager", "POST /leads/"+l.ID+"/assign",
			fields{"owner": seed.StaffID(50 + i)}).want(http.StatusUnprocessableEntity)
	}
}

func TestANextStepThatWasAgreedIsTheDeadline(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	got := into[lead.Lead](b.call("sales", "POST /leads/"+l.ID+"/contact", fields{
		"channel": "wechat", "outcome": "call-back", "next_step_at": "2026-11-26T09:30:00+08:00"}).want(http.StatusOK))
	if want := time.Date(2026, 11, 26, 1, 30, 0, 0, time.UTC); !got.Due.Equal(want) {
		t.Errorf("due %v, want %v", got.Due, want)
	}
}

// TestClaimsKeepToTheDay claims forty pooled leads at once: ten may be claimed on that day of the branch, and ten more
// on the next.
func TestClaimsKeepToTheDay(t *testing.T) {
	t.Parallel()
	b := start(t)
	var pooled []string
	for range 40 {
		pooled = append(pooled, b.lead(lead.StatePooled, b.staff("sales-2")).ID)
	}
	b.Crowd(t)
	for _, day := range []time.Time{
		time.Date(2026, 11, 24, 15, 59, 0, 0, time.UTC), // 23:59 in Shanghai
		time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC),  // 00:00 of the next day
	} {
		b.Clock.Set(day)
		claimed := 0
		var counting sync.Mutex
		var all sync.WaitGroup
		for _, id := range pooled {
			all.Go(func() {
				got := b.patient("sales", "POST /leads/"+id+"/claim", fields{})
				counting.Lock()
				defer counting.Unlock()
				switch got.Code {
				case http.StatusOK:
					claimed++
				case http.StatusTooManyRequests:
					if got.Header().Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
				case http.StatusConflict: // claimed the day before
				default:
					t.Errorf("%d %s", got.Code, got.Body)
				}
			})
		}
		all.Wait()
		if claimed != 10 {
			t.Errorf("%d claims on %s", claimed, day)
		}
	}
	b.Settle(t)
	desk := into[struct{ Items []any }](b.call("sales", "GET /desk?limit=100", nil).want(http.StatusOK))
	if len(desk.Items) != 20 {
		t.Errorf("%d leads on the desk", len(desk.Items))
	}
}
