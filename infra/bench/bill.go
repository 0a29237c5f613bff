package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// bill says what writes cost, by kind of item and by index. The engine tells the units of tables and indexes. Those of
// one item follow from its size by AWS's rule. Of an update only the key is known, so it counts as 1 kB.
type bill struct {
	mu    sync.Mutex
	kinds map[string]*charge
}

// charge is what the writes of one kind of item cost, or those of one index.
type charge struct {
	times, units float64
	largest      int // bytes
}

// written is one write of a request.
type written struct {
	kind  string
	bytes int
	units float64
}

// wireItem is an item as a request has it.
type wireItem = map[string]map[string]any

// writtenBy reads the writes out of the body of a request.
func writtenBy(body []byte) (out []written) {
	type write struct {
		Item, Key            wireItem
		ExpressionAttributes any
	}
	var in struct {
		write
		TransactItems []map[string]write
		RequestItems  map[string][]map[string]write
	}
	if json.Unmarshal(body, &in) != nil {
		return nil
	}
	add := func(verb string, w write, price float64) {
		it := w.Item
		if it == nil {
			it = w.Key
		}
		size := sizeOf(it)
		out = append(out, written{strings.TrimSpace(kindOf(it) + " " + verb), size, price * float64((size+1023)/1024)})
	}
	for _, part := range in.TransactItems {
		for verb, w := range part {
			add(strings.ToLower(strings.Replace(verb, "Put", "", 1)), w, 2)
		}
	}
	for _, parts := range in.RequestItems {
		for _, part := range parts {
			for _, w := range part {
				add("", w, 1)
			}
		}
	}
	if in.Item != nil || in.Key != nil {
		verb := ""
		if in.Item == nil {
			verb = "update"
		}
		add(verb, in.write, 1)
	}
	return out
}

// kindOf is what an item is, by its keys: "LEAD RECORD", "EVENT".
func kindOf(it wireItem) string {
	text := func(name string) string { s, _ := it[name]["S"].(string); return s }
	of, rest, _ := strings.Cut(text("pk"), "#")
	what, _, _ := strings.Cut(text("sk"), "#")
	switch {
	case strings.HasPrefix(what, "evt_"):
		return "EVENT"
	case of == "COUNTER":
		what, _, _ = strings.Cut(rest, "#")
	case of == "DIRECTORY", of == "TALLY":
		what = ""
	}
	return strings.TrimSpace(of + " " + what)
}

// sizeOf is the size of an item in bytes, as DynamoDB counts it.
func sizeOf(it wireItem) (n int) {
	for name, v := range it {
		n += len(name) + sizeOfValue(v)
	}
	return n
}

func sizeOfValue(v map[string]any) (n int) {
	for kind, of := range v {
		switch of := of.(type) {
		case string:
			switch n = len(of); kind {
			case "N":
				n = (n+1)/2 + 1
			case "B":
				n = n / 4 * 3
			}
		case []any:
			n = 3
			for _, e := range of {
				if m, ok := e.(map[string]any); ok {
					n += 1 + sizeOfValue(m)
				}
			}
		case map[string]any:
			n = 3
			for name, e := range of {
				if m, ok := e.(map[string]any); ok {
					n += 1 + len(name) + sizeOfValue(m)
				}
			}
		default:
			n = 1
		}
	}
	return n
}

// charge adds the writes of one request, and what the engine says of its indexes.
func (b *bill) charge(writes []written, tables []consumed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kinds == nil {
		b.kinds = map[string]*charge{}
	}
	of := func(kind string) *charge {
		if b.kinds[kind] == nil {
			b.kinds[kind] = &charge{}
		}
		return b.kinds[kind]
	}
	for _, w := range writes {
		c := of(w.kind)
		c.times, c.units, c.largest = c.times+1, c.units+w.units, max(c.largest, w.bytes)
	}
	for _, table := range tables {
		for index, entries := range table.GlobalSecondaryIndexes {
			c := of("in list " + index)
			c.times, c.units = c.times+1, c.units+entries.CapacityUnits
		}
	}
}

// print shows what was added since the last time, per n, the dearest first.
func (b *bill) print(to io.Writer, what string, n float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fmt.Fprintf(to, "  %s:\n", what)
	for _, kind := range slices.SortedFunc(maps.Keys(b.kinds), func(x, y string) int {
		return cmp.Or(cmp.Compare(b.kinds[y].units, b.kinds[x].units), cmp.Compare(x, y))
	}) {
		c := b.kinds[kind]
		fmt.Fprintf(to, "    %6.1f units, %5.1f times, at most %5d bytes: %s\n", c.units/n, c.times/n, c.largest, kind)
	}
	b.kinds = nil
}
