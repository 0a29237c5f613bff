package draw

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

var close2026 = time.Date(2026, 12, 24, 10, 0, 0, 0, time.UTC)

func prize(winners int) Settings {
	return Settings{ClosesAt: close2026, Winners: winners, Prize: words.Text{Zh: "名片一盒", En: "A box of cards"}}
}

func entered(n int) (out []Entry) {
	for i := range n {
		out = append(out, Entry{Number: Number("gift", fmt.Sprint("sub_", i)), Customer: fmt.Sprint("cus_", i),
			Contact: fmt.Sprint("con_", i), Lead: fmt.Sprint("lead_", i), At: close2026})
	}
	return out
}

// held is a draw from its close to its winners.
func held(t interface{ Fatal(...any) }, s Settings, entries []Entry, seed []byte) Draw {
	d, told := Close("gift", "shanghai", s, close2026)
	for want := int64(2); !d.Over(); want++ {
		var err error
		if d, told, err = d.Next(entries, seed, close2026.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if d.Version != want || told.Record != d.ID || told.Seq != want {
			t.Fatal(d, told)
		}
	}
	return d
}

// The same list and seed always have the same winners, in whatever order the entries are read. Nobody wins twice, and
// there are as many winners as the draw says, or as people entered.
func TestListAndSeedDecide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, winners := rapid.IntRange(0, 60).Draw(t, "entries"), rapid.IntRange(1, MostWinners).Draw(t, "winners")
		seed := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		entries := entered(n)
		d := held(t, prize(winners), entries, seed)
		again := held(t, prize(winners), rapid.Permutation(entries).Draw(t, "order"), seed)
		if !slices.Equal(d.Won, again.Won) || !slices.Equal(d.Reserve, again.Reserve) || d.Hash != again.Hash {
			t.Fatalf("%+v\nand again\n%+v", d, again)
		}
		drawn := append(slices.Clone(d.Won), d.Reserve...)
		numbers := map[string]bool{}
		for _, e := range drawn {
			numbers[e.Number] = true
		}
		if len(d.Won) != min(n, winners) || len(numbers) != len(drawn) || len(drawn) != min(n, 2*winners) ||
			d.Entries != n {
			t.Fatalf("of %d entries %d won and %d are next", n, len(d.Won), len(d.Reserve))
		}
		var list []string
		for _, e := range entries {
			list = append(list, e.Number)
		}
		if !d.Repeats(list) || n > 0 && d.Repeats(list[1:]) {
			t.Fatal("a second draw is told otherwise")
		}
	})
}

// Each entry has the same chance: over many seeds each of ten wins about as often as any other.
func TestEachEntryHasTheSameChance(t *testing.T) {
	const seeds, people = 4000, 10
	var numbers []string
	for _, e := range entered(people) {
		numbers = append(numbers, e.Number)
	}
	won := map[string]int{}
	for i := range seeds {
		won[Order([]byte(fmt.Sprintf("%032d", i)), numbers)[0]]++
	}
	for _, n := range numbers {
		if won[n] < seeds/people*8/10 || won[n] > seeds/people*12/10 {
			t.Errorf("%s won %d of %d draws", n, won[n], seeds)
		}
	}
}

// An entry that comes or goes between freeze and seed ends the draw: nobody wins by a list that was not frozen.
func TestOnlyTheFrozenListIsDrawn(t *testing.T) {
	entries, seed := entered(5), []byte(strings.Repeat("s", 32))
	d, _ := Close("gift", "shanghai", prize(1), close2026)
	for range 2 {
		d, _, _ = d.Next(entries, seed, close2026)
	}
	for _, other := range [][]Entry{entries[1:], entered(6)} {
		if _, _, err := d.Next(other, seed, close2026); fault.KindOf(err) != fault.Impossible {
			t.Errorf("drawn from another list: %v", err)
		}
	}
	if _, _, err := d.Next(entries, nil, close2026); err != nil {
		t.Error(err)
	}
}

func TestWhatAFormMaySayOfItsDraw(t *testing.T) {
	now := close2026.Add(-24 * time.Hour)
	with := func(change func(*Settings)) *Settings {
		s := prize(1)
		change(&s)
		return &s
	}
	old, past := prize(1), with(func(s *Settings) { s.ClosesAt = now.Add(-time.Hour) })
	for name, c := range map[string]struct {
		was, next *Settings
		at        string
	}{
		"none": {}, "a first one": {next: &old}, "the same": {was: &old, next: with(func(*Settings) {})},
		"taken away in time": {was: &old}, "a closed one kept": {was: past, next: past},
		"a closed one taken away": {was: past, at: "/draw"}, "a closed one moved": {was: past, next: &old, at: "/draw"},
		"too late":    {next: with(func(s *Settings) { s.ClosesAt = now.Add(Longest + 1) }), at: "/draw/closes_at"},
		"in the past": {next: past, at: "/draw/closes_at"},
		"no winner":   {next: with(func(s *Settings) { s.Winners = 0 }), at: "/draw/winners"},
		"too many":    {next: with(func(s *Settings) { s.Winners = MostWinners + 1 }), at: "/draw/winners"},
		"no prize":    {next: with(func(s *Settings) { s.Prize.En = "" }), at: "/draw/prize"},
	} {
		var faults fault.List
		c.was.Change(c.next, &faults, now)
		if got := len(faults); got != len(c.at[:min(1, len(c.at))]) || got == 1 && faults[0].Pointer != c.at {
			t.Errorf("%s: %+v, want %q", name, faults, c.at)
		}
	}
	if old.At(close2026) != nil || old.At(close2026.Add(-1)) == nil {
		t.Error("the close is not where it is said to be")
	}
}

func TestNumbersAsPeopleReadThem(t *testing.T) {
	if got := Written("K7QF2M9DXR41"); got != "K7QF-2M9D-XR41" {
		t.Error(got)
	}
	if n := Number("gift", "sub_1"); len(n) != NumberLength || n == Number("gift", "sub_2") ||
		n == Number("other", "sub_1") {
		t.Error(n)
	}
	if Rule.Zh == "" || Rule.En == "" {
		t.Error("nobody can draw again")
	}
}
