package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"

	"golang.org/x/sync/errgroup"
)

const (
	victim     = "victim@elsewhere.example"
	perAddress = 50                      // posts of the flood from each address: 200 addresses send 10,000
	typing     = 3100 * time.Millisecond // how long an honest person fills in the form; the standard policy asks for 3 s
	formType   = "application/x-www-form-urlencoded"
)

// flood has programs post a stranger's e-mail address as fast as 10,000 times a minute, while honest people ask
// too. The addresses are real ones of this machine's loopback network, so the gateway sees them as it would on the
// internet.
func flood(ctx context.Context, c *chaos) error {
	p, err := c.open(ctx, "flood", stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	lasts := time.Duration(float64(c.size.flood) / floodRate * float64(time.Second))
	c.say("%d honest people in %v, and nobody else", c.size.honest, lasts.Round(time.Second))
	quiet := &honesty{api: p.API, people: c.size.honest, over: lasts}
	if err := quiet.come(ctx); err != nil {
		return err
	}
	c.say("as many beside %d posts from %d addresses", c.size.flood, c.size.flood/perAddress)
	beside := &honesty{api: p.API, first: c.size.honest, people: c.size.honest, over: lasts}
	var answers map[int]int
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error { return beside.come(both) })
	group.Go(func() error {
		var err error
		answers, err = attack(both, p.API, c.size.flood)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	c.say("the flood is over; waiting for what is under way")
	f, err := calm(ctx, p, 2*c.size.honest)
	if err != nil {
		return err
	}
	c.figures = append(c.figures, floodFigures(f, c.size.flood, answers, quiet, beside)...)
	return nil
}

// honesty is a number of people who open the form, fill it in and post it, each from an address of their own.
type honesty struct {
	api    string
	first  int // number of the first person
	people int
	over   time.Duration // from the first arrival to the last post

	mu     sync.Mutex
	opened []time.Duration // how long the page took
	posted []time.Duration // how long the answer took, with every repeat
	busy   int             // times that one of them was told to come back
	odd    []string        // answers that were not the thank-you page
}

// come has them arrive evenly.
func (h *honesty) come(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	tick := time.NewTicker(max(h.over-typing, time.Second) / time.Duration(h.people))
	defer tick.Stop()
	for n := range h.people {
		group.Go(func() error { return h.visit(ctx, h.first+n) })
		select {
		case <-tick.C:
		case <-ctx.Done():
			return group.Wait()
		}
	}
	return group.Wait()
}

func (h *honesty) visit(ctx context.Context, n int) error {
	client := from(net.IPv4(127, 0, byte(2+n/250), byte(1+n%250)))
	defer client.CloseIdleConnections()
	page, opened, err := h.until(ctx, func() (answer, error) { return open(ctx, client, h.api) })
	if err != nil {
		return err
	}
	stamp, err := page.stamp()
	if err != nil {
		return err
	}
	if err := pause(ctx, typing); err != nil {
		return err
	}
	typed := []byte(url.Values{
		"name": {"李娜"}, "email": {honest(n)}, "message": {"请问画册最少印多少本？"}, form.FieldTrap: {""}, form.FieldOpened: {stamp},
	}.Encode())
	thanks, posted, err := h.until(ctx, func() (answer, error) { return send(ctx, client, h.api, formType, typed) })
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened, h.posted = append(h.opened, opened), append(h.posted, posted)
	if thanks.status != http.StatusSeeOther {
		h.odd = append(h.odd, fmt.Sprintf("%s: %d", honest(n), thanks.status))
	}
	return nil
}

// until asks again, as a person does, while the answer is to come back: a machine that is busy with something else
// may have it so.
func (h *honesty) until(ctx context.Context, asks func() (answer, error)) (answer, time.Duration, error) {
	for began := time.Now(); ; {
		a, err := asks()
		if err != nil || a.status != http.StatusServiceUnavailable {
			return a, time.Since(began), err
		}
		h.mu.Lock()
		h.busy++
		h.mu.Unlock()
		if err := pause(ctx, time.Second); err != nil {
			return a, 0, err
		}
	}
}

func honest(n int) string { return fmt.Sprintf("honest.%d@visitor.example", n) }

// attack posts with the victim's address, every time as another person: half of the addresses as a program that
// fills in JSON, half with the proof of a page that they opened before. It counts the answers by status; 0 is none.
func attack(ctx context.Context, api string, posts int) (map[int]int, error) {
	attackers := make([]attacker, posts/perAddress)
	group, opening := errgroup.WithContext(ctx)
	for i := range attackers {
		group.Go(func() error {
			client := from(net.IPv4(127, 0, 1, byte(1+i)))
			page, err := open(opening, client, api)
			if err != nil {
				return err
			}
			stamp, err := page.stamp()
			attackers[i] = attacker{client: client, stamp: stamp, program: i%2 == 0}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var under sync.WaitGroup
	answers := map[int]int{}
	lasts := float64(time.Second) / floodRate
	tick := time.NewTicker(time.Duration(lasts))
	defer tick.Stop()
	for n := range posts {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		under.Go(func() {
			a, _ := attackers[n%len(attackers)].post(ctx, api, n) // no answer is one as well
			mu.Lock()
			defer mu.Unlock()
			answers[a.status]++
		})
	}
	under.Wait()
	return answers, ctx.Err()
}

type attacker struct {
	client  *http.Client
	stamp   string
	program bool
}

func (a attacker) post(ctx context.Context, api string, n int) (answer, error) {
	phone, words := fmt.Sprintf("138%08d", n), fmt.Sprintf("buy now %d", n)
	if a.program {
		body, err := json.Marshal(map[string]string{"name": "Tom", "email": victim, "phone": phone, "message": words})
		if err != nil {
			return answer{}, err
		}
		return send(ctx, a.client, api, "application/json", body)
	}
	return send(ctx, a.client, api, formType, []byte(url.Values{
		"name": {"Tom"}, "email": {victim}, "phone": {phone}, "message": {words}, form.FieldTrap: {""},
		form.FieldOpened: {a.stamp},
	}.Encode()))
}

// from is a client whose connections come from an address of this machine.
func from(address net.IP) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: address}}
	return &http.Client{
		Timeout:       35 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 8},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var stampIn = regexp.MustCompile(`name="` + form.FieldOpened + `" value="([^"]+)"`)

// answer is what came back; status 0 is nothing.
type answer struct {
	status int
	body   []byte
}

// stamp is the proof of when the page was drawn.
func (a answer) stamp() (string, error) {
	found := stampIn.FindSubmatch(a.body)
	if a.status != http.StatusOK || found == nil {
		return "", fmt.Errorf("the form's page: %d, without the field %s", a.status, form.FieldOpened)
	}
	return string(found[1]), nil
}

func address(api string) string { return api + "/forms/" + seed.Contact + "?lang=en" }

// open opens the form's page.
func open(ctx context.Context, client *http.Client, api string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address(api), nil)
	if err != nil {
		return answer{}, err
	}
	return ask(client, r)
}

// send posts to the form.
func send(ctx context.Context, client *http.Client, api, kind string, body []byte) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address(api), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", kind)
	return ask(client, r)
}

func ask(client *http.Client, r *http.Request) (answer, error) {
	response, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, body}, err
}

// flooded is what a flood has left behind.
type flooded struct {
	outcomes map[string]int // submissions by what became of them
	letters  map[string]int // by address
	pending  int
}

// calm waits until everybody honest is written to and nothing is under way, and reads what there is.
func calm(ctx context.Context, p *premises.Premises, people int) (flooded, error) {
	for until := time.Now().Add(mayDrain); ; {
		f, resting, err := look(ctx, p, people)
		if err != nil || resting || time.Now().After(until) {
			return f, err
		}
		if err := pause(ctx, 250*time.Millisecond); err != nil {
			return f, err
		}
	}
}

func look(ctx context.Context, p *premises.Premises, people int) (f flooded, resting bool, err error) {
	pending, err := p.Store.Pending(ctx, boot.Now().Add(time.Minute), 100)
	if err != nil {
		return f, false, err
	}
	var now facts
	if err := now.read(ctx, p); err != nil {
		return f, false, err
	}
	f = flooded{outcomes: map[string]int{}, letters: map[string]int{}, pending: len(pending)}
	for _, outcome := range now.submissions {
		f.outcomes[outcome]++
	}
	mails, err := p.Mails(ctx, "")
	for _, m := range mails {
		for _, to := range m.To {
			f.letters[to.Address]++
		}
	}
	return f, len(pending) == 0 && len(now.waiting()) == 0, err
}

// unwritten lists the honest people who have not exactly one letter.
func (f flooded) unwritten(people int) []string {
	var out []string
	for n := range people {
		if letters := f.letters[honest(n)]; letters != 1 {
			out = append(out, fmt.Sprintf("%s has %d", honest(n), letters))
		}
	}
	return out
}

func floodFigures(f flooded, posts int, answers map[int]int, quiet, beside *honesty) []figure {
	people := quiet.people + beside.people
	silent := answers[http.StatusServiceUnavailable] + answers[0] // may be stored or not
	kept := posts + people - answers[http.StatusTooManyRequests] - silent
	stored := 0
	for _, n := range f.outcomes {
		stored += n
	}
	taken := f.outcomes[form.OutcomeCreated] + f.outcomes[form.OutcomeAttached] - people
	mayTake := 2 * form.StandardPolicy().Person // the flood may meet the end of a window
	const door = "logs/intake.log and logs/gateway.log"
	return []figure{
		note("posts of the flood, by answer", fmt.Sprint(answers)),
		note("submissions, by what became of them", fmt.Sprint(f.outcomes)),
		atLeast("submissions stored, of the flood's accepted posts and of people", stored, kept, door),
		atMost("submissions stored, with the flood's posts that were told to come back", stored, kept+silent, door),
		atMost("posts of the flood that came through as enquiries", taken, int(mayTake),
			"GET /submissions and logs/intake.log"),
		atMost("e-mails to the victim", f.letters[victim], message.MostReplies,
			"logs/worker.log and the victim's rows of Messages"),
		none("honest people who were answered otherwise than with thanks", slices.Concat(quiet.odd, beside.odd), door),
		none("honest people who do not have exactly one acknowledgement", f.unwritten(people),
			"GET /submissions: quarantined"),
		exactly("events still pending", f.pending, 0, "logs/stream.log"),
		exactly("times that people were told to come back while nobody else came", quiet.busy, 0, door),
		note("times that honest people were told to come back beside the flood", fmt.Sprint(beside.busy)),
		compare("honest post, p50", quiet.posted, beside.posted, 0.5),
		compare("honest post, p99", quiet.posted, beside.posted, 0.99),
		compare("honest page, p50", quiet.opened, beside.opened, 0.5),
		compare("honest page, p99", quiet.opened, beside.opened, 0.99),
	}
}

// compare shows a quantile without and with the flood.
func compare(name string, without, with []time.Duration, q float64) figure {
	a, b := quantile(without, q), quantile(with, q)
	return note(name+", without and with the flood",
		fmt.Sprintf("%v, %v: %.1f times", a.Round(100*time.Microsecond), b.Round(100*time.Microsecond),
			float64(b)/float64(a)))
}

// quantile is the value below which the share q of all lies, by the nearest rank; 0 of none.
func quantile[T cmp.Ordered](values []T, q float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
