package store

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"afterpress/shared/crm"
)

// Names of the attributes that are keys. They match template.yaml.
const (
	commitAttr  = "commit"     // which transaction wrote the item
	ttlAttr     = "ttl"        // Messages: epoch seconds after which the item counts as absent
	boardIndex  = "board"      // Records: lists by kind, openness and branch
	deskIndex   = "desk"       // Records: what is open, by person
	pendingAttr = "pending_pk" // Events: not handed over yet
	pendingIx   = "pending"
)

// stamp is a time inside a sort key: UTC, milliseconds, of one width, so that text order is time order.
const stamp = "2006-01-02T15:04:05.000Z"

func at(t time.Time) string { return t.UTC().Format(stamp) }

// "a record by its id": Records, KIND#id; RECORD.
func recordKey(kind, id string) item {
	return item{"pk": text(strings.ToUpper(kind) + "#" + id), "sk": text(recordSK)}
}

const recordSK = "RECORD"

// "what is the shop": Records, SHOP; STAFF#id, BRANCH#id, CALENDAR#id, POLICY#id, FORM#id, CATEGORY#id. One query reads the whole set-up.
const shopPK = "SHOP"

func shopKey(kind, id string) item {
	return item{"pk": text(shopPK), "sk": text(strings.ToUpper(kind) + "#" + id)}
}

// "what did this policy say in an earlier version": Records, POLICY#id; VERSION#000003. The version that holds stands in the set-up alone.
const versionSK = "VERSION#"

func policyVersionKey(id string, version int64) item {
	return item{"pk": recordKey("policy", id)["pk"], "sk": text(fmt.Sprintf("%s%06d", versionSK, version))}
}

// "who has this phone, this e-mail, this sign-in account": Records, CLAIM#kind#value; RECORD. The item names the owner; of a value that several people share
// it says how many.
func claimKey(c crm.Claim) item {
	return item{"pk": text("CLAIM#" + string(c.Kind) + "#" + c.Value), "sk": text("RECORD")}
}

// "what is open on this branch's board, most urgent first": board, KIND#OPEN#branch; due#id.
func openBoard(kind, branch string) string { return strings.ToUpper(kind) + "#OPEN#" + branch }

// "what was closed in this month": board, KIND#CLOSED#branch#yyyy-mm; closed#id.
func closedBoard(kind, branch string, month string) string {
	return strings.ToUpper(kind) + "#CLOSED#" + branch + "#" + month
}

// "which submissions ended this way": board, SUBMISSION#outcome#branch; received#id.
func submissionBoard(outcome, branch string) string { return "SUBMISSION#" + outcome + "#" + branch }

// "what is on my desk, most urgent first": desk, STAFF#id; due#id. "what of this branch is nobody's yet": desk, BRANCH#branch; due#id.
func deskOf(staff string) string { return "STAFF#" + staff }

const branchDesk = "BRANCH#"

func branchDeskOf(branch string) string { return branchDesk + branch }

// deskFor is the one desk on which an open record stands: its owner's, or its branch's while nobody has it.
func deskFor(owner, branch string) string {
	if owner == "" {
		return branchDeskOf(branch)
	}
	return deskOf(owner)
}

func when(t time.Time, id string) string { return at(t) + "#" + id }

// "what happened with a customer": Events, CUSTOMER#id; evt_… (UUIDv7, so by time).
func eventKey(customer, id string) item {
	return item{"pk": text("CUSTOMER#" + customer), "sk": text(id)}
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
func messageKey(m crm.Message) item {
	return item{"pk": text("PERSON#" + m.Person), "sk": text("MESSAGE#" + m.Key())}
}

// "which message has this tag": index tag of Messages, tag. It finds the row's key; the row itself is read again.
const (
	tagAttr = "tag"
	tagIx   = "tag"
)

// "what was sent to this customer's contacts, newest first": index sent of Messages, CUSTOMER#id; claimed at#msg_…. It finds the rows' keys: the place of a
// message never changes, so each is written into the index once.
const sentIndex = "sent"

func sentTo(customer string) string { return "CUSTOMER#" + customer }

// "was something told of a message that is not there": Messages, REPORT#tag; REPORT.
func reportKey(tag string) item { return item{"pk": text("REPORT#" + tag), "sk": text("REPORT")} }

// "who is there, and how do they like it": Records, CUSTOMER#id; CONTACT#con_…, PREFERENCE#prf_…, then RECORD. One query reads a customer's card.
const (
	contactSK    = "CONTACT#"
	preferenceSK = "PREFERENCE#"
)

func childKey(customer, sk, id string) item {
	return item{"pk": recordKey("customer", customer)["pk"], "sk": text(sk + id)}
}

func contactKey(customer, id string) item { return childKey(customer, contactSK, id) }

func preferenceKey(customer, id string) item { return childKey(customer, preferenceSK, id) }

// "whose contact is this": Records, CONTACT#id; PARENT. It names the customer.
func parentKey(contact string) item {
	return item{"pk": recordKey("contact", contact)["pk"], "sk": text("PARENT")}
}

// "what did a contact say yes or no to": Records, CONTACT#id; CONSENT#cst_… (UUIDv7, so by time).
const consentSK = "CONSENT#"

func consentKey(contact, id string) item {
	return item{"pk": recordKey("contact", contact)["pk"], "sk": text(consentSK + id)}
}

// "when did we speak with the customer": Records, CUSTOMER#id; TOUCH#when it happened#tch_…. It stands beyond RECORD, so that the card is read without it.
const touchSK = "TOUCH#"

func touchKey(customer, place string) item { return childKey(customer, touchSK, place) }

// "who keeps seeing this task, and what was written under it": Records, TASK#id; WATCHER#stf_…, COMMENT#cmt_… (UUIDv7, so by time).
// "which open tasks do I watch, the newest first": desk, WATCHING#stf_…; since when#id of the task.
const noteSK = "COMMENT#"

func noteKey(task, id string) item {
	return item{"pk": recordKey("task", task)["pk"], "sk": text(noteSK + id)}
}

// "what went to the customer and came from him, what did staff write for staff, what was done for him": Records, COMPLAINT#id; REPLY#cmt_…, INTERNAL#cmt_…
// (UUIDv7, so by time), REMEDY#turn-place.
const (
	replySK    = "REPLY#"
	internalSK = "INTERNAL#"
	remedySK   = "REMEDY#"
)

func complaintChild(complaint, sk, id string) item {
	return item{"pk": recordKey("complaint", complaint)["pk"], "sk": text(sk + id)}
}

func remedyKey(complaint, id string) item { return complaintChild(complaint, remedySK, id) }

// "what was this customer given": Records, GRANTS#cus_…; GRANTS. All in one item, so that two offers at once meet on its version.
func grantsKey(customer string) item {
	return item{"pk": text("GRANTS#" + customer), "sk": text("GRANTS")}
}

// "for which complaints does the customer get no marketing": Messages, CUSTOMER#id; FREEZE.
func freezeKey(customer string) item {
	return item{"pk": text("CUSTOMER#" + customer), "sk": text("FREEZE")}
}

// "how many complaints of this defect, product, press, …": Records, TALLY#complaint#branch#dimension; day#value.
func tallyKey(p crm.TallyPlace) item {
	return item{"pk": text("TALLY#complaint#" + p.Branch + "#" + p.Dimension), "sk": text(p.Day + "#" + p.Value)}
}

func watcherKey(task, staff string) item {
	return item{"pk": recordKey("task", task)["pk"], "sk": text("WATCHER#" + staff)}
}

func watchingOf(staff string) string { return "WATCHING#" + staff }

// "what is open with this customer, most urgent first": index open, CUSTOMER#id; due#id.
const openIndex = "open"

func openOf(customer string) string { return "CUSTOMER#" + customer }

// "what files came with it": Records, KIND#id of what they came with; ARTWORK. One item holds all of them.
func artworkKey(of string) item {
	return item{"pk": recordKey(artworkKind(of), of)["pk"], "sk": text("ARTWORK")}
}

// artworkKind is the kind of record that files come with, by its id.
func artworkKind(of string) string {
	switch {
	case strings.HasPrefix(of, "cmp_"):
		return "complaint"
	case strings.HasPrefix(of, "hld_"):
		return "hold"
	}
	return "submission"
}

// "may this person be written to": Messages, PERSON#id; GATE.
func gateKey(person string) item { return item{"pk": text("PERSON#" + person), "sk": text("GATE")} }

// "may this address be written to, whoever has it": Messages, SUPPRESSED#channel#hash; SUPPRESSED. It outlives the records that have the address and names
// none of them.
func suppressionKey(channel, hash string) item {
	return item{"pk": text("SUPPRESSED#" + channel + "#" + hash), "sk": text("SUPPRESSED")}
}

// "who is called like this": Records, DIRECTORY#two runes; term#customer. "whose number ends like this": DIRECTORY#end#two digits; the digits from the last
// one on#customer. "who stands in this list, by name": DIRECTORY#owner#staff, DIRECTORY#category#leaf, DIRECTORY#branch#branch, DIRECTORY#life#branch#stage;
// name#customer. Customers whom all branches share stand under the branch *. Neither a term nor a name holds a #.
const directoryPK = "DIRECTORY#"

func directoryKey(place, name, customer string) item {
	return item{"pk": text(directoryPK + place), "sk": text(name + "#" + customer)}
}

// directoryNames gives the name and the customer of a row.
func directoryNames(sk string) (name, customer string) {
	name, customer, _ = strings.Cut(sk, "#")
	return name, customer
}

// termPlace is where a term of two runes or more stands.
func termPlace(term string) string { return string([]rune(term)[:min(2, len([]rune(term)))]) }

func endPlace(end string) string { return "end#" + end[:2] }

func branchPlace(branch string) string { return "branch#" + branch }

func lifePlace(branch, stage string) string { return "life#" + branch + "#" + stage }

func ownerPlace(staff string) string { return "owner#" + staff }

func categoryPlace(leaf string) string { return "category#" + leaf }

// everyBranch is the branch of lists under which shared customers stand.
const everyBranch = "*"

// "which rows does the directory have of a customer": Records, CUSTOMER#id; ROWS. It stands beyond RECORD, so that the card is read without it.
func rowsKey(customer string) item { return childKey(customer, "ROWS", "") }

// "is the tree of categories as I read it": Records, SHOP; CATEGORYTREE#tree.
const treeKind = "CATEGORYTREE"

// "was this request answered before": Messages, RECEIPT#key; RECEIPT.
func receiptKey(key string) item { return item{"pk": text("RECEIPT#" + key), "sk": text("RECEIPT")} }

// "how many came through this form from one address, person, or at all": Messages, COUNTER#form#id#kind#hash#window; COUNTER. "did this address get an
// automatic reply": COUNTER#reply#hash.
// "whose turn is it in this branch": Messages, COUNTER#rotation#branch; COUNTER. "how many has he claimed today": COUNTER#claims#staff#end of the day.
// "who has the robot's turn now": COUNTER#turn#kind/name#begin of the window.
// "how many complaints did this contact open by his link today": COUNTER#complaints#con_…#end of the day.
// "how many SMS went to this number, out of the company, today": COUNTER#sms#hash or company#end of the day.
// "how much has he done, on which days of the month": COUNTER#done#staff#yyyy-mm; COUNTER.
func counterKey(parts ...string) item {
	return item{"pk": text("COUNTER#" + strings.Join(parts, "#")), "sk": text("COUNTER")}
}
