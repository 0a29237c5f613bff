package crmtest

// Ways are the states to which the commands of a record lead, by the state in which they are given.
type Ways map[string]map[string]bool

// Add notes that a command leads from one state to another.
func (w Ways) Add(from, to string) {
	if w[from] == nil {
		w[from] = map[string]bool{}
	}
	w[from][to] = true
}

// Distances says for each state how many commands lead from it to one of the states, where any do.
func (w Ways) Distances(to []string) map[string]int {
	out := map[string]int{}
	for _, state := range to {
		out[state] = 0
	}
	for changed := true; changed; {
		changed = false
		for from, nexts := range w {
			for next := range nexts {
				d, leads := out[next]
				if known, has := out[from]; leads && (!has || d+1 < known) {
					out[from], changed = d+1, true
				}
			}
		}
	}
	return out
}
