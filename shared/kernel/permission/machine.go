package permission

import (
	"slices"

	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Machine is the state machine of a kind of record, as far as a refusal needs it. It tells which command comes first,
// and who may give it, from the same table by which the record lists its actions.
type Machine struct {
	States   []string                         // in the order of a record's life
	Commands []Action                         // in the order in which they are offered
	Allows   map[Action][]string              // the states in which each command may be given
	Leads    map[Action]Ways                  // absent: the record stays where it is
	Awaits   map[string][]Action              // what a state waits for, where that is more than what leads on
	Named    map[Action]words.Text            // what each command does, to follow "first" or "or": "record a measurement"
	NamedIn  map[string]map[Action]words.Text // what a command does in one state, where it has another name there
	Who      func(Action) words.Text          // who may give it; nil: the roles of the permission table
}

// Ways has the states to which a command brings a record, by the state in which it is given.
type Ways map[string][]string

// Own names those who may give a command that belongs to the record's own person.
var Own = words.Text{Zh: "负责人、经理或老板", En: "its owner, a manager or the shop's owner"}

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
		for _, next := range m.Leads[a][state] {
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
			for _, next := range m.Leads[a][state] {
				d, leads := out[next]
				if known, has := out[state]; leads && slices.Index(m.States, next) > i && (!has || d+1 < known) {
					out[state] = d + 1
				}
			}
		}
	}
	return out
}

// First words the commands that come first in the state, each with who may give it. It is empty for no commands.
func (m Machine) First(state string, steps []Action) words.Text {
	out := m.listed(state, steps)
	if len(steps) > 0 {
		out = words.Text{Zh: "请先" + out.Zh + "。", En: "First " + out.En + "."}
	}
	return out
}

// Then words the commands that come next in the state, each with who may give it. It is empty for no commands.
func (m Machine) Then(state string, steps []Action) words.Text {
	out := m.listed(state, steps)
	if len(steps) > 0 {
		out = words.Text{Zh: "接下来可以" + out.Zh + "。", En: "What comes next: " + out.En + "."}
	}
	return out
}

// listed names commands, each with who may give it. Neighbours of the same people are named together.
func (m Machine) listed(state string, commands []Action) words.Text {
	var out words.Text
	for i, a := range commands {
		if i > 0 {
			out.Zh, out.En = out.Zh+"，或", out.En+", or "
		}
		named, own := m.NamedIn[state][a]
		if !own {
			named = m.Named[a]
		}
		out.Zh, out.En = out.Zh+named.Zh, out.En+named.En
		if who := m.who(a); i+1 == len(commands) || m.who(commands[i+1]) != who {
			out.Zh, out.En = out.Zh+"（"+who.Zh+"）", out.En+" ("+who.En+")"
		}
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

// Next words what a record takes next in the state: what it waits for, else the commands among allowed that lead on.
// It is empty where its life is over.
func (m Machine) Next(state string, allowed []Action) words.Text {
	i, awaited := slices.Index(m.States, state), m.Awaits[state]
	var next []Action
	for _, a := range m.Commands {
		on := slices.ContainsFunc(m.Leads[a][state], func(to string) bool { return slices.Index(m.States, to) > i })
		if slices.Contains(allowed, a) && (slices.Contains(awaited, a) || awaited == nil && on) {
			next = append(next, a)
		}
	}
	return m.Then(state, next)
}
