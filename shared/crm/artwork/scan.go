package artwork

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// States of a file that a scanner looks at. Nobody can open it in any of them.
const (
	Scanning  = "scanning"  // it is what it should be, and the scanner has not said anything yet
	Unscanned = "unscanned" // the scanner cannot say whether it is clean: it is held until a colleague decides
	Infected  = "infected"  // the scanner found malware in it, and it is deleted
)

// ScanTag is the tag that Amazon GuardDuty writes on what it has scanned.
// https://docs.aws.amazon.com/guardduty/latest/ug/monitor-enable-s3-object-tagging-malware-protection.html
const ScanTag = "GuardDutyMalwareScanStatus"

// What ScanTag says. UNSUPPORTED, ACCESS_DENIED and FAILED, and what comes later, say that nobody knows.
const (
	TagClean    = "NO_THREATS_FOUND"
	TagInfected = "THREATS_FOUND"
)

// ScanTime is how long the scanner may take before a file is held. ScanKept is how long what was scanned lies in
// quarantine, so that a late tag still counts: the bucket's rule deletes it after 7 days.
const (
	ScanTime = 10 * time.Minute
	ScanKept = 7 * 24 * time.Hour
)

// Scan is how a file was scanned. It is nil for a file that came while nothing was.
type Scan struct {
	Version string     `json:"version"` // of the object that was received: the tag of another says nothing
	Until   time.Time  `json:"until"`   // from then on a file without a tag is held
	Said    string     `json:"said,omitempty"`
	Sender  string     `json:"sender,omitempty"` // staff id of the colleague who sent the file; empty for the visitor
	By      string     `json:"by,omitempty"`     // staff id of the colleague who released or discarded it
	Reason  string     `json:"reason,omitempty"` // theirs
	At      *time.Time `json:"at,omitempty"`     // when the scanner was heard, or the colleague decided
}

// ReleaseReasons say why a file is released without a result of the scan, and DiscardReasons why it is discarded.
var (
	ReleaseReasons = []string{"scanned-elsewhere", "sender-confirmed"}
	DiscardReasons = []string{"sender-unknown", "not-needed", "suspicious"}
)

// Words say how a file stands that was scanned, and what to do. They are empty for any other.
func (a Artwork) Words() words.Text {
	switch a.State {
	case Scanning:
		return words.Text{Zh: "已收到，正在查毒，几分钟后即可打开。",
			En: "It came and is being scanned. It can be opened in some minutes."}
	case Unscanned:
		return words.Text{Zh: "查毒没有结果，暂不能打开。请向客户核实后，由店长放行或丢弃。",
			En: "The scan has no result, so it cannot be opened. Ask the customer; then a manager releases or discards it."}
	case Infected:
		return words.Text{Zh: "文件中发现恶意软件，已删除。请检查电脑后重新发送没有问题的文件。",
			En: "Malware was found in this file, which is deleted. Check your computer, then send a clean copy."}
	}
	return words.Text{}
}

// Shown lists the files that staff see: those that are kept, those that wait for the scanner or a colleague, and those
// in which malware was found. It is never nil.
func (f Folder) Shown() []Artwork {
	out := []Artwork{}
	for _, a := range f.Files {
		if a.held() || a.State == Infected {
			out = append(out, a)
		}
	}
	return out
}

// held reports whether the file takes a place of its folder.
func (a Artwork) held() bool { return a.State == Attached || a.waits() }

// waits reports whether nobody knows yet if the file is clean.
func (a Artwork) waits() bool { return a.State == Scanning || a.State == Unscanned }

// NextLook is how long to wait before the tag is read again. over says that nothing will come any more.
func (a Artwork) NextLook(now time.Time) (again time.Duration, over bool) {
	switch {
	case !a.waits() || a.Scan == nil || now.After(a.Scan.Until.Add(ScanKept-ScanTime)):
		return 0, true
	case a.State == Scanning && now.Before(a.Scan.Until.Add(time.Minute-ScanTime)): // most are scanned by then
		return 5 * time.Second, false
	case a.State == Scanning:
		return max(time.Second, min(30*time.Second, a.Scan.Until.Sub(now))), false
	}
	return 6 * time.Hour, false
}

// Judge is the folder after the tag of a file was read; empty: there is none. A file without one is held once its time
// is over, and a tag that comes later still counts. What a colleague decided stays. told is nil where nothing changes.
// The error is NotFound for an unknown file.
func (f Folder) Judge(place Place, id, tag string, now time.Time) (next Folder, told *event.Event, err error) {
	i := f.index(id)
	if i < 0 {
		return f, nil, fault.Missing("文件", "file")
	}
	a := f.Files[i]
	if !a.waits() || a.Scan == nil {
		return f, nil, nil
	}
	kind := event.ArtworkHeld
	switch {
	case tag == TagClean:
		a.State, kind = Attached, event.ArtworkAttached
	case tag == TagInfected:
		a.State, kind = Infected, event.ArtworkInfected
	case a.State == Unscanned || tag == "" && now.Before(a.Scan.Until):
		return f, nil, nil
	default:
		a.State = Unscanned
	}
	scan := *a.Scan
	scan.Said, scan.At = tag, &now
	a.Scan = &scan
	next, e := f.settle(place, i, a, kind, cmp.Or(scan.Sender, staff.Visitor.ID), now)
	return next, e, nil
}

// Release lets a file be opened that the scanner did not find clean, at a colleague's risk and with their reason. The
// error is NotFound for an unknown file, and Refused for one that does not wait for a colleague.
func (f Folder) Release(place Place, id, reason string, now time.Time) (Folder, *event.Event, error) {
	return f.resolve(place, id, reason, Attached, event.ArtworkReleased, now)
}

// Discard gives up a file that the scanner did not find clean. The errors are those of Release.
func (f Folder) Discard(place Place, id, reason string, now time.Time) (Folder, *event.Event, error) {
	return f.resolve(place, id, reason, Dropped, event.ArtworkDiscarded, now)
}

func (f Folder) resolve(place Place, id, reason, state string, kind event.Type,
	now time.Time) (Folder, *event.Event, error) {
	i := f.index(id)
	if i < 0 {
		return f, nil, fault.Missing("文件", "file")
	}
	a := f.Files[i]
	switch {
	case a.Scan != nil && a.State == state && a.Scan.By == place.By && a.Scan.Reason == reason:
		return f, nil, nil // a second click
	case a.State == Scanning && a.Scan != nil && now.Before(a.Scan.Until):
		return f, nil, fault.Fail(fault.Refused, "文件正在查毒，请在几分钟后再看。",
			"This file is being scanned. Look again in some minutes.")
	case !a.waits() || a.Scan == nil:
		return f, nil, fault.Fail(fault.Refused, "只有查毒没有结果的文件才需要决定。请刷新后查看其状态。",
			"Only a file without a result of the scan needs a decision. Read its state again.")
	}
	scan := *a.Scan
	scan.By, scan.Reason, scan.At = place.By, reason, &now
	a.State, a.Scan = state, &scan
	next, e := f.settle(place, i, a, kind, place.By, now)
	return next, e, nil
}

func (f Folder) index(id string) int {
	return slices.IndexFunc(f.Files, func(a Artwork) bool { return a.ID == id })
}

// settle puts a file into the next folder, with the event that tells of it.
func (f Folder) settle(place Place, i int, a Artwork, kind event.Type, by string,
	now time.Time) (Folder, *event.Event) {
	f.Files = slices.Clone(f.Files)
	a.DecidedAt, f.Files[i] = &now, a
	f.Version, f.UpdatedAt = f.Version+1, now
	return f, new(event.New(kind, staff.Actor{ID: by}, place.Log, cmp.Or(place.Lead, place.Of), f.Version, place.Branch,
		now, map[string]string{"artwork": a.ID, "of": f.Of, "kind": string(a.Kind),
			"bytes": strconv.FormatInt(a.Bytes, 10)}))
}
