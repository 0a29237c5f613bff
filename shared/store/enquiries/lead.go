package enquiries

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// LeadRule takes a lead and gives the next one with its event, or refuses.
type LeadRule = func(lead.Lead) (lead.Lead, event.Event, error)

// leadRow is the item of a lead with the lists in which it stands. It always stands on its branch's board. While
// it is open, it also stands on a desk and among its customer's open items. The desk is its owner's, or its
// branch's while it has no owner.
func leadRow(l lead.Lead) (table.Item, error) {
	it, err := table.Row(l, l.Card(),
		table.Lists{Kind: "lead", ID: l.ID, State: l.State, Branch: l.Branch, Owner: l.Owner, Customer: l.Customer,
			Closed: l.Closed(), At: l.Due})
	if err == nil {
		table.Fold(it, l.Rungs)
	}
	return it, err
}

// leadOf reads a lead from its item, folded or not.
func leadOf(it table.Item) (lead.Lead, error) {
	rungs, packed, err := table.UnfoldRungs(it)
	if err = errors.Join(err, table.Unfold(it)); err != nil {
		return lead.Lead{}, err
	}
	l, err := table.Decode[lead.Lead](it)
	if packed {
		l.Rungs = rungs
	}
	return l, err
}

// Lead reads a lead by its id. A missing lead is NotFound.
func (s *Enquiries) Lead(ctx context.Context, id string) (lead.Lead, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.RecordKey("lead", id))
	if err != nil || !found {
		return lead.Lead{}, table.MissingOr(err, fault.Missing("线索", "lead"))
	}
	return leadOf(it)
}

// ChangeLead reads a lead, applies the rule, and writes the next lead and its event in one transaction. What the
// change means for the customer's card and life stage is part of it. The condition is that no other writer
// changed the lead meanwhile. When one did, the rule decides again on the lead as it is now.
func (s *Enquiries) ChangeLead(ctx context.Context, id string, rule LeadRule) (lead.Lead, error) {
	return s.changeLead(ctx, id, rule, &customer.Touch{}, nil)
}

// changeLead is ChangeLead with what goes into its transaction beside. word is the touch that the change tells of, once
// the rule has decided.
func (s *Enquiries) changeLead(ctx context.Context, id string, rule LeadRule, word *customer.Touch,
	extra func(*table.Batch) error) (lead.Lead, error) {
	read := func() (lead.Lead, error) { return s.Lead(ctx, id) }
	return table.Change(ctx, table.Crowd, read, rule, func(l, next lead.Lead, e event.Event) (lead.Lead, error) {
		if next.Version == l.Version {
			return next, nil
		}
		b := table.NewBatch()
		if err := s.putLead(b, next, l.Version, e); err != nil {
			return l, err
		}
		if l.FirstContactIs(e) {
			s.work.CountDone(b, "lead", next.Owner, next.UpdatedAt, !next.UpdatedAt.After(l.FirstContactDue), 1)
		}
		if err := s.centre.PutLeadNews(ctx, b, next, e, *word); err != nil {
			return l, err
		}
		if extra != nil {
			if err := extra(b); err != nil {
				return l, err
			}
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// putLead adds a lead and its event to a transaction. version is the one that was read, 0 for a new lead.
func (s *Enquiries) putLead(b *table.Batch, l lead.Lead, version int64, e event.Event) error {
	it, err := leadRow(l)
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	return s.table.PutEvent(b, e)
}

// Quota is how many leads a person may claim until the day ends at their place of work.
type Quota struct {
	Staff string
	Limit int
	Ends  time.Time // the end of the day; it also names the day
}

// ClaimLead takes a lead out of the pool for a person within their quota. The count is part of the transaction.
// Beyond the quota it is TooMany, with the time to wait.
func (s *Enquiries) ClaimLead(ctx context.Context, id string, q Quota, rule LeadRule) (lead.Lead, error) {
	return s.changeLead(ctx, id, rule, &customer.Touch{}, func(b *table.Batch) error {
		s.table.CountOne(b, table.CounterKey("claims", q.Staff, table.At(q.Ends)), int64(q.Limit), q.Ends,
			func(table.Item) error {
				e := fault.Fail(fault.TooMany, "您今天领取的线索已达上限。请先跟进手上的线索，明天再领。",
					"You have claimed as many leads as a day allows. Follow up those first; claim again tomorrow.")
				e.RetryAfter = q.Ends.Sub(s.table.Now())
				return e
			})
		return nil
	})
}

// WriteLead keeps what a colleague writes to the person of a lead: the lead after it, the touch, and the event that has
// it sent are one transaction. alike is the mark of its words, which counts as in WriteTo.
func (s *Enquiries) WriteLead(ctx context.Context, id string, by staff.Actor, t customer.Touch, alike string,
	rule LeadRule) (customer.Touch, error) {
	t.ID, t.Version, t.By = s.table.NewID("tch"), 1, by.ID
	ctx = receipt.As(ctx, func(any) any { return t })
	_, err := s.changeLead(ctx, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		next, e, err := rule(l)
		t.Lead, t.Customer, t.Branch, t.CreatedAt, t.At = l.ID, l.Customer, l.Branch, next.UpdatedAt, next.UpdatedAt
		return next, e, err
	}, &t, func(b *table.Batch) error { return s.centre.PutWritten(ctx, b, t, alike, t.Sending(by)) })
	return t, err
}

// Reply keeps an answer to a message about a lead, as an incoming touch. An answer written by a person changes
// the lead, wakes its process and stands on the customer's card, in one transaction with the touch. An automatic
// answer is kept and changes nothing else. One whose sender is in doubt is kept with a task to find out whose it is.
// The fields that the lead decides are filled in here. Beyond what one side may write about one lead it is a
// *message.Flood.
func (s *Enquiries) Reply(ctx context.Context, led string, by staff.Actor, t customer.Touch) error {
	t.ID, t.Version, t.CreatedAt, t.Direction = s.table.NewID("tch"), 1, s.table.Now(), customer.TouchIn
	t.At = t.CreatedAt
	about := func(l lead.Lead) customer.Touch {
		t.Lead, t.Customer, t.Contact, t.Branch = l.ID, l.Customer, l.ContactID, l.Branch
		return t
	}
	if t.Kind != message.MailPerson || t.Sender != "" {
		l, err := s.Lead(ctx, led)
		if err != nil {
			return err
		}
		return s.keepTouch(ctx, about(l), l)
	}
	_, err := s.changeLead(ctx, led, func(l lead.Lead) (lead.Lead, event.Event, error) {
		next, e, err := l.Reply(by, t.ID, t.CreatedAt)
		about(next)
		return next, e, err
	}, &t, func(b *table.Batch) error {
		s.work.CountWord(b, t.Lead, t.Branch, message.SideCustomer)
		return s.centre.PutTouch(b, t)
	})
	return err
}

// LeadSender is the doubt about a letter that came from the address, about the lead; empty where the person who asks
// has the address, or another contact of the customer.
func (s *Enquiries) LeadSender(ctx context.Context, led, from string) (doubt string, err error) {
	l, err := s.Lead(ctx, led)
	if err != nil {
		return "", err
	}
	if address, unread := identity.Email(from); unread == nil && l.Person.Email == address {
		return "", nil
	}
	return s.centre.Sender(ctx, l.Customer, l.ContactID, from)
}

// keepTouch keeps a letter about the lead that does not change it.
func (s *Enquiries) keepTouch(ctx context.Context, t customer.Touch, l lead.Lead) error {
	if t.Kind == message.MailPerson {
		shop, terms, err := s.company.Terms(ctx, l.Branch)
		if err != nil {
			return err
		}
		if t, err = t.Doubted(l.ID, l.Owner, shop.Roster, terms.Letter(), t.CreatedAt); err != nil {
			return err
		}
	}
	return s.centre.HearDoubted(ctx, t)
}

// PutFile adds to a transaction that the person of a lead sent a file by their link: after the first contact somebody
// has to answer. A lead that is gone adds nothing.
func (s *Enquiries) PutFile(ctx context.Context, b *table.Batch, led string, ask task.Ask) error {
	l, err := s.Lead(ctx, led)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := s.centre.Customer(ctx, l.Customer)
	if err != nil {
		return err
	}
	next, err := s.centre.PutLeadAsked(ctx, b, c, l, ask)
	if err != nil || slices.Equal(next.Owed, c.Owed) {
		return err
	}
	next.Seq++
	return s.centre.PutCustomer(b, next, c.Seq)
}

// mostOpen is how many open leads of one customer are looked at to find a contact's.
const mostOpen = 50

// OpenLead is the id of the contact's open lead that came last; empty where there is none. It reads an index, which
// follows within moments.
func (s *Enquiries) OpenLead(ctx context.Context, cust, contact string) (string, error) {
	lines, _, err := s.table.Lines(ctx, table.List{Index: table.AboutIndex, Kind: "lead",
		Partitions: []string{table.OpenOf(cust)}}, table.Paging{Limit: mostOpen, Caller: cust})
	if err != nil {
		return "", err
	}
	var last lead.Lead
	for _, line := range lines {
		l, err := s.Lead(ctx, line.ID)
		if err != nil {
			return "", err
		}
		if l.ContactID == contact && !l.Closed() && l.CreatedAt.After(last.CreatedAt) {
			last = l
		}
	}
	return last.ID, nil
}

// AskForQuote opens the task to quote for a qualified lead, once in each round. Where nobody can take it, the lead's
// own clock tells its people.
func (s *Enquiries) AskForQuote(ctx context.Context, l lead.Lead) error {
	shop, terms, err := s.company.Terms(ctx, l.Branch)
	if err != nil {
		return err
	}
	t, e, ok := l.QuoteTask(shop.Roster, terms.Task(), s.table.Now())
	if !ok {
		return nil
	}
	_, err = s.work.OpenTask(ctx, t, e)
	return err
}

// Rotate raises the branch's rotation by one and returns the new number. It needs no condition: any order of
// counting is fair.
func (s *Enquiries) Rotate(ctx context.Context, branch string) (int64, error) {
	out, err := s.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.table.Messages), Key: table.CounterKey("rotation", branch),
		UpdateExpression:          aws.String("ADD #n :one"),
		ExpressionAttributeNames:  map[string]string{"#n": "n"},
		ExpressionAttributeValues: table.Item{":one": table.Number(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, table.Unavailable(err)
	}
	n, _ := out.Attributes["n"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0, table.Unavailable(errors.New("the counter has no number"))
	}
	return strconv.ParseInt(n.Value, 10, 64)
}

// BoardStates are the open states of leads, whose boards are kept by state.
var BoardStates = map[string][]string{"lead": lead.OpenStates}

// LeadQuery asks for leads: of branches, by state, or of one owner.
type LeadQuery struct {
	Branches []string
	State    string // empty: all open states
	Owner    string
	Month    string // of closed leads: yyyy-mm in which they were closed, UTC; empty: open leads
	table.Paging
}

// Leads lists leads, most urgent first; closed ones, newest first. Without branches the list is empty.
func (s *Enquiries) Leads(ctx context.Context, q LeadQuery) (table.Page[lead.Card], error) {
	if len(q.Branches) == 0 {
		return table.Page[lead.Card]{Items: []lead.Card{}}, nil
	}
	l := table.List{Index: table.BoardIndex, Card: map[string]string{"state": q.State, "owner": q.Owner}}
	// a month asks for what was closed in it: an earlier release closed qualified leads
	closed := q.Month != "" && q.State != ""
	if q.Owner != "" && !closed {
		l.Index, l.Kind, l.Branches, l.Partitions = table.DeskIndex, "lead", q.Branches, []string{table.DeskOf(q.Owner)}
		return table.Cards[lead.Card](s.table.Lines(ctx, l, q.Paging))
	}
	for _, b := range q.Branches {
		if closed {
			l.Newest, l.Partitions = true, append(l.Partitions, table.ClosedBoard("lead", b, q.Month))
		} else {
			l.States, l.Partitions = BoardStates["lead"], append(l.Partitions, table.OpenBoard("lead", b))
		}
	}
	return table.Cards[lead.Card](s.table.Lines(ctx, l, q.Paging))
}

// NamedLeads are the leads with this reference, in any state.
func (s *Enquiries) NamedLeads(ctx context.Context, n naming.Query) (table.Page[lead.Card], error) {
	return naming.Cards[lead.Card](ctx, s.table, "lead", n)
}
