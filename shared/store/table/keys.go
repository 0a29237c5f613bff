package table

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"afterpress/shared/kernel/identity"
)

// Names of the attributes that are keys. They match template.yaml.
const (
	CommitAttr  = "commit"     // which transaction wrote the item
	TTLAttr     = "ttl"        // Messages: epoch seconds after which the item counts as absent
	BoardIndex  = "board"      // Records: lists by kind, openness and branch
	DeskIndex   = "desk"       // Records: what is open, by person
	pendingAttr = "pending_pk" // Events: not handed over yet
	pendingIx   = "pending"
)

// stamp is a time inside a sort key: UTC, milliseconds, of one width, so that text order is time order.
const stamp = "2006-01-02T15:04:05.000Z"

// At is a time as sort keys and counters name it.
func At(t time.Time) string { return t.UTC().Format(stamp) }

// "a record by its id": Records, KIND#id; RECORD.
func RecordKey(kind, id string) Item {
	return Item{"pk": Text(strings.ToUpper(kind) + "#" + id), "sk": Text(RecordSK)}
}

// RecordSK is the sort key of a record itself; what stands under it has others.
const RecordSK = "RECORD"

// "what is the shop": Records, SHOP; STAFF#id, BRANCH#id, CALENDAR#id, POLICY#id, FORM#id, CATEGORY#id. One query
// reads the whole set-up.
const ShopPK = "SHOP"

// ShopKey is the key of one record of the set-up.
func ShopKey(kind, id string) Item {
	return Item{"pk": Text(ShopPK), "sk": Text(strings.ToUpper(kind) + "#" + id)}
}

// "what did this policy say in an earlier version": Records, POLICY#id; VERSION#000003. The version that holds stands
// in the set-up alone.
const VersionSK = "VERSION#"

// PolicyVersionKey is the key of an earlier version of a policy.
func PolicyVersionKey(id string, version int64) Item {
	return Item{"pk": RecordKey("policy", id)["pk"], "sk": Text(fmt.Sprintf("%s%06d", VersionSK, version))}
}

// "who has this phone, this e-mail, this sign-in account": Records, CLAIM#kind#value; RECORD. The item names the
// owner; of a value that several people share it says how many.
func ClaimKey(c identity.Claim) Item {
	return Item{"pk": Text("CLAIM#" + string(c.Kind) + "#" + c.Value), "sk": Text("RECORD")}
}

// "what is open on this branch's board, most urgent first": board, KIND#OPEN#branch; due#id.
func OpenBoard(kind, branch string) string { return strings.ToUpper(kind) + "#OPEN#" + branch }

// "what was closed in this month": board, KIND#CLOSED#branch#yyyy-mm; closed#id.
func ClosedBoard(kind, branch string, month string) string {
	return strings.ToUpper(kind) + "#CLOSED#" + branch + "#" + month
}

// "which submissions ended this way": board, SUBMISSION#outcome#branch; received#id.
func SubmissionBoard(outcome, branch string) string { return "SUBMISSION#" + outcome + "#" + branch }

// "what is on my desk, most urgent first": desk, STAFF#id; due#id. "what of this branch is nobody's yet": desk,
// BRANCH#branch; due#id.
func DeskOf(staff string) string { return "STAFF#" + staff }

// BranchDesk begins the desk of what a branch has and nobody owns.
const BranchDesk = "BRANCH#"

// BranchDeskOf is that desk of a branch.
func BranchDeskOf(branch string) string { return BranchDesk + branch }

// DeskFor is the one desk on which an open record stands: its owner's, or its branch's while nobody has it.
func DeskFor(owner, branch string) string {
	if owner == "" {
		return BranchDeskOf(branch)
	}
	return DeskOf(owner)
}

// When is a place in a list that is sorted by time; the id tells two of one moment apart.
func When(t time.Time, id string) string { return At(t) + "#" + id }

// "what happened with a customer": Events, CUSTOMER#id; evt_… (UUIDv7, so by time).
func EventKey(customer, id string) Item {
	return Item{"pk": Text("CUSTOMER#" + customer), "sk": Text(id)}
}

// "which events were not handed over": pending, PENDING#shard; time#id. Sixteen shards by customer spread the writes.
const pendingShards = 16

func pendingShard(n int) string { return fmt.Sprintf("PENDING#%02d", n) }

func shardOf(customer string) int {
	h := fnv.New32a()
	h.Write([]byte(customer))
	return int(h.Sum32() % pendingShards)
}

// "was this message sent": Messages, PERSON#id; MESSAGE#process#step#channel.
func MessageKey(person, key string) Item {
	return Item{"pk": Text("PERSON#" + person), "sk": Text("MESSAGE#" + key)}
}

// "which message has this tag": index tag of Messages, tag. It finds the row's key; the row itself is read again.
const (
	TagAttr  = "tag"
	TagIndex = "tag"
)

// "what was sent to this customer's contacts, newest first": index sent of Messages, CUSTOMER#id; claimed at#msg_…. It
// finds the rows' keys: the place of a message never changes, so each is written into the index once.
const SentIndex = "sent"

// SentTo is the list of what was sent to a customer's contacts.
func SentTo(customer string) string { return "CUSTOMER#" + customer }

// "was something told of a message that is not there": Messages, REPORT#tag; REPORT.
func ReportKey(tag string) Item { return Item{"pk": Text("REPORT#" + tag), "sk": Text("REPORT")} }

// "who is there, and how do they like it": Records, CUSTOMER#id; CONTACT#con_…, PREFERENCE#prf_…, then RECORD. One
// query reads a customer's card.
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

// "whose contact is this": Records, CONTACT#id; PARENT. It names the customer.
func ParentKey(contact string) Item {
	return Item{"pk": RecordKey("contact", contact)["pk"], "sk": Text("PARENT")}
}

// "what did a contact say yes or no to": Records, CONTACT#id; CONSENT#cst_… (UUIDv7, so by time).
const ConsentSK = "CONSENT#"

// ConsentKey is the key of a line of the consent log.
func ConsentKey(contact, id string) Item {
	return Item{"pk": RecordKey("contact", contact)["pk"], "sk": Text(ConsentSK + id)}
}

// "when did we speak with the customer": Records, CUSTOMER#id; TOUCH#when it happened#tch_…. It stands beyond RECORD,
// so that the card is read without it.
const TouchSK = "TOUCH#"

// TouchKey is the key of a touch under its customer; place is When it happened.
func TouchKey(customer, place string) Item { return childKey(customer, TouchSK, place) }

// "who keeps seeing this task, and what was written under it": Records, TASK#id; WATCHER#stf_…, COMMENT#cmt_… (UUIDv7,
// so by time). "which open tasks do I watch, the newest first": desk, WATCHING#stf_…; since when#id of the task.
const noteSK = "COMMENT#"

// NoteKey is the key of what was written under a task.
func NoteKey(task, id string) Item {
	return Item{"pk": RecordKey("task", task)["pk"], "sk": Text(noteSK + id)}
}

// "what went to the customer and came from him, what did staff write for staff, what was done for him": Records,
// COMPLAINT#id; REPLY#cmt_…, INTERNAL#cmt_… (UUIDv7, so by time), REMEDY#turn-place.
const (
	ReplySK    = "REPLY#"
	InternalSK = "INTERNAL#"
	remedySK   = "REMEDY#"
)

// ComplaintChild is the key of what stands under a complaint; sk is one of the beginnings above.
func ComplaintChild(complaint, sk, id string) Item {
	return Item{"pk": RecordKey("complaint", complaint)["pk"], "sk": Text(sk + id)}
}

// RemedyKey is the key of a remedy that was carried out.
func RemedyKey(complaint, id string) Item { return ComplaintChild(complaint, remedySK, id) }

// "what was this customer given": Records, GRANTS#cus_…; GRANTS. All in one item, so that two offers at once meet on
// its version.
func GrantsKey(customer string) Item {
	return Item{"pk": Text("GRANTS#" + customer), "sk": Text("GRANTS")}
}

// "for which complaints does the customer get no marketing": Messages, CUSTOMER#id; FREEZE.
func FreezeKey(customer string) Item {
	return Item{"pk": Text("CUSTOMER#" + customer), "sk": Text("FREEZE")}
}

// "how many complaints of this defect, product, press, …": Records, TALLY#complaint#branch#dimension; day#value.
func TallyKey(branch, dimension, day, value string) Item {
	return Item{"pk": Text("TALLY#complaint#" + branch + "#" + dimension), "sk": Text(day + "#" + value)}
}

// WatcherKey is the key of the line of somebody who watches a task.
func WatcherKey(task, staff string) Item {
	return Item{"pk": RecordKey("task", task)["pk"], "sk": Text("WATCHER#" + staff)}
}

// WatchingOf is the list of the tasks that somebody watches.
func WatchingOf(staff string) string { return "WATCHING#" + staff }

// "what is open with this customer, most urgent first": index open, CUSTOMER#id; due#id.
const OpenIndex = "open"

// OpenOf is the list of what is open with a customer.
func OpenOf(customer string) string { return "CUSTOMER#" + customer }

// "what files came with it": Records, KIND#id of what they came with; ARTWORK. One item holds all of them.
func ArtworkKey(of string) Item {
	return Item{"pk": RecordKey(ArtworkKind(of), of)["pk"], "sk": Text("ARTWORK")}
}

// ArtworkKind is the kind of record that files come with, by its id.
func ArtworkKind(of string) string {
	switch {
	case strings.HasPrefix(of, "cmp_"):
		return "complaint"
	case strings.HasPrefix(of, "hld_"):
		return "hold"
	}
	return "submission"
}

// "may this person be written to": Messages, PERSON#id; GATE.
func GateKey(person string) Item { return Item{"pk": Text("PERSON#" + person), "sk": Text("GATE")} }

// "may this address be written to, whoever has it": Messages, SUPPRESSED#channel#hash; SUPPRESSED. It outlives the
// records that have the address and names none of them.
func SuppressionKey(channel, hash string) Item {
	return Item{"pk": Text("SUPPRESSED#" + channel + "#" + hash), "sk": Text("SUPPRESSED")}
}

// "who is called like this": Records, DIRECTORY#two runes; term#customer. "whose number ends like this":
// DIRECTORY#end#two digits; the digits from the last one on#customer. "who stands in this list, by name":
// DIRECTORY#owner#staff, DIRECTORY#category#leaf, DIRECTORY#branch#branch, DIRECTORY#life#branch#stage; name#customer.
// Customers whom all branches share stand under the branch *. Neither a term nor a name holds a #.
const DirectoryPK = "DIRECTORY#"

// DirectoryKey is the key of a row of the directory: a list, a term or a name in it, and the customer.
func DirectoryKey(place, name, customer string) Item {
	return Item{"pk": Text(DirectoryPK + place), "sk": Text(name + "#" + customer)}
}

// DirectoryNames gives the name and the customer of a row.
func DirectoryNames(sk string) (name, customer string) {
	name, customer, _ = strings.Cut(sk, "#")
	return name, customer
}

// TermPlace is where a term of two runes or more stands.
func TermPlace(term string) string { return string([]rune(term)[:min(2, len([]rune(term)))]) }

// EndPlace is where the end of a number stands.
func EndPlace(end string) string { return "end#" + end[:2] }

// BranchPlace is the list of a branch's customers.
func BranchPlace(branch string) string { return "branch#" + branch }

// LifePlace is the list of a branch's customers in one stage of life.
func LifePlace(branch, stage string) string { return "life#" + branch + "#" + stage }

// OwnerPlace is the list of the customers whom one of the staff owns.
func OwnerPlace(staff string) string { return "owner#" + staff }

// CategoryPlace is the list of the customers of a category.
func CategoryPlace(leaf string) string { return "category#" + leaf }

// EveryBranch is the branch of lists under which shared customers stand.
const EveryBranch = "*"

// "which rows does the directory have of a customer": Records, CUSTOMER#id; ROWS. It stands beyond RECORD, so that the
// card is read without it.
func RowsKey(customer string) Item { return childKey(customer, "ROWS", "") }

// "is the tree of categories as I read it": Records, SHOP; CATEGORYTREE#tree.
const TreeKind = "CATEGORYTREE"

// "was this request answered before": Messages, RECEIPT#key; RECEIPT.
func receiptKey(key string) Item { return Item{"pk": Text("RECEIPT#" + key), "sk": Text("RECEIPT")} }

// CounterKey is the key of a counter: Messages, COUNTER#parts; COUNTER. The parts say what is counted:
//
//   - form#id#kind#hash#window: how many came through this form from one address, person, or at all
//   - reply#hash: did this address get an automatic reply
//   - rotation#branch: whose turn is it in this branch
//   - claims#staff#end of the day: how many leads has this person claimed today
//   - turn#kind/name#begin of the window: who has the robot's turn now
//   - complaints#con_…#end of the day: how many complaints did this contact open by their link today
//   - sms#hash or company#end of the day: how many SMS went to this number, out of the company, today
//   - done#staff#yyyy-mm: how much has this person done, on which days of the month
func CounterKey(parts ...string) Item {
	return Item{"pk": Text("COUNTER#" + strings.Join(parts, "#")), "sk": Text("COUNTER")}
}
