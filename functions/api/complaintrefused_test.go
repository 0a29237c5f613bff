package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
)

// jobWith is the body of an opening whose job has this figure instead.
func jobWith(name string, value any) fields {
	job := maps.Clone(complained(nil)["job"].(fields))
	job[name] = value
	return fields{"job": job}
}

func worth(minor any, currency string) fields {
	return fields{"value": fields{"minor": minor, "currency": currency}, "source": "order"}
}

func pieces(n any) fields { return fields{"value": n, "source": "order"} }

func TestComplaintsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	complainant(b, b.staff("sales"))
	stranger := b.lead(lead.StateNew, b.staff("sales"))
	judged := "POST /complaints/" + b.keepComplaint(b.plotted(complaint.StateJudged, false, b.Clock.Now())).ID
	asking := "POST /complaints/" + b.keepComplaint(b.plotted(complaint.StateAwaiting, false, b.Clock.Now())).ID
	triaged := "POST /complaints/" + b.keepComplaint(b.plotted(complaint.StateTriaged, false, b.Clock.Now())).ID
	offered := "POST /complaints/" + b.keepComplaint(b.plotted(complaint.StateOffered, false, b.Clock.Now())).ID
	correcting := "POST /complaints/" + b.keepComplaint(b.plotted(complaint.StateCorrecting, false, b.Clock.Now())).ID
	remedy := func(more fields) fields {
		r := maps.Clone(creditOf(10_000)[0])
		maps.Copy(r, more)
		return fields{"remedies": []fields{r}}
	}
	money := func(minor any, currency string) fields { return fields{"minor": minor, "currency": currency} }
	before := b.State()
	for _, c := range []struct {
		who, line string
		body      any
		header    []string
		status    int
		pointer   string
	}{
		{"sales", "POST /complaints", complained(fields{"channel": "link"}), nil, 422, "/channel"},
		{"sales", "POST /complaints", complained(fields{"defects": []string{"ugly"}}), nil, 422, "/defects/0"},
		{"sales", "POST /complaints", complained(fields{"defects": []string{}}), nil, 422, "/defects"},
		{"sales", "POST /complaints", complained(fields{"defects": []string{"late-delivery", "late-delivery"}}), nil, 422,
			"/defects"},
		{"sales", "POST /complaints", complained(fields{"words": " \u200b"}), nil, 422, "/words"},
		{"sales", "POST /complaints", complained(fields{"words": "a\u0000b"}), nil, 422, "/words"},
		{"sales", "POST /complaints", complained(fields{"words": strings.Repeat("长", 4001)}), nil, 422, "/words"},
		{"sales", "POST /complaints", complained(fields{"affected": -1}), nil, 422, "/affected"},
		{"sales", "POST /complaints", complained(fields{"affected": 2001}), nil, 422, "/affected"},
		{"sales", "POST /complaints", complained(fields{"affected": 1.5}), nil, 422, "/affected"},
		{"sales", "POST /complaints", complained(fields{"samples": -1}), nil, 422, "/samples"},
		{"sales", "POST /complaints", complained(fields{"samples": 1 << 40}), nil, 422, "/samples"},
		{"sales", "POST /complaints", complained(fields{"wanted": "everything"}), nil, 422, "/wanted"},
		{"sales", "POST /complaints", complained(fields{"needed_by": "2020-01-01T00:00:00Z"}), nil, 422, "/needed_by"},
		{"sales", "POST /complaints", complained(fields{"needed_by": "soon"}), nil, 422, "/needed_by"},
		{"sales", "POST /complaints", complained(fields{"branch": seed.Hangzhou}), nil, 422, "/branch"},
		{"sales", "POST /complaints", complained(fields{"customer": "cus_019b0000-0000-7000-8000-000000000000"}), nil, 422,
			"/customer"},
		{"sales-hangzhou", "POST /complaints", complained(nil), nil, 422, "/customer"},
		{"sales", "POST /complaints", complained(fields{"contact": stranger.ContactID}), nil, 422, "/contact"},
		{"sales", "POST /complaints", complained(fields{"contact": "con_019b0000-0000-7000-8000-000000000000"}), nil, 422,
			"/contact"},
		{"sales", "POST /complaints", complained(jobWith("lead", stranger.ID)), nil, 422, "/job/lead"},
		{"sales", "POST /complaints", complained(jobWith("lead", "lead_019b0000-0000-7000-8000-000000000000")), nil, 422,
			"/job/lead"},
		{"sales", "POST /complaints", complained(jobWith("class", "soap")), nil, 422, "/job/class"},
		{"sales", "POST /complaints", complained(jobWith("ref", "a\nb")), nil, 422, "/job/ref"},
		{"sales", "POST /complaints", complained(jobWith("press", "\u202e")), nil, 422, "/job/press"},
		{"sales", "POST /complaints", complained(jobWith("value", worth(-1, "CNY"))), nil, 422, "/job/value/value/minor"},
		{"sales", "POST /complaints", complained(jobWith("value", worth(1_000_000_000_001, "CNY"))), nil, 422,
			"/job/value/value/minor"},
		{"sales", "POST /complaints", complained(jobWith("value", worth(0.5, "CNY"))), nil, 422, "/job/value/value/minor"},
		{"sales", "POST /complaints", complained(jobWith("value", worth("1", "CNY"))), nil, 422, "/job/value/value/minor"},
		{"sales", "POST /complaints", complained(jobWith("value", worth(1, "RMB"))), nil, 422, "/job/value/value/currency"},
		{"sales", "POST /complaints", complained(jobWith("value", fields{"source": "order"})), nil, 422, "/job/value/value"},
		{"sales", "POST /complaints", complained(jobWith("ordered", pieces(-5))), nil, 422, "/job/ordered/value"},
		{"sales", "POST /complaints", complained(jobWith("ordered", fields{"value": 5})), nil, 422, "/job/ordered/source"},
		{"sales", "POST /complaints", complained(jobWith("ordered", fields{"value": 5, "source": "gossip"})), nil, 422,
			"/job/ordered/source"},
		{"sales", "POST /complaints", complained(jobWith("delivered", pieces(200))), nil, 422, "/affected"},
		{"sales", "POST /complaints",
			complained(jobWith("delivered_at", fields{"value": "2027-01-01T00:00:00Z", "source": "order"})), nil, 422,
			"/job/delivered_at/value"},
		{"sales", "POST /complaints", complained(fields{"reported_at": "2027-01-01T00:00:00Z"}), nil, 422, "/reported_at"},
		{"manager", triaged + "/triage", fields{"severity": 2, "reported_at": "2025-01-01T00:00:00Z"}, nil, 422,
			"/reported_at"},
		{"sales", "POST /complaints",
			complained(jobWith("tolerance", fields{"value": fields{"measure": "beauty", "limit": 1}, "source": "contract"})),
			nil, 422, "/job/tolerance/value/measure"},
		{"sales", "POST /complaints",
			complained(jobWith("tolerance",
				fields{"value": fields{"measure": "register", "limit": -1}, "source": "contract"})), nil, 422,
			"/job/tolerance/value/limit"},
		{"sales", "POST /complaints", complained(fields{"state": "closed"}), nil, 400, ""},
		{"sales", "POST /complaints", complained(fields{"severity": 4}), nil, 400, ""},
		{"sales", "POST /complaints", complained(jobWith("price", 1)), nil, 400, ""},
		{"manager", triaged + "/assign", fields{"owner": seed.StaffID(8)}, nil, 422, "/owner"},
		{"manager", triaged + "/assign", fields{"owner": seed.StaffID(12)}, nil, 422, "/owner"},
		{"manager", triaged + "/assign", fields{"owner": seed.StaffID(99)}, nil, 422, "/owner"},
		{"manager", triaged + "/assign", fields{"owner": seed.StaffID(4)}, []string{"If-Match", quoted(1)}, 412, ""},
		{"manager", triaged + "/triage", fields{"severity": 0}, nil, 422, "/severity"},
		{"manager", triaged + "/triage", fields{"severity": 5}, nil, 422, "/severity"},
		{"manager", triaged + "/triage", fields{"severity": 2, "affected": 2001}, nil, 422, "/affected"},
		{"manager", triaged + "/triage", fields{"severity": 2, "defects": []string{"ugly"}}, nil, 422, "/defects/0"},
		{"manager", triaged + "/triage", fields{"severity": 2, "owner": seed.StaffID(9)}, nil, 422, "/owner"},
		{"manager", triaged + "/triage", fields{"severity": 2, "job": fields{"lead": stranger.ID}}, nil, 422, "/job/lead"},
		{"manager", triaged + "/request-evidence", fields{"evidence": []string{"blood"}}, nil, 422, "/evidence/0"},
		{"manager", triaged + "/measure", fields{"measure": "beauty", "value": 1, "unit": "mm", "samples": 1}, nil, 422,
			"/measure"},
		{"manager", triaged + "/measure", fields{"measure": "short", "value": 1, "unit": "%", "samples": 1}, nil, 422,
			"/measure"},
		{"manager", triaged + "/measure", fields{"measure": "register", "value": 1, "unit": "cm", "samples": 1}, nil, 422,
			"/unit"},
		{"manager", triaged + "/measure", fields{"measure": "register", "value": 1 << 50, "unit": "mm", "samples": 1}, nil,
			422, "/value"},
		{"manager", triaged + "/measure", fields{"measure": "register", "value": 0.1, "unit": "mm", "samples": 1}, nil, 422,
			"/value"},
		{"manager", triaged + "/measure", fields{"measure": "register", "value": 1, "unit": "mm", "samples": 0}, nil, 422,
			"/samples"},
		{"manager", triaged + "/pause", fields{"reason": "lunch"}, nil, 422, "/reason"},
		{"manager", triaged + "/join", fields{"into": trialOlder}, nil, 422, "/into"},
		{"manager", triaged + "/join", fields{"into": strings.TrimPrefix(judged, "POST /complaints/")}, nil, 422, "/into"},
		{"manager", judged + "/decide", fields{"defect": "late-delivery"}, nil, 422, "/defect"},
		{"manager", judged + "/decide", fields{}, nil, 422, "/defect"},
		{"manager", judged + "/decide", fields{"defect": "colour-deviation", "cause": "fate"}, nil, 422, "/cause"},
		{"manager", judged + "/overrule", fields{"liability": "ours", "our_share": 50, "reason": "x"}, nil, 422,
			"/our_share"},
		{"manager", judged + "/overrule", fields{"liability": "fate", "reason": "x"}, nil, 422, "/liability"},
		{"manager", judged + "/overrule", fields{"liability": "ours", "our_share": 100}, nil, 422, "/reason"},
		{"manager", judged + "/propose", fields{}, nil, 422, "/remedies"},
		{"manager", judged + "/propose", remedy(fields{"kind": "hug"}), nil, 422, "/remedies/0/kind"},
		{"manager", judged + "/propose", remedy(fields{"amount": money(-1, "CNY")}), nil, 422, "/remedies/0/amount/minor"},
		{"manager", judged + "/propose", remedy(fields{"amount": money(1.5, "CNY")}), nil, 422, "/remedies/0/amount/minor"},
		{"manager", judged + "/propose", remedy(fields{"value": money(int64(1)<<60, "CNY")}), nil, 422,
			"/remedies/0/value/minor"},
		{"manager", judged + "/propose", remedy(fields{"value": money(1, "USD")}), nil, 422, "/remedies/0/value/currency"},
		{"manager", judged + "/propose", remedy(fields{"customer_pays": money(1, "EUR")}), nil, 422,
			"/remedies/0/customer_pays/currency"},
		{"manager", judged + "/propose", remedy(fields{"quantity": 5}), nil, 422, "/remedies/0/quantity"},
		{"manager", judged + "/propose", remedy(fields{"kind": "part-reprint", "quantity": 2001}), nil, 422,
			"/remedies/0/quantity"},
		{"manager", judged + "/propose", fields{"remedies": append(creditOf(1), creditOf(1)...)}, nil, 422,
			"/remedies/1/kind"},
		{"manager", judged + "/propose", fields{"facts": fields{"standing": "god"}}, nil, 422, "/facts/standing"},
		{"manager", judged + "/propose", fields{"facts": fields{"cost": fields{"setup": money(1, "USD")}}}, nil, 422,
			"/facts/cost"},
		{"manager", asking + "/approve", fields{"no": 1}, nil, 409, ""},
		{"manager", asking + "/approve", fields{"no": 2, "amount": money(100_000, "CNY")}, nil, 409, ""},
		{"manager", asking + "/approve", fields{"no": 1, "amount": money(100_000, "USD")}, nil, 409, ""},
		{"manager", asking + "/approve", fields{"amount": money(100_000, "CNY")}, nil, 422, "/no"},
		{"manager", asking + "/reject", fields{"no": 1, "internal_reason": " "}, nil, 422, "/internal_reason"},
		{"sales", offered + "/agree", fields{"turn": plotOffer - 1}, nil, 409, ""},
		{"sales", offered + "/agree", fields{}, nil, 422, "/turn"},
		{"manager", correcting + "/correct",
			fields{"internal_action": "x", "owner": seed.StaffID(12), "due_at": "2026-12-01T00:00:00Z"}, nil, 422, "/owner"},
		{"manager", correcting + "/correct",
			fields{"internal_action": "x", "owner": seed.StaffID(8), "due_at": "2020-12-01T00:00:00Z"}, nil, 422, "/due_at"},
		{"manager", correcting + "/check-effect", fields{}, nil, 422, "/effective"},
		{"manager", correcting + "/check-effect", fields{"effective": true}, nil, 409, ""},
		{"manager", correcting + "/verify", fields{}, nil, 422, "/satisfied"},
		{"manager", correcting + "/find-cause", fields{"factor": "stars", "internal_text": "x"}, nil, 422, "/factor"},
		{"sales", "GET /complaints?state=open", nil, nil, 422, "?state"},
		{"sales", "GET /complaints?severity=5", nil, nil, 422, "?severity"},
		{"sales", "GET /complaints?owner=nobody", nil, nil, 422, "?owner"},
		{"sales", "GET /complaints?month=2026-11", nil, nil, 422, "?month"},
		{"sales", "GET /complaints?due_before=tomorrow", nil, nil, 422, "?due_before"},
		{"sales", "GET /complaints?state=closed&due_before=2026-11-24T00:00:00Z", nil, nil, 422, "?due_before"},
		{"sales", "GET /complaints?branch=hangzhou", nil, nil, 404, ""},
		{"sales", "POST /complaints/" + strings.Repeat("x", 70) + "/withdraw", fields{"internal_reason": "客户来电撤回"}, nil,
			404, ""},
	} {
		got := b.call(c.who, c.line, c.body, c.header...)
		problem := into[httpapi.Problem](got)
		at := func(e httpapi.Fault) bool { return e.Pointer == c.pointer && e.Detail != "" }
		if got.Code != c.status || c.pointer != "" && !slices.ContainsFunc(problem.Errors, at) {
			t.Errorf("%s %s %v: %d %+v", c.who, c.line, c.body, got.Code, problem)
		}
	}
	if b.State() != before {
		t.Error("something was changed")
	}
}
