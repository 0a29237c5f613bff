package centre_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/history"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func thanks(person string) message.Message {
	return message.Message{
		Person: person, Customer: person, About: "lead/lead_1/1", Step: "acknowledge", Channel: message.ChannelEmail,
		Template: "lead-acknowledged",
		Lang:     words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3),
	}
}

func TestOneClaimWins(t *testing.T) {
	for _, person := range []string{"cus_1", seed.StaffID(3)} {
		b := storetest.New(t)
		b.Crowd(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		claimed, waiting := 0, 0
		for range 16 {
			wg.Go(func() {
				m, err := b.ClaimMessage(t.Context(), thanks(person), message.PurposeService)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && m.State == message.StateClaimed:
					claimed++
				case fault.KindOf(err) == fault.TooMany:
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
	of := make([]message.Message, 230)
	for i := range of {
		of[i] = thanks("cus_1")
		of[i].Step = fmt.Sprintf("%d/ask", i)
	}
	claimed, err := b.ClaimMessage(t.Context(), of[3], message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SuppressMessage(t.Context(), of[229], message.ReasonNoAddress); err != nil {
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
			if m.Unheard() != (m.State == message.StateSuppressed) {
				t.Errorf("%+v", m)
			}
		}
		return out
	}
	if got := reached(); !slices.Equal(got, []string{"3/ask"}) {
		t.Errorf("%v", got)
	}
	if err := b.SettleMessage(t.Context(), claimed, message.StateSent, "p1", ""); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(5 * time.Minute) // the index has it by then
	if err := b.Report(t.Context(), claimed.Tag(),
		message.Report{Fate: message.FateBounced, At: b.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	if got := reached(); len(got) > 0 {
		t.Errorf("after it came back: %v", got)
	}
}

func TestAMessageIsSentOnce(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	m, err := b.ClaimMessage(ctx, thanks("cus_1"), message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, m, message.StateQueued, "", "connection"); err != nil {
		t.Fatal(err)
	}
	again, err := b.ClaimMessage(ctx, thanks("cus_1"), message.PurposeService)
	if err != nil || again.State != message.StateClaimed || again.Attempt != 2 || again.ID != m.ID {
		t.Fatalf("surely not sent, so it may be claimed again: %+v %v", again, err)
	}
	if err := b.SettleMessage(ctx, again, message.StateSent, "provider-1", ""); err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, m, message.StateFailed, "", "late word of the first writer"); err != nil {
		t.Fatal(err)
	}
	done, err := b.ClaimMessage(ctx, thanks("cus_1"), message.PurposeService)
	if err != nil || done.State != message.StateSent || done.Provider != "provider-1" {
		t.Errorf("%+v %v", done, err)
	}
}

func TestALapsedClaimBecomesUnknownAndLandsOnADesk(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	m := thanks(l.ContactID)
	m.Customer = l.Customer
	if _, err := b.ClaimMessage(ctx, m, message.PurposeService); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(message.Lease + time.Second)
	m, err = b.ClaimMessage(ctx, m, message.PurposeService)
	if err != nil || m.State != message.StateUnknown {
		t.Fatalf("%+v %v", m, err)
	}
	desk, err := b.Desk(ctx, work.DeskQuery{Staff: seed.StaffID(3), Paging: table.Paging{Limit: 10}})
	if err != nil || len(desk.Items) != 1 || desk.Items[0].Kind != "message" || desk.Items[0].ID != m.ID {
		t.Fatalf("desk %+v %v", desk, err)
	}
	manager := staff.ActorOf(storetest.Person(t, b, 2))
	if _, err := b.ChangeMessage(ctx, m.ID, func(m message.Message) (message.Message, event.Event, error) {
		return m.Confirm(manager, true, b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if desk, err = b.Desk(ctx, work.DeskQuery{Staff: seed.StaffID(3), Paging: table.Paging{Limit: 10}}); err != nil ||
		len(desk.Items) != 0 {
		t.Errorf("settled, but still on the desk: %+v %v", desk, err)
	}
	page, err := b.Timeline(ctx, l.Customer, words.En, table.Paging{Limit: 10})
	if err != nil || len(page.Items) != 4 || page.Items[2].State != message.StateSent {
		t.Errorf("timeline %+v %v", page, err)
	}
}

func TestTheGateIsAskedInTheClaim(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	l := agreeing(t, b, 1)
	silent, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil || silent.Consent != "" {
		t.Fatal(err)
	}
	for _, tc := range []struct{ person, purpose, want, reason string }{
		{l.ContactID, message.PurposeMarketing, message.StateClaimed, ""},
		{silent.ContactID, message.PurposeMarketing, message.StateSuppressed, message.ReasonNoConsent},
		{seed.StaffID(3), message.PurposeService, message.StateClaimed, ""},
	} {
		m := thanks(tc.person)
		m.Step = "offer"
		got, err := b.ClaimMessage(ctx, m, tc.purpose)
		if err != nil || got.State != tc.want || got.Reason != tc.reason || got.State == message.StateClaimed &&
			got.Purpose != tc.purpose {
			t.Errorf("%s %s: %+v %v", tc.person, tc.purpose, got, err)
		}
	}
}

// A channel that was shut is shut alone, and each channel has its row.
func TestTheGateKnowsTheChannel(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	g, err := attributevalue.MarshalMapWithOptions(gate.Gate{Person: "cus_1", Version: 1,
		Suppressed: map[string]string{message.ChannelSMS: "refused"}},
		func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
	if err != nil {
		t.Fatal(err)
	}
	g["pk"], g["sk"] = &types.AttributeValueMemberS{Value: "PERSON#cus_1"}, &types.AttributeValueMemberS{Value: "GATE"}
	if _, err := b.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: &b.Tables.Messages, Item: g}); err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string]string{message.ChannelSMS: message.StateSuppressed,
		message.ChannelEmail: message.StateClaimed} {
		m := thanks("cus_1")
		m.Channel = channel
		if got, err := b.ClaimMessage(ctx, m, message.PurposeService); err != nil || got.State != want ||
			got.Channel != channel {
			t.Errorf("%s: %+v %v", channel, got, err)
		}
	}
}

func TestTimelineMergesEventsAndMessages(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	m := thanks(led.ContactID)
	m.Customer = led.Customer
	claim, err := b.ClaimMessage(ctx, m, message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SettleMessage(ctx, claim, message.StateSent, "p", ""); err != nil {
		t.Fatal(err)
	}
	m.Step = "sms"
	if err := b.SuppressMessage(ctx, m, message.ReasonNoAddress); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChangeLead(ctx, led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Assign(staff.Process("lead"), storetest.Person(t, b, 3), storetest.Terms(t, b, l.Branch).Lead(),
			b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	p := table.Paging{Limit: 3, Caller: "a"}
	for {
		page, err := b.Timeline(ctx, led.Customer, words.Zh, p)
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
	want := []string{"lead.assigned:assigned:线索已分配", "message:suppressed:未发送：客户没有留下邮箱", "message:sent:消息已发送",
		"lead.captured:new:收到询价"}
	if len(kinds) != len(want) {
		t.Fatalf("%q", kinds)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("line %d: %q, want %q", i, kinds[i], want[i])
		}
	}
}

// Writers who met: the table has their events in another order than that of time, and yet every page goes on where
// the last one ended.
func TestTimelineOfWritersWhoMet(t *testing.T) {
	b := storetest.New(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	base := b.Clock.Now()
	for _, ms := range []int{300, 200, 100, 400, 50} {
		if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
			l.Version++
			at := base.Add(time.Duration(ms) * time.Millisecond)
			return l, event.Event{Type: event.LeadAttempted, V: 1, Customer: l.Customer, Record: fmt.Sprint(ms), At: at}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	b.Clock.Advance(time.Second)
	var seen []string
	p := table.Paging{Limit: 1, Caller: "a"}
	for {
		page, err := b.Timeline(t.Context(), led.Customer, words.Zh, p)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, page.Items[0].Record)
		if page.Next == nil {
			break
		}
		p.Cursor = *page.Next
	}
	if got := strings.Join(seen, " "); got != "400 300 200 100 50 "+led.ID {
		t.Errorf("read %s", got)
	}
}

// A visitor who types a stranger's address into forms sends the stranger one automatic reply a day, whichever person
// or form it was.
func TestOneAutomaticReplyPerAddressAndDay(t *testing.T) {
	b := storetest.New(t)
	second, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	reply := func(l, person, address string) message.Message {
		m := thanks(person)
		m.About, m.Replies = "lead/"+l+"/1", address
		return m
	}
	claim := func(m message.Message) message.Message {
		t.Helper()
		got, err := b.ClaimMessage(t.Context(), m, message.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := claim(reply("lead_1", "cus_1", "victim@example.com"))
	if first.State != message.StateClaimed {
		t.Fatalf("%+v", first)
	}
	if err := b.SettleMessage(t.Context(), first, message.StateQueued, "", "connection"); err != nil {
		t.Fatal(err)
	}
	if again := claim(reply("lead_1", "cus_1", "victim@example.com")); again.State != message.StateClaimed ||
		again.Attempt != 2 {
		t.Errorf("the same message, surely not sent, may be claimed again: %+v", again)
	}
	if m := claim(reply("lead_2", "cus_1", "victim@example.com")); m.Reason != message.ReasonAnswered {
		t.Errorf("the same person's second form: %+v", m)
	}
	moved := func(l string) message.Message {
		m := reply(l, "cus_1", "victim@example.com")
		m.Step, m.Template = "postponed-1", message.TemplateLeadPostponed
		return m
	}
	if m := claim(moved("lead_1")); m.State != message.StateClaimed {
		t.Errorf("another time than the reply named: %+v", m)
	}
	if m := claim(moved("lead_2")); m.Reason != message.ReasonAnswered {
		t.Errorf("another time, of the second form: %+v", m)
	}
	for i := range 20 {
		again := reply(fmt.Sprintf("lead_2%d", i), second.ContactID, "victim@example.com")
		again.Customer = second.Customer
		m := claim(again)
		if m.State != message.StateSuppressed || m.Reason != message.ReasonAnswered || m.Words().En == "" {
			t.Errorf("%+v", m)
		}
	}
	if other := claim(reply("lead_3", "cus_2", "other@example.com")); other.State != message.StateClaimed {
		t.Errorf("another address: %+v", other)
	}
	b.Clock.Advance(message.ReplyPause + time.Second)
	if later := claim(reply("lead_4", second.ContactID, "victim@example.com")); later.State != message.StateClaimed {
		t.Errorf("a day later: %+v", later)
	}
	b.Crowd(t)
	var wg sync.WaitGroup
	var claimed atomic.Int64
	for i := range 16 {
		wg.Go(func() {
			m, err := b.ClaimMessage(t.Context(),
				reply(fmt.Sprintf("lead_5%d", i), fmt.Sprintf("cus_5%d", i), "crowd@example.com"), message.PurposeService)
			if err != nil {
				t.Error(err)
			} else if m.State == message.StateClaimed {
				claimed.Add(1)
			}
		})
	}
	wg.Wait()
	b.Settle(t)
	if claimed.Load() != 1 {
		t.Errorf("%d replies to one address at once", claimed.Load())
	}
	lines, err := b.Timeline(t.Context(), second.Customer, words.Zh, table.Paging{Limit: 100})
	if err != nil || !slices.ContainsFunc(lines.Items, func(e history.TimelineEntry) bool {
		return e.Text == "未发送：24 小时内已自动回复过该地址"
	}) {
		t.Errorf("the timeline does not say so: %v", err)
	}
}
