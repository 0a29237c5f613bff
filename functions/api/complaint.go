package api

import (
	"errors"
	"net/http"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store/table"
)

func (s *Server) complaintRoutes() []httpapi.Route {
	command := func(name string, action crm.Action, handle httpapi.Handler, summary string, body any) httpapi.Route {
		return on("POST /complaints/{id}/"+name, action, handle, httpapi.Doc{Summary: summary, Body: body, Answer: Complaint{}, Versioned: true})
	}
	return []httpapi.Route{
		on("GET /complaints", crm.ReadComplaints, s.listComplaints, httpapi.Doc{Summary: "List complaints, most urgent first; ended ones by month, newest first · 投诉列表", Query: ListComplaints{}, Answer: table.Page[crm.ComplaintCard]{}}),
		on("POST /complaints", crm.OpenComplaints, s.openComplaint, httpapi.Doc{Summary: "Open a complaint for a customer; the answer names his other open ones about the same job · 登记投诉", Body: OpenComplaint{}, Answer: OpenedComplaint{}, Status: created}),
		on("GET /complaints/{id}", crm.ReadComplaints, s.readComplaint, httpapi.Doc{Summary: "Read a complaint, its deadlines, and what you may do with it · 查看投诉", Answer: ComplaintFile{}}),
		on("GET /complaints/{id}/why", crm.ReadComplaints, s.readComplaintWhy, httpapi.Doc{Summary: "Read why it stands as it does: deadlines, verdict, remedies, approval, each with rule and inputs · 期限、判定、补救与审批的依据", Answer: crm.ComplaintWhy{}}),
		on("GET /complaints/{id}/replies", crm.ReadComplaints, s.listComplaintReplies, httpapi.Doc{Summary: "List what went to the customer and came from him, newest first · 与客户的往来", Query: httpapi.Paging{}, Answer: table.Page[crm.ComplaintReply]{}}),
		on("GET /complaints/{id}/notes", crm.ReadComplaints, s.listComplaintNotes, httpapi.Doc{Summary: "List what staff wrote for staff, newest first · 内部备注", Query: httpapi.Paging{}, Answer: table.Page[crm.ComplaintNote]{}}),
		on("GET /complaints/{id}/canned-replies", crm.ReadComplaints, s.listCannedReplies, httpapi.Doc{Summary: "List replies to the customer, filled for this complaint; those that suit come first · 可用的回复范文", Answer: table.Page[crm.CannedReply]{}}),
		on("GET /complaints/{id}/artwork/{artwork}", crm.ReadComplaints, s.readComplaintFile, httpapi.Doc{Summary: "Get a link from which a photo can be downloaded for five minutes · 下载照片的临时链接", Answer: ArtworkLink{}}),
		command("assign", crm.AssignComplaint, s.assignComplaint, "Give a complaint to a colleague; what is due stays due · 分配投诉", AssignComplaint{}),
		command("triage", crm.TriageComplaint, s.triageComplaint, "Settle severity, owner and the job's figures, or correct them before anything is offered; a verdict on other figures falls · 受理投诉或更正资料", TriageComplaint{}),
		command("request-evidence", crm.RequestEvidence, s.requestEvidence, "Ask the customer for evidence · 请客户提供证据", RequestEvidence{}),
		command("measure", crm.MeasureComplaint, s.measureComplaint, "Record a measurement of the pieces · 登记测量结果", MeasureComplaint{}),
		command("pause", crm.PauseComplaint, s.pauseComplaint, "Stop the clock, for a reason and no longer than the round's budget · 暂停计时", PauseComplaint{}),
		command("resume", crm.ResumeComplaint, s.resumeComplaint, "Let the clock go on · 恢复计时", ResumeComplaint{}),
		command("decide", crm.DecideComplaint, s.decideComplaint, "Let the rule judge who is liable · 判定责任", DecideComplaint{}),
		command("overrule", crm.OverruleComplaint, s.overruleComplaint, "Ask for another verdict; another person approves it · 提出改判", OverruleComplaint{}),
		command("propose", crm.ProposeComplaint, s.proposeRemedies, "Choose remedies; beyond your limit another person is asked · 选择补救办法", ProposeRemedies{}),
		command("approve", crm.ApproveComplaint, s.approveComplaint, "Approve what was asked, naming the question that you have read · 批准", ApproveComplaint{}),
		command("reject", crm.RejectComplaint, s.rejectComplaint, "Refuse what was asked, with a reason · 驳回", RejectComplaint{}),
		command("agree", crm.AgreeComplaint, s.agreeComplaint, "Record the customer's yes to the offer of that turn · 登记客户接受", AgreeComplaint{}),
		command("decline", crm.DeclineComplaint, s.declineComplaint, "Record the customer's no · 登记客户拒绝", DeclineComplaint{}),
		command("carry-out", crm.CarryOutComplaint, s.carryOutComplaint, "Begin what was agreed, give the goods a day, or enter the credit's number · 执行补救", CarryOutComplaint{}),
		command("complete", crm.CompleteComplaint, s.completeComplaint, "Say that all that was agreed is done · 补救已完成", CompleteComplaint{}),
		command("verify", crm.VerifyComplaint, s.verifyComplaint, "Record whether the customer is content · 登记客户反馈", VerifyComplaint{}),
		command("find-cause", crm.FindCauseComplaint, s.findCause, "Record the root cause · 登记根本原因", FindCause{}),
		command("correct", crm.CorrectComplaint, s.correctComplaint, "Record the corrective action · 登记纠正措施", CorrectComplaint{}),
		command("check-effect", crm.CorrectComplaint, s.checkEffect, "Record whether the correction helped, once it has had its time · 检查纠正效果", CheckEffect{}),
		command("close", crm.CloseComplaint, s.closeComplaint, "Close a complaint that is settled · 关闭投诉", CloseComplaint{}),
		command("reopen", crm.ReopenComplaint, s.reopenComplaint, "Begin a new round · 重新打开投诉", ReopenComplaint{}),
		command("withdraw", crm.WithdrawComplaint, s.withdrawComplaint, "End a complaint that the customer takes back · 撤回投诉", WithdrawComplaint{}),
		command("comment", crm.CommentComplaint, s.commentComplaint, "Write to the customer, or for staff alone · 回复客户或写内部备注", CommentComplaint{}),
		command("join", crm.JoinComplaint, s.joinComplaint, "End a complaint in favour of an older one about the same job · 并入较早的投诉", JoinComplaint{}),
	}
}

// Complaint is a complaint as the API shows it: without what the reader's role does not see, with what he may do with it, and why not the rest.
type Complaint struct {
	crm.Complaint
	Actions []crm.Permitted `json:"actions"`
}

// ComplaintFile is a complaint with all that belongs to it.
type ComplaintFile struct {
	Complaint
	Deadlines []crm.ComplaintDeadline `json:"deadlines"`
	Done      []crm.RemedyEntry       `json:"remedies_done"` // in all rounds, oldest first
	Files     []crm.Artwork           `json:"files"`
	Similar   []string                `json:"similar"` // ids of the customer's other open complaints about the same job

	Preferences []crm.JobPreference `json:"preferences" description:"What the customer must have and likes; stale ones last · 客户的要求与偏好，已过期的在后"`
}

var missingComplaint = crm.Missing("投诉", "complaint")

// asShown gives a complaint the words and permissions of the reader.
func asShown(r *http.Request, c crm.Complaint, now time.Time) Complaint {
	actions := crm.ComplaintActions(httpapi.Actor(r), c, now)
	for i := range actions {
		actions[i].Refusal = actions[i].Text.In(httpapi.Lang(r))
	}
	return Complaint{c.For(httpapi.Actor(r)), actions}
}

// shownComplaint renders what a commit returns, which is always a complaint.
func (s *Server) shownComplaint(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer { return httpapi.OK(asShown(r, result.(crm.Complaint), s.Now())) }
}

// veiled is a refusal whose record is shown as the reader may see it.
func veiled(r *http.Request, err error) error {
	var e *crm.Error
	if !errors.As(err, &e) {
		return err
	}
	c, of := e.Record.(crm.Complaint)
	if !of {
		return err
	}
	out := *e
	out.Record = c.For(httpapi.Actor(r))
	return &out
}

// complaint reads the complaint in the path; one of a branch that the caller does not see is missing like one that is not there.
func (s *Server) complaint(r *http.Request) (crm.Complaint, error) {
	id, err := recordID(r, missingComplaint)
	if err != nil {
		return crm.Complaint{}, err
	}
	c, err := s.Store.Complaint(r.Context(), id)
	if err == nil && !httpapi.Actor(r).Sees(c.Branch) {
		return crm.Complaint{}, missingComplaint
	}
	return c, err
}

// complaintTerms reads the complaint in the path with the shop and the terms of its branch.
func (s *Server) complaintTerms(r *http.Request) (crm.Complaint, crm.Shop, crm.Terms, error) {
	c, err := s.complaint(r)
	if err != nil {
		return c, crm.Shop{}, crm.Terms{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return c, shop, crm.Terms{}, err
	}
	terms, err := shop.Terms(c.Branch)
	return c, shop, terms, err
}

func (s *Server) readComplaint(r *http.Request) (httpapi.Answer, error) {
	c, shop, terms, err := s.complaintTerms(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by, now := httpapi.Actor(r), s.Now()
	out := ComplaintFile{Complaint: asShown(r, c, now), Deadlines: c.Deadlines(terms.Complaint(), httpapi.Lang(r), now), Done: []crm.RemedyEntry{}}
	done, err := s.Store.RemedyEntries(r.Context(), c.ID)
	if err != nil {
		return httpapi.Answer{}, err
	}
	for _, e := range done {
		out.Done = append(out.Done, e.For(by))
	}
	folder, err := s.Store.ArtworkFolder(r.Context(), c.ID)
	if err != nil {
		return httpapi.Answer{}, err
	}
	out.Files = folder.Attached()
	if out.Similar, err = s.similar(r, shop, c); err != nil {
		return httpapi.Answer{}, err
	}
	if out.Preferences, err = s.jobPreferences(r, c.Customer); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(out), nil
}

// similar are the customer's other open complaints about the same job, as far as the caller sees them.
func (s *Server) similar(r *http.Request, shop crm.Shop, c crm.Complaint) ([]string, error) {
	seen, err := branches(httpapi.Actor(r), shop, "")
	if err != nil {
		return nil, err
	}
	return s.Store.SimilarComplaints(r.Context(), c, seen)
}

func (s *Server) readComplaintWhy(r *http.Request) (httpapi.Answer, error) {
	c, shop, terms, err := s.complaintTerms(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(c.Why(httpapi.Actor(r), shop.Roster, terms.Complaint(), httpapi.Lang(r), s.Now())), nil
}

// readComplaintFile gives a link to one file of the complaint. Signing it asks nobody and changes nothing.
func (s *Server) readComplaintFile(r *http.Request) (httpapi.Answer, error) {
	c, err := s.complaint(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	folder, err := s.Store.ArtworkFolder(r.Context(), c.ID)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, known := folder.File(r.PathValue("artwork"))
	if !known || a.State != crm.ArtworkAttached {
		return httpapi.Answer{}, crm.Missing("文件", "file")
	}
	link := ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	if link.URL, link.Ends, err = s.Store.LinkArtwork(r.Context(), c.ID, a); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(link), nil
}
