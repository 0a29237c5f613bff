package message

import (
	"strings"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
)

// QuietPolicy says between which times of the day no automatic message goes to a customer. Both are hh:mm on the wall
// clock of the customer. From may be later than To: the quiet hours then last over midnight. Equal times are no quiet
// hours at all.
type QuietPolicy struct {
	From string `json:"from,omitempty" validate:"max=5" description:"Absent: 21:00 · 开始，不填为 21:00"`
	To   string `json:"to,omitempty" validate:"max=5" description:"Absent: 08:00; as from: none · 结束，不填为 08:00；与开始相同则不设"`
}

// StandardQuiet is what a new shop starts with: nobody is woken between nine in the evening and eight in the morning.
func StandardQuiet() QuietPolicy { return QuietPolicy{From: "21:00", To: "08:00"} }

// NoQuiet has no quiet hours.
func NoQuiet() QuietPolicy { return QuietPolicy{From: "00:00", To: "00:00"} }

// OrStandard is the policy, or the standard where a policy from before quiet hours names none.
func (p QuietPolicy) OrStandard() QuietPolicy {
	if p == (QuietPolicy{}) {
		return StandardQuiet()
	}
	return p
}

// Check adds to f what is wrong with the policy. Both times are there, or neither.
func (p QuietPolicy) Check(f *fault.List) {
	if p == (QuietPolicy{}) {
		return
	}
	for _, end := range []struct{ name, clock string }{{"from", p.From}, {"to", p.To}} {
		if _, ok := minuteOf(end.clock); !ok {
			f.Add("/quiet/"+end.name, "请按 21:00 的格式填写开始与结束时间。", "Enter both times like 21:00.")
		}
	}
}

// Urgency says what may hold a message to a customer back.
type Urgency int

const (
	// Automatic waits for the hours of its reader, whatever its channel.
	Automatic Urgency = iota
	// Reply answers what the customer just did: by mail it goes at once, by SMS it waits. Nobody is woken by a mail.
	Reply
	// AtOnce never waits. A colleague sends it by hand, or the customer stands at a door and asked for it.
	AtOnce
)

// Urgency says what may hold the message back. A colleague asks a question of production, and answers a complaint, by
// hand.
func (m Message) Urgency() Urgency {
	switch m.Template {
	case TemplateLeadAcknowledged, TemplateLeadConfirm, TemplateComplaintAcknowledged, TemplateComplaintReceived:
		return Reply
	case TemplateHoldAsked, TemplateHoldQuestion, TemplateComplaintReplied:
		return AtOnce
	}
	return Automatic
}

// Hours are the times of the day at which a customer hears of us by themselves.
type Hours struct {
	Zone      string // IANA name, of the contact or of the branch
	Quiet     QuietPolicy
	Preferred string // such as "09:00-11:30"; it replaces the quiet hours. Empty: none
}

// Leaves is when a message may go: now, or at the first instant of the reader's hours. A clock that skips an hour moves
// that instant to the first one that exists. Hours that cannot be read hold nothing back.
func (h Hours) Leaves(u Urgency, channel string, now time.Time) time.Time {
	if u == AtOnce || u == Reply && channel == ChannelEmail {
		return now
	}
	from, to, ok := h.open()
	zone, err := calendar.Zone(h.Zone)
	if !ok || err != nil {
		return now
	}
	return firstWithin(zone, from, to, now)
}

// open are the minutes of the day between which messages go, [from, to). to may be the smaller one. ok is false where
// they go all day.
func (h Hours) open() (from, to int, ok bool) {
	first, last, _ := strings.Cut(h.Preferred, "-")
	from, fromOK := minuteOf(first)
	to, toOK := minuteOf(last)
	if fromOK && toOK && from != to {
		return from, to, true
	}
	quiet := h.Quiet.OrStandard()
	from, fromOK = minuteOf(quiet.To)
	to, toOK = minuteOf(quiet.From)
	return from, to, fromOK && toOK && from != to
}

// firstWithin is the first instant at or after now at which the wall clock stands within [from, to). It goes from one
// change of the clocks, or of the day, to the next: in between, wall clock and UTC run side by side.
func firstWithin(zone *time.Location, from, to int, now time.Time) time.Time {
	for at := now.UTC(); at.Before(now.Add(4 * 24 * time.Hour)); {
		local := at.In(zone)
		minute := local.Hour()*60 + local.Minute()
		if within(minute, from, to) {
			return at
		}
		spent := time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		wait := from - minute
		if wait < 0 {
			wait = 24*60 - minute // midnight: look again from there
		}
		next := at.Add(time.Duration(wait)*time.Minute - spent)
		if _, change := local.ZoneBounds(); change.After(at) && change.Before(next) {
			next = change.UTC()
		}
		at = next
	}
	return now
}

func within(minute, from, to int) bool {
	if from < to {
		return minute >= from && minute < to
	}
	return minute >= from || minute < to
}

// minuteOf reads hh:mm, 00:00 to 23:59.
func minuteOf(clock string) (minute int, ok bool) {
	at, err := time.Parse("15:04", clock)
	return at.Hour()*60 + at.Minute(), err == nil && len(clock) == len("15:04")
}
