// Package draw has the rules of prize draws. A form takes entries until a time. Then the entries are frozen, a seed is
// drawn, and the winners follow from both. Entries and seed can be read afterwards, so that anybody can draw again.
package draw

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// MostWinners is how many people one draw may have: each of them is told by name.
const MostWinners = 20

// Longest is how long a draw may take entries.
const Longest = 400 * 24 * time.Hour

// Kept is how long entries stay after the close: as long as printers in China keep a client's papers (承印验证 rules).
const Kept = 2 * 365 * 24 * time.Hour

// Settling is how long after its close a draw waits for enquiries that came before it and are still being stored.
const Settling = 15 * time.Second

// Settings are what a form says of its draw.
type Settings struct {
	ClosesAt time.Time  `json:"closes_at"`
	Winners  int        `json:"winners"`
	Prize    words.Text `json:"prize"`
}

// At is the draw for what comes at the moment: nil where there is none, or where it is closed by then.
func (s *Settings) At(moment time.Time) *Settings {
	if s == nil || !moment.Before(s.ClosesAt) {
		return nil
	}
	return s
}

// Same reports whether both are the same draw.
func (s *Settings) Same(other *Settings) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.ClosesAt.Equal(other.ClosesAt) && s.Winners == other.Winners && s.Prize == other.Prize
}

// Closed refuses to change a draw that is closed: people have entered for what it says.
var Closed = fault.Field{Pointer: "/draw", Text: words.Text{Zh: "抽奖已截止，不能再改。如需再办一次，请新建表单。",
	En: "This draw is closed and stays as it is. Make a new form for another one."}}

// Change adds to f what is wrong with next in the place of s. A draw that is closed stays as it is.
func (s *Settings) Change(next *Settings, f *fault.List, now time.Time) {
	switch {
	case s.Same(next):
	case s != nil && s.At(now) == nil:
		f.Add(Closed.Pointer, Closed.Text.Zh, Closed.Text.En)
	case next == nil:
	default:
		if !next.ClosesAt.After(now) || next.ClosesAt.After(now.Add(Longest)) {
			f.Add("/draw/closes_at", "请填写今后 400 天内的截止时间。", "Enter a closing time within the next 400 days.")
		}
		f.Within("/draw/winners", int64(next.Winners), 1, MostWinners)
		if next.Prize.Zh == "" || next.Prize.En == "" {
			f.Add("/draw/prize", "请用中文和英文写明奖品。", "Say in both languages what can be won.")
		}
	}
}

// numbering leaves out the letters I, L, O and U, which people misread (Crockford's base 32).
var numbering = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NumberLength is how many signs an entry number has: 60 bits, so that no two are alike.
const NumberLength = 12

// Number is the entry number of a submission of the form. Nobody finds the submission by it.
func Number(form, submission string) string {
	sum := sha256.Sum256([]byte(form + "\n" + submission))
	return numbering.EncodeToString(sum[:])[:NumberLength]
}

// group is how many signs of a number stand together.
const group = 4

// Written is a number as people read it: K7QF-2M9D-XR41.
func Written(number string) string { return strings.Join(lo.ChunkString(number, group), "-") }

// Masked is a number as everybody may read it: without its last signs. Who has it recognises it.
func Masked(number string) string {
	return Written(number[:max(len(number)-group, 0)]) + "-••••"
}

// Entry is one person's entry. It has ids, and nothing that the person said.
type Entry struct {
	Number   string    `json:"number"`
	Customer string    `json:"customer"`
	Contact  string    `json:"contact_id"`
	Lead     string    `json:"lead"`
	At       time.Time `json:"at"`
}

// Hash is the SHA-256 of the entry numbers in the order of the alphabet, each with a line feed after it. Order and
// repeats of numbers do not matter.
func Hash(numbers []string) string {
	sum := sha256.New()
	for _, n := range sorted(numbers) {
		sum.Write([]byte(n + "\n"))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Order is the order in which a seed draws the numbers. Each number is signed by HMAC-SHA-256 with the seed as its key,
// and the smallest signature comes first.
func Order(seed []byte, numbers []string) []string {
	signed := map[string]string{}
	for _, n := range numbers {
		mac := hmac.New(sha256.New, seed)
		mac.Write([]byte(n))
		signed[n] = string(mac.Sum(nil))
	}
	out := sorted(numbers)
	slices.SortStableFunc(out, func(a, b string) int { return strings.Compare(signed[a], signed[b]) })
	return out
}

// Rule says in words how the winners are found, for people who draw again.
var Rule = words.Text{
	Zh: "截止后先冻结全部参与号码：去掉连字符，按字母顺序排列，每个号码后加一个换行符，整体取 SHA-256，即“名单指纹”。" +
		"随后才产生 32 字节随机种子。以种子为密钥，对每个号码（不含连字符）计算 HMAC-SHA-256，结果最小的中奖。" +
		"种子在名单冻结之后产生，任何人用同样的名单和种子都会得到同样的结果。",
	En: "After the close all entry numbers are frozen. Without hyphens and in alphabetical order, each followed by a " +
		"line feed, their SHA-256 is the fingerprint of the list. Only then a random seed of 32 bytes is made. With the " +
		"seed as its key, HMAC-SHA-256 signs each number without hyphens. The smallest signatures win. " +
		"Anybody who has list and seed gets the same winners.",
}

func sorted(numbers []string) []string { return slices.Compact(slices.Sorted(slices.Values(numbers))) }

// Stages of a draw.
const (
	StageOpen   = "open"   // the form takes entries; nothing is stored of the draw itself
	StageClosed = "closed" // no entry can come any more
	StageFrozen = "frozen" // the list of entries is known by its hash
	StageSeeded = "seeded" // the seed is made
	StageDrawn  = "drawn"  // the winners are known
)

// Lists are the closed lists of words of this noun.
var Lists = valid.Lists{"draw-stage": {StageOpen, StageClosed, StageFrozen, StageSeeded, StageDrawn}}

// Draw is what became of a form's draw since its close.
type Draw struct {
	ID        string    `json:"id"` // of the form
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Stage     string    `json:"stage"`
	Settings
	Entries  int        `json:"entries"`
	Hash     string     `json:"hash,omitempty"`
	FrozenAt *time.Time `json:"frozen_at,omitempty"`
	Seed     string     `json:"seed,omitempty"` // 32 bytes in hexadecimal digits
	SeededAt *time.Time `json:"seeded_at,omitempty"`
	Won      []Entry    `json:"won,omitempty"`
	Reserve  []Entry    `json:"reserve,omitempty"` // whom the seed draws next, where a winner cannot be reached
}

// Over reports whether the winners are known.
func (d Draw) Over() bool { return d.Stage == StageDrawn }

// Close is the draw of a form at the end of its time, with its event.
func Close(form, branch string, s Settings, now time.Time) (Draw, event.Event) {
	d := Draw{ID: form, CreatedAt: now, Branch: branch, Settings: s}
	return d.next(StageClosed, event.DrawClosed, now)
}

// Next takes the draw one stage further. entries are all that there are; they are read at the stages closed and seeded.
// seed is used at the stage frozen alone. Entries that are not those of the frozen list are Impossible.
func (d Draw) Next(entries []Entry, seed []byte, now time.Time) (Draw, event.Event, error) {
	numbers := lo.Map(entries, func(e Entry, _ int) string { return e.Number })
	var told event.Event
	switch d.Stage {
	case StageClosed:
		d.Entries, d.Hash, d.FrozenAt = len(entries), Hash(numbers), &now
		d, told = d.next(StageFrozen, event.DrawFrozen, now)
	case StageFrozen:
		d.Seed, d.SeededAt = hex.EncodeToString(seed), &now
		d, told = d.next(StageSeeded, event.DrawSeeded, now)
	case StageSeeded:
		order, err := d.again(numbers)
		if err != nil {
			return d, told, err
		}
		of := lo.KeyBy(entries, func(e Entry) string { return e.Number })
		for i, number := range order[:min(len(order), 2*d.Winners)] {
			if i < d.Winners {
				d.Won = append(d.Won, of[number])
			} else {
				d.Reserve = append(d.Reserve, of[number])
			}
		}
		d, told = d.next(StageDrawn, event.DrawHeld, now)
	}
	return d, told, nil
}

func (d Draw) next(stage string, kind event.Type, now time.Time) (Draw, event.Event) {
	d.Stage, d.Version, d.UpdatedAt = stage, d.Version+1, now
	return d, event.New(kind, staff.Process("draw"), "form/"+d.ID, d.ID, d.Version, d.Branch, now, nil)
}

// again is the order in which the seed draws the numbers, which have to be those of the frozen list.
func (d Draw) again(numbers []string) ([]string, error) {
	seed, err := hex.DecodeString(d.Seed)
	if err != nil || len(seed) != sha256.Size || Hash(numbers) != d.Hash {
		return nil, fault.Fail(fault.Impossible, "参与名单与冻结时的指纹不符，无法开奖。请联系开发人员。",
			"The entries are not those that were frozen, so nothing is drawn. Ask your developer.").Because(err)
	}
	return Order(seed, numbers), nil
}

// Repeats reports whether a second draw of these numbers by the same seed has the same winners.
func (d Draw) Repeats(numbers []string) bool {
	order, err := d.again(numbers)
	return err == nil && d.Over() && slices.Equal(order[:min(len(order), d.Winners)],
		lo.Map(d.Won, func(e Entry, _ int) string { return e.Number }))
}
