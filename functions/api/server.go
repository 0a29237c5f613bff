// Package api is the door of staff and integrations: signed in, JSON, one file per entity. What may be asked, by whom and how it is answered stands in
// one table, Routes; whether a record takes a command is for the rules in crm.
package api

import (
	"log/slog"
	"net/http"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
)

// Server answers the routes of the staff API.
type Server struct {
	Store   *store.Store
	Log     *slog.Logger
	Now     func() time.Time // UTC, in milliseconds, as the store's
	Version string           // of the build, for /health
}

// Door is the server behind httpapi's conventions.
func (s *Server) Door() httpapi.Door {
	return httpapi.Door{Name: "api", Routes: s.Routes(), Who: s.Store, Receipts: s.Store, Log: s.Log, Now: s.Now}
}

// Routes is the whole of the staff API: pattern, permission, handler, description.
func (s *Server) Routes() []httpapi.Route {
	created := http.StatusCreated
	on := func(pattern string, action crm.Action, handle httpapi.Handler, doc httpapi.Doc) httpapi.Route {
		return httpapi.Route{Pattern: pattern, Action: action, Handle: handle, Doc: doc}
	}
	return []httpapi.Route{
		on("GET /leads", crm.ReadLeads, s.listLeads, httpapi.Doc{Summary: "List leads, most urgent first; closed ones by month, newest first · 线索列表", Query: ListLeads{}, Answer: store.Page[crm.LeadCard]{}}),
		on("POST /leads", crm.OpenLead, s.openLead, httpapi.Doc{Summary: "Enter a lead that did not come by a form · 录入线索", Body: OpenLead{}, Answer: Lead{}, Status: created}),
		on("GET /leads/{id}", crm.ReadLeads, s.readLead, httpapi.Doc{Summary: "Read a lead and what you may do with it · 查看线索", Answer: Lead{}}),
		on("POST /leads/{id}/assign", crm.AssignLead, s.assignLead, httpapi.Doc{Summary: "Give a lead to a colleague · 分配线索", Body: AssignLead{}, Answer: Lead{}}),
		on("POST /leads/{id}/contact", crm.ContactLead, s.contactLead, httpapi.Doc{Summary: "Record a contact, or an attempt · 登记联系", Body: ContactLead{}, Answer: Lead{}}),
		on("POST /leads/{id}/qualify", crm.QualifyLead, s.qualifyLead, httpapi.Doc{Summary: "Close a lead as worth a quotation · 转为商机", Body: QualifyLead{}, Answer: Lead{}}),
		on("POST /leads/{id}/lose", crm.LoseLead, s.loseLead, httpapi.Doc{Summary: "Close a lead as lost · 标记流失", Body: LoseLead{}, Answer: Lead{}}),
		on("POST /leads/{id}/recycle", crm.RecycleLead, s.recycleLead, httpapi.Doc{Summary: "Return a lead to the pool · 退回公海", Body: RecycleLead{}, Answer: Lead{}}),
		on("POST /leads/{id}/claim", crm.ClaimLead, s.claimLead, httpapi.Doc{Summary: "Take a lead from the pool, a limited number each day · 领取线索", Body: ClaimLead{}, Answer: Lead{}}),
		on("GET /leads/{id}/touches", crm.ReadLeads, s.listTouches, httpapi.Doc{Summary: "List what the person wrote back, newest first; plain text, as he wrote it · 客户的回复", Query: httpapi.Paging{}, Answer: store.Page[crm.Touch]{}}),
		on("GET /leads/{id}/artwork", crm.ReadLeads, s.listArtwork, httpapi.Doc{Summary: "List the files that came with a lead · 客户上传的文件", Answer: store.Page[crm.Artwork]{}}),
		on("GET /leads/{id}/artwork/{artwork}", crm.ReadLeads, s.readArtwork, httpapi.Doc{Summary: "Get a link from which a file can be downloaded for five minutes · 下载文件的临时链接", Answer: ArtworkLink{}}),
		on("GET /submissions", crm.ReadSubmissions, s.listSubmissions, httpapi.Doc{Summary: "List what came through the forms, newest first · 表单提交列表", Query: ListSubmissions{}, Answer: store.Page[crm.SubmissionCard]{}}),
		on("GET /submissions/{id}", crm.ReadSubmissions, s.readSubmission, httpapi.Doc{Summary: "Read what was posted, as it came, and what you may do with it · 查看表单提交", Answer: Submission{}}),
		on("POST /submissions/{id}/release", crm.ReleaseSubmission, s.releaseSubmission, httpapi.Doc{Summary: "Let a quarantined submission become a lead by the rules of today · 放行被隔离的提交", Body: ReleaseSubmission{}, Answer: Submission{}}),
		on("POST /submissions/{id}/discard", crm.DiscardSubmission, s.discardSubmission, httpapi.Doc{Summary: "Say that nothing comes of a quarantined submission · 丢弃被隔离的提交", Body: DiscardSubmission{}, Answer: Submission{}}),
		on("GET /forms", crm.ReadForms, s.listForms, httpapi.Doc{Summary: "List the public forms · 表单列表", Answer: store.Page[crm.Form]{}}),
		on("POST /forms", crm.OpenForm, s.openForm, httpapi.Doc{Summary: "Make a public form · 新建表单", Body: OpenForm{}, Answer: crm.Form{}, Status: created}),
		on("GET /forms/{id}/definition", crm.ReadForms, s.readForm, httpapi.Doc{Summary: "Read a form's definition · 查看表单定义", Answer: crm.Form{}}),
		on("PATCH /forms/{id}/definition", crm.ChangeForm, s.changeForm, httpapi.Doc{Summary: "Change a form by a merge patch (RFC 7396) · 修改表单", Body: ChangeForm{}, Answer: crm.Form{}, Changes: true}),
		on("DELETE /forms/{id}/definition", crm.CloseForm, s.closeForm, httpapi.Doc{Summary: "Take a form out of use; its submissions stay · 停用表单", Status: http.StatusNoContent, Changes: true}),
		on("GET /customers/{id}", crm.ReadCustomers, s.readCustomer, httpapi.Doc{Summary: "Read a customer · 查看客户", Answer: crm.Customer{}}),
		on("GET /customers/{id}/timeline", crm.ReadCustomers, s.readTimeline, httpapi.Doc{Summary: "List what happened with a customer, newest first · 客户时间线", Query: httpapi.Paging{}, Answer: store.Page[store.TimelineEntry]{}}),
		on("GET /desk", crm.ReadDesk, s.readDesk, httpapi.Doc{Summary: "List what you have to do, most urgent first · 我的待办", Query: httpapi.Paging{}, Answer: store.Page[store.DeskLine]{}}),
		on("GET /me", crm.ReadMe, s.readMe, httpapi.Doc{Summary: "Read who you are here and what you may do · 我的资料与权限", Answer: Me{}}),
		on("POST /calendars/{id}/explain", crm.ExplainCalendar, s.explainCalendar, httpapi.Doc{Summary: "Compute a deadline in working time, and say how · 推算到期时间", Body: ExplainCalendar{}, Answer: crm.Explanation{}}),
		on("POST /messages/{id}/settle", crm.SettleMessage, s.settleMessage, httpapi.Doc{Summary: "Say whether a doubtful message was sent · 确认消息是否送达", Body: SettleMessage{}, Answer: crm.Message{}}),
		on("GET /openapi.json", crm.Public, s.readDescription, httpapi.Doc{Summary: "Read this description · 接口说明（OpenAPI）", Type: "application/json"}),
		on("GET /docs", crm.Public, s.readDocs, httpapi.Doc{Summary: "Read this description as a page · 接口说明（网页）", Type: "text/html"}),
		on("GET /docs/style.css", crm.Public, s.readDocsStyle, httpapi.Doc{Summary: "The style of that page · 网页样式", Type: "text/css"}),
		on("GET /health", crm.Public, s.readHealth, httpapi.Doc{Summary: "Whether this process answers; the tables are not asked · 健康检查", Answer: Health{}}),
	}
}

// branches are those whose records the caller may list: the one that he asks for, or all that he sees. Another one is missing to him.
func branches(by crm.Actor, shop crm.Shop, asked string) ([]string, error) {
	var seen []string
	for _, b := range shop.Branches {
		if by.Sees(b.ID) && (asked == "" || asked == b.ID) {
			seen = append(seen, b.ID)
		}
	}
	if asked != "" && seen == nil {
		return nil, crm.Missing("网点", "branch")
	}
	return seen, nil
}

// paging binds a page to the caller who asks for it.
func paging(r *http.Request, p httpapi.Paging) store.Paging {
	return store.Paging{Limit: p.Limit, Cursor: p.Cursor, Caller: httpapi.Actor(r).ID}
}

// current refuses a command that names another version of the record than the current one.
func current(r *http.Request, version int64, record any) error {
	wanted, named, err := httpapi.Version(r)
	if err != nil || !named || wanted == version {
		return err
	}
	stale := crm.Fail(crm.Stale, "这条记录在您读取之后有了改动。请查看最新内容再决定。", "The record has changed since you read it. Look at it as it is now, then decide.")
	stale.Record = record
	return stale
}

// recordID is the id in the path. What cannot be an id finds nothing, as an id of nothing does.
func recordID(r *http.Request, missing error) (string, error) {
	id := r.PathValue("id")
	if len(id) > 64 {
		return "", missing
	}
	return id, nil
}
