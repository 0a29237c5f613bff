package worker

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// amend writes a part of the set-up in another version.
func amend(t *testing.T, b *storetest.Bench, sk string, value any) {
	t.Helper()
	it, err := attributevalue.MarshalMapWithOptions(value, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
	if err != nil {
		t.Fatal(err)
	}
	it["pk"], it["sk"] = &types.AttributeValueMemberS{Value: "SHOP"}, &types.AttributeValueMemberS{Value: sk}
	if _, err := b.DB.PutItem(t.Context(),
		&dynamodb.PutItemInput{TableName: aws.String(b.Tables.Records), Item: it}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(2 * time.Second) // as old as what was read has to be before it is read again
}

// enquire takes in an enquiry in a branch.
func enquire(t *testing.T, b *storetest.Bench, branch, email string) lead.Lead {
	t.Helper()
	_, terms, err := b.Terms(t.Context(), branch)
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.Capture(t.Context(),
		lead.Capture{Enquiry: form.Enquiry{Email: email, Lang: words.En}, Source: form.SourceWeb, Terms: terms.Lead(),
			Life: terms.Policy.Life, By: staff.Visitor}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

type leadCommand func(lead.Lead, staff.Actor, setup.Terms) (lead.Lead, event.Event, error)

func order(t *testing.T, b *storetest.Bench, led lead.Lead, do leadCommand) {
	t.Helper()
	shop, terms, err := b.Terms(t.Context(), led.Branch)
	if err != nil {
		t.Fatal(err)
	}
	boss, _ := shop.Person(seed.StaffID(1)) // sees every branch
	if _, err := b.ChangeLead(t.Context(), led.ID,
		func(l lead.Lead) (lead.Lead, event.Event, error) { return do(l, staff.ActorOf(boss), terms) }); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, b *storetest.Bench, id string) string {
	t.Helper()
	l, err := b.Lead(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A changed policy on the real tables and the real server: it moves the deadlines of the open leads of its
// branches, and nothing else.
func TestAChangedPolicyMovesOpenLeadsAndOnlyTheirs(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now())
	other, policy := setup.StandardPolicy(), setup.StandardPolicy()
	other.ID = "other"
	extra := firm.Branch{ID: "suzhou", Version: 1, Name: words.Text{Zh: "苏州分店", En: "Suzhou branch"},
		Phone: "+8651265801188", Calendar: seed.Shanghai, Policy: "other", Manager: seed.StaffID(2)}
	if err := b.Establish(t.Context(),
		setup.Shop{Roster: firm.Roster{Branches: []firm.Branch{extra}}, Policies: []setup.Policy{other}}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(time.Minute)

	open, far := enquire(t, b, seed.Shanghai, "open@customer.example"),
		enquire(t, b, seed.Hangzhou, "far@customer.example")
	for l, owner := range map[*lead.Lead]int{&open: 3, &far: 12} {
		person, _ := b.Shop.Person(seed.StaffID(owner))
		order(t, b, *l, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
			return l.Assign(by, person, terms.Lead(), b.Clock.Now())
		})
		var err error
		if *l, err = b.Lead(t.Context(), l.ID); err != nil {
			t.Fatal(err)
		}
	}
	still := map[string]lead.Lead{
		"of another policy": enquire(t, b, "suzhou", "other@customer.example"),
		"agreed":            enquire(t, b, seed.Shanghai, "agreed@customer.example"),
		"lost":              enquire(t, b, seed.Shanghai, "lost@customer.example"),
	}
	order(t, b, still["agreed"], func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Speak(by, lead.Conversation{Channel: "call", Outcome: customer.OutcomeCallBack},
			b.Clock.Now().Add(72*time.Hour), terms.Lead(), b.Clock.Now())
	})
	order(t, b, still["lost"], func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Lose(by, lead.Loss{Reason: "price"}, terms.Lead(), b.Clock.Now())
	})
	before := map[string]string{}
	for name, l := range still {
		before[name] = text(t, b, l.ID)
	}

	c := startTemporal(t)
	work := workflows.Work{Lead: quiet(t, b), Shop: &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now}}
	serve(t, c, work)
	policy.Version, policy.Lead.FirstContact = 2, 20*60 // nearer, so that processes hear of it
	amend(t, b, "POLICY#standard", policy)
	hands := workflows.NewClient(c)
	hands.Settling = 0
	changed := event.Event{ID: "evt_1", Type: event.PolicyChanged, Record: "standard", Seq: 2, Wakes: true}
	for range 2 { // the second time it is known
		if err := hands.Hand(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
		if err := c.GetWorkflow(t.Context(), "replan/policy/standard/2", "").Get(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}

	for _, l := range []lead.Lead{open, far} {
		_, terms, err := b.Terms(t.Context(), l.Branch)
		if err != nil {
			t.Fatal(err)
		}
		due, err := terms.Calendar.Add(l.CreatedAt, 20*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if now, err := b.Lead(t.Context(), l.ID); err != nil || !now.Due.Equal(due) || now.Policy != "standard@2" ||
			now.Version != l.Version+1 {
			t.Errorf("%s is due at %s by %s, want %s; %v", l.Branch, now.Due, now.Policy, due, err)
		}
	}
	for name, l := range still {
		if now := text(t, b, l.ID); now != before[name] {
			t.Errorf("the lead %s changed:\n%s\n%s", name, before[name], now)
		}
	}
	pending, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 100)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, e := range pending {
		if e.Type == event.LeadReplanned && e.Wakes && (e.Record == open.ID || e.Record == far.ID) {
			told++
			if err := hands.Hand(t.Context(), e); err != nil {
				t.Error(err)
			}
		}
	}
	if told != 2 {
		t.Errorf("the processes of %d leads are to hear of it, want 2", told)
	}
}

// quiet is a lead's work whose messages nobody reads.
func quiet(t *testing.T, b *storetest.Bench) *workflows.LeadWork {
	t.Helper()
	mail := &Mail{Sender: make(arrivals, 100), From: notify.Address{Email: "shop@shop.example"},
		Log: slog.New(slog.DiscardHandler)}
	facts := b.OpenAs(t, "worker")
	return &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
		URL: "https://shop.example/leads/"}
}

// serve runs a worker until the test ends or stop is called.
func serve(t *testing.T, c client.Client, work workflows.Work) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, c, work) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the worker ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// The schedule on the real server: made once, left alone afterwards, and what it starts takes who is due.
func TestTheDailyStepIsScheduled(t *testing.T) {
	b := storetest.New(t)
	l := enquire(t, b, seed.Hangzhou, "silent@customer.example")
	c := startTemporal(t)
	shop := &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now, Schedules: c.ScheduleClient()}
	if err := shop.Schedule(t.Context()); err != nil {
		t.Fatal(err)
	}
	handle := c.ScheduleClient().GetHandle(t.Context(), "age-customers")
	made := described(t, handle, func(*client.ScheduleDescription) bool { return true })
	at := made.Schedule.Spec.Calendars[0]
	if p := made.Schedule.Policy; p.CatchupWindow != 24*time.Hour || p.Overlap != enumspb.SCHEDULE_OVERLAP_POLICY_SKIP ||
		at.Hour[0].Start != 3 || at.Minute[0].Start != 10 ||
		made.Schedule.Spec.TimeZoneName != "Asia/Shanghai" || len(made.Schedule.Spec.Calendars) != 1 {
		t.Errorf("the schedule: %+v, %+v", p, made.Schedule.Spec)
	}
	if err := handle.Pause(t.Context(), client.SchedulePauseOptions{Note: "stocktaking"}); err != nil {
		t.Fatal(err)
	}
	// the server may drop one of two wishes at once
	described(t, handle, func(d *client.ScheduleDescription) bool { return d.Schedule.State.Paused })
	serve(t, c, workflows.Work{Lead: quiet(t, b), Shop: shop}) // asks for it again
	b.Clock.Advance(180 * 24 * time.Hour)
	if err := handle.Trigger(t.Context(), client.ScheduleTriggerOptions{}); err != nil {
		t.Fatal(err)
	}
	made = described(t, handle, func(d *client.ScheduleDescription) bool { return len(d.Info.RecentActions) > 0 })
	if !made.Schedule.State.Paused {
		t.Error("the second worker changed the schedule")
	}
	run := made.Info.RecentActions[0].StartWorkflowResult
	if err := c.GetWorkflow(t.Context(), run.WorkflowID, run.FirstExecutionRunID).Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if cust, err := b.Customer(t.Context(), l.Customer); err != nil || cust.LifeCycle != customer.LifeLapsed {
		t.Errorf("the silent customer is %s, %v", cust.LifeCycle, err)
	}
}

// The zone of the first branch moves, by a change of its calendar and while no worker is there: the daily step moves
// with it, a pause stays, and on the days of the clock change it is 03:10 there as well.
func TestTheDailyStepFollowsTheZoneOfTheFirstBranch(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now())
	c := startTemporal(t)
	work := workflows.Work{Lead: quiet(t, b), Shop: &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now}}
	stop := serve(t, c, work)
	_, terms, err := b.Terms(t.Context(), seed.Hangzhou) // the first by its id
	if err != nil {
		t.Fatal(err)
	}
	hours := terms.Calendar
	handle := c.ScheduleClient().GetHandle(t.Context(), "age-customers")
	described(t, handle, inZone(hours.Zone))
	if err := handle.Pause(t.Context(), client.SchedulePauseOptions{Note: "stocktaking"}); err != nil {
		t.Fatal(err)
	}
	described(t, handle, func(d *client.ScheduleDescription) bool { return d.Schedule.State.Paused })

	hours.Version, hours.Zone = 2, "Europe/Berlin"
	amend(t, b, "CALENDAR#"+hours.ID, hours)
	hands := workflows.NewClient(c)
	hands.Settling = 0
	changed := event.Event{ID: "evt_1", Type: event.CalendarChanged, Record: hours.ID, Seq: 2, Wakes: true}
	if err := hands.Hand(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	run := "replan/calendar/" + hours.ID + "/2"
	if err := c.GetWorkflow(t.Context(), run, "").Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d := described(t, handle, inZone("Europe/Berlin"))
	if s := d.Schedule; !s.State.Paused || s.State.Note != "stocktaking" || s.Policy.CatchupWindow != 24*time.Hour ||
		len(s.Spec.Calendars) != 1 {
		t.Errorf("with the zone changed %+v", s)
	}
	atTen(t, c, "Europe/Berlin", time.Date(2027, 3, 25, 0, 0, 0, 0, time.UTC))  // on the 28th 02:00 becomes 03:00
	atTen(t, c, "Europe/Berlin", time.Date(2027, 10, 28, 0, 0, 0, 0, time.UTC)) // on the 31st 03:00 becomes 02:00

	stop()
	hours.Version, hours.Zone = 3, "America/New_York"
	amend(t, b, "CALENDAR#"+hours.ID, hours)
	// a new process, which has read nothing yet
	work.Shop = &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now}
	serve(t, c, work)
	described(t, handle, inZone("America/New_York"))
}

// inZone reports whether a schedule keeps the zone's time.
func inZone(zone string) func(*client.ScheduleDescription) bool {
	return func(d *client.ScheduleDescription) bool { return d.Schedule.Spec.TimeZoneName == zone }
}

// atTen holds the daily step of the seven days from a time to ten past three in the zone, once a day.
func atTen(t *testing.T, c client.Client, zone string, from time.Time) {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, place)
	out, err := c.WorkflowService().ListScheduleMatchingTimes(t.Context(),
		&workflowservice.ListScheduleMatchingTimesRequest{Namespace: "shop", ScheduleId: "age-customers",
			StartTime: timestamppb.New(begin), EndTime: timestamppb.New(begin.AddDate(0, 0, 7))})
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, at := range out.StartTime {
		got = append(got, at.AsTime().In(place).Format("01-02 15:04"))
	}
	for day := range 7 {
		want = append(want, begin.AddDate(0, 0, day).Format("01-02 ")+"03:10")
	}
	if !slices.Equal(got, want) {
		t.Errorf("the daily step in %s: %q", zone, got)
	}
}

// described waits until the server says so of a schedule, which a worker asks for beside its work. A server that has
// just begun answers other questions before it has the worker that knows its schedules.
func described(t *testing.T, handle client.ScheduleHandle,
	so func(*client.ScheduleDescription) bool) *client.ScheduleDescription {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); <-tick.C {
		d, err := handle.Describe(t.Context())
		var late *serviceerror.DeadlineExceeded
		var none *serviceerror.NotFound
		switch {
		case err == nil && so(d):
			return d
		case err != nil && !errors.As(err, &none) && !errors.As(err, &late) && !errors.Is(err, context.DeadlineExceeded):
			t.Fatal(err)
		}
	}
	t.Fatal("the schedule did not come to that")
	return nil
}
