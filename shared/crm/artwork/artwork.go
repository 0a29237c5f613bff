// Package artwork has the rules for the files that visitors and staff hand in.
package artwork

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// States of a file.
const (
	Offered  = "offered"  // it may be sent; what is sent lies in quarantine until it is checked
	Attached = "attached" // it is what it should be, and is kept
	Refused  = "refused"  // it is not what it should be, and is deleted
	Dropped  = "dropped"  // it was kept or offered, and is deleted since its record was discarded
)

// States lists the states of a file.
var States = []string{Offered, Attached, Refused, Dropped}

// Reasons for refusing a file.
const (
	RefusedKind  = "kind"
	RefusedSize  = "size"
	RefusedEmpty = "empty"
)

// Window is how long a file may be sent after it was offered.
const Window = 15 * time.Minute

// Artwork is one file that is handed in: print data with an enquiry, photos with a complaint or a question.
// Name is as its sender gave it. Pages that show it escape it, and no key of the store holds it.
type Artwork struct {
	ID        string     `json:"id"` // art_…
	Name      string     `json:"name"`
	State     string     `json:"state" of:"artwork-state"`
	Declared  string     `json:"declared_type,omitempty"` // by the sender's browser; nothing follows from it
	Kind      Kind       `json:"kind,omitempty"`          // found by KindOf
	Private   bool       `json:"private,omitempty"`       // it may say where it was taken: for staff alone
	Bytes     int64      `json:"bytes,omitempty"`         // as stated, then as measured
	OfferedAt time.Time  `json:"offered_at"`
	Ends      time.Time  `json:"ends_at"` // until when it may be sent
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	Refusal   string     `json:"refusal,omitempty"`
	Scan      *Scan      `json:"scan,omitempty"` // how it was scanned
	Why       string     `json:"why,omitempty"`  // the refusal in the reader's language; filled by the door
}

// Policy says which files may be handed in with one record.
type Policy struct {
	Most  int    `json:"most"`      // number of files that are kept
	Bytes int64  `json:"max_bytes"` // of each file
	Kinds []Kind `json:"kinds"`
	// Photos are pictures of people's own: they lose what they say of place and time. Print data stay as they are.
	Photos bool `json:"photos,omitempty"`
}

// StandardPolicy holds for a form's field without a policy of its own: 5 files of 100 MB, print data of any
// kind.
func StandardPolicy() Policy {
	return Policy{Most: 5, Bytes: 100 << 20, Kinds: Kinds}
}

// Ceiling is the largest policy. A file that is kept is copied, which has to end within the ten seconds that
// the door has.
var Ceiling = Policy{Most: 10, Bytes: 200 << 20}

// Check refuses a policy beyond Ceiling, one that takes no file, and one with a kind that is not in Kinds.
func (p Policy) Check() error {
	known := !slices.ContainsFunc(p.Kinds, func(k Kind) bool { return !slices.Contains(Kinds, k) })
	if p.Most < 1 || p.Most > Ceiling.Most || p.Bytes < 1 || p.Bytes > Ceiling.Bytes || len(p.Kinds) == 0 || !known {
		return fmt.Errorf("artwork policy: 1 to %d files of up to %d bytes, of kinds that are known", Ceiling.Most,
			Ceiling.Bytes)
	}
	return nil
}

// tries is how many files may be offered at all, refused ones included. No more can lie in quarantine for one
// enquiry.
func (p Policy) tries() int { return 4 * p.Most }

// PhotoPolicy holds for complaints and for questions from production: 5 files of 8 MB. A phone makes a JPEG of its own
// format when a page asks for one. HEIC and films are shown to nobody but staff.
func PhotoPolicy() Policy {
	return Policy{Most: 5, Bytes: 8 << 20, Photos: true,
		Kinds: []Kind{KindHEIC, KindWebP, KindMOV, KindMP4, KindJPEG, KindPNG, KindPDF}}
}

// Folder is everything that was handed in with one record. It is one item, so that its limits hold when
// several people send at the same time.
type Folder struct {
	Of        string    `json:"of"` // id of the record: sub_…, cmp_… or hld_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Files     []Artwork `json:"files"`
	Dropped   bool      `json:"dropped,omitempty"` // its record was discarded: nothing is kept, and no more is taken
}

// Place is where a folder stands: its record, and the log that tells of it.
type Place struct {
	Of, Branch string
	Lead       string // the lead whose owner sees the files; empty where there is none
	Log        string // the customer, or the record itself where no customer is known
	Policy     Policy
	Over       bool   // the record has ended: kept files stay, and no more are taken
	Shut       bool   // the record looks like a program's: no file is taken until a colleague has released it
	By         string // staff id of the colleague who hands in; empty for the visitor
	Quota      Quota  // what the visitor's network may send; zero for colleagues
	Scans      bool   // a scanner looks at what is sent, and nobody opens a file before
}

// PhotoPlace is where the photos of a complaint or a question stand. The log is that of its customer.
func PhotoPlace(of, branch, log string, over bool) Place {
	return Place{Of: of, Branch: branch, Log: log, Policy: PhotoPolicy(), Over: over,
		Quota: Quota{Source: "photos", Bytes: DayBytes}}
}

// Quota bounds what one network sends in a day (UTC). Bytes are counted when a file is offered, so what is sent and
// never looked at counts as well.
type Quota struct {
	Source  string // what is counted apart: the id of a form, or a kind of record
	Address string // network address of the visitor; empty: nothing is counted
	Bytes   int64  // the most in a day
}

// Window is the day of the quota [start, end) in which the moment lies.
func (Quota) Window(at time.Time) (start, end time.Time) {
	start = at.UTC().Truncate(24 * time.Hour)
	return start, start.Add(24 * time.Hour)
}

// Exceeded refuses a file beyond the quota, until its day ends.
func (q Quota) Exceeded(now time.Time) *fault.Error {
	size := words.FileSize(q.Bytes)
	e := fault.Fail(fault.TooMany,
		"您的网络今天上传的文件已达 "+size+"。请明天再上传，或把文件直接发给我们的同事。",
		"Your network has sent "+size+" of files today. Send the others tomorrow, or send them to our colleague directly.")
	_, end := q.Window(now)
	e.RetryAfter = end.Sub(now)
	return e
}

// DayBytes is what one network may send in a day where no form says otherwise: ten enquiries with 5 files of 100 MB.
const DayBytes = 5000 << 20

// allowanceStep is how far a stated size may be off. What is stated is rounded up to whole steps.
const allowanceStep = 1 << 20

// Allowance is how many bytes may be sent for an offered file at most. It is the size that was stated, rounded up to
// whole MB, and the policy's where none was stated.
func (p Policy) Allowance(a Artwork) int64 {
	if a.Bytes <= 0 {
		return p.Bytes
	}
	return min(p.Bytes, (a.Bytes+allowanceStep-1)/allowanceStep*allowanceStep)
}

// File finds a file of the folder by its id.
func (f Folder) File(id string) (Artwork, bool) {
	return lo.Find(f.Files, func(a Artwork) bool { return a.ID == id })
}

// Attached lists the files that are kept. It is never nil.
func (f Folder) Attached() []Artwork {
	out := []Artwork{}
	for _, a := range f.Files {
		if a.State == Attached {
			out = append(out, a)
		}
	}
	return out
}

// Room is how many more files may be offered now.
func (f Folder) Room(p Policy, now time.Time) int {
	n := 0
	for _, a := range f.Files {
		if a.held() || a.State == Offered && now.Before(a.Ends) {
			n++
		}
	}
	return max(0, min(p.Most-n, p.tries()-len(f.Files)))
}

// Offer lets a file be sent within Window. Its id, name and type are given, and the size that the sender
// states (0: not known). A path before the name is dropped. A file without a name gets a number. The error is
// Refused where the place is over, shut or full, Invalid for a size beyond the policy, and TooMany after too many
// tries.
func (f Folder) Offer(place Place, a Artwork, now time.Time) (Folder, error) {
	if err := f.closed(place); err != nil {
		return f, err
	}
	if a.Bytes > place.Policy.Bytes {
		return f, fault.Faulty(fault.Field{Pointer: "/bytes", Text: place.Policy.tooLarge()})
	}
	if len(f.Files) >= place.Policy.tries() {
		return f, fault.Fail(fault.TooMany, "上传次数过多。请把其余文件直接发给我们的同事。",
			"Too many files were tried. Send the others to our colleague directly.")
	}
	if f.Room(place.Policy, now) == 0 {
		return f, place.Policy.full()
	}
	if f.Version == 0 {
		f.Of, f.Branch, f.CreatedAt = place.Of, place.Branch, now
	}
	a.Name = cmp.Or(strings.TrimSpace(a.Name[strings.LastIndexAny(a.Name, `/\`)+1:]), "file-"+
		strconv.Itoa(len(f.Files)+1))
	a.State, a.OfferedAt, a.Ends = Offered, now, now.Add(Window)
	f.Version, f.UpdatedAt, f.Files = f.Version+1, now, append(slices.Clone(f.Files), a)
	return f, nil
}

// SentID is the id of a file that came with a letter; key names the letter's call and the place of the file in it.
func SentID(key string) string {
	id := sha256.Sum256([]byte("artwork\x00" + key))
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUIDv8 (RFC 9562, section 5.8)
	return fmt.Sprintf("art_%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// Take keeps a file that is there already, as it came with a letter: an Offer and a Decide in one step. A file that was
// taken before changes nothing. told is nil unless the file is kept now; the errors are those of both.
func (f Folder) Take(place Place, a Artwork, found Found, now time.Time) (next Folder, told *event.Event, err error) {
	if _, taken := f.File(a.ID); taken {
		return f, nil, nil
	}
	a.Bytes = found.Bytes
	if next, err = f.Offer(place, a, now); err != nil {
		return f, nil, err
	}
	return next.Decide(place, a.ID, found, now)
}

// Takes reports whether a file with these first bytes, up to Head of them, and this size is of a kind that the place
// takes.
func (p Place) Takes(head []byte, size int64) bool {
	kind, known := KindOf(head, size)
	return known && !p.Over && size <= p.Policy.Bytes && slices.Contains(p.Policy.Kinds, kind)
}

// Found is what lies where an offered file was to be sent: its size, its first bytes up to Head, and the
// store's mark of this very content.
type Found struct {
	Bytes int64
	Head  []byte
	Mark  string
	// Version is the store's own name of this content; empty where it keeps one version alone
	Version string
	Torn    bool // Strip cannot tell its parts apart
}

// Decide checks what was sent for an offered file. The file is kept, or refused with the reason on it. Where a scanner
// looks at files, it waits for that (Judge). A file that was decided about stays as it is, and so does the folder. told
// is nil unless the file is kept now. The error is NotFound for an unknown file, and Refused where the place is over,
// shut or full.
func (f Folder) Decide(place Place, id string, found Found, now time.Time) (Folder, *event.Event, error) {
	i := f.index(id)
	if i < 0 {
		return f, nil, fault.Missing("文件", "file")
	}
	if f.Files[i].State != Offered {
		return f, nil, nil
	}
	if err := f.closed(place); err != nil {
		return f, nil, err
	}
	if lo.CountBy(f.Files, Artwork.held) >= place.Policy.Most {
		return f, nil, place.Policy.full()
	}
	a := f.Files[i]
	kind, known := KindOf(found.Head, found.Bytes)
	a.State, a.Bytes, a.DecidedAt = Refused, found.Bytes, &now
	switch {
	case found.Bytes == 0:
		a.Refusal = RefusedEmpty
	case found.Bytes > place.Policy.Bytes:
		a.Refusal = RefusedSize
	case !known || !slices.Contains(place.Policy.Kinds, kind):
		a.Refusal = RefusedKind
	default:
		a.State, a.Kind = Attached, kind
		a.Private = place.Policy.Photos && (found.Torn || slices.Contains(locating, kind))
	}
	told, by := event.ArtworkAttached, cmp.Or(place.By, staff.Visitor.ID)
	if a.State == Attached && place.Scans {
		a.State, told = Scanning, event.ArtworkReceived
		a.Scan = &Scan{Version: found.Version, Until: now.Add(ScanTime), Sender: place.By}
	}
	next, e := f.settle(place, i, a, told, by, now)
	if a.State == Refused {
		e = nil
	}
	return next, e, nil
}

// Remove takes a refused file from view, at its sender's wish. It still counts as a try. What was removed stays as it
// is. The error is NotFound for an unknown file, and Refused for one that was not refused.
func (f Folder) Remove(id string, now time.Time) (Folder, error) {
	i := f.index(id)
	switch {
	case i < 0:
		return f, fault.Missing("文件", "file")
	case f.Files[i].State == Dropped:
		return f, nil
	case f.Files[i].State != Refused:
		return f, fault.Fail(fault.Refused, "只能移除没有收下的文件。已收到的文件如需删除，请联系我们的同事。",
			"Only a file that was not taken can be removed. Ask our colleague about one that we have.")
	}
	f.Files = slices.Clone(f.Files)
	f.Files[i].State, f.Files[i].DecidedAt = Dropped, &now
	f.Version, f.UpdatedAt = f.Version+1, now
	return f, nil
}

// Refused says why a file was refused and what to do. It is empty for a file that was not refused.
func (p Policy) Refused(refusal string) words.Text {
	switch refusal {
	case RefusedEmpty:
		return words.Text{Zh: "文件是空的。请检查后重新选择。", En: "The file is empty. Check it and choose it again."}
	case RefusedSize:
		return p.tooLarge()
	case RefusedKind:
		names := p.KindNames()
		return words.Text{Zh: "文件内容不是 " + names.Zh + "。请另存为其中一种格式后再上传。", En: "By its content this is not " + names.En +
			". Save it as one of these and send it again."}
	}
	return words.Text{}
}

func (p Policy) tooLarge() words.Text {
	size := p.Size()
	return words.Text{Zh: "文件超过 " + size + "。请压缩后再上传，或直接联系我们。", En: "The file is larger than " + size +
		". Make it smaller, or ask us how to send it."}
}

// Drop is the folder once its record was discarded: no file of it is kept, and no more are taken. A folder that was
// dropped stays as it is.
func (f Folder) Drop(now time.Time) Folder {
	if f.Dropped {
		return f
	}
	f.Files = slices.Clone(f.Files)
	for i := range f.Files {
		if a := &f.Files[i]; a.State != Refused && a.State != Infected {
			a.State, a.DecidedAt = Dropped, &now
		}
	}
	f.Version, f.UpdatedAt, f.Dropped = f.Version+1, now, true
	return f
}

// closed refuses a file where the record takes none: it has ended, or it looks like a program's. A person who was
// taken for a program reads what to do.
func (f Folder) closed(place Place) error {
	switch {
	case place.Over || f.Dropped:
		return over()
	case place.Shut:
		return fault.Fail(fault.Refused, "这里暂时不能上传文件。请在我们与您联系时把文件发给同事，或致电我们。",
			"Files cannot be sent here just now. Send them to our colleague when you hear from us, or call us.")
	}
	return nil
}

// over refuses a file for a record that has ended.
func over() *fault.Error {
	return fault.Fail(fault.Refused, "此事已结束，不再接收文件。请联系我们的同事。",
		"This has ended and takes no more files. Ask our colleague.")
}

func (p Policy) full() *fault.Error {
	most := strconv.Itoa(p.Most)
	if !slices.Contains(p.Kinds, KindZIP) {
		return fault.Fail(fault.Refused, "最多可上传 "+most+" 个文件。其余文件请直接发给我们的同事。", "No more than "+most+
			" files can be sent. Send the others to our colleague directly.")
	}
	return fault.Fail(fault.Refused, "最多可上传 "+most+" 个文件。其余文件请放入一个 ZIP，或直接发给我们的同事。", "No more than "+most+
		" files can be sent. Put the others into a ZIP, or send them to our colleague directly.")
}

// Size is the most bytes of a file, as people write it.
func (p Policy) Size() string { return words.FileSize(p.Bytes) }

// KindNames are the kinds as people write them, in both languages.
func (p Policy) KindNames() words.Text {
	names := make([]string, len(p.Kinds))
	for i, k := range p.Kinds {
		names[i] = k.label()
	}
	last := len(names) - 1
	if last < 1 {
		return words.Text{Zh: strings.Join(names, ""), En: strings.Join(names, "")}
	}
	return words.Text{Zh: strings.Join(names, "、"), En: strings.Join(names[:last], ", ") + " or " + names[last]}
}

// Endings are the file name endings and media types by which a page knows the kinds before a file is sent.
func (p Policy) Endings() []string {
	var out []string
	for _, k := range p.Kinds {
		for _, ending := range append(slices.Clone(extensions[k]), media[k]) {
			if ending != "" && !slices.Contains(out, ending) {
				out = append(out, ending)
			}
		}
	}
	return out
}

// Accept is what the chooser of a browser offers. JPEG comes first and HEIC is left out, so that phones and Macs turn
// their photos into JPEG. A HEIC file that is chosen all the same is taken where it is one of Kinds.
func (p Policy) Accept() []string {
	var out []string
	if slices.Contains(p.Kinds, KindJPEG) {
		out = append(out, media[KindJPEG])
	}
	photo := append(slices.Clone(extensions[KindHEIC]), media[KindHEIC], media[KindJPEG])
	for _, ending := range p.Endings() {
		if !slices.Contains(photo, ending) {
			out = append(out, ending)
		}
	}
	return out
}

// Invitation is what a link to hand in files says: for which record, and until when.
type Invitation struct {
	Of      string
	Ends    time.Time
	Contact string // id of the contact to whom the link was given; empty with an enquiry
	Right   string // caselink.Right.Text
}

// Invited is how long files may be handed in: after an enquiry was sent, or after the page of a complaint was
// drawn.
const Invited = 24 * time.Hour

// SignArtwork makes the token of a link to hand in files.
func SignArtwork(t token.Tokens, i Invitation) string {
	of := i.Of
	if i.Contact != "" {
		of += "/" + i.Contact + "/" + i.Right
	}
	return t.SignUntil(token.UseArtwork, of, i.Ends)
}

// OpenArtwork reads the token of a link to hand in files, whether it has ended or not. It reports false for
// any other token.
func OpenArtwork(t token.Tokens, tok string) (Invitation, bool) {
	of, ends, ok := t.OpenUntil(token.UseArtwork, tok)
	of, given, _ := strings.Cut(of, "/")
	contact, right, _ := strings.Cut(given, "/")
	return Invitation{of, ends, contact, right}, ok
}
