package api

import (
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

func staffRoutes(d backoffice.Desk) []route {
	place := func(p staff.Staff) string { return "/staff/" + p.ID }
	return []route{
		all("GET /me", permission.ReadMe, d.Me, "Read who you are here and what you may do · 我的资料与权限"),
		list("GET /staff", permission.ReadStaff, d.Staff,
			"List who works in your branches and in the head office · 员工列表"),
		open("POST /staff", permission.ChangeStaff, d.OpenStaff, place, "Add a staff member · 新增员工"),
		read("GET /staff/{id}", permission.ReadStaff, d.StaffMember,
			"Read a staff member, as far as your role may · 查看员工"),
		change("PATCH /staff/{id}", permission.ChangeStaff, d.ChangeStaff,
			"Change a staff member by a merge patch (RFC 7396) · 修改员工"),
	}
}

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

func calendarRoutes(d backoffice.Desk) []route {
	place := func(c calendar.Calendar) string { return "/calendars/" + c.ID }
	return []route{
		all("GET /calendars", permission.ReadCalendars, d.Calendars, "List the calendars · 日历列表"),
		open("POST /calendars", permission.ChangeCalendars, d.OpenCalendar, place, "Make a calendar · 新建日历"),
		read("GET /calendars/{id}", permission.ReadCalendars, d.Calendar, "Read a calendar · 查看日历"),
		change("PATCH /calendars/{id}", permission.ChangeCalendars, d.ChangeCalendar,
			"Change a calendar by a merge patch (RFC 7396); open records get their deadlines anew · 修改日历，未结记录的期限会重算"),
		command("POST /calendars/{id}/official-year", permission.ChangeCalendars, d.TakeOfficialYear,
			"Add a year's official holidays and make-up days to a calendar; the shop's own entries stay · 采用国家公布的全年放假与调休安排"),
		ask("POST /calendars/{id}/explain", permission.ExplainCalendar, d.ExplainCalendar,
			"Compute a deadline in working time, and say how · 推算到期时间"),
	}
}

func policyRoutes(d backoffice.Desk) []route {
	place := func(p setup.Policy) string { return "/policies/" + p.ID }
	return []route{
		all("GET /policies", permission.ReadPolicies, d.Policies, "List the policies as they hold now · 规则列表"),
		open("POST /policies", permission.ChangePolicies, d.OpenPolicy, place,
			"Make a policy; all times are seconds of working time · 新建规则（时间单位：工作秒）"),
		read("GET /policies/{id}", permission.ReadPolicies, d.Policy, "Read a policy as it holds now · 查看规则"),
		change("PATCH /policies/{id}", permission.ChangePolicies, d.ChangePolicy,
			"Change a policy by a merge patch (RFC 7396); open records get their deadlines anew · 修改规则，未结记录的期限会重算"),
		listOf("GET /policies/{id}/versions", permission.ReadPolicies, d.PolicyVersions,
			"List the versions of a policy, newest first · 规则的各个版本"),
		read("GET /policies/{id}/versions/{version}", permission.ReadPolicies, d.PolicyVersion,
			"Read what a policy said in a version: standard@3 is version 3 of standard · 查看规则的某个版本"),
	}
}

func categoryRoutes(d backoffice.Desk) []route {
	place := func(c customer.Category) string { return "/categories/" + c.ID }
	return []route{
		all("GET /categories", permission.ReadCategories, d.Categories,
			"List the tree of customer categories and the words of a customer's other classes · 客户类别与分类用语"),
		open("POST /categories", permission.ChangeCategories, d.OpenCategory, place,
			"Add a category to the tree · 新建类别"),
		read("GET /categories/{id}", permission.ReadCategories, d.Category, "Read a category · 查看类别"),
		change("PATCH /categories/{id}", permission.ChangeCategories, d.ChangeCategory,
			"Move, rename, close or open a category by a merge patch (RFC 7396) · 修改类别"),
	}
}

func formRoutes(d backoffice.Desk) []route {
	place := func(f backoffice.Form) string { return "/forms/" + f.ID + "/definition" }
	return []route{
		all("GET /forms", permission.ReadForms, d.Forms, "List the public forms · 表单列表"),
		open("POST /forms", permission.OpenForm, d.OpenForm, place, "Make a public form · 新建表单"),
		read("GET /forms/{id}/definition", permission.ReadForms, d.Form, "Read a form's definition · 查看表单定义"),
		change("PATCH /forms/{id}/definition", permission.ChangeForm, d.ChangeForm,
			"Change a form by a merge patch (RFC 7396) · 修改表单"),
		read("GET /draws/{id}", permission.ReadForms, d.FormDraw,
			"Read a form's prize draw: how many entered, then list, seed and winners · 抽奖名单与结果"),
		remove("DELETE /forms/{id}/definition", permission.CloseForm, d.CloseForm,
			"Take a form out of use; its submissions stay · 停用表单"),
	}
}
