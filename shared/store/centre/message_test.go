package centre_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

func thanks(person string) crm.Message {
	return crm.Message{
		Person: person, Customer: person, About: "lead/lead_1/1", Step: "acknowledge", Channel: crm.ChannelEmail, Template: "lead-acknowledged",
		Lang: crm.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3),
	}
}

func TestOneClaimWins(t *testing.T) {
	for _, person := range []string{"cus_1", seed.StaffID(3)} {
		b := storetest.New(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		claimed, waiting := 0, 0
		for range 16 {
			wg.Go(func() {
				m, err := b.ClaimMessage(t.Context(), thanks(person), crm.PurposeService)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && m.State == crm.MessageClaimed:
					claimed++
				case crm.KindOf(err) == crm.TooMany:
					waiting++
				default:
					t.Errorf("%+v %v", m, err)
				}
			})
		}
		wg.Wait()
		if claimed != 1 || waiting != 15 {
			t.Errorf("%s: %d claimed, %d told to wait", person, claimed, waiting)
		}
	}
}

// What is asked of the ledger is what stands there, however much is asked at once.
func TestTheLedgerSaysWhatReachedSomebody(t *testing.T) {
	b := storetest.New(t)
	of := make([]crm.Message, 230)
	for i := range of {
		of[i] = thanks("cus_1")
		of[i].Step = fmt.Sprintf("%d/ask", i)
	}
	claimed, err := b.ClaimMessage(t.Context(), of[3], crm.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SuppressMessage(t.Context(), of[229], crm.ReasonNoAddress); err != nil {
		t.Fatal(err)
	}
	reached := func() (out []string) {
		t.Helper()
		rows, err := b.Messages(t.Context(), of)
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, m := range rows {
			if m.Reached() {
				out = append(out, m.Step)
			}
			if m.Unheard() != (m.State == crm.MessageSuppressed) {
				t.Errorf("%+v", m)
			}
		}
		return out
	}
	if got := reached(); !slices.Equal(got, []string{"3/ask"}) {
		t.Errorf("%v", got)
	}
	if err := b.SettleMessage(t.Context(), claimed, crm.MessageSent, "p1", ""); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(5 * time.Minute) // the index has it by then
	if err := b.Report(t.Context(), claimed.Tag(), crm.Report{Fate: crm.FateBounced, At: b.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	if got := reached(); len(got) > 0 {
		t.Errorf("after it came back: %v", got)
	}
}

func TestAMessageIsSentOnce(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	m, err := b.ClaimMessage(ctx, thanks("cus_1"), crm.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, m, crm.MessageQueued, "", "connection"); err != nil {
		t.Fatal(err)
	}
	again, err := b.ClaimMessage(ctx, thanks("cus_1"), crm.PurposeService)
	if err != nil || again.State != crm.MessageClaimed || again.Attempt != 2 || again.ID != m.ID {
		t.Fatalf("surely not sent, so it may be claimed again: %+v %v", again, err)
	}
	if err := b.SettleMessage(ctx, again, crm.MessageSent, "provider-1", ""); err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, m, crm.MessageFailed, "", "late word of the first writer"); err != nil {
		t.Fatal(err)
	}
	done, err := b.ClaimMessage(ctx, thanks("cus_1"), crm.PurposeService)
	if err != nil || done.State != crm.MessageSent || done.Provider != "provider-1" {
		t.Errorf("%+v %v", done, err)
	}
}

func TestALapsedClaimBecomesUnknownAndLandsOnADesk(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	lead, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	m := thanks(lead.ContactID)
	m.Customer = lead.Customer
	claim, err := b.ClaimMessage(ctx, m, crm.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(crm.MessageLease + time.Second)
	m, err = b.ClaimMessage(ctx, m, crm.PurposeService)
	if err != nil || m.State != crm.MessageUnknown {
		t.Fatalf("%+v %v", m, err)
	}
	if err := b.SettleMessage(ctx, claim, crm.MessageSent, "too late", ""); err != nil {
		t.Fatal(err)
	}
	desk, err := b.Desk(ctx, work.DeskQuery{Staff: seed.StaffID(3), Paging: table.Paging{Limit: 10}})
	if err != nil || len(desk.Items) != 1 || desk.Items[0].Kind != "message" || desk.Items[0].ID != m.ID {
		t.Fatalf("desk %+v %v", desk, err)
	}
	manager := crm.ActorOf(storetest.Person(t, b, 2))
	if _, err := b.ChangeMessage(ctx, m.ID, func(m crm.Message) (crm.Message, crm.Event, error) { return m.Confirm(manager, true, b.Clock.Now()) }); err != nil {
		t.Fatal(err)
	}
	if desk, err = b.Desk(ctx, work.DeskQuery{Staff: seed.StaffID(3), Paging: table.Paging{Limit: 10}}); err != nil || len(desk.Items) != 0 {
		t.Errorf("settled, but still on the desk: %+v %v", desk, err)
	}
	page, err := b.Timeline(ctx, lead.Customer, crm.En, table.Paging{Limit: 10})
	if err != nil || len(page.Items) != 4 || page.Items[2].State != crm.MessageSent {
		t.Errorf("timeline %+v %v", page, err)
	}
}

func TestTheGateIsAskedInTheClaim(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	said := storetest.Li(1)
	said.Consent = true
	lead, err := storetest.Enquire(t, b, said)
	if err != nil || lead.Consent != crm.ConsentGiven {
		t.Fatalf("%+v %v", lead, err)
	}
	silent, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil || silent.Consent != "" {
		t.Fatal(err)
	}
	for _, tc := range []struct{ person, purpose, want, reason string }{
		{lead.ContactID, crm.PurposeMarketing, crm.MessageClaimed, ""},
		{silent.ContactID, crm.PurposeMarketing, crm.MessageSuppressed, crm.ReasonNoConsent},
		{seed.StaffID(3), crm.PurposeService, crm.MessageClaimed, ""},
	} {
		m := thanks(tc.person)
		m.Step = "offer"
		got, err := b.ClaimMessage(ctx, m, tc.purpose)
		if err != nil || got.State != tc.want || got.Reason != tc.reason || got.State == crm.MessageClaimed && got.Purpose != tc.purpose {
			t.Errorf("%s %s: %+v %v", tc.person, tc.purpose, got, err)
		}
	}
}

// A channel that was shut is shut alone, and each channel has its row.
func TestTheGateKnowsTheChannel(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	gate, err := attributevalue.MarshalMapWithOptions(crm.Gate{Person: "cus_1", Version: 1, Suppressed: map[string]string{crm.ChannelSMS: "refused"}},
		func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
	if err != nil {
		t.Fatal(err)
	}
	gate["pk"], gate["sk"] = &types.AttributeValueMemberS{Value: "PERSON#cus_1"}, &types.AttributeValueMemberS{Value: "GATE"}
	if _, err := b.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: &b.Tables.Messages, Item: gate}); err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string]string{crm.ChannelSMS: crm.MessageSuppressed, crm.ChannelEmail: crm.MessageClaimed} {
		m := thanks("cus_1")
		m.Channel = channel
		if got, err := b.ClaimMessage(ctx, m, crm.PurposeService); err != nil || got.State != want || got.Channel != channel {
			t.Errorf("%s: %+v %v", channel, got, err)
		}
	}
}

func TestTimelineMergesEventsAndMessages(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	lead, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	m := thanks(lead.ContactID)
	m.Customer = lead.Customer
	claim, err := b.ClaimMessage(ctx, m, crm.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, claim, crm.MessageSent, "p", ""); err != nil {
		t.Fatal(err)
	}
	m.Step = "sms"
	if err := b.SuppressMessage(ctx, m, crm.ReasonNoAddress); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChangeLead(ctx, lead.ID, func(l crm.Lead) (crm.Lead, crm.Event, error) {
		return l.Assign(crm.Process("lead"), storetest.Person(t, b, 3), storetest.Terms(t, b, l.Branch).Lead(), b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	p := table.Paging{Limit: 3, Caller: "a"}
	for {
		page, err := b.Timeline(ctx, lead.Customer, crm.Zh, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			kinds = append(kinds, e.Kind+":"+e.State+":"+e.Text)
		}
		if page.Next == nil {
			break
		}
		p.Cursor = *page.Next
	}
	want := []string{"lead.assigned:assigned:线索已分配", "message:suppressed:未发送：客户没有留下邮箱", "message:sent:消息已发送", "lead.captured:new:收到询价"}
	if len(kinds) != len(want) {
		t.Fatalf("%q", kinds)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("line %d: %q, want %q", i, kinds[i], want[i])
		}
	}
}

// Writers who met: the table has their events in another order than that of time, and yet every page goes on where the last one ended.
func TestTimelineOfWritersWhoMet(t *testing.T) {
	b := storetest.New(t)
	lead, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	base := b.Clock.Now()
	for _, ms := range []int{300, 200, 100, 400, 50} {
		if _, err := b.ChangeLead(t.Context(), lead.ID, func(l crm.Lead) (crm.Lead, crm.Event, error) {
			l.Version++
			at := base.Add(time.Duration(ms) * time.Millisecond)
			return l, crm.Event{Type: crm.LeadAttempted, V: 1, Customer: l.Customer, Record: fmt.Sprint(ms), At: at}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	b.Clock.Advance(time.Second)
	var seen []string
	p := table.Paging{Limit: 1, Caller: "a"}
	for {
		page, err := b.Timeline(t.Context(), lead.Customer, crm.Zh, p)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, page.Items[0].Record)
		if page.Next == nil {
			break
		}
		p.Cursor = *page.Next
	}
	if got := strings.Join(seen, " "); got != "400 300 200 100 50 "+lead.ID {
		t.Errorf("read %s", got)
	}
}

// Whoever types a stranger's address into forms sends him one automatic reply a day, whichever person or form it was.
func TestOneAutomaticReplyPerAddressAndDay(t *testing.T) {
	b := storetest.New(t)
	second, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	reply := func(lead, person, address string) crm.Message {
		m := thanks(person)
		m.About, m.Replies = "lead/"+lead+"/1", address
		return m
	}
	claim := func(m crm.Message) crm.Message {
		t.Helper()
		got, err := b.ClaimMessage(t.Context(), m, crm.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := claim(reply("lead_1", "cus_1", "victim@example.com"))
	if first.State != crm.MessageClaimed {
		t.Fatalf("%+v", first)
	}
	if err := b.SettleMessage(t.Context(), first, crm.MessageQueued, "", "connection"); err != nil {
		t.Fatal(err)
	}
	if again := claim(reply("lead_1", "cus_1", "victim@example.com")); again.State != crm.MessageClaimed || again.Attempt != 2 {
		t.Errorf("the same message, surely not sent, may be claimed again: %+v", again)
	}
	for i := range 20 {
		again := reply(fmt.Sprintf("lead_2%d", i), second.ContactID, "victim@example.com")
		again.Customer = second.Customer
		m := claim(again)
		if m.State != crm.MessageSuppressed || m.Reason != crm.ReasonAnswered || m.Words().En == "" {
			t.Errorf("%+v", m)
		}
	}
	if other := claim(reply("lead_3", "cus_2", "other@example.com")); other.State != crm.MessageClaimed {
		t.Errorf("another address: %+v", other)
	}
	b.Clock.Advance(crm.ReplyPause + time.Second)
	if later := claim(reply("lead_4", second.ContactID, "victim@example.com")); later.State != crm.MessageClaimed {
		t.Errorf("a day later: %+v", later)
	}
	var wg sync.WaitGroup
	var claimed atomic.Int64
	for i := range 16 {
		wg.Go(func() {
			m, err := b.ClaimMessage(t.Context(), reply(fmt.Sprintf("lead_5%d", i), fmt.Sprintf("cus_5%d", i), "crowd@example.com"), crm.PurposeService)
			if err != nil {
				t.Error(err)
			} else if m.State == crm.MessageClaimed {
				claimed.Add(1)
			}
		})
	}
	wg.Wait()
	if claimed.Load() != 1 {
		t.Errorf("%d replies to one address at once", claimed.Load())
	}
	lines, err := b.Timeline(t.Context(), second.Customer, crm.Zh, table.Paging{Limit: 100})
	if err != nil || !slices.ContainsFunc(lines.Items, func(e centre.TimelineEntry) bool {
		return e.Text == "未发送：24 小时内已自动回复过该地址"
	}) {
		t.Errorf("the timeline does not say so: %v", err)
	}
}
