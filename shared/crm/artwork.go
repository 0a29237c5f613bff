package crm

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samber/lo"
)

// States of a file that somebody hands in.
const (
	ArtworkOffered  = "offered"  // it may be sent; what is sent lies in quarantine until it is looked at
	ArtworkAttached = "attached" // it is what it should be, and is kept
	ArtworkRefused  = "refused"  // it is not, and is deleted
)

// Why a file is refused.
const (
	RefusedKind  = "kind"
	RefusedSize  = "size"
	RefusedEmpty = "empty"
)

// ArtworkWindow is how long a file may be sent after it was offered.
const ArtworkWindow = 15 * time.Minute

// Artwork is one file that a visitor hands in: print data with an enquiry, photos with a complaint. Name is as its sender gave it: whoever shows it
// escapes it, and no key of the store holds it.
type Artwork struct {
	ID        string      `json:"id"` // art_…
	Name      string      `json:"name"`
	State     string      `json:"state"`
	Declared  string      `json:"declared_type,omitempty"` // media type by the sender's browser; nothing follows from it
	Kind      ArtworkKind `json:"kind,omitempty"`          // found
	Bytes     int64       `json:"bytes,omitempty"`         // as said, then as measured
	OfferedAt time.Time   `json:"offered_at"`
	Ends      time.Time   `json:"ends_at"` // until when it may be sent
	DecidedAt *time.Time  `json:"decided_at,omitempty"`
	Refusal   string      `json:"refusal,omitempty"`
	Why       string      `json:"why,omitempty"` // the refusal in the reader's language; filled by the door
}

// ArtworkPolicy says what a form's field takes.
type ArtworkPolicy struct {
	Most  int           `json:"most"`      // files that are kept
	Bytes int64         `json:"max_bytes"` // of each
	Kinds []ArtworkKind `json:"kinds"`
}

// StandardArtworkPolicy holds for a field that says nothing else: print data of any kind.
func StandardArtworkPolicy() ArtworkPolicy {
	return ArtworkPolicy{Most: 5, Bytes: 100 << 20, Kinds: ArtworkKinds}
}

// ArtworkCeiling is the largest policy: what is kept is copied within the ten seconds that the door has.
var ArtworkCeiling = ArtworkPolicy{Most: 10, Bytes: 200 << 20}

// Check says what is wrong with the policy.
func (p ArtworkPolicy) Check() error {
	known := !slices.ContainsFunc(p.Kinds, func(k ArtworkKind) bool { return !slices.Contains(ArtworkKinds, k) })
	if p.Most < 1 || p.Most > ArtworkCeiling.Most || p.Bytes < 1 || p.Bytes > ArtworkCeiling.Bytes || len(p.Kinds) == 0 || !known {
		return fmt.Errorf("artwork policy: 1 to %d files of up to %d bytes, of kinds that are known", ArtworkCeiling.Most, ArtworkCeiling.Bytes)
	}
	return nil
}

// tries is how many files may be offered at all, refused ones among them: so much can lie in quarantine for one enquiry.
func (p ArtworkPolicy) tries() int { return 4 * p.Most }

// ArtworkPolicy is what the form takes; ok is false for a form that takes no files.
func (f Form) ArtworkPolicy() (p ArtworkPolicy, ok bool) {
	field, ok := f.Field(FieldArtwork)
	if !ok || field.Artwork == nil {
		return StandardArtworkPolicy(), ok
	}
	return *field.Artwork, true
}

// PhotoPolicy holds for what shows a complaint or a question from production. A phone makes a JPEG of its own format when a page asks for one.
func PhotoPolicy() ArtworkPolicy {
	return ArtworkPolicy{Most: 5, Bytes: 8 << 20, Kinds: []ArtworkKind{KindJPEG, KindPNG, KindPDF}}
}

// ArtworkFolder is everything that was handed in with one record. It is one item, so that its limits hold whoever sends at the same time.
type ArtworkFolder struct {
	Of        string    `json:"of"` // id of the record: sub_…, cmp_… or hld_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Files     []Artwork `json:"files"`
}

// ArtworkPlace is where a folder stands: its record, and in whose log it is told of.
type ArtworkPlace struct {
	Of, Branch string
	Lead       string // whose owner sees it; empty while nobody's
	Log        string // the customer, or the record itself where nobody is known
	Policy     ArtworkPolicy
	Over       bool   // the record has ended: what was kept stays, and nothing more is taken
	By         string // who hands in, where it is not the visitor: staff id
}

// Under reports whether the path of a route speaks of the place's kind of record: no complaint is read as a question.
func (p ArtworkPlace) Under(path string) bool {
	return strings.HasPrefix(p.Of, "cmp_") && strings.HasPrefix(path, "/complaints/") || strings.HasPrefix(p.Of, "hld_") && strings.HasPrefix(path, "/holds/")
}

// ArtworkPlace is where the files of the submission stand. ok is false where its form takes none.
func (s Submission) ArtworkPlace(f Form) (p ArtworkPlace, ok bool) {
	policy, ok := f.ArtworkPolicy()
	return ArtworkPlace{Of: s.ID, Branch: s.Branch, Lead: s.Lead, Log: cmp.Or(s.Customer, s.ID), Policy: policy}, ok
}

// ArtworkPlace is where the photos of the complaint stand.
func (c Complaint) ArtworkPlace() ArtworkPlace {
	return ArtworkPlace{Of: c.ID, Branch: c.Branch, Log: c.Customer, Policy: PhotoPolicy(), Over: c.Closed()}
}

// ArtworkPlace is where the photos of the question stand.
func (h Hold) ArtworkPlace() ArtworkPlace {
	return ArtworkPlace{Of: h.ID, Branch: h.Branch, Log: h.Customer, Policy: PhotoPolicy(), Over: h.Closed()}
}

// File finds a file of the folder.
func (f ArtworkFolder) File(id string) (Artwork, bool) {
	return lo.Find(f.Files, func(a Artwork) bool { return a.ID == id })
}

// Attached lists what is kept.
func (f ArtworkFolder) Attached() []Artwork {
	out := []Artwork{}
	for _, a := range f.Files {
		if a.State == ArtworkAttached {
			out = append(out, a)
		}
	}
	return out
}

// Room is how many more files may be offered.
func (f ArtworkFolder) Room(p ArtworkPolicy, now time.Time) int {
	n := 0
	for _, a := range f.Files {
		if a.State == ArtworkAttached || a.State == ArtworkOffered && now.Before(a.Ends) {
			n++
		}
	}
	return max(0, min(p.Most-n, p.tries()-len(f.Files)))
}

// Offer lets a file be sent: its id, its name, the size that it is said to have (0: not known) and the type are given. A path before the name is
// dropped; a file without a name gets a number.
func (f ArtworkFolder) Offer(place ArtworkPlace, a Artwork, now time.Time) (ArtworkFolder, error) {
	if place.Over {
		return f, artworkOver()
	}
	if a.Bytes > place.Policy.Bytes {
		return f, Faulty(Field{Pointer: "/bytes", Text: place.Policy.tooLarge()})
	}
	if len(f.Files) >= place.Policy.tries() {
		return f, Fail(TooMany, "上传次数过多。请把其余文件直接发给我们的同事。", "Too many files were tried. Send the others to our colleague directly.")
	}
	if f.Room(place.Policy, now) == 0 {
		return f, place.Policy.full()
	}
	if f.Version == 0 {
		f.Of, f.Branch, f.CreatedAt = place.Of, place.Branch, now
	}
	a.Name = cmp.Or(strings.TrimSpace(a.Name[strings.LastIndexAny(a.Name, `/\`)+1:]), "file-"+strconv.Itoa(len(f.Files)+1))
	a.State, a.OfferedAt, a.Ends = ArtworkOffered, now, now.Add(ArtworkWindow)
	f.Version, f.UpdatedAt, f.Files = f.Version+1, now, append(slices.Clone(f.Files), a)
	return f, nil
}

// ArtworkFound is what was found where a file should lie: its size, its first bytes up to ArtworkHead, and the store's mark of this very content.
type ArtworkFound struct {
	Bytes int64
	Head  []byte
	Mark  string
}

// Decide looks at what was sent for an offered file: it is kept, or refused with the reason on it. A file that was decided about stays as it is, and the
// folder with it. told is nil for what is not kept.
func (f ArtworkFolder) Decide(place ArtworkPlace, id string, found ArtworkFound, now time.Time) (next ArtworkFolder, told *Event, err error) {
	i := slices.IndexFunc(f.Files, func(a Artwork) bool { return a.ID == id })
	if i < 0 {
		return f, nil, Missing("文件", "file")
	}
	if f.Files[i].State != ArtworkOffered {
		return f, nil, nil
	}
	if place.Over {
		return f, nil, artworkOver()
	}
	if len(f.Attached()) >= place.Policy.Most {
		return f, nil, place.Policy.full()
	}
	f.Files = slices.Clone(f.Files)
	a := &f.Files[i]
	kind, known := KindOfArtwork(found.Head, found.Bytes)
	a.State, a.Bytes, a.DecidedAt = ArtworkRefused, found.Bytes, &now
	switch {
	case found.Bytes == 0:
		a.Refusal = RefusedEmpty
	case found.Bytes > place.Policy.Bytes:
		a.Refusal = RefusedSize
	case !known || !slices.Contains(place.Policy.Kinds, kind):
		a.Refusal = RefusedKind
	default:
		a.State, a.Kind = ArtworkAttached, kind
	}
	f.Version, f.UpdatedAt = f.Version+1, now
	if a.State == ArtworkRefused {
		return f, nil, nil
	}
	return f, new(news(ArtworkKept, Actor{ID: cmp.Or(place.By, Visitor.ID)}, place.Log, cmp.Or(place.Lead, place.Of), f.Version, place.Branch, now, map[string]string{"artwork": a.ID, "kind": string(kind), "bytes": strconv.FormatInt(a.Bytes, 10)})), nil
}

// Refused says why a file was refused and what to do; empty for one that was not.
func (p ArtworkPolicy) Refused(refusal string) Text {
	switch refusal {
	case RefusedEmpty:
		return Text{Zh: "文件是空的。请检查后重新选择。", En: "The file is empty. Check it and choose it again."}
	case RefusedSize:
		return p.tooLarge()
	case RefusedKind:
		names := p.KindNames()
		return Text{Zh: "文件内容不是 " + names.Zh + "。请另存为其中一种格式后再上传。", En: "By its content this is not " + names.En + ". Save it as one of these and send it again."}
	}
	return Text{}
}

func (p ArtworkPolicy) tooLarge() Text {
	size := p.Size()
	return Text{Zh: "文件超过 " + size + "。请压缩后再上传，或直接联系我们。", En: "The file is larger than " + size + ". Make it smaller, or ask us how to send it."}
}

// artworkOver refuses a file for a record that has ended.
func artworkOver() *Error {
	return Fail(Refused, "此事已结束，不再接收文件。请联系我们的同事。", "This has ended and takes no more files. Ask our colleague.")
}

func (p ArtworkPolicy) full() *Error {
	most := strconv.Itoa(p.Most)
	if !slices.Contains(p.Kinds, KindZIP) {
		return Fail(Refused, "最多可上传 "+most+" 个文件。其余文件请直接发给我们的同事。", "No more than "+most+" files can be sent. Send the others to our colleague directly.")
	}
	return Fail(Refused, "最多可上传 "+most+" 个文件。其余文件请放入一个 ZIP，或直接发给我们的同事。", "No more than "+most+" files can be sent. Put the others into a ZIP, or send them to our colleague directly.")
}

// Size is the largest size as people write it.
func (p ArtworkPolicy) Size() string { return FileSize(p.Bytes) }

// FileSize is a size as people write it: 640 kB, 1.5 MB, 100 MB. It counts by 1024, as the limits do.
func FileSize(bytes int64) string {
	mega := float64(bytes) / (1 << 20)
	switch {
	case mega < 1:
		return strconv.FormatInt((bytes+1023)/1024, 10) + " kB"
	case mega < 10:
		return strings.TrimSuffix(strconv.FormatFloat(mega, 'f', 1, 64), ".0") + " MB"
	}
	return strconv.FormatFloat(mega, 'f', 0, 64) + " MB"
}

// KindNames are the kinds as people write them.
func (p ArtworkPolicy) KindNames() Text {
	names := make([]string, len(p.Kinds))
	for i, k := range p.Kinds {
		names[i] = strings.ToUpper(string(k))
	}
	last := len(names) - 1
	if last < 1 {
		return Text{Zh: strings.Join(names, ""), En: strings.Join(names, "")}
	}
	return Text{Zh: strings.Join(names, "、"), En: strings.Join(names[:last], ", ") + " or " + names[last]}
}

// Endings are the file name endings of the kinds, for a browser's chooser.
func (p ArtworkPolicy) Endings() []string {
	var out []string
	for _, k := range p.Kinds {
		for _, ending := range extensions[k] {
			if !slices.Contains(out, ending) {
				out = append(out, ending)
			}
		}
	}
	return out
}

// ArtworkInvitation is what a link to hand in files says: to which record, and until when.
type ArtworkInvitation struct {
	Of   string
	Ends time.Time
}

// ArtworkInvited is how long files may be handed in after the form was sent.
const ArtworkInvited = 24 * time.Hour

// SignArtwork makes the token of a link to hand in files.
func (t Tokens) SignArtwork(i ArtworkInvitation) string {
	return t.signUntil(UseArtwork, i.Of, i.Ends)
}

// OpenArtwork reads the token of a link to hand in files.
func (t Tokens) OpenArtwork(token string) (ArtworkInvitation, bool) {
	of, ends, ok := t.openUntil(UseArtwork, token)
	return ArtworkInvitation{of, ends}, ok
}
