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

// Ending says when the items of a key end without anybody's wish to erase them.
type Ending string

// Endings of items.
const (
	ByClock    Ending = "clock"  // the nightly step ends the record by the policy (retention.Kinds)
	WithRecord Ending = "record" // with the record under which it stands, which ends by the clock
	ByTTL      Ending = "ttl"    // its writer gives it its time
	WithUse    Ending = "use"    // its owner removes or empties it once its use is over
	WithPerson Ending = "person" // the shop keeps it as long as it has the customer; Erase ends it
	Stays      Ending = "stays"  // set-up, the log and figures: ids, times and amounts, without anybody's words
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
	End    Ending     // when its items end though nobody asks for it
}

// stays are the attributes that stay in every item that is erased: ids, states, times.
const stays = "pk sk id version seq kind created_at updated_at branch state round turn run customer contact " +
	"contact_id owner ttl ended due_at clock_from policy board_pk board_sk card.state card.branch card.owner " +
	"card.created_at card.customer card.contact card.severity card.source"

// Lines has a line for every key of table/keys.go: what erasing makes of it, and when it ends by itself. What no line
// names, a test finds.
var Lines = []Line{
	{Key: "RecordKey lead", End: ByClock, Fate: Erased, PK: "LEAD#", SK: table.RecordSK, Closed: lead.StateLost,
		Open: lead.OpenStates,
		Keep: "source form submission attached quantity consent owners first_contact_due attempts loss.reason " +
			"qualification.estimate win.amount"},
	{Key: "RecordKey task", End: ByClock, Fate: Erased, PK: "TASK#", SK: table.RecordSK, Closed: task.StateDropped,
		Open: []string{task.StateOpen},
		Keep: "about priority creator watchers since due_by_policy comments hand_ons closed_at closed_by in_time"},
	{Key: "RecordKey complaint", End: ByClock, Fate: Erased, PK: "COMPLAINT#", SK: table.RecordSK,
		Closed: complaint.StateWithdrawn, Open: complaint.OpenStates, Keep: complaintKeeps},
	{Key: "RecordKey hold", End: ByClock, Fate: Erased, PK: "HOLD#", SK: table.RecordSK, Closed: hold.StateWithdrawn,
		Open: hold.OpenStates, Keep: "asked_by withdrawn_by answer.choice answer.channel answer.by answer.at"},
	{Key: "RecordKey submission", End: ByClock, Fate: Erased, PK: "SUBMISSION#", SK: table.RecordSK,
		Keep: "form lang outcome via lead privacy consent_text decision.by decision.at"},
	{Key: "RecordKey customer", End: WithPerson, Fate: Erased, PK: "CUSTOMER#", SK: table.RecordSK,
		Keep: "lang shared source life_cycle life_cycle_since history last_touches archived_at"},
	{Key: "RecordKey erase", End: Stays, Fate: Nobodys},
	{Key: "RecordKey stuck", End: WithUse, Fate: Nobodys},
	{Key: "RecordKey message", End: WithUse, Fate: Nobodys},
	{Key: "RecordKey policy", End: Stays, Fate: Nobodys},
	{Key: "ContactKey", End: WithPerson, Fate: Erased, PK: "CUSTOMER#", SK: table.ContactSK,
		Keep: "lang left_at erasing_at erased_at"},
	{Key: "ParentKey", End: WithPerson, Fate: Kept, PK: "CONTACT#", SK: "PARENT",
		Why: words.Text{Zh: "编号之间的关系，不含姓名", En: "Which id belongs to which; no name"}},
	{Key: "ConsentKey", End: WithPerson, Fate: Erased, PK: "CONTACT#", SK: table.ConsentSK,
		Keep: "purpose channel by counts yes at"},
	{Key: "TouchKey", End: WithPerson, Fate: Erased, PK: "CUSTOMER#", SK: table.TouchSK,
		Keep: "lead about channel direction at by length_s outcome"},
	{Key: "PreferenceKey", End: WithPerson, Fate: Erased, PK: "CUSTOMER#", SK: table.PreferenceSK,
		Keep: "requirement source set_by last_confirmed_at confirmed_by"},
	{Key: "NoteKey", End: WithRecord, Fate: Erased, PK: "TASK#", SK: "COMMENT#", Keep: "task by mentions to"},
	{Key: "WatcherKey", End: WithRecord, Fate: Erased, PK: "TASK#", SK: "WATCHER#"}, // and so it leaves the desk
	{Key: "ComplaintChild", End: WithRecord, Fate: Erased, PK: "COMPLAINT#", SK: table.ReplySK, Keep: "complaint by at"},
	{Key: "ComplaintChild", End: WithRecord, Fate: Erased, PK: "COMPLAINT#", SK: table.InternalSK,
		Keep: "complaint by at"},
	{Key: "ComplaintPart", End: WithRecord, Fate: Erased, PK: "COMPLAINT#", SK: "PART#", Keep: complaintKeeps},
	{Key: "RemedyKey", End: WithRecord, Fate: Kept, PK: "COMPLAINT#", SK: "REMEDY#",
		Why: words.Text{Zh: "补救的种类与金额，账务需要", En: "What was given and what it cost: the books need it"}},
	{Key: "ArtworkKey", End: WithRecord, Fate: Erased, SK: "ARTWORK", Keep: "of"},
	{Key: "RowsKey", End: WithPerson, Fate: Kept, PK: "CUSTOMER#", SK: "ROWS",
		Why: words.Text{Zh: "检索行的目录，已随检索清空", En: "The list of search rows, which were emptied at the confirmation"}},
	{Key: "DirectoryKey", End: WithUse, Fate: Ends},    // removed once it is confirmed (finder.Directory)
	{Key: "ReferenceKey", End: WithUse, Fate: Nobodys}, // an id, which ends with its record
	{Key: "JobKey", End: WithUse, Fate: Removed},       // once its record says no job any more
	{Key: "ClaimKey", End: WithUse, Fate: Ends},        // of the contact: free once it is confirmed (centre.PutContact)
	{Key: "MessageKey", End: ByTTL, Fate: Erased, PK: "PERSON#", SK: "MESSAGE#",
		Keep: "person about step channel purpose template lang reason attempt fate fate_at tag sent_pk sent_sk"},
	{Key: "CodeKey", End: ByTTL, Fate: Erased, PK: "PERSON#", SK: "CODE#"}, // it would end by its ttl, a day
	{Key: "VisitorCodeKey", End: ByTTL, Fate: Ends},                        // by its ttl, a day; it names nobody but the value itself
	{Key: "GateKey", End: WithPerson, Fate: Kept, PK: "PERSON#", SK: "GATE",
		Why: words.Text{Zh: "同意与拒绝的状态，不含地址", En: "What was allowed and refused, without an address"}},
	{Key: "SuppressionKey", End: Stays, Fate: Kept, Why: words.Text{Zh: "拒绝接收：只存地址的加密钥哈希值，以免再次打扰",
		En: "A no stays as a keyed hash of the address, so that nobody writes there again"}},
	{Key: "GrantKey", End: ByTTL, Fate: Kept,
		Why: words.Text{Zh: "给出的金额，账务需要", En: "Amounts that were given: the books need them"}},
	{Key: "GrantsKey", End: Stays, Fate: Kept,
		Why: words.Text{Zh: "给出的金额，账务需要", En: "Amounts that were given: the books need them"}},
	{Key: "TallyKey", End: Stays, Fate: Kept,
		Why: words.Text{Zh: "统计数字，不指向个人", En: "Counts, which point to no person"}},
	{Key: "TallyGroupKey", End: Stays, Fate: Kept,
		Why: words.Text{Zh: "统计数字，不指向个人", En: "Counts, which point to no person"}},
	{Key: "EventKey", End: Stays, Fate: Kept, Why: words.Text{Zh: "事件日志：编号、状态、时间与金额，不含姓名和文字",
		En: "The log: ids, states, times and amounts, without names or words"}},
	{Key: "FreezeKey", End: WithUse, Fate: Kept,
		Why: words.Text{Zh: "投诉编号，不含文字", En: "Ids of complaints, without words"}},
	{Key: "ReportKey", End: ByTTL, Fate: Ends},  // by its ttl; it names no address
	{Key: "receiptKey", End: ByTTL, Fate: Ends}, // by its ttl, a day
	{Key: "CounterKey", End: ByTTL, Fate: Ends}, // by its ttl; an address stands there as a keyed hash
	{Key: "SweepKey", End: Stays, Fate: Nobodys},
	{Key: "ShopKey", End: Stays, Fate: Nobodys},
	{Key: "StampKey", End: Stays, Fate: Nobodys},
	{Key: "MarketingKey", End: Stays, Fate: Nobodys},
	{Key: "PolicyVersionKey", End: Stays, Fate: Nobodys},
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
