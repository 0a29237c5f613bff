package erasure

import (
	"slices"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// Fate says what becomes of an item when a contact is erased.
type Fate string

// Fates of an item.
const (
	Erased  Fate = "erased"  // the item stays with ids, states, times, money and counts alone
	Removed Fate = "removed" // the item goes
	Kept    Fate = "kept"    // it stays as it is, for the reason that its line gives
	Ends    Fate = "ends"    // it stays until its time is over, which is before the erasure is done
	Nobodys Fate = "nobodys" // it holds nothing of a customer's people
)

// Line says of one kind of key in table/keys.go what becomes of its items. Key is the function that makes it; RecordKey
// has a line for each kind of record. PK and SK are the beginnings by which the item of an erased contact is known.
type Line struct {
	Key    string
	Fate   Fate
	PK, SK string
	Keep   string     // attributes that stay beside those of all, by JSON names, with dots where only a part stays
	Closed string     // the state in which an open record ends
	Open   []string   // its open states
	Why    words.Text // of what is kept: shown to staff
}

// stays are the attributes that stay in every item that is erased: ids, states, times.
const stays = "pk sk id version seq kind created_at updated_at branch state round turn run customer contact " +
	"contact_id owner ttl due_at clock_from policy board_pk board_sk card.state card.branch card.owner card.created_at " +
	"card.customer card.contact card.severity card.source"

// Lines has a line for every key of table/keys.go. What no line names, a test finds.
var Lines = []Line{
	{Key: "RecordKey lead", Fate: Erased, PK: "LEAD#", SK: table.RecordSK, Closed: lead.StateLost,
		Open: lead.OpenStates,
		Keep: "source form submission attached quantity consent owners first_contact_due attempts loss.reason " +
			"qualification.estimate win.amount"},
	{Key: "RecordKey task", Fate: Erased, PK: "TASK#", SK: table.RecordSK, Closed: task.StateDropped,
		Open: []string{task.StateOpen},
		Keep: "about priority creator watchers since due_by_policy comments hand_ons closed_at closed_by in_time"},
	{Key: "RecordKey complaint", Fate: Erased, PK: "COMPLAINT#", SK: table.RecordSK, Closed: complaint.StateWithdrawn,
		Open: complaint.OpenStates, Keep: complaintKeeps},
	{Key: "RecordKey hold", Fate: Erased, PK: "HOLD#", SK: table.RecordSK, Closed: hold.StateWithdrawn,
		Open: hold.OpenStates, Keep: "asked_by withdrawn_by answer.choice answer.channel answer.by answer.at"},
	{Key: "RecordKey submission", Fate: Erased, PK: "SUBMISSION#", SK: table.RecordSK,
		Keep: "form lang outcome via lead decision.by decision.at"},
	{Key: "RecordKey customer", Fate: Erased, PK: "CUSTOMER#", SK: table.RecordSK,
		Keep: "lang shared source life_cycle life_cycle_since history last_touches archived_at"},
	{Key: "RecordKey erase", Fate: Nobodys},
	{Key: "RecordKey stuck", Fate: Nobodys},
	{Key: "RecordKey message", Fate: Nobodys},
	{Key: "RecordKey policy", Fate: Nobodys},
	{Key: "ContactKey", Fate: Erased, PK: "CUSTOMER#", SK: table.ContactSK, Keep: "lang left_at erasing_at erased_at"},
	{Key: "ParentKey", Fate: Kept, PK: "CONTACT#", SK: "PARENT",
		Why: words.Text{Zh: "编号之间的关系，不含姓名", En: "Which id belongs to which; no name"}},
	{Key: "ConsentKey", Fate: Erased, PK: "CONTACT#", SK: table.ConsentSK, Keep: "purpose channel by counts yes at"},
	{Key: "TouchKey", Fate: Erased, PK: "CUSTOMER#", SK: table.TouchSK,
		Keep: "lead about channel direction at by length_s outcome"},
	{Key: "PreferenceKey", Fate: Erased, PK: "CUSTOMER#", SK: table.PreferenceSK,
		Keep: "requirement source set_by last_confirmed_at confirmed_by"},
	{Key: "NoteKey", Fate: Erased, PK: "TASK#", SK: "COMMENT#", Keep: "task by mentions to"},
	{Key: "WatcherKey", Fate: Erased, PK: "TASK#", SK: "WATCHER#"}, // and so it leaves the desk
	{Key: "ComplaintChild", Fate: Erased, PK: "COMPLAINT#", SK: table.ReplySK, Keep: "complaint by at"},
	{Key: "ComplaintChild", Fate: Erased, PK: "COMPLAINT#", SK: table.InternalSK, Keep: "complaint by at"},
	{Key: "ComplaintPart", Fate: Erased, PK: "COMPLAINT#", SK: "PART#", Keep: complaintKeeps},
	{Key: "RemedyKey", Fate: Kept, PK: "COMPLAINT#", SK: "REMEDY#",
		Why: words.Text{Zh: "补救的种类与金额，账务需要", En: "What was given and what it cost: the books need it"}},
	{Key: "ArtworkKey", Fate: Erased, SK: "ARTWORK", Keep: "of"},
	{Key: "RowsKey", Fate: Kept, PK: "CUSTOMER#", SK: "ROWS",
		Why: words.Text{Zh: "检索行的目录，已随检索清空", En: "The list of search rows, which were emptied at the confirmation"}},
	{Key: "DirectoryKey", Fate: Ends}, // removed once it is confirmed (finder.Directory)
	{Key: "ClaimKey", Fate: Ends},     // of the contact: free once it is confirmed (centre.PutContact)
	{Key: "MessageKey", Fate: Erased, PK: "PERSON#", SK: "MESSAGE#",
		Keep: "person about step channel purpose template lang reason attempt fate fate_at tag sent_pk sent_sk"},
	{Key: "CodeKey", Fate: Erased, PK: "PERSON#", SK: "CODE#"}, // it would end by its ttl, a day
	{Key: "GateKey", Fate: Kept, PK: "PERSON#", SK: "GATE",
		Why: words.Text{Zh: "同意与拒绝的状态，不含地址", En: "What was allowed and refused, without an address"}},
	{Key: "SuppressionKey", Fate: Kept, Why: words.Text{Zh: "拒绝接收：只存地址的加密钥哈希值，以免再次打扰",
		En: "A no stays as a keyed hash of the address, so that nobody writes there again"}},
	{Key: "GrantKey", Fate: Kept, Why: words.Text{Zh: "给出的金额，账务需要", En: "Amounts that were given: the books need them"}},
	{Key: "GrantsKey", Fate: Kept, Why: words.Text{Zh: "给出的金额，账务需要", En: "Amounts that were given: the books need them"}},
	{Key: "TallyKey", Fate: Kept, Why: words.Text{Zh: "统计数字，不指向个人", En: "Counts, which point to no person"}},
	{Key: "TallyGroupKey", Fate: Kept, Why: words.Text{Zh: "统计数字，不指向个人", En: "Counts, which point to no person"}},
	{Key: "EventKey", Fate: Kept, Why: words.Text{Zh: "事件日志：编号、状态、时间与金额，不含姓名和文字",
		En: "The log: ids, states, times and amounts, without names or words"}},
	{Key: "FreezeKey", Fate: Kept, Why: words.Text{Zh: "投诉编号，不含文字", En: "Ids of complaints, without words"}},
	{Key: "ReportKey", Fate: Ends},  // by its ttl; it names no address
	{Key: "receiptKey", Fate: Ends}, // by its ttl, a day
	{Key: "CounterKey", Fate: Ends}, // by its ttl; an address stands there as a keyed hash
	{Key: "SweepKey", Fate: Nobodys},
	{Key: "ShopKey", Fate: Nobodys},
	{Key: "StampKey", Fate: Nobodys},
	{Key: "MarketingKey", Fate: Nobodys},
	{Key: "PolicyVersionKey", Fate: Nobodys},
}

// complaintKeeps is what stays of a complaint and its parts: money, counts, and what the reports add up.
const complaintKeeps = "account opened_by channel defects severity affected samples wanted zone round_at reached " +
	"acknowledge_due resolve_due replies job.class job.value job.ordered job.delivered job.delivered_at remedies " +
	"cost outcome resolved_at closed_at joined_into proposed_by owners case.ordered case.delivered " +
	"case.affected earlier.round earlier.severity earlier.outcome earlier.remedies earlier.resolved_at earlier.closed_at"

// StaysBecause says what stays after an erasure, and why, each reason once.
func StaysBecause() []words.Text {
	var out []words.Text
	for _, l := range Lines {
		if l.Fate == Kept && !slices.Contains(out, l.Why) {
			out = append(out, l.Why)
		}
	}
	return append(out, words.Text{Zh: "记录的编号、状态、日期、数量与金额", En: "Ids, states, dates, quantities and amounts of records"})
}

// lineOf finds the line of an item. ok is false for one that no line knows: nothing is decided about it.
func lineOf(it table.Item) (Line, bool) {
	pk, sk := table.StringOf(it["pk"]), table.StringOf(it["sk"])
	i := slices.IndexFunc(Lines, func(l Line) bool {
		return l.SK != "" && strings.HasPrefix(pk, l.PK) && strings.HasPrefix(sk, l.SK)
	})
	if i < 0 {
		return Line{}, false
	}
	return Lines[i], true
}
