package api_test

import (
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// Ids that a trial's body can name, made for its bench.
const (
	trialCustomer = "cus_019b0000-0000-7000-8000-00000000c001"
	trialContact  = "con_019b0000-0000-7000-8000-00000000c001"
	trialOlder    = "cmp_019b0000-0000-7000-8000-00000000c003"
)

// complained is what a customer says of a job; more changes it.
func complained(more fields) fields {
	out := fields{"customer": trialCustomer, "contact": trialContact, "channel": "phone",
		"defects": []string{"colour-deviation"}, "words": "画册颜色偏红", "affected": 300, "samples": 5,
		"wanted": "part-reprint",
		"job": fields{"ref": "J-1", "class": "general", "press": "海德堡 2",
			"value":   fields{"value": fields{"minor": 800_000, "currency": "CNY"}, "source": "order"},
			"ordered": fields{"value": 2000, "source": "order"}, "delivered": fields{"value": 2000, "source": "delivery-note"},
			"delivered_at": fields{"value": "2026-11-23T02:00:00Z", "source": "delivery-note"}}}
	for name, value := range more {
		out[name] = value
	}
	return out
}

func creditOf(minor int64) []fields {
	m := fields{"minor": minor, "currency": "CNY"}
	return []fields{{"kind": "credit-note", "amount": m, "value": m}}
}

var complaintTrials = map[string]trial{
	"GET /complaints": {},
	"POST /complaints": {record: complainant, ownerless: true, body: complained(nil),
		elsewhere: 422, shared: 201},
	"GET /complaints/{id}":                {record: complaintIn(complaint.StateCorrecting)},
	"GET /complaints/{id}/why":            {record: complaintIn(complaint.StateAwaiting)},
	"GET /complaints/{id}/replies":        {record: complaintIn(complaint.StateNew)},
	"GET /complaints/{id}/notes":          {record: complaintIn(complaint.StateNew)},
	"GET /complaints/{id}/canned-replies": {record: complaintIn(complaint.StateTriaged)},
	"POST /complaints/{id}/assign": {record: complaintIn(complaint.StateTriaged),
		body: fields{"owner": seed.StaffID(4)}},
	"POST /complaints/{id}/triage": {record: complaintIn(complaint.StateNew),
		body: fields{"severity": 2, "affected": 250, "job": fields{"paper": "157 g 铜版"}}},
	"POST /complaints/{id}/request-evidence": {record: complaintIn(complaint.StateTriaged), whose: itsOwners,
		body: fields{"evidence": []string{"photo", "samples"}}},
	"POST /complaints/{id}/measure": {record: complaintIn(complaint.StateTriaged),
		body: fields{"measure": "de00-cmy", "value": 9000, "unit": "ΔE00", "samples": 5, "device": "X-Rite"}},
	"POST /complaints/{id}/pause": {record: complaintIn(complaint.StateTriaged), whose: itsOwners,
		body: fields{"reason": "waiting-sample"}},
	"POST /complaints/{id}/resume": {record: complaintIn("investigating, paused"), whose: itsOwners,
		body: fields{}},
	"POST /complaints/{id}/decide": {record: complaintIn(complaint.StateInvestigating), whose: itsOwners,
		body: fields{"defect": "colour-deviation", "seen": "visible", "sample": "worse", "proof": "deviates",
			"file": "correct", "cause": "ours"}},
	"POST /complaints/{id}/overrule": {record: complaintIn(complaint.StateJudged), whose: itsOwners,
		body: fields{"liability": "shared", "our_share": 50, "reason": "签样也偏淡"}},
	"POST /complaints/{id}/propose": {record: complaintIn(complaint.StateJudged), whose: itsOwners,
		body: fields{"remedies": creditOf(10_000)}},
	"POST /complaints/{id}/approve": {record: complaintIn(complaint.StateAwaiting), whose: notItsOwners,
		body: fields{"no": plotQuestion, "amount": fields{"minor": 100_000, "currency": "CNY"}}},
	"POST /complaints/{id}/reject": {record: complaintIn(complaint.StateAwaiting), whose: notItsOwners,
		body: fields{"no": plotQuestion, "internal_reason": "太多"}},
	"POST /complaints/{id}/agree": {record: complaintIn(complaint.StateOffered),
		body: fields{"turn": plotOffer}},
	"POST /complaints/{id}/decline": {record: complaintIn(complaint.StateOffered), body: fields{}},
	"POST /complaints/{id}/carry-out": {record: complaintIn(complaint.StateAgreed),
		body: fields{"promised_at": "2026-12-01T02:00:00Z"}},
	"POST /complaints/{id}/complete": {record: complaintIn(complaint.StateCarryingOut), body: fields{}},
	"POST /complaints/{id}/verify": {record: complaintIn(complaint.StateVerifying),
		body: fields{"satisfied": true}},
	"POST /complaints/{id}/find-cause": {record: complaintIn(complaint.StateJudged),
		body: fields{"factor": "machine", "internal_text": "墨键漂移"}},
	"POST /complaints/{id}/correct": {record: complaintIn(complaint.StateCorrecting),
		body: fields{"internal_action": "每周校准", "owner": seed.StaffID(8), "due_at": "2026-12-01T02:00:00Z"}},
	"POST /complaints/{id}/check-effect": {record: complaintLongCorrected, body: fields{"effective": true}},
	"POST /complaints/{id}/close": {record: complaintIn(complaint.StateCorrecting), whose: itsOwners,
		body: fields{}},
	"POST /complaints/{id}/reopen": {record: complaintIn(complaint.StateClosed),
		body: fields{"internal_reason": "客户来电：重印的也擦花"}},
	"POST /complaints/{id}/withdraw": {record: complaintIn(complaint.StateTriaged), whose: itsOwners,
		body: fields{"internal_reason": "客户来电撤回"}},
	"POST /complaints/{id}/comment": {record: complaintIn(complaint.StateTriaged),
		body: fields{"public_text": "我们正在检查"}},
	"POST /complaints/{id}/join": {record: complaintWithOlder, whose: itsOwners,
		body: fields{"into": trialOlder}},
	"GET /defects":            {},
	"GET /reports/complaints": {},
}

// complainant makes the customer whom the bodies of trials name, owned by the caller, with a contact.
func complainant(b *bench, owner staff.Staff) string {
	b.t.Helper()
	if _, err := b.Customer(b.t.Context(), trialCustomer); err == nil {
		return trialCustomer
	}
	named := func(prefix string) string {
		switch prefix {
		case "cus":
			return trialCustomer
		case "con":
			return trialContact
		}
		return storetest.NewID(prefix)
	}
	s, err := store.New(table.Config{DB: b.DB, Tables: b.Tables, Ring: storetest.Ring, NewID: named,
		Now: b.Clock.Now})
	if err != nil {
		b.t.Fatal(err)
	}
	contact := customer.Contact{Name: "李娜", Lang: words.Zh, Emails: []customer.Reach{{Value: "lina@example.com"}}}
	if _, err := s.OpenCustomer(b.t.Context(),
		customer.Customer{Kind: customer.Company, Name: "晨星出版社", Lang: words.Zh, Branch: seed.Shanghai, Owner: owner.ID,
			Source: "walk-in"}, &contact,
		staff.ActorOf(b.staff("manager"))); err != nil {
		b.t.Fatal(err)
	}
	return trialCustomer
}

// complaintLongCorrected has a correction whose effect can be seen by now.
func complaintLongCorrected(b *bench, owner staff.Staff) string {
	b.t.Helper()
	return b.keepComplaint(b.complaintRows(owner, true, b.Clock.Now().AddDate(0, 0, -60))["correcting, corrected"]).ID
}

// complaintWithOlder is a complaint beside an older one of the same customer about the same job.
func complaintWithOlder(b *bench, owner staff.Staff) string {
	b.t.Helper()
	c := b.complaintRows(owner, true, b.Clock.Now())[complaint.StateTriaged]
	c.Customer = trialCustomer
	if _, err := b.Complaint(b.t.Context(), trialOlder); err != nil {
		older := c
		older.ID, older.CreatedAt = trialOlder, c.CreatedAt.AddDate(0, 0, -1)
		b.keepComplaint(older)
	}
	return b.keepComplaint(c).ID
}
