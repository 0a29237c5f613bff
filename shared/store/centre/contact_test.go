package centre_test

import (
	"flag"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// steps is how long the state machines of contacts and consents play: `make consents` plays 5,000, and STEPS=100000
// more.
var steps = flag.Int("steps", 300, "steps that a state machine plays")

// stepsPerGame is how many of them belong to one game, on the average.
const stepsPerGame = 30

// play plays games of a state machine until the steps are done; played counts them.
func play(t *testing.T, played *int, game func(*rapid.T)) {
	t.Helper()
	set := func(name, value string) {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"rapid.checks", "rapid.steps"} {
		was := flag.Lookup(name).Value.String()
		t.Cleanup(func() { set(name, was) })
	}
	set("rapid.steps", strconv.Itoa(stepsPerGame))
	for *played < *steps {
		set("rapid.checks", strconv.Itoa(max(1, (*steps-*played)/stepsPerGame)))
		rapid.Check(t, game)
	}
	t.Logf("%d steps", *played)
}

// world is a few people, phones and e-mails that nobody outside this game has.
type world struct {
	*storetest.Bench
	t         *rapid.T
	n         int
	customers []string
	everybody []customer.Contact // as the check after the last step read them
}

// pool is how many phones and how many e-mails a world has: few, so that people meet at them.
const pool = 3

var worlds int

func enter(rt *rapid.T, t testing.TB, b *storetest.Bench) *world {
	worlds++
	w := &world{Bench: b, t: rt, n: worlds}
	for i := range 2 {
		l, err := storetest.Enquire(t, b,
			form.Enquiry{Name: "李娜", Email: fmt.Sprintf("owner%d@w%d.example.com", i, w.n), Product: "cards", Lang: words.Zh})
		if err != nil {
			rt.Fatal(err)
		}
		w.customers = append(w.customers, l.Customer)
	}
	return w
}

func (w *world) phone() string {
	return fmt.Sprintf("+86139%06d%02d", w.n, rapid.IntRange(0, pool-1).Draw(w.t, "phone"))
}

func (w *world) email() string {
	return fmt.Sprintf("p%d@w%d.example.com", rapid.IntRange(0, pool-1).Draw(w.t, "e-mail"), w.n)
}

// reaches are some values of one kind, each once.
func (w *world) reaches(one func() string) []customer.Reach {
	var out []customer.Reach
	for range rapid.IntRange(0, 2).Draw(w.t, "how many") {
		r := customer.Reach{Value: one(), Shared: rapid.Bool().Draw(w.t, "shared")}
		if len(out) == 0 || out[0].Value != r.Value {
			out = append(out, r)
		}
	}
	return out
}

// said is what somebody enters of a contact.
func (w *world) said() customer.Contact {
	return customer.Contact{Name: "王芳", Phones: w.reaches(w.phone), Emails: w.reaches(w.email), Lang: words.Zh}
}

func (w *world) reshaped(said customer.Contact) func(customer.Contact, customer.Customer) (customer.Contact,
	event.Event, error) {
	return func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
		return c.Reshape(said, in, staff.Process("test"), w.Clock.Now())
	}
}

// allowed fails the game for any error but a refusal.
func (w *world) allowed(err error) bool {
	if kind := fault.KindOf(err); err != nil && kind != fault.Refused && kind != fault.Taken {
		w.t.Fatal(err)
	}
	return err == nil
}

// contacts reads everybody in the world. The check after each step does, and until the next one has been taken
// nobody changes.
func (w *world) contacts(t testing.TB) []customer.Contact {
	w.everybody = nil
	for _, c := range w.customers {
		found, err := w.Contacts(t.Context(), c)
		if err != nil {
			w.t.Fatal(err)
		}
		w.everybody = append(w.everybody, found...)
	}
	return w.everybody
}

func (w *world) somebody() customer.Contact {
	return rapid.SampledFrom(w.everybody).Draw(w.t, "who")
}

// items reads items past the store, in one request, by their partition keys.
func (w *world) items(t testing.TB, table, sk string, pks []string) map[string]map[string]types.AttributeValue {
	keys := make([]map[string]types.AttributeValue, len(pks))
	for i, pk := range pks {
		keys[i] = map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk},
			"sk": &types.AttributeValueMemberS{Value: sk}}
	}
	out, err := w.DB.BatchGetItem(t.Context(),
		&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {Keys: keys,
			ConsistentRead: aws.Bool(true)}}})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(out.UnprocessedKeys) > 0 {
		w.t.Fatalf("the engine left out %v", out.UnprocessedKeys)
	}
	found := map[string]map[string]types.AttributeValue{}
	for _, it := range out.Responses[table] {
		found[it["pk"].(*types.AttributeValueMemberS).Value] = it
	}
	return found
}

func (w *world) add(t testing.TB) (customer.Contact, bool) {
	home := rapid.SampledFrom(w.customers).Draw(w.t, "customer")
	c, err := w.AddContact(t.Context(), home, w.reshaped(w.said()))
	return c, w.allowed(err)
}

func (w *world) change(t testing.TB) (before, after customer.Contact, done bool) {
	before = w.somebody()
	after, err := w.ChangeContact(t.Context(), before.ID, w.reshaped(w.said()))
	return before, after, w.allowed(err)
}

func (w *world) leave(t testing.TB) (customer.Contact, bool) {
	c, err := w.ChangeContact(t.Context(), w.somebody().ID,
		func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			return c.Leave(in, staff.Process("test"), w.Clock.Now())
		})
	return c, w.allowed(err)
}

// ask posts a form.
func (w *world) ask(t testing.TB, consent bool) lead.Lead {
	e := form.Enquiry{Name: "李娜", Product: "cards", Lang: words.Zh, Consent: consent, Email: w.email()}
	if rapid.Bool().Draw(w.t, "by phone") {
		e.Phone = w.phone()
	}
	l, err := storetest.Enquire(t, w.Bench, e)
	if err != nil {
		w.t.Fatal(err)
	}
	if !l.Attached {
		w.customers = append(w.customers, l.Customer)
	}
	return l
}

// claims reads who has values, past the store.
func (w *world) claims(t testing.TB, all map[identity.Claim]bool) map[identity.Claim]map[string]types.AttributeValue {
	key := func(c identity.Claim) string { return "CLAIM#" + string(c.Kind) + "#" + c.Value }
	var pks []string
	for claim := range all {
		pks = append(pks, key(claim))
	}
	found, out := w.items(t, w.Tables.Records, "RECORD", pks), map[identity.Claim]map[string]types.AttributeValue{}
	for claim := range all {
		out[claim] = found[key(claim)]
	}
	return out
}

// oneToOne holds that every value which one person has is claimed by that person alone. A value which several share is
// claimed by none and counts them, and nothing else is claimed.
func (w *world) oneToOne(t testing.TB) {
	owners, sharers := map[identity.Claim][]customer.Contact{}, map[identity.Claim]int{}
	all := map[identity.Claim]bool{}
	for i := range pool {
		all[identity.Claim{Kind: identity.ClaimPhone, Value: fmt.Sprintf("+86139%06d%02d", w.n, i)}] = true
		all[identity.Claim{Kind: identity.ClaimEmail, Value: fmt.Sprintf("p%d@w%d.example.com", i, w.n)}] = true
	}
	for _, c := range w.contacts(t) {
		if c.LeftAt != nil {
			continue
		}
		count := func(kind identity.ClaimKind, list []customer.Reach) {
			for _, r := range list {
				claim := identity.Claim{Kind: kind, Value: r.Value}
				if all[claim] = true; r.Shared {
					sharers[claim]++
				} else {
					owners[claim] = append(owners[claim], c)
				}
			}
		}
		count(identity.ClaimPhone, c.Phones)
		count(identity.ClaimEmail, c.Emails)
	}
	text := func(av types.AttributeValue) string { s, _ := av.(*types.AttributeValueMemberS); return s.Value }
	for claim, it := range w.claims(t, all) {
		shared, _ := it["shared"].(*types.AttributeValueMemberBOOL)
		switch {
		case it == nil:
			if len(owners[claim])+sharers[claim] > 0 {
				w.t.Fatalf("%v has no claim, and %d have it", claim, len(owners[claim])+sharers[claim])
			}
		case shared != nil:
			if len(owners[claim]) > 0 || sharers[claim] == 0 ||
				it["holders"].(*types.AttributeValueMemberN).Value != strconv.Itoa(sharers[claim]) {
				w.t.Fatalf("%v: %v, and %d have it alone, %d share it", claim, it, len(owners[claim]), sharers[claim])
			}
		default:
			if len(owners[claim]) != 1 || sharers[claim] > 0 || text(it["contact"]) != owners[claim][0].ID ||
				text(it["owner"]) != owners[claim][0].Customer {
				w.t.Fatalf("%v: %v, and %+v have it alone, %d share it", claim, it, owners[claim], sharers[claim])
			}
		}
	}
}

func TestClaimsAndOwnersStayOneToOne(t *testing.T) {
	b := storetest.New(t)
	played := 0
	play(t, &played, func(rt *rapid.T) {
		w := enter(rt, t, b)
		at := func(rt *rapid.T) { w.t = rt; played++ }
		rt.Repeat(map[string]func(*rapid.T){
			"add":    func(rt *rapid.T) { at(rt); w.add(t) },
			"change": func(rt *rapid.T) { at(rt); w.change(t) },
			"leave":  func(rt *rapid.T) { at(rt); w.leave(t) },
			"form":   func(rt *rapid.T) { at(rt); w.ask(t, false) },
			"":       func(rt *rapid.T) { w.t = rt; w.oneToOne(t) },
		})
	})
}

// Many who want one number at once, alone or shared: a refused writer is refused whole, and the claim tells the truth.
func TestOneNumberForManyAtOnce(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	for round, shared := range []int{0, 1, 2} { // of 16, every one, every second, none
		value := fmt.Sprintf("+8613900%06d", round)
		var all sync.WaitGroup
		var mu sync.Mutex
		var have []customer.Contact
		for i := range 16 {
			all.Go(func() {
				said := customer.Contact{Name: "王芳",
					Phones: []customer.Reach{{Value: value, Shared: shared == 0 || shared == 1 && i%2 == 0}}}
				var c customer.Contact
				err := storetest.Patient(func() (err error) {
					c, err = b.AddContact(t.Context(), l.Customer,
						func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
							return c.Reshape(said, in, staff.Process("test"), b.Clock.Now())
						})
					return err
				})
				mu.Lock()
				defer mu.Unlock()
				switch fault.KindOf(err) {
				case fault.Refused, fault.Conflict, fault.Taken:
				default:
					if err != nil {
						t.Error(err)
					}
					have = append(have, c)
				}
			})
		}
		all.Wait()
		alone := 0
		for _, c := range have {
			if !c.Phones[0].Shared {
				alone++
			}
		}
		if alone > 1 || alone == 1 && len(have) > 1 || len(have) == 0 {
			t.Errorf("%d of %d have %s alone", alone, len(have), value)
		}
	}
}

// TestTheGatesOfThoseWhoArePresent gives a customer a hundred contacts who left before the one whose word counts.
func TestTheGatesOfThoseWhoArePresent(t *testing.T) {
	b := storetest.New(t)
	c, err := b.OpenCustomer(t.Context(), customer.Customer{Kind: customer.Company, Name: "长城印务", Branch: seed.Shanghai,
		Lang: words.Zh, Source: form.SourcePhone}, nil, clerk)
	if err != nil {
		t.Fatal(err)
	}
	add := func() customer.Contact {
		made, err := b.AddContact(t.Context(), c.ID,
			func(before customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return before.Reshape(customer.Contact{Name: "李娜"}, in, clerk, b.Clock.Now())
			})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	for range 100 {
		if _, err := b.ChangeContact(t.Context(), add().ID,
			func(p customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return p.Leave(in, clerk, b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
	last := add()
	yes := gate.Consent{Yes: true, At: b.Clock.Now(), Text: "yes", Source: "staff", Proof: "by phone"}
	if _, err := b.RecordConsent(t.Context(), last,
		gate.Choice{Purpose: message.PurposeMarketing, Channel: message.ChannelEmail}, yes, c.Branch, clerk); err != nil {
		t.Fatal(err)
	}
	file, err := b.WholeFile(t.Context(), c.ID, func(customer.Customer) error { return nil })
	if err != nil || len(file.Contacts) != 101 {
		t.Fatal(len(file.Contacts), err)
	}
	if reason, ok := file.Gates[last.ID].Permits(message.PurposeMarketing, message.ChannelEmail); !ok {
		t.Errorf("they said yes, and the overview says %s", reason)
	}
}
