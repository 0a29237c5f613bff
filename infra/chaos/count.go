package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.temporal.io/api/workflowservice/v1"
)

// proof is what the rig notes while it breaks things, to be held against what it finds afterwards.
type proof struct {
	kills   map[string][]span // by process
	outages int               // of the engine
	fates   map[string]fate   // by tag of the message that a killed worker was at
	drained time.Duration     // in the slowest round: from its last fault until every event from before was handed over
}

// span is from before the kill until the processes have ended.
type span struct{ from, to time.Time }

// fate is what must become of a message that a worker was killed at.
type fate struct {
	point string
	state string
	mails int
}

// killed notes a kill whose processes have ended now.
func (p *proof) killed(process string, began time.Time) {
	p.kills[process] = append(p.kills[process], span{began, time.Now()})
}

// inboxMail is one row of the ledger.
type inboxMail struct{ tag, key, state, channel, person string }

func readMessage(it map[string]types.AttributeValue, key string) inboxMail {
	return inboxMail{word(it, "tag"), key, word(it, "state"), word(it, "channel"), word(it, "person")}
}

// settled reports whether nothing more happens to it by itself.
func (m inboxMail) settled() bool {
	return m.state != message.StateClaimed && m.state != message.StateQueued
}

// facts are what stands in tables, Temporal and inbox once everything has come to rest.
type facts struct {
	proof
	people      int
	tries       []try
	submissions map[string]string // outcome by id
	leads       map[string]string // contact by id
	workflows   []string          // ids
	messages    []inboxMail
	mails       map[string]int // by tag
	doubtful    map[string]bool
	pending     int
	swept       int // events that the stream gave up, and left to the sweep a minute later
}

// rest waits until nothing is under way any more, and reads what there is.
func (r *rig) rest(ctx context.Context, folk int) (facts, error) {
	if err := r.drain(ctx); err != nil {
		return facts{}, err
	}
	f := facts{proof: r.proof, people: folk, tries: r.journal.all()}
	// A claim whose writer is gone lapses, and the step after it is tried again, within a lease and some seconds.
	for until := time.Now().Add(3 * message.Lease); ; {
		if err := f.read(ctx, r.Premises); err != nil {
			return f, err
		}
		pending, err := r.Store.Pending(ctx, boot.Now().Add(time.Minute), 200)
		if err != nil {
			return f, err
		}
		f.pending = len(pending)
		f.doubtful = r.ledger.doubtful()
		if f.pending+len(f.waiting()) == 0 || time.Now().After(until) {
			return f, nil
		}
		if err := pause(ctx, 500*time.Millisecond); err != nil {
			return f, err
		}
	}
}

// waiting lists what is not at rest: contacts without a settled acknowledgement, messages that are being sent,
// leads without a workflow.
func (f *facts) waiting() []string {
	var out []string
	acknowledged := map[string]bool{}
	for _, m := range f.messages {
		if !m.settled() {
			out = append(out, m.state+" "+m.key)
		}
		acknowledged[m.person] = true
	}
	for lead, contact := range f.leads {
		if !acknowledged[contact] {
			out = append(out, "nothing was written to the contact of "+lead)
		}
	}
	if len(f.workflows) < len(f.leads) {
		out = append(out, fmt.Sprintf("%d workflows of %d leads", len(f.workflows), len(f.leads)))
	}
	return out
}

// read reads the tables first and the inbox last, so that whatever a row says was sent must be found.
func (f *facts) read(ctx context.Context, p *premises.Premises) error {
	f.submissions, f.leads, f.messages, f.workflows = map[string]string{}, map[string]string{}, nil, nil
	var err, unread error
	if f.swept, err = leftToTheSweep(p.Stack); err != nil {
		return err
	}
	err = scan(ctx, p, "Records", func(it map[string]types.AttributeValue) {
		kind, id, _ := strings.Cut(word(it, "pk"), "#")
		switch {
		case word(it, "sk") != "RECORD":
		case kind == "SUBMISSION":
			f.submissions[id] = word(it, "outcome")
		case kind == "LEAD":
			unread = cmp.Or(unread, table.Unfold(it))
			f.leads[id] = word(it, "contact_id")
		}
	})
	if err = cmp.Or(err, unread); err != nil {
		return err
	}
	err = scan(ctx, p, "Messages", func(it map[string]types.AttributeValue) {
		if key, ok := strings.CutPrefix(word(it, "sk"), "MESSAGE#"); ok {
			f.messages = append(f.messages, readMessage(it, key))
		}
	})
	if err != nil {
		return err
	}
	if f.workflows, err = workflows(ctx, p); err != nil {
		return err
	}
	mails, err := p.Mails(ctx, "")
	f.mails = byTag(mails)
	return err
}

func byTag(mails []people.Mail) map[string]int {
	out := map[string]int{}
	for _, m := range mails {
		out[m.Headers.Key]++
	}
	return out
}

// scan reads every item of a table, which only a rig may do.
func scan(ctx context.Context, p *premises.Premises, name string, each func(map[string]types.AttributeValue)) error {
	pages := dynamodb.NewScanPaginator(p.Stack.DynamoDBClient(), &dynamodb.ScanInput{TableName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			each(it)
		}
	}
	return nil
}

func word(it map[string]types.AttributeValue, name string) string {
	v, _ := it[name].(*types.AttributeValueMemberS)
	if v == nil {
		return ""
	}
	return v.Value
}

// workflows lists the ids of all processes of leads, running and closed.
func workflows(ctx context.Context, p *premises.Premises) ([]string, error) {
	var out []string
	request := &workflowservice.ListWorkflowExecutionsRequest{Namespace: stack.Namespace, PageSize: 1000,
		Query: "WorkflowType = 'FollowUpLead'"}
	for {
		page, err := p.Temporal.ListWorkflow(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Executions {
			out = append(out, e.Execution.WorkflowId)
		}
		if request.NextPageToken = page.NextPageToken; len(request.NextPageToken) == 0 {
			return out, nil
		}
	}
}

// figures holds what was found against what must be.
func (f *facts) figures(minimum int) []figure {
	accepted := map[string]bool{}
	for _, t := range f.tries {
		if t.accepted() {
			accepted[t.Submission] = true
		}
	}
	const journal, tables = "journal.jsonl and logs/intake.log", "logs/intake.log and the table Records"
	out := []figure{
		atLeast("enquiries", f.people, minimum, "the load: so few show nothing"),
		exactly("enquiries accepted, by the ids that were answered", len(accepted), f.people, journal),
		exactly("submissions stored", len(f.submissions), f.people, tables),
		none("ids that were answered and are not stored", missing(accepted, f.submissions), journal),
		none("submissions that are no lead", f.noLeads(), tables),
		exactly("leads", len(f.leads), f.people, tables),
		exactly("workflows", len(f.workflows), f.people, "logs/stream.log and logs/temporal.log"),
		none("leads without their own workflow", f.unaccompanied(), "logs/stream.log"),
		exactly("events still pending", f.pending, 0, "logs/stream.log, dead-letters.jsonl and the index pending of Events"),
		within("last fault of a round to its last event handed over", f.drained.Seconds(), mayDrain.Seconds(), "s",
			"logs/stream.log"),
		exactly("events that the stream left to the sweep", f.swept, 0, "logs/stream.log and dead-letters.jsonl"),
	}
	out = append(out, f.messageFigures()...)
	return append(out, f.answerFigures()...)
}

// leftToTheSweep counts what the stream did not hand over in all its tries, and what its function said was wrong
// with one event alone.
func leftToTheSweep(s *stack.Stack) (int, error) {
	total := 0
	for file, mark := range map[string]string{s.DeadLetters(): "\n",
		filepath.Join(s.Dir, "logs", "stream.log"): "stays pending"} {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		total += strings.Count(string(text), mark)
	}
	return total, nil
}

func missing(accepted map[string]bool, stored map[string]string) []string {
	var out []string
	for id := range accepted {
		if _, ok := stored[id]; !ok {
			out = append(out, id)
		}
	}
	return out
}

func (f *facts) noLeads() []string {
	var out []string
	for id, outcome := range f.submissions {
		if outcome != form.OutcomeCreated {
			out = append(out, id+" "+outcome)
		}
	}
	return out
}

func (f *facts) unaccompanied() []string {
	var out []string
	for lead := range f.leads {
		if !slices.Contains(f.workflows, "lead/"+lead+"/1") {
			out = append(out, lead)
		}
	}
	return out
}

// messageFigures hold the ledger against the inbox.
func (f *facts) messageFigures() []figure {
	var twice, unsent, unasked, unsettled, unexplained, fateless []string
	states := map[string]string{}
	count := map[string]int{}
	for _, m := range f.messages {
		if m.channel != message.ChannelEmail {
			continue // the chat's sink does not know the key
		}
		states[m.tag] = m.state
		count[m.state]++
		n := f.mails[m.tag]
		switch {
		case n > 1:
			twice = append(twice, m.key)
		case m.state == message.StateSent && n == 0:
			unsent = append(unsent, m.key)
		case (m.state == message.StateSuppressed || m.state == message.StateFailed) && n > 0:
			unasked = append(unasked, m.key)
		case m.state == message.StateUnknown && !f.doubtful[m.tag]:
			unexplained = append(unexplained, m.key)
		case !m.settled():
			unsettled = append(unsettled, m.state+" "+m.key)
		}
	}
	for tag, must := range f.fates {
		if states[tag] != must.state || f.mails[tag] != must.mails {
			fateless = append(fateless,
				fmt.Sprintf("%s: %q with %d mails, not %q with %d", must.point, states[tag], f.mails[tag], must.state, must.mails))
		}
	}
	const ledger = "logs/worker.log and the rows of Messages"
	return []figure{
		note("e-mails sent", fmt.Sprint(count[message.StateSent])),
		note("e-mails unknown", fmt.Sprint(count[message.StateUnknown])),
		none("messages of which there are two mails", twice, ledger),
		none("messages that are sent, and no mail is there", unsent, ledger),
		none("messages that are not sent, and a mail is there", unasked, ledger),
		none("messages unknown that no killed worker was at", unexplained, ledger),
		none("messages still being sent", unsettled, ledger),
		none("messages at a kill that did not end as they must", fateless, ledger),
		none("people who were not written to", f.waiting(), "the workflows of their leads"),
	}
}

// answerFigures hold the answers against what a door may say while the stack is broken.
func (f *facts) answerFigures() []figure {
	var wrong []string
	var waited []time.Duration
	broken, late := 0, 0
	for _, t := range f.tries {
		switch {
		case t.accepted():
		case t.busy():
			waited = append(waited, t.Took)
			if t.Took > mayAnswer {
				late++
			}
		case t.Status == http.StatusInternalServerError && f.killedDuring(intake, t):
			broken++
		default:
			wrong = append(wrong, fmt.Sprintf("%s: %d %s", t.At.Format("15:04:05.000"), t.Status, t.Fault))
		}
	}
	return []figure{
		note("posts, repeated ones counted", fmt.Sprint(len(f.tries))),
		note("kills", fmt.Sprintf("%d of the worker, %d of stream, %d of intake", len(f.kills[worker]),
			len(f.kills[streamer]), len(f.kills[intake]))),
		atLeast("posts that died with their function (500): those that were held, and what lay beside them", broken,
			len(f.kills[intake]), "logs/intake.log"),
		atLeast("posts told to come back, and when (503)", len(waited), f.outages, "the engine's outages"),
		note("slowest of these answers", fmt.Sprintf("%.1f s", quantile(waited, 1).Seconds())),
		atMost(fmt.Sprintf("of these, answers that took longer than %v", mayAnswer), late, len(waited)/100,
			"journal.jsonl and logs/intake.log"),
		none("posts answered otherwise", wrong, "journal.jsonl, logs/gateway.log and logs/intake.log"),
	}
}

func (f *facts) killedDuring(process string, t try) bool {
	return slices.ContainsFunc(f.kills[process],
		func(s span) bool { return t.At.Before(s.to) && t.At.Add(t.Took).After(s.from) })
}
