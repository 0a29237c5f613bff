package erasure

import (
	"cmp"
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/retention"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// row is an item of Records as it is stored, and as it is read.
type row struct{ stored, read table.Item }

// EndRecord ends a record whose time is over by the policy, with what stands under it and its files. changed is false
// for one whose time has not come. A call that breaks off is repeated: from its beginning on the record counts as
// absent, and the repeat goes on. Where a person changes the record at the same time, one of both is refused.
func (s *Erasure) EndRecord(ctx context.Context, kind, id string, p retention.Policy) (changed bool, err error) {
	return table.Retry(ctx, table.Few, func(int) (bool, error) { return s.endRecord(ctx, kind, id, p) })
}

func (s *Erasure) endRecord(ctx context.Context, kind, id string, p retention.Policy) (bool, error) {
	rows, err := s.rows(ctx, kind, id)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	record := rows[len(rows)-1]
	if table.StringOf(record.read["sk"]) != table.RecordSK {
		return false, nil // nothing but what a record left
	}
	if record.read[table.EndedAttr] == nil {
		due, files, err := s.due(ctx, kind, rows, p)
		if err != nil {
			return false, err
		}
		switch {
		case due && kind == "submission":
			waits, err := s.hasLead(ctx, record.read)
			if err != nil {
				return false, err
			}
			if waits {
				return true, s.thinOut(ctx, record)
			}
		case !due && files:
			return s.endFiles(ctx, record.read, p)
		}
		if !due {
			return false, nil
		}
		if err := s.markEnded(ctx, &record); err != nil {
			return false, err
		}
		rows[len(rows)-1] = record
	}
	if sub := table.StringOf(record.read["submission"]); kind == "lead" && sub != "" {
		under, err := s.rows(ctx, "submission", sub)
		if err != nil {
			return false, err
		}
		if err := s.endRows(ctx, under, table.StringOf(record.read["branch"])); err != nil {
			return false, err
		}
	}
	return true, s.endRows(ctx, rows, table.StringOf(record.read["branch"]))
}

// rows reads a partition of Records whole, with the record itself last.
func (s *Erasure) rows(ctx context.Context, kind, id string) (out []row, err error) {
	var record []row
	err = s.each(ctx, s.table.Records, table.RecordKey(kind, id)["pk"], func(it table.Item) error {
		r := row{stored: maps.Clone(it), read: it}
		if table.StringOf(it["sk"]) == table.RecordSK {
			record = append(record, r)
		} else {
			out = append(out, r)
		}
		return table.Unfold(it)
	})
	return append(out, record...), err
}

// due reports whether a record's time is over by the policy, and whether that of its files is. A joined complaint waits
// for the one that it was joined to.
func (s *Erasure) due(ctx context.Context, kind string, rows []row, p retention.Policy) (record, files bool,
	err error) {
	it := rows[len(rows)-1].read
	end, ok := p.Of(kind, cmp.Or(table.StringOf(it["state"]), table.StringOf(it["outcome"])))
	changed, unread := time.Parse(time.RFC3339Nano, table.StringOf(it["updated_at"]))
	if !ok || unread != nil {
		return false, false, unread
	}
	now := s.table.Now()
	record, files = !now.Before(changed.Add(end.Record)), !now.Before(changed.Add(end.Files))
	for _, r := range rows {
		into := table.StringOf(r.read["joined_into"])
		if !record || kind != "complaint" || into == "" {
			continue
		}
		main, err := s.rows(ctx, kind, into)
		if err != nil {
			return false, false, err
		}
		if len(main) > 0 && main[len(main)-1].read[table.EndedAttr] == nil {
			return s.due(ctx, kind, main, p)
		}
	}
	return record, files, nil
}

// hasLead reports whether the lead of a submission is still there. What was posted ends before it; its files do not.
func (s *Erasure) hasLead(ctx context.Context, sub table.Item) (bool, error) {
	id := table.StringOf(sub["lead"])
	if id == "" {
		return false, nil
	}
	_, found, err := s.table.Get(ctx, s.table.Records, table.RecordKey("lead", id))
	return found, err
}

// thinOut ends what a submission says and leaves its ids and times. It stands in no list any more.
func (s *Erasure) thinOut(ctx context.Context, r row) error {
	line, known := lineOf(r.read)
	if !known {
		return errUnknown
	}
	if err := s.dropFiles(ctx, r.read, table.StringOf(r.read["branch"])); err != nil {
		return err
	}
	next := line.erased(r.read, s.table.Now())
	delete(next, "board_pk")
	delete(next, "board_sk")
	return s.putRow(ctx, next, r.stored)
}

// endFiles ends the files of a lost lead's submission and leaves everything else of it. Files that came later, such as
// those of a letter, have a time of their own.
func (s *Erasure) endFiles(ctx context.Context, of table.Item, p retention.Policy) (changed bool, err error) {
	end, _ := p.Of("lead", lead.StateLost)
	rows, err := s.rows(ctx, "submission", table.StringOf(of["submission"]))
	for _, r := range rows {
		if err != nil || table.StringOf(r.read["sk"]) != artworkSK {
			continue
		}
		came, unread := time.Parse(time.RFC3339Nano, table.StringOf(r.read["updated_at"]))
		if unread == nil && s.table.Now().Before(came.Add(end.Files)) {
			continue
		}
		line, _ := lineOf(r.read)
		next := line.erased(r.read, s.table.Now())
		if sameItem(r.read, next) {
			continue
		}
		if err := s.dropFiles(ctx, r.read, table.StringOf(of["branch"])); err != nil {
			return false, err
		}
		changed, err = true, s.putRow(ctx, next, r.stored)
	}
	return changed, err
}

// markEnded marks the record: from now on nobody sees it, and a writer who read it before is refused.
func (s *Erasure) markEnded(ctx context.Context, r *row) error {
	next := maps.Clone(r.stored)
	next[table.EndedAttr] = table.Text(table.At(s.table.Now()))
	for _, name := range []string{"version", "seq"} {
		if n, ok := next[name].(*types.AttributeValueMemberN); ok {
			count, _ := strconv.ParseInt(n.Value, 10, 64) // the store wrote it
			next[name] = table.Number(count + 1)
		}
	}
	if err := s.putRow(ctx, next, r.stored); err != nil {
		return err
	}
	r.stored = next
	return nil
}

// endRows gives rows their TTL, each after its files. The record's own row is the last. It leaves the lists.
func (s *Erasure) endRows(ctx context.Context, rows []row, branch string) error {
	for _, r := range rows {
		if r.read[table.TTLAttr] != nil {
			continue
		}
		if err := s.dropFiles(ctx, r.read, branch); err != nil {
			return err
		}
		if table.StringOf(r.read["sk"]) == table.RecordSK {
			if err := naming.WriteRows(ctx, s.table, naming.KeysOf(r.read), true); err != nil {
				return err
			}
		}
		next := maps.Clone(r.stored)
		next[table.TTLAttr] = table.Number(s.table.Now().Unix())
		for name := range next {
			if strings.HasSuffix(name, "_pk") { // of an index
				delete(next, name)
			}
		}
		if err := s.putRow(ctx, next, r.stored); err != nil {
			return err
		}
	}
	return nil
}

// putRow writes a row as long as it is as it was read.
func (s *Erasure) putRow(ctx context.Context, next, was table.Item) error {
	held, err := s.table.PutOne(ctx, s.table.Records, next, table.AsRead(was))
	if err == nil && !held {
		return table.ErrChanged
	}
	return err
}

// errUnknown is the error for an item of which no line says what becomes of it.
var errUnknown = fault.Fail(fault.Impossible, "有一类数据不在删除清单中，须由开发人员补充。",
	"Some stored data is missing from the list of what is erased. Ask your developer to add it.")
