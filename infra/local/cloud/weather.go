package cloud

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Conflict has every transaction hold its items for at least this long. A request that meets one is refused a few
// times, as AWS refuses it; then it has its turn as soon as the items are free. 0 ends it.
func (c *Cloud) Conflict(hold time.Duration) {
	c.flight.mu.Lock()
	defer c.flight.mu.Unlock()
	c.flight.hold = hold
}

// Throttle refuses a share of all requests, 0 to 1, in an order that follows from the seed.
func (c *Cloud) Throttle(share float64, seed uint64) {
	c.throttle.mu.Lock()
	defer c.throttle.mu.Unlock()
	c.throttle.share, c.throttle.dice = share, rand.New(rand.NewPCG(seed, seed))
}

// Around is what happens to a write. land carries it out and gives its answer; it may be called once, or never. What
// Around returns, the writer gets.
type Around func(land func() (*http.Response, error)) (*http.Response, error)

// Around has every write go through do from now on, so that something happens exactly before it, after it or in its
// place. The writes that do makes itself go through it as well. nil ends it.
func (c *Cloud) Around(do Around) {
	if do == nil {
		c.around.Store(nil)
		return
	}
	c.around.Store(&do)
}

// flight knows which items are being written.
type flight struct {
	mu      sync.Mutex
	hold    time.Duration
	items   map[key]*held
	refused map[[sha256.Size]byte]int // how often each request was, by its body
	freed   chan struct{}             // closed when items are let go of
}

type held struct {
	transaction bool
	writers     int
}

// mostMeetings is how often one request is refused before it has its turn as soon as its items are free. On AWS a
// request that is repeated comes through; on a slow machine a crowd would keep one of many out for as long as it likes.
const mostMeetings = 4

// identity is the same for each repeat of a request: its body without the token, which the SDK may make anew, and with
// its attributes in order, which the SDK writes in any.
func identity(body []byte) [sha256.Size]byte {
	var request map[string]any
	if json.Unmarshal(body, &request) == nil { // else it is what it is
		delete(request, "ClientRequestToken")
		if ordered, err := json.Marshal(request); err == nil {
			body = ordered
		}
	}
	return sha256.Sum256(body)
}

// enter takes the items of a request; land lets go of them.
func (f *flight) enter(r *http.Request, body []byte, asked call) (land func(), conflict *http.Response) {
	id := identity(body)
	for {
		land, conflict, wait := f.try(r, id, asked)
		if wait == nil {
			return land, conflict
		}
		select {
		case <-wait:
		case <-r.Context().Done():
			return nil, conflict
		}
	}
}

// try is enter, once. wait is not nil where the request was refused often enough to wait for its turn. Transactions
// meet whatever is under way; a single write meets transactions alone, since DynamoDB puts single writes one after the
// other.
func (f *flight) try(r *http.Request, id [sha256.Size]byte, asked call) (land func(), conflict *http.Response,
	wait <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hold == 0 || len(asked.writes) == 0 {
		return func() {}, nil, nil
	}
	reasons, met := make([]string, len(asked.writes)), false
	for i, k := range asked.writes {
		reasons[i] = "None"
		if h := f.items[k]; h != nil && (asked.transacts || h.transaction) {
			reasons[i], met = "TransactionConflict", true
		}
	}
	if f.items == nil {
		f.items, f.refused, f.freed = map[key]*held{}, map[[sha256.Size]byte]int{}, make(chan struct{})
	}
	if met {
		conflict = answer(r, "TransactionConflictException", "Transaction is ongoing for the item")
		if asked.transacts {
			conflict = cancelled(r, reasons, "Transaction is ongoing for the item")
		}
		if f.refused[id]++; f.refused[id] > mostMeetings {
			wait = f.freed
		}
		return nil, conflict, wait
	}
	delete(f.refused, id)
	for _, k := range asked.writes {
		if f.items[k] == nil {
			f.items[k] = &held{transaction: asked.transacts}
		}
		f.items[k].writers++
	}
	until := time.NewTimer(f.hold)
	return func() {
		if asked.transacts {
			select {
			case <-until.C:
			case <-r.Context().Done():
			}
		}
		f.leave(asked.writes)
	}, nil, nil
}

func (f *flight) leave(items []key) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range items {
		if f.items[k].writers--; f.items[k].writers == 0 {
			delete(f.items, k)
		}
	}
	close(f.freed)
	f.freed = make(chan struct{})
}

type throttle struct {
	mu    sync.Mutex
	share float64
	dice  *rand.Rand
}

func (t *throttle) meets() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.share > 0 && t.dice.Float64() < t.share
}

func (c *Cloud) throttled(r *http.Request, asked call) *http.Response {
	const why = "Throughput exceeds the current capacity of your table or index. Please retry shortly."
	if !asked.transacts {
		return answer(r, "ThrottlingException", why)
	}
	reasons := make([]string, len(asked.writes))
	for i := range reasons {
		reasons[i] = "None"
	}
	reasons[0] = "ThrottlingError"
	return cancelled(r, reasons, why)
}

// cancelled is the answer to a transaction that was not carried out, with a reason for each item.
func cancelled(r *http.Request, codes []string, why string) *http.Response {
	reasons := make([]map[string]string, len(codes))
	for i, code := range codes {
		reasons[i] = map[string]string{"Code": code}
		if code != "None" {
			reasons[i]["Message"] = why
		}
	}
	return respond(r, "TransactionCanceledException", map[string]any{"CancellationReasons": reasons,
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
			strings.Join(codes, ", ") + "]"})
}

func respond(r *http.Request, code string, fields map[string]any) *http.Response {
	fields["__type"] = "com.amazonaws.dynamodb.v20120810#" + code
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err) // texts alone
	}
	return &http.Response{Status: "400 Bad Request", StatusCode: http.StatusBadRequest, Proto: "HTTP/1.1", ProtoMajor: 1,
		ProtoMinor: 1, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}
}
