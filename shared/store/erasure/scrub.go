package erasure

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// mostWrites is how many items one call erases. A transaction of the engine takes some milliseconds, so a call ends
// well within the time that a step has.
const mostWrites = 200

// nobody is what a customer is called who was erased.
const nobody = "已删除 · erased"

// scope is what belongs to a contact who is erased.
type scope struct {
	erase.Erase
	alone    bool // no other contact of the customer is left, so what names nobody is theirs as well
	customer customer.Customer
	records  []string // ids, each once
	owned    map[string]bool
	ended    map[string]bool // records that the shop's retention has ended: nothing says whose they were
	left     int             // items that this call may still erase
}

// EraseMore erases what is left of a contact, up to mostWrites items, and reports whether something may be left. A call
// that breaks off is repeated: what is erased already stays as it is. An item that no line of Lines knows is
// Impossible, and nothing of its record is taken for erased.
func (s *Erasure) EraseMore(ctx context.Context, e erase.Erase) (more bool, err error) {
	in, err := s.scope(ctx, e)
	if err != nil {
		return true, err
	}
	aTask := func(id string) bool { return naming.KindOf(id) == "task" }
	for _, id := range in.records {
		if aTask(id) {
			continue
		}
		if err := s.eraseRecord(ctx, &in, id); err != nil || in.left <= 0 {
			return true, err
		}
	}
	if err := s.ownTouches(ctx, &in); err != nil {
		return true, err
	}
	for _, id := range in.records { // a task may be about what the contact said
		if !aTask(id) {
			continue
		}
		if err := s.eraseRecord(ctx, &in, id); err != nil || in.left <= 0 {
			return true, err
		}
	}
	if err := s.erasePerson(ctx, &in); err != nil || in.left <= 0 {
		return true, err
	}
	return in.left < mostWrites, nil // a last call sees that nothing is left
}

// scope reads which records belong to the contact: the customer's log names each of them.
func (s *Erasure) scope(ctx context.Context, e erase.Erase) (scope, error) {
	in := scope{Erase: e, left: mostWrites, owned: map[string]bool{e.Contact: true}, ended: map[string]bool{}}
	var err error
	if in.customer, err = s.centre.Customer(ctx, e.Customer); err != nil {
		return in, err
	}
	people, err := s.centre.Contacts(ctx, e.Customer)
	if err != nil {
		return in, err
	}
	in.alone = !others(in.customer, people, e.Contact)
	seen := map[string]bool{e.ID: true}
	err = s.each(ctx, s.table.Events, table.EventKey(e.Customer, "")["pk"], func(it table.Item) error {
		id := table.StringOf(it["record"])
		if kind := naming.KindOf(id); kind != "" && !seen[id] {
			seen[id], in.records = true, append(in.records, id)
		}
		return nil
	})
	return in, err
}

// each reads every item of a partition.
func (s *Erasure) each(ctx context.Context, name string, pk types.AttributeValue, do func(table.Item) error) error {
	pages := dynamodb.NewQueryPaginator(s.table.DB, &dynamodb.QueryInput{
		TableName: aws.String(name), ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: table.Item{":pk": pk},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return table.Unavailable(err)
		}
		for _, it := range page.Items {
			if err := do(it); err != nil {
				return err
			}
		}
	}
	return nil
}

// items reads a partition of Records whole. What a row says only once is put back wherever it belongs.
func (s *Erasure) items(ctx context.Context, kind, id string) (out []table.Item, err error) {
	err = s.each(ctx, s.table.Records, table.RecordKey(kind, id)["pk"], func(it table.Item) error {
		out = append(out, it)
		return table.Unfold(it)
	})
	return out, err
}

// eraseRecord erases a record with what stands under it, if it is the contact's. An enquiry leads to what was sent.
func (s *Erasure) eraseRecord(ctx context.Context, in *scope, id string) error {
	items, err := s.items(ctx, naming.KindOf(id), id)
	if err != nil {
		return err
	}
	in.ended[id] = len(items) == 0
	if !in.owns(items) {
		return nil
	}
	in.owned[id] = true
	for _, it := range items {
		if sub := table.StringOf(it["submission"]); sub != "" && naming.KindOf(id) == "lead" {
			if err := s.eraseSubmission(ctx, in, sub); err != nil {
				return err
			}
		}
	}
	return s.eraseItems(ctx, in, s.table.Records, items)
}

// ownTouches notes which conversations are the contact's.
func (s *Erasure) ownTouches(ctx context.Context, in *scope) error {
	items, err := s.items(ctx, "customer", in.Customer)
	for _, it := range items {
		if strings.HasPrefix(table.StringOf(it["sk"]), table.TouchSK) && in.names(it) {
			in.owned[table.StringOf(it["id"])] = true
		}
	}
	return err
}

func (s *Erasure) eraseSubmission(ctx context.Context, in *scope, id string) error {
	items, err := s.items(ctx, "submission", id)
	if err != nil {
		return err
	}
	return s.eraseItems(ctx, in, s.table.Records, items)
}

// owns reports whether a record is the contact's: one of its items names them, or is about a record of theirs. What
// is closed about a record that has ended may have been theirs, so it goes.
func (in *scope) owns(items []table.Item) bool {
	return in.alone || slices.ContainsFunc(items, func(it table.Item) bool {
		return in.names(it) || in.ended[table.StringOf(it["about"])] && table.StringOf(it["state"]) != task.StateOpen
	})
}

func (in *scope) names(it table.Item) bool {
	return slices.ContainsFunc([]string{"contact", "contact_id", "about", "lead"}, func(attr string) bool {
		return in.owned[table.StringOf(it[attr])]
	})
}

// erasePerson erases what stands under the customer, the contact's consents, and the messages to them. The contact's
// own item is the last: its customer is alone as long as it stands.
func (s *Erasure) erasePerson(ctx context.Context, in *scope) error {
	consents, err := s.items(ctx, "contact", in.Contact)
	if err != nil {
		return err
	}
	if err := s.eraseItems(ctx, in, s.table.Records, consents); err != nil {
		return err
	}
	var messages, card, own []table.Item
	err = s.each(ctx, s.table.Messages, table.GateKey(in.Contact)["pk"], func(it table.Item) error {
		messages = append(messages, it)
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.eraseItems(ctx, in, s.table.Messages, messages); err != nil {
		return err
	}
	items, err := s.items(ctx, "customer", in.Customer)
	if err != nil {
		return err
	}
	for _, it := range items {
		switch sk := table.StringOf(it["sk"]); {
		case sk == table.ContactSK+in.Contact:
			own = append(own, it)
		case strings.HasPrefix(sk, table.ContactSK), sk == table.RecordSK && in.customer.Kind != customer.Person:
		case in.alone || strings.HasPrefix(sk, table.TouchSK) && in.names(it):
			card = append(card, it)
		}
	}
	if err := errors.Join(s.freeClaims(ctx, in), s.rename(ctx, in)); err != nil {
		return err
	}
	return s.eraseItems(ctx, in, s.table.Records, slices.Concat(card, own))
}

// rename gives a private customer, beside whose erased contact others stay, the name of one of those. It comes before
// the contact's own item, so that a call which broke off finds it to do.
func (s *Erasure) rename(ctx context.Context, in *scope) error {
	if in.alone || in.customer.Kind != customer.Person || in.left <= 0 {
		return nil
	}
	people, err := s.centre.Contacts(ctx, in.Customer)
	if err != nil {
		return err
	}
	by := staff.Process("erase")
	was, err := s.centre.ChangeCustomer(ctx, in.Customer, by,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
			next, told := c.Without(in.Contact, people, by, s.table.Now())
			return next, told, nil
		})
	if err == nil && was.Version != in.customer.Version {
		in.left--
	}
	return err
}

// freeClaims removes the claims of a person who has no contact left: the number under which they pay taxes.
func (s *Erasure) freeClaims(ctx context.Context, in *scope) error {
	if !in.alone || in.customer.Kind != customer.Person {
		return nil
	}
	for _, claim := range in.customer.Claims() {
		if err := s.freeClaim(ctx, in, claim); err != nil {
			return err
		}
	}
	return nil
}

func (s *Erasure) freeClaim(ctx context.Context, in *scope, claim identity.Claim) error {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ClaimKey(claim))
	if err != nil || !found || table.StringOf(it["owner"]) != in.Customer {
		return err
	}
	b := table.NewBatch()
	b.Remove(s.table.Records, table.ClaimKey(claim), table.AsRead(it), func(table.Item) error { return table.Conflict() })
	in.left--
	return s.table.Commit(ctx, b, nil)
}

// eraseItems erases items that are not erased yet, as long as the call may.
func (s *Erasure) eraseItems(ctx context.Context, in *scope, name string, items []table.Item) error {
	branch := ""
	for _, it := range items { // what stands under a record may not name its branch
		branch = cmp.Or(branch, table.StringOf(it["branch"]))
	}
	for _, it := range items {
		if in.left <= 0 {
			return nil
		}
		line, known := lineOf(it)
		if !known {
			return errUnknown
		}
		if line.Fate != Erased {
			continue
		}
		next := line.erased(it, s.table.Now())
		if sameItem(it, next) {
			continue
		}
		of := cmp.Or(table.StringOf(it["branch"]), branch)
		if err := errors.Join(s.dropFiles(ctx, it, of), s.thaw(ctx, line, it)); err != nil {
			return err
		}
		// One that was changed meanwhile stays, and the next call reads it anew.
		if err := s.putErased(ctx, name, next, it); err != nil {
			return err
		}
		in.left--
	}
	return nil
}

// putErased writes an erased item, if it is still as it was read. The rows go by which a record is found no more.
func (s *Erasure) putErased(ctx context.Context, name string, next, was table.Item) error {
	if table.StringOf(was["sk"]) != table.RecordSK || !naming.Renamed(was, next) {
		_, err := s.table.PutOne(ctx, name, next, table.AsRead(was))
		return err
	}
	b := table.NewBatch()
	b.Put(name, next, table.AsRead(was), func(table.Item) error { return table.ErrChanged })
	naming.Rename(s.table, b, was, next)
	if err := s.table.Commit(ctx, b, nil); !errors.Is(err, table.ErrChanged) {
		return err
	}
	return nil
}

// artworkSK is the sort key of a folder of files (table.ArtworkKey).
const artworkSK = "ARTWORK"

// dropFiles deletes the files of a folder, and a letter as it came, before the item that names them is erased.
func (s *Erasure) dropFiles(ctx context.Context, it table.Item, branch string) error {
	raw := table.StringOf(it["letter"]) // of a touch
	if read, ok := it["letter"].(*types.AttributeValueMemberM); ok {
		raw = table.StringOf(read.Value["raw"]) // of a submission
	}
	if raw != "" {
		return s.files.EraseLetter(ctx, branch, raw)
	}
	if table.StringOf(it["sk"]) != artworkSK {
		return nil
	}
	folder, err := table.Decode[artwork.Folder](it)
	if err != nil {
		return err
	}
	return s.files.EraseArtwork(ctx, folder)
}

// thaw gives the customer's other contacts their marketing back, before an open complaint ends.
func (s *Erasure) thaw(ctx context.Context, l Line, it table.Item) error {
	if l.Key != "RecordKey complaint" || !slices.Contains(l.Open, table.StringOf(it["state"])) {
		return nil
	}
	over := complaint.Complaint{ID: table.StringOf(it["id"]), Customer: table.StringOf(it["customer"]), State: l.Closed}
	known, err := s.centre.Freeze(ctx, over.Customer)
	if err != nil || known.Follow(over.Customer, over.ID, false, s.table.Now()).Version == known.Version {
		return err
	}
	b := table.NewBatch()
	if err := s.centre.FollowFreeze(b, known, over); err != nil {
		return err
	}
	err = s.table.Commit(ctx, b, nil)
	if errors.Is(err, table.ErrChanged) {
		return table.Conflict() // the step is tried again
	}
	return err
}

// sameItem reports whether nothing of an item changes but its version.
func sameItem(it, next table.Item) bool {
	bare := func(it table.Item) table.Item {
		out := maps.Clone(it)
		for _, name := range []string{"version", "seq", table.CommitAttr} {
			delete(out, name)
		}
		return out
	}
	return reflect.DeepEqual(bare(it), bare(next))
}

// erased is an item with nothing but what stays. Its version goes up, so that a writer who read it before decides
// again. An open record ends: no list shows it and no process goes on.
func (l Line) erased(it table.Item, now time.Time) table.Item {
	keep := map[string]bool{}
	for _, path := range strings.Fields(stays + " " + l.Keep) {
		keep[path] = true
	}
	out := table.Item{}
	for name, av := range it {
		if kept, ok := keeping(av, name, keep); ok {
			out[name] = kept
		}
	}
	if slices.Contains(l.Open, table.StringOf(it["state"])) {
		out["state"] = table.Text(l.Closed)
		delete(out, "board_pk")
		delete(out, "board_sk")
		if l.Closed != "" && (l.PK == "TASK#" || l.PK == "COMPLAINT#") {
			out["closed_at"] = table.Text(now.Format(time.RFC3339Nano))
		}
	}
	switch l.Key {
	case "RecordKey customer":
		out["name"] = table.Text(nobody)
		delete(out, "board_pk") // no silence wakes them any more
		delete(out, "board_sk")
		setOnce(out, it, "archived_at", now)
	case "ContactKey":
		setOnce(out, it, "erased_at", now)
	}
	for _, name := range []string{"version", "seq"} {
		if n, ok := out[name].(*types.AttributeValueMemberN); ok {
			count, _ := strconv.ParseInt(n.Value, 10, 64) // the store wrote it
			out[name] = table.Number(count + 1)
		}
	}
	return out
}

// setOnce gives an item a time that it does not have yet.
func setOnce(out, it table.Item, name string, now time.Time) {
	if table.StringOf(it[name]) == "" {
		out[name] = table.Text(now.Format(time.RFC3339Nano))
	}
}

// keeping is what stays of an attribute at a path. Where only a part of it stays, a number may stay in its place: it
// says where that part is kept.
func keeping(av types.AttributeValue, path string, keep map[string]bool) (types.AttributeValue, bool) {
	if keep[path] {
		return av, true
	}
	below := false
	for name := range keep {
		below = below || strings.HasPrefix(name, path+".")
	}
	if !below {
		return nil, false
	}
	switch v := av.(type) {
	case *types.AttributeValueMemberN:
		return v, true
	case *types.AttributeValueMemberM:
		out := table.Item{}
		for name, part := range v.Value {
			if kept, ok := keeping(part, path+"."+name, keep); ok {
				out[name] = kept
			}
		}
		return &types.AttributeValueMemberM{Value: out}, true
	case *types.AttributeValueMemberL:
		out := &types.AttributeValueMemberL{}
		for _, part := range v.Value {
			if kept, ok := keeping(part, path, keep); ok {
				out.Value = append(out.Value, kept)
			}
		}
		return out, true
	}
	return nil, false
}
