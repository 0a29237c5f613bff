package gateway

import (
	"strings"

	"afterpress/infra/local/sam"
)

// matched is a route with what its path's variables hold.
type matched struct {
	route      sam.Route
	key        string // ANY /leads/{proxy+}
	parameters map[string]string
}

// match finds the most specific route: one that fits part by part before one with {name+}, then the longer prefix. A
// fixed part comes before a variable, and a named method before ANY.
func match(routes []sam.Route, method, path string) (matched, bool) {
	var best matched
	bestRank := ""
	for _, route := range routes {
		if route.Method != "ANY" && route.Method != method {
			continue
		}
		parameters, rank, ok := fits(route.Path, path)
		if !ok {
			continue
		}
		if route.Method == method {
			rank += "m"
		}
		if rank > bestRank {
			best, bestRank = matched{route: route, key: route.Method + " " + route.Path, parameters: parameters}, rank
		}
	}
	return best, bestRank != ""
}

// fits compares part by part. Its rank sorts as a text: per part z for a fixed one, y for a variable, x for {name+}.
func fits(pattern, path string) (parameters map[string]string, rank string, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range want {
		if i >= len(got) {
			return nil, "", false
		}
		name, variable := strings.CutPrefix(part, "{")
		if !variable {
			if part != got[i] {
				return nil, "", false
			}
			rank += "z"
			continue
		}
		if parameters == nil {
			parameters = map[string]string{}
		}
		name = strings.TrimSuffix(name, "}")
		if name, greedy := strings.CutSuffix(name, "+"); greedy {
			rest := strings.Join(got[i:], "/")
			parameters[name] = rest
			return parameters, rank + "x", rest != ""
		}
		if got[i] == "" {
			return nil, "", false
		}
		parameters[name] = got[i]
		rank += "y"
	}
	return parameters, rank, len(want) == len(got)
}
