package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"

	"github.com/awslabs/aws-lambda-go-api-proxy/core"
)

// defaultMaxBody holds where a door names no limit: the longest form with every field full is below 16 KiB.
const defaultMaxBody = 64 << 10

// Handler decodes, makes one domain call, and answers.
type Handler func(r *http.Request) (Answer, error)

// Route is one line of a door's table.
type Route struct {
	// of net/http's ServeMux, with the method and without wildcards for the rest: "POST /leads/{id}/assign"
	Pattern string
	Action  permission.Action
	Handle  Handler
	MaxBody int64 // bytes; 0 is the door's
	// a machine calls: its signed id makes a repeat safe, and an Idempotency-Key, which nobody signed, counts for nothing
	Signed bool
	Doc    Doc
}

// Doc is what the API description cannot see in the pattern. Query, Body and Answer are zero values of the types
// that the handler reads and answers with.
type Doc struct {
	Summary   string
	Query     any
	Body      any  // of a PATCH: the object that a merge patch is laid over
	Form      bool // the body is also taken as an HTML form
	Answer    any
	Status    int      // of success; 0 is 200
	Changes   bool     // a change in place: needs If-Match
	Versioned bool     // obeys If-Match where it is sent
	Pages     bool     // a browser gets problems as pages
	Moves     bool     // a browser is sent on to a page (303) where a script gets the answer
	Type      string   // of the answer, where it is not JSON
	Types     []string // of other answers
	Raw       []string // media types of bodies that are taken as they are
	Sources   []Source // of signed calls, each under a path of its own: they take the place of {source}
}

// Source is a system that calls a route of signed calls.
type Source struct {
	Name, Summary string
	Body          any      // of its calls in JSON; nil where it sends none
	Raw           []string // media types of other bodies
	Own           bool     // it signs in a way of its own
}

// Who knows the people behind the tokens. It is implemented by *store.Store; NotFound means that nobody stands
// behind the subject.
type Who interface {
	Actor(ctx context.Context, subject string) (staff.Actor, error)
}

// Door is one function's way in.
type Door struct {
	Name     string
	Routes   []Route
	Who      Who
	Receipts Receipts
	Log      *slog.Logger
	Now      func() time.Time
	MaxBody  int64          // bytes; 0 is 64 KiB
	Front    Front          // what stands before the gateway
	Valid    *valid.Checker // checks what comes in; nil: one that knows no lists
	// draws a problem for a browser, or sends it elsewhere; nil answers every problem as a document
	ErrorPage func(r *http.Request, p Problem) Answer
}

type server struct {
	Door
	mux    *http.ServeMux
	limits map[string]int64 // bytes, by pattern
}

// exchange is one request on its way through the door.
type exchange struct {
	id      string
	route   string // the pattern, never the path: paths hold what people wrote
	record  string // the id in the path, where it has the form of one
	valid   *valid.Checker
	actor   staff.Actor
	receipt *receipt.Receipt
	before  string // what receipts of calls held as their hash until November 2026: they say nothing of the content
	taken   bool   // a commit wrote the receipt
	listed  bool   // the answer is a page of a list
	hits    int    // records on that page
	stack   []byte
	alarms  []slog.Attr // facts of the request that an operator must see
	answer  Answer
	err     error
}

type exchangeKey struct{}

func exchangeOf(r *http.Request) *exchange {
	x, ok := r.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return &exchange{actor: staff.Visitor}
	}
	return x
}

// Checker checks what comes in with the request, as the door does.
func Checker(r *http.Request) *valid.Checker { return cmp.Or(exchangeOf(r).valid, listless) }

// listless checks for doors that know no lists.
var listless = valid.New()

// Actor is who asks: a staff member, or staff.Visitor on a public route.
func Actor(r *http.Request) staff.Actor { return exchangeOf(r).actor }

// Alarm has the request's one line carry an attribute by which an alarm rings. The line gets the level error, so that
// no LOG_LEVEL leaves it out. It must hold nothing that the caller wrote.
func Alarm(r *http.Request, why slog.Attr) {
	x := exchangeOf(r)
	x.alarms = append(x.alarms, why)
}

// RequestID names the request in its answer and in the log.
func RequestID(r *http.Request) string { return exchangeOf(r).id }

// Handler serves the door's routes. A pattern that cannot be registered panics, as ServeMux does.
func (d Door) Handler() http.Handler {
	if d.MaxBody == 0 {
		d.MaxBody = defaultMaxBody
	}
	s := &server{Door: d, mux: http.NewServeMux(), limits: map[string]int64{}}
	for _, route := range d.Routes {
		s.limits[route.Pattern] = route.MaxBody
		s.mux.HandleFunc(route.Pattern, func(_ http.ResponseWriter, r *http.Request) {
			x := exchangeOf(r)
			x.route, x.record = route.Pattern, idIn(r)
			x.answer, x.err = s.serve(r, x, route)
		})
	}
	s.mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) { exchangeOf(r).err = s.unrouted(r) })
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := s.Now()
	x := &exchange{id: requestID(r.Context()), actor: staff.Visitor, valid: s.Valid}
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	s.enter(r, x)
	answer, err := x.answer, x.err
	if page, ok := answer.Body.(list); ok && err == nil {
		x.listed, x.hits = true, page.Hits()
	}
	if err == nil {
		answer, err = answer.encoded()
	}
	var kind fault.Kind
	if err != nil {
		refused := classify(err)
		kind = refused.Kind
		answer = s.refuse(r, x, refused)
	}
	write(w, r, x.id, answer)
	s.record(r, x, answer, kind, err, s.Now().Sub(began))
}

// enter brings the request to its handler and holds what that panics with.
func (s *server) enter(r *http.Request, x *exchange) {
	defer func() {
		if cause := recover(); cause != nil {
			x.err, x.stack = fmt.Errorf("panic: %s", fallen(cause)), debug.Stack()
		}
	}()
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, s.limit(r)))
	if err != nil {
		x.err = unread(err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !plain(r.URL.EscapedPath()) {
		x.err = unknownPath()
		return
	}
	// every handler leaves its answer in x; ServeMux itself writes only for paths that are not plain
	s.mux.ServeHTTP(nil, r)
}

// limit is how many bytes the request's route takes.
func (s *server) limit(r *http.Request) int64 {
	_, pattern := s.mux.Handler(r)
	return cmp.Or(s.limits[pattern], s.MaxBody)
}

// plain reports whether ServeMux would take the path as it is; it answers others with a redirect.
func plain(escaped string) bool {
	clean := path.Clean(escaped)
	return strings.HasPrefix(escaped, "/") && (escaped == clean || escaped == clean+"/")
}

// serve is what every route has in common.
func (s *server) serve(r *http.Request, x *exchange, route Route) (Answer, error) {
	if err := s.admit(r, x, route.Action); err != nil {
		return Answer{}, err
	}
	if !route.Signed {
		kept, err := s.receive(r, x)
		if err != nil {
			return s.again(x, err)
		}
		if kept != nil {
			return s.again(x, kept)
		}
	}
	answer, err := route.Handle(r)
	if err != nil {
		return s.again(x, s.overtaken(r, x, err))
	}
	return s.keep(r, x, answer)
}

// admit finds out who the caller is and whether the caller may ask.
func (s *server) admit(r *http.Request, x *exchange, action permission.Action) error {
	if action == permission.Public {
		return nil
	}
	stranger := fault.Fail(fault.Unauthenticated,
		"没有与此登录对应的在职员工。请重新登录，或请管理员为您建立账号。",
		"No staff member stands behind this sign-in. Sign in again, or ask your administrator for an account.")
	subject, use := subjectOf(r.Context())
	if use != "" && use != "access" {
		return fault.Fail(fault.Unauthenticated, "此令牌只说明您是谁，不能用来调用接口。请发送访问令牌（access token）。",
			"This token says who you are and opens nothing. Send the access token.")
	}
	if subject == "" {
		return stranger
	}
	actor, err := s.Who.Actor(r.Context(), subject)
	if fault.KindOf(err) == fault.NotFound || (err == nil && actor.ID == "") {
		return stranger
	}
	if err != nil {
		return err
	}
	x.actor = actor
	return permission.Permit(actor, action)
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
	http.MethodDelete, http.MethodOptions}

// unrouted tells a wrong method from an unknown path. Of the routes that the path could be meant for, the one with
// the fewest variables is: /tasks/load is not the task "load".
func (s *server) unrouted(r *http.Request) error {
	var allowed []string
	fewest := len(r.URL.Path)
	for _, method := range methods {
		other := *r
		other.Method = method
		_, pattern := s.mux.Handler(&other)
		variables := strings.Count(pattern, "{")
		if pattern == "/" || variables > fewest {
			continue
		}
		if variables < fewest {
			fewest, allowed = variables, nil
		}
		allowed = append(allowed, method)
	}
	if len(allowed) == 0 {
		return unknownPath()
	}
	e := fault.Fail(methodNotAllowed,
		"此地址不支持该方法。可用的方法见 allowed。",
		"This address does not take that method. Those that it takes are in allowed.")
	e.Allowed = allowed
	return e
}

func unknownPath() error {
	return fault.Fail(fault.NotFound, "没有这个地址。请对照接口说明核对路径。",
		"There is nothing at this address. Check the path against the API description.")
}

// refuse is refusal, encoded; a record that cannot be encoded is left out rather than lost with the rest.
func (s *server) refuse(r *http.Request, x *exchange, e *fault.Error) Answer {
	answer, err := s.refusal(r, x, e).encoded()
	if err != nil {
		bare := *e
		bare.Record = nil
		answer, _ = s.refusal(r, x, &bare).encoded()
	}
	return answer
}

// list is a page of a list. The number of records on it is logged, so that the log tells who read how much.
type list interface{ Hits() int }

// idIn is the id of the record in the path; empty where the path names none, or something that has not an id's form.
func idIn(r *http.Request) string {
	if id := r.PathValue("id"); valid.IDForm.MatchString(id) {
		return id
	}
	return ""
}

// record writes the request's one line. Paths, queries, bodies and addresses stay out of it: they hold what people
// wrote. The id of the record and the number of hits say who read whom.
func (s *server) record(r *http.Request, x *exchange, a Answer, kind fault.Kind, err error, took time.Duration) {
	level, known := slog.LevelInfo, slices.Contains(methods, r.Method)
	line := []slog.Attr{
		slog.String("door", s.Name),
		slog.String("request_id", x.id),
		slog.String("route", x.route),
		slog.Int("status", a.Status),
		slog.Int64("ms", took.Milliseconds()),
		slog.String("actor", x.actor.ID),
		slog.Int("bytes", len(a.Bytes)),
	}
	if known {
		line = append(line, slog.String("method", r.Method))
	}
	if x.record != "" {
		line = append(line, slog.String("record", x.record))
	}
	if x.listed {
		line = append(line, slog.Int("hits", x.hits))
	}
	if a.Header.Get("Idempotent-Replayed") != "" {
		line = append(line, slog.Bool("replayed", true))
	}
	if err != nil {
		line = append(line, slog.String("kind", string(kind)))
	}
	if cause := errors.Unwrap(classified(err)); cause != nil {
		line = append(line, slog.String("cause", unquoted(cause.Error())))
	}
	if a.Status >= http.StatusInternalServerError || len(x.alarms) > 0 {
		level = slog.LevelError
	}
	line = append(line, x.alarms...)
	if x.stack != nil {
		line = append(line, slog.String("stack", string(x.stack)))
	}
	s.Log.LogAttrs(r.Context(), level, "request", line...)
}

// classified is err as a fault.Error; a nil error stays nil.
func classified(err error) error {
	if err == nil {
		return nil
	}
	return classify(err)
}

// fallen is what a panic says: what Go itself says, else no more than the value's type, for the value may be what
// somebody sent.
func fallen(cause any) string {
	if known, ok := cause.(runtime.Error); ok {
		return known.Error()
	}
	return fmt.Sprintf("%T", cause)
}

// quoted is what an error repeats of its input: strconv, time, net/url and the readers of JSON put it between quotes.
var quoted = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"?|`[^`]*`?")

// unquoted is a cause without what it quotes.
func unquoted(cause string) string { return capped(quoted.ReplaceAllString(cause, `"…"`)) }

// capped keeps a text to 256 bytes.
func capped(s string) string {
	if len(s) <= 256 {
		return s
	}
	return strings.ToValidUTF8(s[:256], "")
}

// requestID is API Gateway's own id of the request, so that its logs and ours meet. What a caller sends is not
// believed.
func requestID(ctx context.Context) string {
	if gateway, ok := core.GetAPIGatewayV2ContextFromContext(ctx); ok && gateway.RequestID != "" {
		return gateway.RequestID
	}
	return rand.Text()
}

type subjectKey struct{}

// WithSubject says whose request it is, as API Gateway's authorizer would; for tests and for doors that check a
// session themselves.
func WithSubject(ctx context.Context, subject string) context.Context {
	return context.WithValue(ctx, subjectKey{}, subject)
}

// subjectOf is `sub` of the token that API Gateway has checked, or "", and what the token is for. Gateway takes an
// id token of its own client as it takes an access token; Amazon Cognito says in `token_use` which it is, and other
// issuers say nothing.
func subjectOf(ctx context.Context) (subject, use string) {
	if subject, ok := ctx.Value(subjectKey{}).(string); ok {
		return subject, ""
	}
	gateway, ok := core.GetAPIGatewayV2ContextFromContext(ctx)
	if !ok || gateway.Authorizer == nil || gateway.Authorizer.JWT == nil {
		return "", ""
	}
	return gateway.Authorizer.JWT.Claims["sub"], gateway.Authorizer.JWT.Claims["token_use"]
}
