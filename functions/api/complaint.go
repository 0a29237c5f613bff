package api

import (
	"errors"
	"net/http"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/canned"
	"afterpress/shared/crm/complaint/why"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) complaintRoutes() []httpapi.Route {
	command := func(name string, action permission.Action, handle httpapi.Handler, summary string,
		body any) httpapi.Route {
		return on("POST /complaints/{id}/"+name, action, handle,
			httpapi.Doc{Summary: summary, Body: body, Answer: Complaint{}, Versioned: true})
	}
	return []httpapi.Route{
		on("GET /complaints", permission.ReadComplaints, s.listComplaints,
			httpapi.Doc{Summary: "List complaints, most urgent first; ended ones by month, newest first · 投诉列表",
				Query: ListComplaints{}, Answer: table.Page[complaint.Card]{}}),
		on("POST /complaints", permission.OpenComplaints, s.openComplaint,
			httpapi.Doc{Summary: "Open a complaint for a customer; the answer names his other open ones about the same job · 登记投诉", Body: OpenComplaint{}, Answer: OpenedComplaint{}, Status: created}),
		on("GET /complaints/{id}", permission.ReadComplaints, s.readComplaint,
			httpapi.Doc{Summary: "Read a complaint, its deadlines, and what you may do with it · 查看投诉",
				Answer: ComplaintFile{}}),
		on("GET /complaints/{id}/why", permission.ReadComplaints, s.readComplaintWhy,
			httpapi.Doc{Summary: "Read why it stands as it does: deadlines, verdict, remedies, approval, each with rule and inputs · 期限、判定、补救与审批的依据", Answer: why.File{}}),
		on("GET /complaints/{id}/replies", permission.ReadComplaints, s.listComplaintReplies,
			httpapi.Doc{Summary: "List what went to the customer and came from him, newest first · 与客户的往来",
				Query: httpapi.Paging{}, Answer: table.Page[complaint.Reply]{}}),
		on("GET /complaints/{id}/notes", permission.ReadComplaints, s.listComplaintNotes,
			httpapi.Doc{Summary: "List what staff wrote for staff, newest first · 内部备注", Query: httpapi.Paging{},
				Answer: table.Page[complaint.Note]{}}),
		on("GET /complaints/{id}/canned-replies", permission.ReadComplaints, s.listCannedReplies,
			httpapi.Doc{Summary: "List replies to the customer, filled for this complaint; those that suit come first · 可用的回复范文", Answer: table.Page[canned.Reply]{}}),
		on("GET /complaints/{id}/artwork/{artwork}", permission.ReadComplaints, s.readComplaintFile,
			httpapi.Doc{Summary: "Get a link from which a photo can be downloaded for five minutes · 下载照片的临时链接",
				Answer: ArtworkLink{}}),
		command("assign", permission.AssignComplaint, s.assignComplaint,
			"Give a complaint to a colleague; what is due stays due · 分配投诉", AssignComplaint{}),
		command("triage", permission.TriageComplaint, s.triageComplaint,
			"Settle severity, owner and the job's figures, or correct them before anything is offered; a verdict on other figures falls · 受理投诉或更正资料", TriageComplaint{}),
		command("request-evidence", permission.RequestEvidence, s.requestEvidence,
			"Ask the customer for evidence · 请客户提供证据", RequestEvidence{}),
		command("measure", permission.MeasureComplaint, s.measureComplaint, "Record a measurement of the pieces · 登记测量结果",
			MeasureComplaint{}),
		command("pause", permission.PauseComplaint, s.pauseComplaint,
			"Stop the clock, for a reason and no longer than the round's budget · 暂停计时", PauseComplaint{}),
		command("resume", permission.ResumeComplaint, s.resumeComplaint, "Let the clock go on · 恢复计时", ResumeComplaint{}),
		command("decide", permission.DecideComplaint, s.decideComplaint, "Let the rule judge who is liable · 判定责任",
			DecideComplaint{}),
		command("overrule", permission.OverruleComplaint, s.overruleComplaint,
			"Ask for another verdict; another person approves it · 提出改判", OverruleComplaint{}),
		command("propose", permission.ProposeComplaint, s.proposeRemedies,
			"Choose remedies; beyond your limit another person is asked · 选择补救办法", ProposeRemedies{}),
		command("approve", permission.ApproveComplaint, s.approveComplaint,
			"Approve what was asked, naming the question that you have read · 批准", ApproveComplaint{}),
		command("reject", permission.RejectComplaint, s.rejectComplaint, "Refuse what was asked, with a reason · 驳回",
			RejectComplaint{}),
		command("agree", permission.AgreeComplaint, s.agreeComplaint,
			"Record the customer's yes to the offer of that turn · 登记客户接受", AgreeComplaint{}),
		command("decline", permission.DeclineComplaint, s.declineComplaint, "Record the customer's no · 登记客户拒绝",
			DeclineComplaint{}),
		command("carry-out", permission.CarryOutComplaint, s.carryOutComplaint,
			"Begin what was agreed, give the goods a day, or enter the credit's number · 执行补救", CarryOutComplaint{}),
		command("complete", permission.CompleteComplaint, s.completeComplaint,
			"Say that all that was agreed is done · 补救已完成", CompleteComplaint{}),
		command("verify", permission.VerifyComplaint, s.verifyComplaint, "Record whether the customer is content · 登记客户反馈",
			VerifyComplaint{}),
		command("find-cause", permission.FindCauseComplaint, s.findCause, "Record the root cause · 登记根本原因", FindCause{}),
		command("correct", permission.CorrectComplaint, s.correctComplaint, "Record the corrective action · 登记纠正措施",
			CorrectComplaint{}),
		command("check-effect", permission.CorrectComplaint, s.checkEffect,
			"Record whether the correction helped, once it has had its time · 检查纠正效果", CheckEffect{}),
		command("close", permission.CloseComplaint, s.closeComplaint, "Close a complaint that is settled · 关闭投诉",
			CloseComplaint{}),
		command("reopen", permission.ReopenComplaint, s.reopenComplaint, "Begin a new round · 重新打开投诉", ReopenComplaint{}),
		command("withdraw", permission.WithdrawComplaint, s.withdrawComplaint,
			"End a complaint that the customer takes back · 撤回投诉", WithdrawComplaint{}),
		command("comment", permission.CommentComplaint, s.commentComplaint,
			"Write to the customer, or for staff alone · 回复客户或写内部备注", CommentComplaint{}),
		command("join", permission.JoinComplaint, s.joinComplaint,
			"End a complaint in favour of an older one about the same job · 并入较早的投诉", JoinComplaint{}),
	}
}

// Complaint is a complaint as the API shows it: without what the reader's role does not see, with what he may do
// with it, and why not the rest.
type Complaint struct {
	complaint.Complaint
	Actions []permission.Permitted `json:"actions"`
}

// ComplaintFile is a complaint with all that belongs to it.
type ComplaintFile struct {
	Complaint
	Deadlines []complaint.Deadline    `json:"deadlines"`
	Done      []complaint.RemedyEntry `json:"remedies_done"` // in all rounds, oldest first
	Files     []artwork.Artwork       `json:"files"`
	Similar   []string                `json:"similar"` // ids of the customer's other open complaints about the same job

	Preferences []customer.JobPreference `json:"preferences" description:"What the customer must have and likes; stale ones last · 客户的要求与偏好，已过期的在后"`
}

var missingComplaint = fault.Missing("投诉", "complaint")

// asShown gives a complaint the words and permissions of the reader.
func asShown(r *http.Request, c complaint.Complaint, now time.Time) Complaint {
	actions := complaint.Actions(httpapi.Actor(r), c, now)
	for i := range actions {
		actions[i].Refusal = actions[i].Text.In(httpapi.Lang(r))
	}
	return Complaint{c.For(httpapi.Actor(r)), actions}
}

// shownComplaint renders what a commit returns, which is always a complaint.
func (s *Server) shownComplaint(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer { return httpapi.OK(asShown(r, result.(complaint.Complaint), s.Now())) }
}

// veiled is a refusal whose record is shown as the reader may see it.
func veiled(r *http.Request, err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	c, of := e.Record.(complaint.Complaint)
	if !of {
		return err
	}
	out := *e
	out.Record = c.For(httpapi.Actor(r))
	return &out
}

// complaint reads the complaint in the path; one of a branch that the caller does not see is missing like one that
// is not there.
func (s *Server) complaint(r *http.Request) (complaint.Complaint, error) {
	id, err := recordID(r, missingComplaint)
	if err != nil {
		return complaint.Complaint{}, err
	}
	c, err := s.Store.Complaint(r.Context(), id)
	if err == nil && !httpapi.Actor(r).Sees(c.Branch) {
		return complaint.Complaint{}, missingComplaint
	}
	return c, err
}

// complaintTerms reads the complaint in the path with the shop and the terms of its branch.
func (s *Server) complaintTerms(r *http.Request) (complaint.Complaint, setup.Shop, setup.Terms, error) {
	c, err := s.complaint(r)
	if err != nil {
		return c, setup.Shop{}, setup.Terms{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return c, shop, setup.Terms{}, err
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
	out := ComplaintFile{Complaint: asShown(r, c, now), Deadlines: c.Deadlines(terms.Complaint(), httpapi.Lang(r), now),
		Done: []complaint.RemedyEntry{}}
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
func (s *Server) similar(r *http.Request, shop setup.Shop, c complaint.Complaint) ([]string, error) {
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
	return httpapi.OK(why.Of(c, httpapi.Actor(r), shop.Roster, terms.Complaint(), httpapi.Lang(r), s.Now())), nil
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
	if !known || a.State != artwork.Attached {
		return httpapi.Answer{}, fault.Missing("文件", "file")
	}
	link := ArtworkLink{Name: a.FileName(), Kind: a.Kind, Size: a.Bytes}
	if link.URL, link.Ends, err = s.Store.LinkArtwork(r.Context(), c.ID, a); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(link), nil
}
