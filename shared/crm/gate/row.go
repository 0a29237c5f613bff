package gate

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"time"
)

// Row is a gate as it is kept: at most 700 bytes with its keys, so that a claim writes one unit of it. The names
// of its fields are those of the item.
type Row struct {
	Customer  string    `json:"customer"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Said has the newest answers by Choice.Key: the time in milliseconds since 1970 of a yes, and minus that of a no.
	Said       map[string]int64  `json:"said,omitempty"`
	Suppressed map[string]string `json:"suppressed,omitempty"`
	Failed     map[string]string `json:"failed,omitempty"`
	LeftAt     *time.Time        `json:"left_at,omitempty"`
	Frozen     []byte            `json:"frozen,omitempty"` // by Frozen.Bytes
	Recent     []byte            `json:"recent,omitempty"` // twelve bytes each: hash and hour

	// Consents are the answers with words and proof, as gates kept them until November 2026. They are read where Said
	// is missing, and never written.
	Consents map[string]Consent `json:"consents,omitempty"`
}

// Row is the gate as it is kept. The answers lose words and proof, which stand in the log.
func (g Gate) Row() Row {
	r := Row{Customer: g.Customer, Version: g.Version, CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt,
		Suppressed: g.Suppressed, Failed: g.Failed, LeftAt: g.LeftAt}
	for key, answer := range g.Consents {
		if r.Said == nil {
			r.Said = map[string]int64{}
		}
		r.Said[key] = answer.moment()
	}
	if g.Frozen != nil {
		r.Frozen = g.Frozen.Bytes()
	}
	for _, s := range g.Recent {
		r.Recent = binary.BigEndian.AppendUint32(append(r.Recent, s.Message[:]...), s.Hour)
	}
	return r
}

// moment is the answer as Row.Said has it. A no is rounded up to the millisecond, so that rounding lets no yes
// outweigh it.
func (c Consent) moment() int64 {
	if c.Yes {
		return max(1, c.At.UnixMilli())
	}
	return -max(1, c.At.Add(time.Millisecond-1).UnixMilli())
}

// Gate is the gate of a person at a customer, as the row has it.
func (r Row) Gate(person, customer string) Gate {
	g := Gate{Person: person, Customer: cmp.Or(r.Customer, customer), Version: r.Version, CreatedAt: r.CreatedAt,
		UpdatedAt: r.UpdatedAt, Consents: maps.Clone(r.Consents), Suppressed: r.Suppressed,
		Failed: r.Failed, LeftAt: r.LeftAt,
		Frozen: frozenOf(r.Frozen)}
	if len(r.Said) > 0 {
		g.Consents = map[string]Consent{}
	}
	for key, moment := range r.Said {
		g.Consents[key] = Consent{Yes: moment > 0, At: time.UnixMilli(max(moment, -moment)).UTC()}
	}
	for s := range slices.Chunk(r.Recent, len(Hash{})+4) {
		if len(s) == len(Hash{})+4 {
			g.Recent = append(g.Recent, Sent{Hash(s[:len(Hash{})]), binary.BigEndian.Uint32(s[len(Hash{}):])})
		}
	}
	return g
}

// Bytes is how a gate's item keeps it: a byte that is 1 where there are more, then the hashes.
func (f Frozen) Bytes() []byte {
	out := []byte{0}
	if f.More {
		out[0] = 1
	}
	for _, h := range f.By {
		out = append(out, h[:]...)
	}
	return out
}

// frozenOf reads what Bytes wrote. Of no bytes it is nil: nothing was told. Of bytes that it cannot read it is
// More, so that the Freeze is asked.
func frozenOf(kept []byte) *Frozen {
	if len(kept) == 0 {
		return nil
	}
	f := Frozen{More: kept[0] != 0 || len(kept[1:])%len(Hash{}) != 0}
	for h := range slices.Chunk(kept[1:], len(Hash{})) {
		if len(h) == len(Hash{}) {
			f.By = append(f.By, Hash(h))
		}
	}
	return &f
}
