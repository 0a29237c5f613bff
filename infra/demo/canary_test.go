package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// canaries are words of one person and of what travels with the person. Each stands nowhere else. A phone number and
// an address are what they are.
func canaries() map[string]string {
	run := fmt.Sprintf("%08d", time.Now().UnixNano()%1e8)
	out := map[string]string{"phone": "+86138" + run, "email": "zq-email-" + run + "@visitor.example"}
	for _, place := range []string{
		"name", "company", "message", "product", "heard_from", "homepage", "token", "header", "user-agent", "referer",
		"cookie", "query", "path", "idempotency-key",
		"call-id-source", "subject", "reply", "sender", "note", "stranger",
	} {
		out[place] = "zq-" + place + "-<" + run + ">-雀"
	}
	// in a header or an address only letters stand
	for _, place := range []string{"token", "header", "user-agent", "referer", "cookie", "idempotency-key", "path",
		"query", "call-id-source"} {
		out[place] = "zq-" + place + "-" + run
	}
	return out
}

// encodings are the ways in which a text could stand somewhere: as it is, escaped for an address, as \u, in hex, in
// base64 at any of its three phases, hashed.
func encodings(text string) []string {
	var escaped, percent strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&escaped, `\u%04x`, unit)
	}
	for _, b := range []byte(text) {
		fmt.Fprintf(&percent, "%%%02X", b)
	}
	plain, _ := json.Marshal(text) // < and > as \u003c
	ascii := strings.Trim(fmt.Sprintf("%+q", text), `"`)
	sum := sha256.Sum256([]byte(text))
	out := []string{
		text, url.QueryEscape(text), url.PathEscape(text), percent.String(), strings.ToLower(percent.String()),
		escaped.String(), strings.ToUpper(escaped.String()),
		strings.Trim(string(plain), `"`), ascii, hex.EncodeToString([]byte(text)),
		strings.ToUpper(hex.EncodeToString([]byte(text))), hex.EncodeToString(sum[:]),
		strings.TrimPrefix(text, "+86"), // a number as the apps write it
	}
	for phase := range 3 { // without the signs that the neighbours have a part in
		in := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", phase) + text))
		in = in[(phase*8+5)/6 : len(in)-1]
		out = append(out, in, strings.NewReplacer("+", "-", "/", "_").Replace(in))
	}
	return out
}

// found names the canaries that stand in the text in any encoding.
func found(text string, all map[string]string) []string {
	var out []string
	for place, word := range all {
		if slices.ContainsFunc(encodings(word), func(e string) bool { return strings.Contains(text, e) }) {
			out = append(out, place)
		}
	}
	slices.Sort(out)
	return out
}

// Twenty canaries go through the whole stack: they stand in the records and mails that are about them, and in no
// log, no history of a process and no id.
func tellNobody(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	all := canaries()
	if len(all) < 12 {
		t.Fatalf("%d canaries", len(all))
	}
	l := lifeOf(t, ctx, p, all)
	proveSearch(t, all)

	for name, text := range logs(t, p.Stack.Dir) {
		if hits := found(text, all); len(hits) > 0 {
			t.Errorf("the log of %s tells %v", name, hits)
		}
		for line := range strings.Lines(text) {
			if slices.Contains([]string{"api", "console", "intake", "stream", "gateway"}, name) && !json.Valid([]byte(line)) {
				t.Errorf("the log of %s has a line that is no JSON: %s", name, line)
			}
		}
	}
	for id, text := range histories(t, ctx, p) {
		if hits := found(text, all); len(hits) > 0 {
			t.Errorf("the process %s tells %v", id, hits)
		}
	}
	whole := ""
	for _, table := range []string{"Records", "Events", "Messages"} {
		keys, rows := rows(t, ctx, p.Stack, table)
		if table != "Records" {
			keys = append(keys, strings.Split(rows, "\n")...) // events and messages hold ids, states and times alone
		}
		for _, key := range keys {
			if hits := found(key, all); len(hits) > 0 && !claimed.MatchString(key) {
				t.Errorf("in %s %v stands in %s", table, hits, key)
			}
		}
		whole += rows
	}
	if missing := without(all, found(whole, all)); !slices.Equal(missing, elsewhere) {
		t.Errorf("in no record: %v; of %v nobody keeps anything", missing, elsewhere)
	}
	mails, err := p.Mails(ctx, all["email"])
	if err != nil || len(mails) != 1 || !strings.Contains(mails[0].Subject, words.Reference(l.ID)) {
		t.Errorf("mails to the person: %+v, %v", mails, err)
	}
}

// claimed is a key that names a person by what finds them: the claim on a phone or address, or a row of the directory.
var claimed = regexp.MustCompile(`^CLAIM#(phone|email)#[^#]+$|^[^#]+#cus_[0-9a-f-]{36}$`)

// elsewhere are the canaries that no record has to hold.
var elsewhere = []string{"cookie", "header", "idempotency-key", "path", "query", "referer", "sender", "user-agent"}

func without(all map[string]string, there []string) []string {
	var out []string
	for place := range all {
		if !slices.Contains(there, place) {
			out = append(out, place)
		}
	}
	slices.Sort(out)
	return out
}

// proveSearch finds each canary where it was hidden on purpose, so that finding none elsewhere means something.
func proveSearch(t *testing.T, all map[string]string) {
	t.Helper()
	for place, word := range all {
		quoted, err := json.Marshal(map[string]string{"x": "a" + word + "b"})
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{
			string(quoted), url.Values{"q": {"1" + word}}.Encode(), fmt.Sprintf("%+q", word),
			hex.EncodeToString([]byte("x" + word)), fmt.Sprintf("%X", word),
			base64.StdEncoding.EncodeToString([]byte("a" + word)),
			base64.URLEncoding.EncodeToString([]byte("ab" + word + "c")),
			base64.RawStdEncoding.EncodeToString([]byte("abc" + word + "yz")),
		} {
			if !slices.Contains(found(hidden, all), place) {
				t.Errorf("%s is not found in %s", place, hidden)
			}
		}
	}
}

// lifeOf plays a lead's whole life with canaries in everything that anybody may write, well and badly.
func lifeOf(t *testing.T, ctx context.Context, p *premises.Premises, all map[string]string) lead.Lead {
	t.Helper()
	enquiry := map[string]any{"name": all["name"], "company": all["company"], "phone": all["phone"],
		"email": all["email"], "product": "cards", "message": all["message"],
		"opened": all["token"]}
	sent := post(t, ctx, p, "/forms/"+seed.Quote+"?utm_source="+all["query"], "application/json", enquiry, all,
		http.StatusAccepted)
	var received struct {
		Submission string `json:"submission_id"`
	}
	if err := json.Unmarshal(sent, &received); err != nil {
		t.Fatal(err)
	}
	manager, err := p.Colleague(seed.Subject("owner"), words.Zh)
	if err != nil {
		t.Fatal(err)
	}
	var kept form.Submission
	if err := manager.Read(ctx, "/submissions/"+received.Submission, &kept); err != nil || kept.Lead == "" {
		t.Fatalf("kept as %+v, %v", kept, err)
	}
	if _, err := p.AwaitMail(ctx, all["email"], words.Reference(kept.Lead)); err != nil {
		t.Fatal(err)
	}
	hook(t, ctx, p, "leads", fmt.Appendf(nil,
		`{"form":"quote","source":%q,"name":%q,"email":%q,"product":%q,"heard_from":%q}`, all["call-id-source"],
		all["stranger"], all["email"],
		all["product"], all["heard_from"]))
	var l lead.Lead
	owned := func() (bool, error) {
		err := manager.Read(ctx, "/leads/"+kept.Lead, &l)
		return l.Owner != "", err
	}
	if err := people.Await(ctx, "owner", owned); err != nil {
		t.Fatal(err)
	}
	reply := strings.Join([]string{"From: " + all["sender"] + " <" + all["email"] + ">", "To: " +
		replyAddress(t, p, l.ID), "Subject: " + all["subject"],
		"Content-Type: text/plain; charset=utf-8", "", all["reply"]}, "\r\n")
	hook(t, ctx, p, "mail", []byte(reply))
	hook(t, ctx, p, "mail", []byte(all["stranger"]+": no mail at all"))
	if err := manager.Command(ctx, "/leads/"+l.ID+"/contact",
		map[string]string{"channel": "call", "outcome": customer.OutcomeQuote, "note": all["note"]}, &l); err != nil {
		t.Fatal(err)
	}
	if err := manager.Command(ctx, "/leads/"+l.ID+"/win", map[string]any{"order": "J-118",
		"amount": map[string]any{"minor": 128_000, "currency": "CNY"}}, &l); err != nil {
		t.Fatal(err)
	}
	misuse(t, ctx, p, all)
	ended := func() (bool, error) {
		run, err := p.Temporal.DescribeWorkflowExecution(ctx, l.Progress().WorkflowID(), "")
		return err == nil && run.WorkflowExecutionInfo.Status == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, err
	}
	if err := people.Await(ctx, "end of the process", ended); err != nil {
		t.Fatal(err)
	}
	return l
}

// misuse sends what is refused: errors quote more than successes do.
func misuse(t *testing.T, ctx context.Context, p *premises.Premises, all map[string]string) {
	t.Helper()
	for _, c := range []struct {
		path, kind string
		body       any
		status     int
	}{
		{"/forms/" + all["path"], "application/json", map[string]string{"name": all["name"]}, 404},
		{"/" + all["path"], "application/json", nil, 401},
		{"/forms/quote", "application/json", map[string]string{all["name"]: "x"}, 400},
		{"/forms/quote", "application/json", map[string]any{"name": all["name"], "quantity": all["message"]}, 422},
		{"/forms/quote", "application/json", all["message"], 400},
		{"/forms/quote", all["header"] + "/json", map[string]string{"name": all["name"]}, 415},
		{"/forms/quote", "application/json",
			map[string]any{"name": all["name"], "email": all["message"], "phone": all["company"], "product": all["product"]},
			422},
		{"/forms/quote", "application/json",
			map[string]any{"name": all["name"], "email": all["email"], "product": "cards", "homepage": all["homepage"]}, 202},
		{"/leads", "application/json", map[string]string{"name": all["name"]}, 401},
		{"/hooks/leads", "application/json", map[string]string{"name": all["name"]}, 401},
		{"/hooks/" + all["path"], "application/json", map[string]string{"name": all["name"]}, 401},
		{"/u/" + all["token"], "application/x-www-form-urlencoded", nil, 404},
		{"/confirm/" + all["token"], "application/x-www-form-urlencoded", nil, 404},
	} {
		post(t, ctx, p, c.path, c.kind, c.body, all, c.status)
	}
}

// post sends the body with canaries around it and returns the answer.
func post(t *testing.T, ctx context.Context, p *premises.Premises, path, kind string, body any, all map[string]string,
	want int) []byte {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.API+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": kind, "User-Agent": all["user-agent"],
		"Referer": "https://x.example/" + all["referer"], "Cookie": "a=" + all["cookie"],
		"X-Whatever": all["header"], "Idempotency-Key": all["idempotency-key"] + path + kind, "Authorization": "Bearer " +
			all["token"], "Accept": "application/json"} {
		r.Header.Set(name, value)
	}
	return answered(t, r, want)
}

func answered(t *testing.T, r *http.Request, want int) []byte {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	said, err := io.ReadAll(answer.Body)
	if err != nil || want != 0 && answer.StatusCode != want {
		t.Errorf("%s %s: %d %s %v", r.Method, r.URL.Path, answer.StatusCode, said, err)
	}
	return said
}

func hook(t *testing.T, ctx context.Context, p *premises.Premises, source string, body []byte) {
	t.Helper()
	key, err := stack.HookSecret(p.Stack.Dir, source)
	if err != nil {
		t.Fatal(err)
	}
	r, err := stack.HookCall(ctx, p.API, key, source, body)
	if err != nil {
		t.Fatal(err)
	}
	answered(t, r, 0)
}

func replyAddress(t *testing.T, p *premises.Premises, l string) string {
	t.Helper()
	ring, err := stack.Ring(p.Stack.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return token.NewReplyAddresses(ring).For(l, "reply.shop.example")
}

// logs reads what every part of the stack logged, but for the inbox, which is the world outside.
func logs(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "logs", "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name := strings.TrimSuffix(filepath.Base(file), ".log"); name != stack.Inbox {
			out[name] = string(text)
		}
	}
	for _, name := range []string{"api", "console", "intake", "stream", "worker", "gateway", stack.Temporal} {
		if out[name] == "" && name != stack.Temporal {
			t.Errorf("the log of %s is empty", name)
		}
	}
	return out
}

// histories is all that Temporal keeps of every process, as it is kept and as it is shown, by workflow id.
func histories(t *testing.T, ctx context.Context, p *premises.Premises) map[string]string {
	t.Helper()
	list, err := p.Temporal.ListWorkflow(ctx,
		&workflowservice.ListWorkflowExecutionsRequest{Namespace: stack.Namespace, PageSize: 1000})
	if err != nil || len(list.Executions) == 0 {
		t.Fatalf("%d processes, %v", len(list.GetExecutions()), err)
	}
	out := map[string]string{}
	for _, run := range list.Executions {
		id := run.Execution.WorkflowId
		parts := []proto.Message{run}
		events := p.Temporal.GetWorkflowHistory(ctx, id, run.Execution.RunId, false,
			enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			event, err := events.Next()
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, event)
		}
		text := id
		for _, part := range parts {
			kept, err := proto.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			text += "\n" + string(kept) + "\n" + protojson.Format(part)
		}
		out[id] += text
	}
	return out
}

// rows reads a whole table: its keys, those of its indexes among them, and everything.
func rows(t *testing.T, ctx context.Context, s *stack.Stack, table string) (keys []string, all string) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(s.DynamoDBClient(), &dynamodb.ScanInput{TableName: aws.String(table)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			var row map[string]any
			if err := attributevalue.UnmarshalMap(item, &row); err != nil {
				t.Fatal(err)
			}
			for name, value := range row {
				if name == "pk" || name == "sk" || name == "tag" || name == "id" || strings.HasSuffix(name, "_pk") ||
					strings.HasSuffix(name, "_sk") {
					keys = append(keys, fmt.Sprint(value))
				}
			}
			delete(row, "answer") // of a receipt: what the caller was answered, for a day, so that a repeat is answered alike
			all += fmt.Sprintln(row)
		}
	}
	if len(keys) == 0 {
		t.Errorf("%s is empty", table)
	}
	return keys, all
}
