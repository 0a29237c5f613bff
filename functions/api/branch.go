package api

import (
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/permission"
)

func branchRoutes(d backoffice.Desk) []route {
	place := func(b firm.Branch) string { return "/branches/" + b.ID }
	return []route{
		all("GET /branches", permission.ReadBranches, d.Branches, "List the branches of the shop · 网点列表"),
		open("POST /branches", permission.ChangeBranches, d.OpenBranch, place, "Add a branch · 新增网点"),
		read("GET /branches/{id}", permission.ReadBranches, d.Branch, "Read a branch · 查看网点"),
		change("PATCH /branches/{id}", permission.ChangeBranches, d.ChangeBranch,
			"Change a branch by a merge patch (RFC 7396); another calendar or policy moves the deadlines of its open records · 修改网点，更换日历或规则会重算未结记录的期限"),
	}
}
