package permission

import (
	"slices"

	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Machine is the state machine of a kind of record, as far as a refusal needs it. It tells which command comes first,
// and who may give it, from the same table by which the record lists its actions.
type Machine struct {
	States   []string                // in the order of a record's life
	Commands []Action                // in the order in which they are offered
	Allows   map[Action][]string     // the states in which each command may be given
	Leads    map[Action][]string     // the states to which a command brings the record; absent: it stays where it is
	Named    map[Action]words.Text   // what each command does, to follow "first" or "or": "record a measurement"
	Who      func(Action) words.Text // who may give it; nil: the roles of the permission table
}

// Before lists the commands that come first when wanted is refused in the state. They are among allowed, and each
// is the first of a shortest way forward to a state that takes wanted. A command that leads back, such as one that
// opens the record again, counts only as a first step. The list is empty where no way leads there.
func (m Machine) Before(state string, wanted Action, allowed []Action) []Action {
	distance := m.distances(wanted)
	var out []Action
	nearest := 0
	for _, a := range m.Commands {
		if a == wanted || !slices.Contains(allowed, a) {
			continue
		}
		for _, next := range m.Leads[a] {
			d, leads := distance[next]
			if next == state || !leads {
				continue
			}
			if out == nil || d < nearest {
				out, nearest = nil, d
			}
			if d == nearest && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// distances says for each state how many commands lead forward from it to one that takes wanted.
func (m Machine) distances(wanted Action) map[string]int {
	out := map[string]int{}
	for _, state := range m.Allows[wanted] {
		out[state] = 0
	}
	for i := len(m.States) - 1; i >= 0; i-- { // forward ways only, so that each state comes after those it leads to
		state := m.States[i]
		for _, a := range m.Commands {
			if !slices.Contains(m.Allows[a], state) {
				continue
			}
			for _, next := range m.Leads[a] {
				d, leads := out[next]
				if known, has := out[state]; leads && slices.Index(m.States, next) > i && (!has || d+1 < known) {
					out[state] = d + 1
				}
			}
		}
	}
	return out
}

// First words the commands that come first, each with who may give it. It is empty for no commands.
func (m Machine) First(steps []Action) words.Text {
	out := m.listed(steps)
	if len(steps) > 0 {
		out = words.Text{Zh: "请先" + out.Zh + "。", En: "First " + out.En + "."}
	}
	return out
}

// listed names commands, each with who may give it.
func (m Machine) listed(commands []Action) words.Text {
	var out words.Text
	for i, a := range commands {
		if i > 0 {
			out.Zh, out.En = out.Zh+"，或", out.En+", or "
		}
		who := m.who(a)
		out.Zh += m.Named[a].Zh + "（" + who.Zh + "）"
		out.En += m.Named[a].En + " (" + who.En + ")"
	}
	return out
}

func (m Machine) who(a Action) words.Text {
	if m.Who != nil {
		return m.Who(a)
	}
	return RolesOf(a)
}

// RolesOf names the roles that are granted the action, in both languages, with commas between.
func RolesOf(a Action) words.Text { return staff.RoleNames(grants[a]) }

// Next words what a record takes next in the state: the commands among allowed that lead on. It is empty where its
// life is over.
func (m Machine) Next(state string, allowed []Action) words.Text {
	i := slices.Index(m.States, state)
	var on []Action
	for _, a := range m.Commands {
		if slices.Contains(allowed, a) &&
			slices.ContainsFunc(m.Leads[a], func(next string) bool { return slices.Index(m.States, next) > i }) {
			on = append(on, a)
		}
	}
	out := m.listed(on)
	if len(on) > 0 {
		out = words.Text{Zh: "接下来可以" + out.Zh + "。", En: "What comes next: " + out.En + "."}
	}
	return out
}
