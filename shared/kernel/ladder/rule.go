package ladder

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/kernel/fault"
)

// Rule is one step of a ladder, as data. In State, Do is due at Percent of the state's budget plus Plus
// working seconds. Name is unique in the ladder. The acknowledgement alone may repeat its name in every
// state, since it is climbed once.
type Rule struct {
	State   string `json:"state" validate:"required,max=20"`
	Name    string `json:"name" validate:"required,max=40,slug"`
	Do      string `json:"do" validate:"required,max=20"`
	Percent int64  `json:"percent" validate:"min=0,max=1000"`
	Plus    int64  `json:"plus_s" validate:"min=0,max=10000000"`
}

// Check adds to f what is wrong with a ladder that stands at place in the policy. states and steps are those
// that its rules may name. taken are names that no rung may have.
func Check(f *fault.List, place string, ladder []Rule, states, steps []string, taken ...string) {
	seen := map[string]bool{}
	for _, name := range taken {
		seen[name] = true
	}
	for i, r := range ladder {
		at := fmt.Sprintf("%s/%d", place, i)
		if !slices.Contains(states, r.State) {
			f.Add(at+"/state", "没有这个状态。请从这些值中选择："+strings.Join(states, "、")+"。", "There is no such state. Choose one of: "+
				strings.Join(states, ", ")+".")
		}
		if !slices.Contains(steps, r.Do) {
			f.Add(at+"/do", "没有这个步骤。请从这些值中选择："+strings.Join(steps, "、")+"。", "There is no such step. Choose one of: "+
				strings.Join(steps, ", ")+".")
		}
		if r.Percent < 0 {
			f.Add(at+"/percent", "提醒不能早于状态开始。请填写 0 或更大的数。", "A rung cannot come before its state. Enter 0 or more.")
		}
		if r.Plus < 0 {
			f.Add(at+"/plus_s", "提醒不能早于状态开始。请填写 0 或更大的数。", "A rung cannot come before its state. Enter 0 or more.")
		}
		if r.Name == "" || r.Do != DoAcknowledge && seen[r.Name] {
			f.Add(at+"/name", "名称为空，或已被使用。请换一个名称。", "The name is empty, or taken. Choose another one.")
		}
		seen[r.Name] = true
	}
}
