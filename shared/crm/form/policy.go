package form

import (
	"cmp"
	"errors"
	"net/netip"
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// ArtworkPolicy says which files the form takes. ok is false for a form that takes none.
func (f Form) ArtworkPolicy() (p artwork.Policy, ok bool) {
	field, ok := f.Field(FieldArtwork)
	if !ok || field.Artwork == nil {
		return artwork.StandardPolicy(), ok
	}
	return *field.Artwork, true
}

// Reasons for quarantining an enquiry instead of making a lead. Beside these, a submission on which the rules
// failed is quarantined under the fault.Kind of the error.
const (
	SuspectTrap    = "trap"          // the field that no person sees was filled in
	SuspectHaste   = "too-fast"      // posted sooner than a person can type
	SuspectStamp   = "no-stamp"      // without proof that our page was opened
	SuspectAddress = "address-limit" // too many from one network address
	SuspectPerson  = "person-limit"  // too many for one phone or e-mail
	SuspectForm    = "form-limit"    // too many through one form
)

// Unplaced is the reason for quarantining what belongs to no customer whom the shop knows.
const Unplaced = "unplaced"

// pace begins the reason for quarantining a letter about a record of which its side wrote too much.
const pace = "record-limit "

// BeyondPace is the reason for quarantining a letter about a record of which its side wrote too much for a while.
func BeyondPace(record string) string { return pace + record }

// Overpaced reports whether the submission is a letter beyond the pace of its record. Any other that waits may be an
// enquiry.
func (s Submission) Overpaced() bool { return strings.HasPrefix(s.Difficulty, pace) }

// Waited is when a submission came that waited for a colleague's decision; zero for any other.
func (s Submission) Waited() time.Time {
	if s.Decision == nil {
		return time.Time{}
	}
	return s.CreatedAt
}

// quarantineWords say why a submission lies in quarantine and what to do about it.
var quarantineWords = map[string]words.Text{
	SuspectTrap: {Zh: "填写了访客看不到的字段，多半是程序提交。确认是真实客户后再放行。",
		En: "A field that no visitor sees was filled in: most likely a program. Release it if it is a real customer."},
	SuspectHaste: {Zh: "打开表单后提交得太快，多半是程序提交。确认是真实客户后再放行。",
		En: "Sent sooner after opening than a person can type: most likely a program. Release it if it is a real customer."},
	SuspectStamp: {Zh: "提交时没有表单页面的时间签名，或页面已打开超过一天，可能是程序提交。确认是真实客户后再放行。",
		En: "It came without the stamp of the form's page, or the page was open for more than a day: perhaps a program. " +
			"Release it if it is a real customer."},
	SuspectAddress: {Zh: "同一网络地址在短时间内提交过多。确认是真实客户后再放行。",
		En: "Too many from one network address in a short time. Release it if it is a real customer."},
	SuspectPerson: {Zh: "同一电话或邮箱在短时间内提交过多。确认是真实客户后再放行。",
		En: "Too many with one phone or e-mail in a short time. Release it if it is a real customer."},
	SuspectForm: {Zh: "此表单在短时间内收到的提交过多。确认是真实客户后再放行。",
		En: "Too many through this form in a short time. Release it if it is a real customer."},
}

// Mechanical reports whether a submission was quarantined because it looks like a program's, and not for how many
// came. Nothing is uploaded for such a one.
func Mechanical(difficulty string) bool {
	return difficulty == SuspectTrap || difficulty == SuspectHaste
}

// Suspicious reports whether a submission was quarantined for how it came, and not for what the rules made of it.
func Suspicious(difficulty string) bool {
	_, known := quarantineWords[difficulty]
	return known
}

// QuarantineWords say why a submission lies in quarantine and what to do about it. Any other reason reads as
// a failure of the rules.
func QuarantineWords(difficulty string) words.Text {
	if text, known := quarantineWords[difficulty]; known {
		return text
	}
	if difficulty == Unplaced {
		return words.Text{Zh: "不知道是哪位客户、哪件事，内容没有丢失。请查看后自行登记，再将此条丢弃。",
			En: "It is not known whose it is or what about; nothing is lost. Read it, enter what follows from it, and discard this."}
	}
	if record, much := strings.CutPrefix(difficulty, pace); much {
		ref := words.Reference(record)
		return words.Text{Zh: "关于 " + ref + " 的来信在短时间内过多，这一封没有加进去，在此等候。请查看后自行登记，再将此条丢弃。",
			En: "Too many letters about " + ref + " came in a short time. This one was not added and waits here. " +
				"Read it, enter what follows from it, and discard this."}
	}
	return words.Text{Zh: "处理时出了故障，内容没有丢失。故障排除后请放行。",
		En: "Something broke while it was read; nothing is lost. Release it once that is mended."}
}

// Policy says how much may come through one form. Enquiries beyond a limit are quarantined. Those of one
// network address beyond Refuse are not taken in at all. Each limit counts within windows that start at whole
// multiples of Window.
type Policy struct {
	Name    string `json:"name"`
	MinFill int64  `json:"min_fill_s"` // seconds between drawing the form and posting it
	Window  int64  `json:"window_s"`   // length of a counting window in seconds
	Address int64  `json:"per_address"`
	Refuse  int64  `json:"refuse_per_address"`
	Person  int64  `json:"per_person"` // for each phone and each e-mail
	Form    int64  `json:"per_form"`
	// Upload is how many bytes of files one network address may send in a day (UTC); 0: artwork.DayBytes
	Upload int64 `json:"upload_bytes_per_address,omitempty"`
}

// DayUpload is how many bytes of files one network address may send through the form in a day (UTC).
func (p Policy) DayUpload() int64 { return cmp.Or(p.Upload, artwork.DayBytes) }

// StandardPolicy holds for a form that names no other. An office behind one address may ask twenty times an
// hour.
func StandardPolicy() Policy {
	return Policy{Name: "standard", MinFill: 3, Window: 3600, Address: 20, Refuse: 200, Person: 5, Form: 1000}
}

// TrialPolicy holds for forms that programs fill in on purpose: the seeded form of tests, stories and
// measurements.
func TrialPolicy() Policy {
	const plenty = 1_000_000_000
	return Policy{Name: "trial", Window: 3600, Address: plenty, Refuse: 2 * plenty, Person: plenty, Form: plenty,
		Upload: plenty << 20}
}

// Check refuses a policy unless the window and every limit are positive, MinFill is 0 or more, and Refuse is
// at least Address.
func (p Policy) Check() error {
	if p.MinFill < 0 || p.Window <= 0 || p.Address <= 0 || p.Refuse < p.Address || p.Person <= 0 || p.Form <= 0 ||
		p.Upload < 0 {
		return errors.New("form policy: the window and every limit must be positive, and refuse_per_address at least per_address")
	}
	return nil
}

// WindowOf is the counting window [start, end) in which the moment lies, in UTC.
func (p Policy) WindowOf(at time.Time) (start, end time.Time) {
	window := calendar.Seconds(p.Window)
	start = at.UTC().Truncate(window)
	return start, start.Add(window)
}

// Arrival is how an enquiry came in, beside what it says.
type Arrival struct {
	Address string    // network address of the sender; empty where it is not known
	Opened  time.Time // when the form was drawn, by our own signature; zero where nothing proves it
	Trap    string    // what stands in the field that no person sees
	At      time.Time
}

// Network is the network that the sender's address lies in, as providers hand them to one customer: the /24 of IPv4,
// the /48 of IPv6. It is empty where the address is not known.
func (a Arrival) Network() string {
	address, err := netip.ParseAddr(a.Address)
	if err != nil { // of IPv6 addresses the door gives the /64
		within, err := netip.ParsePrefix(a.Address)
		if err != nil {
			return ""
		}
		address = within.Addr()
	}
	bits := 48
	if address = address.Unmap().WithZone(""); address.Is4() {
		bits = 24
	}
	network, _ := address.Prefix(bits) // every address has one
	return network.String()
}

// StampLife is how long the proof of when a form was drawn is believed. A page may stay open overnight. A
// proof that is passed around may not last longer.
const StampLife = 24 * time.Hour

// proven reports whether the arrival proves when its form was drawn.
func (a Arrival) proven() bool {
	return !a.Opened.IsZero() && !a.Opened.After(a.At) && a.At.Sub(a.Opened) <= StampLife
}

// Weight is what the arrival counts for against the limits. It is 1, or 2 without proof of when the form was
// drawn, as of a program.
func (a Arrival) Weight() int64 {
	if a.proven() {
		return 1
	}
	return 2
}

// Counting is what an enquiry counts for against the limit of its form for one phone or e-mail, in the window
// [Start, End).
type Counting struct {
	Form          string
	Weight, Limit int64
	Start, End    time.Time
}

// Counting says what the arrival counts for against the form's limit for a person.
func (f Form) Counting(a Arrival) Counting {
	policy := f.Limits()
	start, end := policy.WindowOf(a.At)
	return Counting{Form: f.ID, Weight: a.Weight(), Limit: policy.Person, Start: start, End: end}
}

// ErrPersonLimit says that too many enquiries came for one phone or e-mail. They are quarantined (SuspectPerson).
var ErrPersonLimit = errors.New("form: too many for one phone or e-mail")

// Suspect says why the arrival looks like a program's: SuspectTrap, SuspectHaste or SuspectStamp, else "". A form that
// may be sent in no time at all needs no stamp, since programs fill it in. Nor does a form that names the websites on
// whose own pages it stands.
func (f Form) Suspect(a Arrival) string {
	least := f.Limits().MinFill
	switch {
	case a.Trap != "":
		return SuspectTrap
	case a.proven() && a.At.Sub(a.Opened) < calendar.Seconds(least):
		return SuspectHaste
	case !a.proven() && least > 0 && len(f.Origins) == 0:
		return SuspectStamp
	}
	return ""
}
