package app

import (
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// Branches are those whose records the caller may list: the one that is asked for, or all that they see. Any other
// one is missing to them.
func Branches(by Caller, shop setup.Shop, asked string) ([]string, error) {
	var seen []string
	for _, b := range shop.Branches {
		if by.Sees(b.ID) && (asked == "" || asked == b.ID) {
			seen = append(seen, b.ID)
		}
	}
	if asked != "" && seen == nil {
		return nil, fault.Missing("网点", "branch")
	}
	return seen, nil
}

// MissingStaff is a person who is not there, or of whom the caller may not know.
var MissingStaff = fault.Missing("员工", "staff member")

// Colleague is the id of the person whose records a list is asked for. "me" is the caller; empty stays empty.
func Colleague(asked string, by Caller, shop setup.Shop) (string, error) {
	if asked == "me" {
		asked = by.ID
	}
	if _, found := shop.Person(asked); asked != "" && !found {
		return asked, fault.Faulty(fault.Field{Pointer: "?owner",
			Text: words.Text{Zh: "请填写 me 或一位同事的编号。", En: "Enter me, or the id of a colleague."}})
	}
	return asked, nil
}

// OpensAt is where the caller opens a record, with calendar and policy: the branch that is named, or their only one.
func OpensAt(by Caller, shop setup.Shop, branch string) (setup.Terms, error) {
	if branch == "" && len(by.Branches) == 1 {
		branch = by.Branches[0]
	}
	if _, found := shop.Branch(branch); !found || !by.Sees(branch) {
		return setup.Terms{}, fault.Faulty(fault.Field{Pointer: "/branch",
			Text: words.Text{Zh: "请填写您所在的一个网点。", En: "Enter one of your branches."}})
	}
	return shop.Terms(branch)
}
