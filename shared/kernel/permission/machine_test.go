package permission_test

import (
	"slices"
	"testing"

	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// A parcel is packed, asked about and sent. Who packs may ask, and a no leads back to packing.
const (
	pack permission.Action = "parcel.pack"
	ask  permission.Action = "parcel.ask"
	yes  permission.Action = "parcel.yes"
	no   permission.Action = "parcel.no"
	send permission.Action = "parcel.send"
	back permission.Action = "parcel.back"
)

func parcels() permission.Machine {
	packers, boss := words.Text{Zh: "打包员", En: "packers"}, words.Text{Zh: "老板", En: "the boss"}
	return permission.Machine{
		States:   []string{"new", "packed", "asked", "free", "sent"},
		Commands: []permission.Action{pack, ask, yes, no, send, back},
		Allows: map[permission.Action][]string{pack: {"new", "packed"}, ask: {"packed"}, yes: {"asked"}, no: {"asked"},
			send: {"free"}, back: {"free", "sent"}},
		Leads: map[permission.Action]permission.Ways{pack: {"new": {"packed"}}, ask: {"packed": {"asked", "free"}},
			yes: {"asked": {"free"}}, no: {"asked": {"packed"}}, send: {"free": {"sent"}},
			back: {"free": {"packed"}, "sent": {"new"}}},
		Awaits: map[string][]permission.Action{"asked": {yes, no}},
		Named: map[permission.Action]words.Text{pack: {Zh: "打包", En: "pack it"}, ask: {Zh: "请示", En: "ask"},
			yes: {Zh: "同意", En: "say yes"}, no: {Zh: "不同意", En: "say no"}, send: {Zh: "发出", En: "send it"},
			back: {Zh: "取回", En: "take it back"}},
		NamedIn: map[string]map[permission.Action]words.Text{"sent": {back: {Zh: "召回", En: "recall it"}}},
		Who: func(a permission.Action) words.Text {
			if a == yes || a == no {
				return boss
			}
			return packers
		},
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	m := parcels()
	for _, tt := range []struct {
		name, state string
		wanted      permission.Action
		before      []permission.Action
		first, next string
	}{
		{"the way is long, and its first step is named", "new", send, []permission.Action{pack}, "First pack it (packers).",
			"What comes next: pack it (packers)."},
		{"the nearest outcome counts", "packed", send, []permission.Action{ask}, "First ask (packers).",
			"What comes next: ask (packers)."},
		{"a way back is a first step", "asked", ask, []permission.Action{no}, "First say no (the boss).",
			"What comes next: say yes, or say no (the boss)."},
		{"a command leads elsewhere from another state", "free", pack, []permission.Action{back},
			"First take it back (packers).", "What comes next: send it (packers)."},
		{"a state has names of its own", "sent", ask, []permission.Action{back}, "First recall it (packers).", ""},
		{"what stays where it is leads nowhere", "packed", back, []permission.Action{ask}, "First ask (packers).",
			"What comes next: ask (packers)."},
		{"no way", "packed", "parcel.burn", nil, "", "What comes next: ask (packers)."},
	} {
		var allowed []permission.Action
		for _, a := range m.Commands {
			if slices.Contains(m.Allows[a], tt.state) {
				allowed = append(allowed, a)
			}
		}
		before := m.Before(tt.state, tt.wanted, allowed)
		if !slices.Equal(before, tt.before) || m.First(tt.state, before).En != tt.first {
			t.Errorf("%s: %v, %q", tt.name, before, m.First(tt.state, before).En)
		}
		if next := m.Next(tt.state, allowed); next.En != tt.next {
			t.Errorf("%s: %q", tt.name, next.En)
		}
		if m.Before(tt.state, tt.wanted, nil) != nil || m.Next(tt.state, nil) != (words.Text{}) {
			t.Errorf("%s: names what is not allowed", tt.name)
		}
	}
	if got, want := m.First("asked", []permission.Action{ask, yes}).Zh, "请先请示（打包员），或同意（老板）。"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
	m.Who = nil
	m.Named[permission.ClaimLead] = words.Text{Zh: "领取", En: "claim it"}
	if got, want := m.Then("new", []permission.Action{permission.ClaimLead}), (words.Text{Zh: "接下来可以领取（销售）。",
		En: "What comes next: claim it (sales)."}); got != want {
		t.Errorf("%v, not %v", got, want)
	}
}
