package frontdesk_test

import (
	"slices"
	"testing"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/history"
)

func TestOverview(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, _ := b.Customer()
	refuse(t, b, at(c.ID), trial{"a view of a customer", reads(d.Overview), "production", "sales-hangzhou", ""})
	for who, open := range map[string]int{"sales": 1, "finance": 0} { // finance sees no leads
		o, err := d.Overview(t.Context(), b.Caller(who), at(c.ID))
		if err != nil || o.Customer.ID != c.ID || len(o.Contacts) != 1 || len(o.Open) != open {
			t.Errorf("%s: %+v, %v", who, o, err)
		}
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, _ := b.Customer()
	q := frontdesk.ReadTimeline{Paging: page}
	refuse(t, b, at(c.ID), trial{"the timeline of a customer", does(d.Timeline, q), "production", "sales-hangzhou", ""})
	captured := func(e history.TimelineEntry) bool { return e.Kind == string(event.LeadCaptured) }
	for _, try := range []struct {
		who, kind string
		lang      words.Lang
		sees      bool
	}{
		{"sales", "", words.En, true}, {"sales", "lead", words.Zh, true}, {"sales", "task", words.En, false},
		{"finance", "", words.En, false},
	} {
		by := b.Caller(try.who)
		by.Lang, q.Kind = try.lang, try.kind
		list, err := d.Timeline(t.Context(), by, at(c.ID), q)
		i := slices.IndexFunc(list.Items, captured)
		if err != nil || (i >= 0) != try.sees ||
			try.sees && list.Items[i].Text != event.Catalogue[event.LeadCaptured].Words.In(try.lang) {
			t.Errorf("%+v: %+v, %v", try, list, err)
		}
	}
}
