package table

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"afterpress/shared/kernel/identity"
)

// Names of attributes and indexes. They match template.yaml.

// Each comment on a key below first gives the question that the key answers. Then it gives the table (or the
// index), the partition key, and after the semicolon the sort key.
const (
	CommitAttr  = "commit"     // the transaction that wrote the item
	TTLAttr     = "ttl"        // epoch seconds after which the item counts as absent; in Records, see Over
	BoardIndex  = "board"      // Records: lists by kind, openness and branch
	DeskIndex   = "desk"       // Records: open records by person or branch
	pendingAttr = "pending_pk" // Events: not handed over yet
	pendingIx   = "pending"
)

// stamp is the form of a time inside a sort key: UTC, milliseconds, fixed width. So text order is time order.
const stamp = "2006-01-02T15:04:05.000Z"

// At is a time in the form that sort keys and counters use.
func At(t time.Time) string { return t.UTC().Format(stamp) }

// RecordKey answers "which record has this id?": Records, KIND#id; RECORD.
func RecordKey(kind, id string) Item {
	return Item{"pk": Text(strings.ToUpper(kind) + "#" + id), "sk": Text(RecordSK)}
}

// RecordSK is the sort key of a record itself. Items under the record have other sort keys.
const RecordSK = "RECORD"

// ShopPK answers "how is the shop set up?": Records, SHOP; STAFF#id, BRANCH#id, CALENDAR#id, POLICY#id, FORM#id,
// CATEGORY#id. One query reads the whole set-up.
const ShopPK = "SHOP"

// ShopKey is the key of one record of the set-up: Records, SHOP; KIND#id.
func ShopKey(kind, id string) Item {
	return Item{"pk": Text(ShopPK), "sk": Text(strings.ToUpper(kind) + "#" + id)}
}

// StampKey answers "has the set-up changed?": Records, SHOP; STAMP. Each transaction that changes the set-up puts
// the item anew, and its mark is the stamp.
func StampKey() Item { return Item{"pk": Text(ShopPK), "sk": Text("STAMP")} }

// MarketingKey answers "may marketing go out of these tables?": Messages, SHOP; MARKETING. No function may write it.
func MarketingKey() Item { return Item{"pk": Text(ShopPK), "sk": Text("MARKETING")} }

// VersionSK answers "what did this policy say in an earlier version?": Records, POLICY#id; VERSION#000003. The
// current version stands only in the set-up.
const VersionSK = "VERSION#"

// PolicyVersionKey is the key of an earlier version of a policy.
func PolicyVersionKey(id string, version int64) Item {
	return Item{"pk": RecordKey("policy", id)["pk"], "sk": Text(fmt.Sprintf("%s%06d", VersionSK, version))}
}

// ClaimKey answers "which record has this phone, e-mail or sign-in account?": Records, CLAIM#kind#value; RECORD.
// The item names the owner, and the first enquiry that made them known (centre.First). For a value that several
// people share, it says how many. The value stands in the key as it is, and not as a keyed hash: DEPLOY.md says why.
func ClaimKey(c identity.Claim) Item {
	return Item{"pk": Text("CLAIM#" + string(c.Kind) + "#" + c.Value), "sk": Text("RECORD")}
}

// OpenBoard answers "what is open on this branch's board, most urgent first?": board, KIND#OPEN#branch; due#id. Kinds
// that have several open states stand on a StateBoard for each. Their rows of before stand here until make reindex.
func OpenBoard(kind, branch string) string { return strings.ToUpper(kind) + "#OPEN#" + branch }

// StateBoard answers "what is open on this board in this state?": board, KIND#OPEN#branch#state; due#id.
func StateBoard(board, state string) string { return board + "#" + state }

// ClosedBoard answers "what was closed in this month?": board, KIND#CLOSED#branch#yyyy-mm; closed#id.
func ClosedBoard(kind, branch string, month string) string {
	return strings.ToUpper(kind) + "#CLOSED#" + branch + "#" + month
}

// SubmissionBoard answers "which submissions ended this way?": board, SUBMISSION#outcome#branch; received#id.
func SubmissionBoard(outcome, branch string) string { return "SUBMISSION#" + outcome + "#" + branch }

// DeskOf answers "what is on this person's desk, most urgent first?": desk, STAFF#id; due#id.
func DeskOf(staff string) string { return "STAFF#" + staff }

// BranchDesk begins the partition key of a branch's desk: the open records that have no owner.
const BranchDesk = "BRANCH#"

// BranchDeskOf answers "which records of this branch have no owner?": desk, BRANCH#branch; due#id.
func BranchDeskOf(branch string) string { return BranchDesk + branch }

// DeskFor is the one desk on which an open record stands: its owner's desk, or its branch's desk while it has no
// owner.
func DeskFor(owner, branch string) string {
	if owner == "" {
		return BranchDeskOf(branch)
	}
	return DeskOf(owner)
}

// When is a place in a list that is sorted by time. The id separates two records of the same moment.
func When(t time.Time, id string) string { return At(t) + "#" + id }

// EventKey answers "what happened with a customer?": Events, CUSTOMER#id; evt_… (UUIDv7, so by time).
func EventKey(customer, id string) Item {
	return Item{"pk": Text("CUSTOMER#" + customer), "sk": Text(id)}
}

// pendingShards serves "which events were not handed over?": pending, PENDING#shard; time#id. Sixteen shards by
// customer spread the writes.
const pendingShards = 16

func pendingShard(n int) string { return fmt.Sprintf("PENDING#%02d", n) }

func shardOf(customer string) int {
	h := fnv.New32a()
	h.Write([]byte(customer))
	return int(h.Sum32() % pendingShards)
}

// SweepKey answers "how far has the sweep of the queue come?": Events, SWEEP; PLACE.
func SweepKey() Item { return Item{"pk": Text("SWEEP"), "sk": Text("PLACE")} }

// MessageKey answers "was this message sent?": Messages, PERSON#id; MESSAGE#process#step#channel.
func MessageKey(person, key string) Item {
	return Item{"pk": Text(personPK + person), "sk": Text("MESSAGE#" + key)}
}

// TagAttr and TagIndex answer "which message has this tag?": index tag of Messages, tag. The index gives the
// row's key; the row itself is read again.
const (
	TagAttr  = "tag"
	TagIndex = "tag"
)

// SentIndex answers "what was sent to this customer's contacts, newest first?": index sent of Messages,
// CUSTOMER#id; claimed at#msg_…. The index gives the rows' keys. The place of a message never changes, so each
// is written into the index once.
const SentIndex = "sent"

// SentTo is the partition of SentIndex for one customer.
func SentTo(customer string) string { return "CUSTOMER#" + customer }

// ReportKey answers "was there a report on a message that is not there?": Messages, REPORT#tag; REPORT.
func ReportKey(tag string) Item { return Item{"pk": Text("REPORT#" + tag), "sk": Text("REPORT")} }

// ContactSK and PreferenceSK answer "who are the customer's contacts, and what do they prefer?": Records,
// CUSTOMER#id; CONTACT#con_…, PREFERENCE#prf_…, then RECORD. One query reads a customer's card.
const (
	ContactSK    = "CONTACT#"
	PreferenceSK = "PREFERENCE#"
)

func childKey(customer, sk, id string) Item {
	return Item{"pk": RecordKey("customer", customer)["pk"], "sk": Text(sk + id)}
}

// ContactKey is the key of a contact under their customer.
func ContactKey(customer, id string) Item { return childKey(customer, ContactSK, id) }

// PreferenceKey is the key of a preference under its customer.
func PreferenceKey(customer, id string) Item { return childKey(customer, PreferenceSK, id) }

// FirstContact is the id of the contact with whom a customer came. It is made of the customer's id, so that no item
// has to lead from one to the other. CameWith is the customer of such an id.
func FirstContact(customer string) string { return "con" + strings.TrimPrefix(customer, "cus") }

// CameWith is the customer with whom the contact came, if the id is such a contact's (FirstContact).
func CameWith(contact string) string { return "cus" + strings.TrimPrefix(contact, "con") }

// ParentKey answers "which customer has this contact?", for contacts that came later than their customer, and for all
// those of before December 2026: Records, CONTACT#id; PARENT. The item names the customer.
func ParentKey(contact string) Item {
	return Item{"pk": RecordKey("contact", contact)["pk"], "sk": Text("PARENT")}
}

// ConsentSK answers "what did a contact agree to or refuse?": Records, CONTACT#id; CONSENT#cst_… (UUIDv7, so by
// time).
const ConsentSK = "CONSENT#"

// ConsentKey is the key of a line of the consent log.
func ConsentKey(contact, id string) Item {
	return Item{"pk": RecordKey("contact", contact)["pk"], "sk": Text(ConsentSK + id)}
}

// TouchSK answers "when did we speak with the customer?": Records, CUSTOMER#id; TOUCH#when it happened#tch_….
// Touches sort after RECORD, so that the card is read without them.
const TouchSK = "TOUCH#"

// TouchKey is the key of a touch under its customer. place is When applied to the time of the touch and its id.
func TouchKey(customer, place string) Item { return childKey(customer, TouchSK, place) }

// noteSK serves "who watches this task, and what was written under it?": Records, TASK#id; WATCHER#stf_…,
// COMMENT#cmt_… (UUIDv7, so by time).
const noteSK = "COMMENT#"

// NoteKey is the key of a comment under a task.
func NoteKey(task, id string) Item {
	return Item{"pk": RecordKey("task", task)["pk"], "sk": Text(noteSK + id)}
}

// ReplySK, InternalSK and remedySK hold what stands under a complaint: Records, COMPLAINT#id; REPLY#cmt_…,
// INTERNAL#cmt_… (UUIDv7, so by time), REMEDY#turn-place. REPLY is what was written to the customer and by them.
// INTERNAL is what staff wrote for staff. REMEDY is what was done for the customer.
const (
	ReplySK    = "REPLY#"
	InternalSK = "INTERNAL#"
	remedySK   = "REMEDY#"
)

// ComplaintChild is the key of an item under a complaint; sk is one of the beginnings above.
func ComplaintChild(complaint, sk, id string) Item {
	return Item{"pk": RecordKey("complaint", complaint)["pk"], "sk": Text(sk + id)}
}

// partSK serves "what belongs to the complaint and seldom changes?": Records, COMPLAINT#id; PART#part#version. No other
// item of a complaint sorts between its parts and its record, so one query reads them together.
const partSK = "PART#"

// ComplaintPart is the key of a part of a complaint; version is the complaint's that wrote it.
func ComplaintPart(complaint, part string, version int64) Item {
	return ComplaintChild(complaint, partSK, fmt.Sprintf("%s#%06d", part, version))
}

// RemedyKey is the key of a remedy that was carried out.
func RemedyKey(complaint, id string) Item { return ComplaintChild(complaint, remedySK, id) }

// GrantsKey answers "was this customer offered something meanwhile?": Records, GRANTS#cus_…; GRANTS. Two offers at once
// meet on its version. Before December 2026 it held all grants; those that are still there count.
func GrantsKey(customer string) Item {
	return Item{"pk": Text("GRANTS#" + customer), "sk": Text("GRANTS")}
}

// GrantKey answers "what was this customer given?": Messages, GRANTS#cus_…; GRANT#place. The place names complaint and
// time of the offer; "" begins the keys of all. Once the offer is taken back or the grant ends, the row counts as
// absent.
func GrantKey(customer, place string) Item {
	return Item{"pk": GrantsKey(customer)["pk"], "sk": Text("GRANT#" + place)}
}

// FreezeKey answers "for which complaints does the customer get no marketing?": Messages, CUSTOMER#id; FREEZE.
func FreezeKey(customer string) Item {
	return Item{"pk": Text("CUSTOMER#" + customer), "sk": Text("FREEZE")}
}

// TallyKey answers "how many complaints of this defect, product, press and so on?": Records,
// TALLY#complaint#branch#dimension; day#value. Releases before December 2026 counted there; what they counted stays.
func TallyKey(branch, dimension, day, value string) Item {
	return Item{"pk": Text("TALLY#complaint#" + branch + "#" + dimension), "sk": Text(day + "#" + value)}
}

// TallyGroupKey answers "how many complaints of a day have all these values?": Records, TALLY#complaint#branch;
// day#hash of the values. The counter of a group holds its values, so that each of them can be counted.
func TallyGroupKey(branch, day string, values []string) Item {
	sk := day
	if len(values) > 0 {
		sum := sha256.Sum256([]byte(strings.Join(values, apart)))
		sk += "#" + hex.EncodeToString(sum[:8])
	}
	return Item{"pk": Text("TALLY#complaint#" + branch), "sk": Text(sk)}
}

// WatcherKey is the key of the line of a person who watches a task.
func WatcherKey(task, staff string) Item {
	return Item{"pk": RecordKey("task", task)["pk"], "sk": Text("WATCHER#" + staff)}
}

// WatchingOf answers "which open tasks does this person watch, newest first?": desk, WATCHING#stf_…; since
// when#id of the task.
func WatchingOf(staff string) string { return "WATCHING#" + staff }

// AboutIndex answers "which open records does this customer have?": index about, CUSTOMER#id; KIND#id. It names the
// records and holds nothing else of them. So a record is written into it when it opens and taken out when it ends. A
// list reads the records (openLines).
const AboutIndex = "about"

// aboutAttr holds the partition of AboutIndex. Records of releases before December 2026 stand in it as well.
const aboutAttr = "open_pk"

// OpenOf is the partition of AboutIndex for one customer.
func OpenOf(customer string) string { return "CUSTOMER#" + customer }

// ArtworkKey answers "which files came with this record?": Records, KIND#id of the record; ARTWORK. One item
// holds all of them.
func ArtworkKey(of string) Item {
	return Item{"pk": RecordKey(ArtworkKind(of), of)["pk"], "sk": Text("ARTWORK")}
}

// ArtworkKind is the kind of the record that files came with, read from the prefix of its id.
func ArtworkKind(of string) string {
	switch {
	case strings.HasPrefix(of, "cmp_"):
		return "complaint"
	case strings.HasPrefix(of, "hld_"):
		return "hold"
	}
	return "submission"
}

// GateKey answers "may this person be written to?": Messages, PERSON#id; GATE.
func GateKey(person string) Item { return Item{"pk": Text(personPK + person), "sk": Text("GATE")} }

// CodeKey answers "which code was sent to the contact's phone or e-mail?": Messages, PERSON#id; CODE#kind. It counts as
// absent a day after its end.
func CodeKey(contact, kind string) Item {
	return Item{"pk": Text(personPK + contact), "sk": Text("CODE#" + kind)}
}

// VisitorCodeKey answers "which code did a visitor ask for under this id?": Messages, CODE#cod_…; CODE. It counts as
// absent a day after its end, and stands under nobody: who has the value is not known.
func VisitorCodeKey(id string) Item { return Item{"pk": Text("CODE#" + id), "sk": Text("CODE")} }

// personPK begins the keys of what is kept of a person in Messages.
const personPK = "PERSON#"

// PersonOf is the person of an item that is kept of them: of their gate, or of a message to them.
func PersonOf(it Item) string { return strings.TrimPrefix(StringOf(it["pk"]), personPK) }

// SuppressionKey answers "may this address be written to, under any record?": Messages, SUPPRESSED#channel#hash;
// SUPPRESSED. The item outlives the records that have the address and names none of them.
func SuppressionKey(channel, hash string) Item {
	return Item{"pk": Text("SUPPRESSED#" + channel + "#" + hash), "sk": Text("SUPPRESSED")}
}

// DirectoryPK begins the keys of the directory, in Records. All sort keys end in #customer:
//
//   - "who has a name like this?": DIRECTORY#two runes; term#customer
//   - "which number ends like this?": DIRECTORY#end#two digits; the digits from the last one on#customer
//   - "who stands in this list, by name?": DIRECTORY#owner#staff, DIRECTORY#category#leaf, DIRECTORY#branch#branch,
//     DIRECTORY#life#branch#stage; name#customer
//
// Customers whom all branches share stand under the branch *. Neither a term nor a name holds a #.
const DirectoryPK = "DIRECTORY#"

// DirectoryKey is the key of a row of the directory: a list, a term or name in it, and the customer.
func DirectoryKey(place, name, customer string) Item {
	return Item{"pk": Text(DirectoryPK + place), "sk": Text(name + "#" + customer)}
}

// DirectoryNames gives the name and the customer of a row, from its sort key.
func DirectoryNames(sk string) (name, customer string) {
	name, customer, _ = strings.Cut(sk, "#")
	return name, customer
}

// TermPlace is the list in which a term stands: its first two runes.
func TermPlace(term string) string { return string([]rune(term)[:min(2, len([]rune(term)))]) }

// EndPlace is the list in which the end of a number stands. end is read from the last digit on and has at least
// two digits.
func EndPlace(end string) string { return "end#" + end[:2] }

// BranchPlace is the list of a branch's customers.
func BranchPlace(branch string) string { return "branch#" + branch }

// LifePlace is the list of a branch's customers in one life stage.
func LifePlace(branch, stage string) string { return "life#" + branch + "#" + stage }

// OwnerPlace is the list of the customers that a staff member owns.
func OwnerPlace(staff string) string { return "owner#" + staff }

// CategoryPlace is the list of the customers of a category.
func CategoryPlace(leaf string) string { return "category#" + leaf }

// EveryBranch stands in place of a branch in the lists, for customers that all branches share.
const EveryBranch = "*"

// RowsKey answers "which rows does the directory have for a customer?": Records, CUSTOMER#id; ROWS. It sorts
// after RECORD, so that the card is read without it.
func RowsKey(customer string) Item { return childKey(customer, "ROWS", "") }

// ReferenceKey answers "which record has this reference?": Records, REFERENCE#the last eight signs of the id; all its
// signs. A submission and its lead have the same, so one row finds both. reference is as identity.ReferenceOf gives it.
func ReferenceKey(reference string) Item {
	return Item{"pk": Text("REFERENCE#" + reference[len(reference)-identity.ReferenceLength:]), "sk": Text(reference)}
}

// JobKey answers "which records are about this job?": Records, JOB#kind#the first eight signs of its number; the
// number#id. No number has a "#" (identity.JobNumber). Eight signs find all jobs whose numbers begin so.
func JobKey(kind, job, id string) Item {
	begins := []rune(job)
	begins = begins[:min(identity.ReferenceLength, len(begins))]
	return Item{"pk": Text("JOB#" + strings.ToUpper(kind) + "#" + string(begins)), "sk": Text(job + "#" + id)}
}

// TreeKind answers "is the tree of categories as it was read?": Records, SHOP; CATEGORYTREE#tree.
const TreeKind = "CATEGORYTREE"

// receiptKey answers "was this request answered before?": Messages, RECEIPT#key; RECEIPT.
func receiptKey(key string) Item { return Item{"pk": Text("RECEIPT#" + key), "sk": Text("RECEIPT")} }

// CounterKey is the key of a counter: Messages, COUNTER#parts; COUNTER. The parts say what is counted:
//
//   - form#id#kind#hash#window: how many requests came through this form from one address or person, or at all
//   - code#hash#day: how many codes went to this phone or e-mail
//   - tries#cod_…: how often a code was entered that a visitor asked for
//   - upload#source#hash#day: how many bytes of files one network address sends today through a form or a kind of link
//   - reply#hash: whether this address got an automatic reply
//   - rotation#branch: which colleague has the next turn in this branch
//   - claims#staff#end of the day: how many leads this person has claimed today
//   - turn#kind/name#begin of the window: whether the chat robot's one turn in this window is taken
//   - complaints#con_…#end of the day: how many complaints this contact opened by their link today
//   - sms#hash or company#end of the day: how many SMS went today to this number, or are reserved of the company's
//   - alike#hash: when texts of colleagues that are alike were sent within the last hour
//   - done#staff#yyyy-mm: how much this person has done, on which days of the month
func CounterKey(parts ...string) Item {
	return Item{"pk": Text("COUNTER#" + strings.Join(parts, "#")), "sk": Text("COUNTER")}
}
