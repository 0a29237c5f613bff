package service

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"strconv"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// part is the part of a complaint that stands in an item of its own, once its head says something. Few steps change
// it, while each step writes the record. The item is written once, under the version of the complaint that it belongs
// to. The record holds that version in place of the head. A release that does not know parts cannot read such a
// record, so it loses none.
type part struct {
	name  string
	head  string   // an attribute that never is a number where the record holds the part itself
	attrs []string // by their JSON names; head is one of them
}

// parts of a complaint: what was reported, what was found out, what the rule proposed, what is offered, and what
// earlier rounds came to.
var parts = []part{
	{"report", "job", []string{"job", "words", "contact", "opened_by", "channel", "account", "wanted", "affected",
		"samples", "needed_by", "reported_at"}},
	{"findings", "case", []string{"case", "verdict", "measurements"}},
	{"proposals", "proposals", []string{"proposals", "proposed_from"}},
	{"offer", "remedies", []string{"remedies", "proposed_by", "approval", "refused"}},
	{"earlier", "earlier", []string{"earlier", "joined", "corrections"}},
}

// of are the attributes of the part that say something.
func (p part) of(it table.Item) table.Item {
	own := table.Item{}
	for _, name := range p.attrs {
		if _, null := it[name].(*types.AttributeValueMemberNULL); it[name] != nil && !null {
			own[name] = it[name]
		}
	}
	return own
}

// apart is the version under which the record holds the part elsewhere; ok is false where it holds the part itself.
func (p part) apart(it table.Item) (version int64, ok bool) {
	n, ok := it[p.head].(*types.AttributeValueMemberN)
	if !ok {
		return 0, false
	}
	version, _ = strconv.ParseInt(n.Value, 10, 64) // the store wrote it
	return version, true
}

// StoredComplaint is a complaint as it was read, with the versions under which its parts stand.
type StoredComplaint struct {
	complaint.Complaint
	apart  map[string]int64 // by the part's name
	packed bool             // its rungs are
}

// mostParts is how many items the first read of a complaint takes: the record and the newest parts of most.
const mostParts = 8

// StoredComplaint reads a complaint to change it. One query brings the record and its newest parts. A part that is not
// among them is read by its key. A missing complaint is NotFound. Where a part is missing, as after a
// restore of some rows, the complaint is Impossible to read.
func (s *Service) StoredComplaint(ctx context.Context, id string) (out StoredComplaint, err error) {
	found, err := s.table.DB.Query(ctx, s.table.WithParts(table.RecordKey("complaint", id), mostParts))
	if err != nil {
		return out, table.Unavailable(err)
	}
	if len(found.Items) == 0 || table.StringOf(found.Items[0]["sk"]) != table.RecordSK ||
		table.Over(found.Items[0], s.table.Now()) {
		return out, fault.Missing("投诉", "complaint")
	}
	it := found.Items[0]
	if out.apart, err = s.bringParts(ctx, id, it, found.Items[1:]); err != nil {
		return out, err
	}
	rungs, packed, unread := table.UnfoldRungs(it)
	if out.Complaint, err = table.Decode[complaint.Complaint](it); packed {
		out.packed, out.Rungs = true, rungs
	}
	return out, cmp.Or(err, unread)
}

// bringParts puts the parts of a complaint into its record's item, and gives the version of each. newest are those
// that were read already.
func (s *Service) bringParts(ctx context.Context, id string, it table.Item,
	newest []table.Item) (versions map[string]int64, err error) {
	known := map[string]table.Item{}
	for _, own := range newest {
		known[table.StringOf(own["sk"])] = own
	}
	versions = map[string]int64{}
	for _, p := range parts {
		version, apart := p.apart(it)
		if !apart {
			continue
		}
		key := table.ComplaintPart(id, p.name, version)
		own, there := known[table.StringOf(key["sk"])]
		if !there {
			if own, there, err = s.table.Get(ctx, s.table.Records, key); err != nil {
				return nil, err
			}
		}
		if !there {
			return nil, table.Incomplete(fmt.Errorf("service: %s of %s is missing", table.StringOf(key["sk"]), id))
		}
		delete(it, p.head)
		maps.Copy(it, p.of(own))
		versions[p.name] = version
	}
	return versions, nil
}

// putParts takes the parts of a complaint out of its record's item, and adds those that changed to the transaction.
// What a new complaint brings stays in its record until it is triaged: opening writes no more than it must.
func (s *Service) putParts(b *table.Batch, before StoredComplaint, next complaint.Complaint, it table.Item) error {
	divided := before.packed || before.Version == 0
	was, err := table.Encode(before.Complaint)
	if err != nil {
		return err
	}
	for _, p := range parts {
		own := p.of(it)
		same := reflect.DeepEqual(own, p.of(was))
		version, apart := before.apart[p.name]
		if own[p.head] == nil || before.Version == 0 || same && !apart && before.State == complaint.StateNew {
			continue
		}
		for _, name := range p.attrs {
			delete(it, name)
		}
		if !same || !apart {
			version = next.Version
			maps.Copy(own, table.ComplaintPart(next.ID, p.name, version))
			b.Put(s.table.Records, own, table.Absent(), func(table.Item) error { return table.ErrChanged })
		}
		it[p.head], divided = table.Number(version), true
	}
	if divided {
		table.FoldRungs(it, next.Rungs)
	}
	return nil
}
