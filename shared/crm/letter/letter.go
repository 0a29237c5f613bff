// Package letter has the rules for letters that wait for a person. They are those that nobody could place, and those
// whose sender is in doubt.
package letter

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// Policy says how long a letter may wait for a person, and how many tasks letters open. A policy that sets nothing is
// the standard one: policies from before it have none.
type Policy struct {
	// Look is the working time in seconds until a colleague has looked.
	Look int64 `json:"look_s,omitempty" validate:"min=0,max=10000000" description:"Working time to look at one · 查看期限"`
	// PerDay is how many tasks the letters about one record, or about none in a branch, open in a day. Further letters
	// are kept and listed.
	PerDay int64 `json:"per_day,omitempty" validate:"min=0,max=1000" description:"Tasks in a day · 每天最多新建的任务数"`
}

// StandardPolicy gives an hour of working time, as for a first contact, and 20 tasks a day: more than a branch is asked
// in a usual day, and few enough to be worked off.
func StandardPolicy() Policy { return Policy{Look: 3600, PerDay: 20} }

// OrStandard is the policy, or the standard one where nothing is set.
func (p Policy) OrStandard() Policy {
	if p == (Policy{}) {
		return StandardPolicy()
	}
	return p
}

// Check adds to f what is wrong with the policy, at pointers under /letter.
func (p Policy) Check(f *fault.List) {
	p = p.OrStandard()
	if p.Look <= 0 || p.Look > int64(calendar.Reach/time.Second) {
		f.Add("/mail/look_s", "请填写大于 0、不超过 400 天的工作时间（秒）。", "Enter working time in seconds: above 0, at most 400 days.")
	}
	if p.PerDay < 1 || p.PerDay > 1000 {
		f.Add("/mail/per_day", "请填写 1 到 1000 之间的整数。", "Enter a whole number from 1 to 1000.")
	}
}

// Longest is the most working time that the policy asks for at once.
func (p Policy) Longest() time.Duration { return calendar.Seconds(p.OrStandard().Look) }

// Terms are the rules that hold for letters to one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}

// Due is when a colleague has to have looked at a letter that came now. The error comes from the calendar.
func (t Terms) Due(now time.Time) (time.Time, error) {
	return t.Calendar.Add(now, t.Policy.Longest())
}

// raw begins the ids of letters as they came.
const raw = "ltr_"

// RawID is the id under which a letter is kept as it came. call names the call that brought it, so that a call that is
// tried again keeps none twice; a call with other content is another letter.
func RawID(call, content string) string {
	id := sha256.Sum256([]byte("letter\x00" + call + "\x00" + content))
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUIDv8 (RFC 9562, section 5.8)
	return fmt.Sprintf(raw+"%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// Sizes of letters in bytes.
const (
	Largest   = 25 << 20 // the most that is read: what mail services take, Gmail and Exchange Online among them
	Beginning = 1 << 20  // how much is read of a larger one: its header, and mostly all that a person wrote
)

// SubmissionID is the id of the submission that a letter becomes, by the id under which it is kept as it came, or would
// be. A letter that breaks off and comes again becomes the same one, with the same files.
func SubmissionID(id string) string { return "sub_" + strings.TrimPrefix(id, raw) }

// ArrivalID names the letter of a call that sends it through the bucket: a call that is tried again sends the same one.
func ArrivalID(call string) string {
	id := sha256.Sum256([]byte("arrival\x00" + call))
	return fmt.Sprintf("%x", id[:16])
}

// IsRaw reports whether the id is one of a letter as it came, and not of a touch or a submission.
func IsRaw(id string) bool { return strings.HasPrefix(id, raw) }

// Pile are the letters that one task stands for: those of one sender about one record, on one day of its branch.
type Pile struct {
	About  string    // id of the record, or of the branch for letters about none
	Sender string    // a hash of the address, so that no id tells it; that of "" where none can be read
	Ends   time.Time // end of the day, which names it
	Most   int64     // tasks of all piles about the same, in the day
}

// Pile is the one on which a letter lies that came now. The error comes from the calendar.
func (t Terms) Pile(about, sender string, now time.Time) (Pile, error) {
	ends, err := t.DayEnds(now)
	return Pile{About: about, Sender: sender, Ends: ends, Most: t.Policy.OrStandard().PerDay}, err
}

// Task is the id of the pile's task, from 1. A letter that comes after the task was closed needs the next one.
func (p Pile) Task(n int) string {
	return task.ID(p.Ends.AddDate(0, 0, -1),
		"letter\x00"+p.About+"\x00"+p.Sender+"\x00"+p.Ends.UTC().Format(time.RFC3339)+"\x00"+strconv.Itoa(n))
}

// LastTask stands under the day's last task: what comes after it opens none.
var LastTask = words.Text{
	Zh: "今天由来信新建的任务已达上限，之后的来信照常保存，但不再新建任务。请查看 GET /submissions 与相关客户的往来。",
	En: "Letters opened as many tasks today as the policy allows. What comes after this is kept, without a task: " +
		"look through GET /submissions and what the customers concerned wrote."}
