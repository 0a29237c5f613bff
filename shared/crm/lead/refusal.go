package lead

import (
	"slices"
	"strings"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// machine says which command comes first where the state refuses one. Recycling leads back, and losing nowhere on.
var machine = permission.Machine{
	States:   []string{StateNew, StatePooled, StateAssigned, StateContacted, StateQualified, StateWon, StateLost},
	Commands: Commands, Allows: moves,
	Leads: map[permission.Action]permission.Ways{
		permission.AssignLead:  {StateNew: {StateAssigned}, StatePooled: {StateAssigned}},
		permission.ContactLead: {StateNew: {StateContacted}, StateAssigned: {StateContacted}},
		permission.QualifyLead: {StateContacted: {StateQualified}},
		permission.WinLead:     {StateContacted: {StateWon}, StateQualified: {StateWon}},
		permission.RecycleLead: {StateAssigned: {StatePooled}, StateContacted: {StatePooled},
			StateQualified: {StatePooled}},
		permission.ClaimLead: {StatePooled: {StateAssigned}},
	},
	Named: map[permission.Action]words.Text{
		permission.AssignLead:  {Zh: "分配线索", En: "assign the lead"},
		permission.ContactLead: {Zh: "登记联系", En: "record a contact"},
		permission.QualifyLead: {Zh: "转为商机", En: "qualify the lead"},
		permission.WinLead:     {Zh: "登记成交", En: "record the order"},
		permission.RecycleLead: {Zh: "退回公海", En: "return the lead to the pool"},
		permission.ClaimLead:   {Zh: "从公海领取", En: "claim it from the pool"},
	},
}

// stateWords are the states as staff read them.
var stateWords = map[string]words.Text{
	StateNew:       {Zh: "线索尚未分配。", En: "The lead is new and nobody has it."},
	StateAssigned:  {Zh: "线索已分配，尚未联系。", En: "The lead is assigned and nobody has spoken with the person."},
	StatePooled:    {Zh: "线索在公海中。", En: "The lead is in the pool."},
	StateContacted: {Zh: "线索已联系。", En: "The person was contacted."},
	StateQualified: {Zh: "线索已转为商机。", En: "The lead is qualified."},
	StateWon:       {Zh: "线索已成交，不再变动。", En: "The lead is won and stays as it is."},
	StateLost:      {Zh: "线索已流失，不再变动。", En: "The lead is lost and stays as it is."},
}

// who names those who may give the command now, as may has it.
func (l Lead) who(command permission.Action) words.Text {
	switch {
	case command == permission.AssignLead || command == permission.ClaimLead,
		command == permission.ContactLead && l.Owner == "":
		return permission.RolesOf(command)
	case l.Owner == "":
		return permission.RolesOf(permission.AssignLead)
	}
	return permission.Own
}

// forbidden refuses a command that the state does not allow. It says which step comes first, and who may take it.
func (l Lead) forbidden(by staff.Actor, command permission.Action) *fault.Error {
	var allowed []permission.Action
	for _, c := range Commands {
		if slices.Contains(moves[c], l.State) {
			allowed = append(allowed, c)
		}
	}
	m := machine
	m.Who = l.who
	state, how := stateWords[l.State], m.First(l.State, machine.Before(l.State, command, allowed))
	switch {
	case l.Closed():
		who := permission.RolesOf(permission.OpenLead)
		how = words.Text{Zh: "客户再次询价时，请录入新线索（" + who.Zh + "）。",
			En: "When the person asks again, enter a new lead (" + who.En + ")."}
	case command == permission.ClaimLead && l.Owner == by.ID:
		how = words.Text{Zh: "您就是负责人，无需领取。", En: "It is yours already, so there is nothing to claim."}
	case command == permission.ClaimLead && l.Owner != "":
		how = words.Text{Zh: "如需接手，请经理分配给您。", En: "To take it over, ask a manager to assign it to you."}
	case how == (words.Text{}):
		how = m.Next(l.State, allowed)
	}
	e := fault.Fail(fault.Refused, state.Zh+how.Zh, strings.TrimSpace(state.En+" "+how.En))
	e.State, e.Record = l.State, l
	for _, c := range allowed {
		e.Allowed = append(e.Allowed, string(c))
	}
	return e
}
