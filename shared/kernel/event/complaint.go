package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about complaints.
const (
	ComplaintOpened            Type = "complaint.opened"
	ComplaintAssigned          Type = "complaint.assigned"
	ComplaintTriaged           Type = "complaint.triaged"
	ComplaintEvidenceRequested Type = "complaint.evidence-requested"
	ComplaintMeasured          Type = "complaint.measured"
	ComplaintPaused            Type = "complaint.paused"
	ComplaintResumed           Type = "complaint.resumed"
	ComplaintJudged            Type = "complaint.judged"
	ComplaintOverruled         Type = "complaint.overruled"
	ComplaintProposed          Type = "complaint.proposed"
	ComplaintApproved          Type = "complaint.approved"
	ComplaintRejected          Type = "complaint.rejected"
	ComplaintApprovalExpired   Type = "complaint.approval-expired"
	ComplaintAgreed            Type = "complaint.agreed"
	ComplaintDeclined          Type = "complaint.declined"
	ComplaintCarriedOut        Type = "complaint.carried-out"
	ComplaintPromised          Type = "complaint.promised"
	ComplaintCompleted         Type = "complaint.completed"
	ComplaintVerified          Type = "complaint.verified"
	ComplaintCauseFound        Type = "complaint.cause-found"
	ComplaintCorrected         Type = "complaint.corrected"
	ComplaintEffectChecked     Type = "complaint.effect-checked"
	ComplaintClosed            Type = "complaint.closed"
	ComplaintReopened          Type = "complaint.reopened"
	ComplaintWithdrawn         Type = "complaint.withdrawn"
	ComplaintUnanswered        Type = "complaint.unanswered"
	ComplaintReplied           Type = "complaint.replied"
	ComplaintNoted             Type = "complaint.noted"
	ComplaintJoined            Type = "complaint.joined"
	ComplaintExtended          Type = "complaint.extended"
	ComplaintReplanned         Type = "complaint.replanned"
	ComplaintRestarted         Type = "complaint.restarted"
)

// complaintEvents are the entries of the catalogue for complaints.
var complaintEvents = map[Type]Entry{
	ComplaintOpened: {Process: "complaint", Words: words.Text{Zh: "收到投诉", En: "Complaint received"},
		Word: true, Opens: true},
	ComplaintAssigned:          {Process: "complaint", Words: words.Text{Zh: "投诉已分配", En: "Complaint assigned"}},
	ComplaintTriaged:           {Process: "complaint", Words: words.Text{Zh: "投诉已受理", En: "Complaint triaged"}},
	ComplaintEvidenceRequested: {Process: "complaint", Words: words.Text{Zh: "请客户提供证据", En: "Evidence asked for"}},
	ComplaintMeasured:          {Process: "complaint", Words: words.Text{Zh: "已测量", En: "Pieces measured"}},
	ComplaintPaused:            {Process: "complaint", Words: words.Text{Zh: "投诉已暂停计时", En: "Complaint's clock stopped"}},
	ComplaintResumed:           {Process: "complaint", Words: words.Text{Zh: "投诉已恢复计时", En: "Complaint's clock goes on"}},
	ComplaintJudged:            {Process: "complaint", Words: words.Text{Zh: "已判定责任", En: "Liability judged"}},
	ComplaintOverruled:         {Process: "complaint", Words: words.Text{Zh: "提出改判", En: "Another verdict asked for"}},
	ComplaintProposed:          {Process: "complaint", Words: words.Text{Zh: "已选择补救办法", En: "Remedies chosen"}},
	ComplaintApproved:          {Process: "complaint", Words: words.Text{Zh: "已批准", En: "Approved"}},
	ComplaintRejected:          {Process: "complaint", Words: words.Text{Zh: "未获批准", En: "Approval refused"}},
	ComplaintApprovalExpired:   {Process: "complaint", Words: words.Text{Zh: "审批过期", En: "Approval expired"}},
	ComplaintAgreed: {Process: "complaint",
		Words: words.Text{Zh: "客户接受方案", En: "Customer accepted the offer"}, Word: true},
	ComplaintDeclined: {Process: "complaint",
		Words: words.Text{Zh: "客户拒绝方案", En: "Customer declined the offer"}, Word: true},
	ComplaintCarriedOut: {Process: "complaint", Words: words.Text{Zh: "开始补救", En: "Remedy under way"}},
	ComplaintPromised: {Process: "complaint",
		Words: words.Text{Zh: "已告知客户新的时间", En: "Customer told of a later day"}},
	ComplaintCompleted: {Process: "complaint", Words: words.Text{Zh: "补救已完成", En: "Remedy done"}},
	ComplaintVerified: {Process: "complaint",
		Words: words.Text{Zh: "客户已反馈处理结果", En: "Customer said whether it is settled"}, Word: true},
	ComplaintCauseFound: {Process: "complaint", Words: words.Text{Zh: "已查明原因", En: "Cause found"}},
	ComplaintCorrected: {Process: "complaint",
		Words: words.Text{Zh: "已登记纠正措施", En: "Corrective action recorded"}},
	ComplaintEffectChecked: {Process: "complaint",
		Words: words.Text{Zh: "已检查纠正效果", En: "Effect of the correction checked"}},
	ComplaintClosed: {Process: "complaint", Words: words.Text{Zh: "投诉已关闭", En: "Complaint closed"}},
	ComplaintReopened: {Process: "complaint", Words: words.Text{Zh: "投诉重新打开", En: "Complaint reopened"},
		Word: true},
	ComplaintWithdrawn: {Process: "complaint", Words: words.Text{Zh: "客户撤回投诉", En: "Complaint withdrawn"},
		Word: true},
	ComplaintUnanswered: {Process: "complaint",
		Words: words.Text{Zh: "客户未答复，投诉已关闭", En: "Closed without an answer"}},
	ComplaintReplied: {Process: "complaint",
		Words: words.Text{Zh: "与客户往来", En: "Word to or from the customer"}, Word: true},
	ComplaintNoted: {Process: "complaint", Words: words.Text{Zh: "内部备注", En: "Internal note"}},
	ComplaintJoined: {Process: "complaint",
		Words: words.Text{Zh: "投诉已并入另一起", En: "Complaint joined into another"}},
	ComplaintExtended: {Process: "complaint",
		Words: words.Text{Zh: "另一起投诉并入", En: "Another complaint joined in"}},
	ComplaintReplanned: {Process: "complaint",
		Words: words.Text{Zh: "规则或日历变更，投诉期限已重算",
			En: "A rule or calendar changed; the complaint's deadlines were computed anew"}},
	ComplaintRestarted: {Process: "complaint",
		Words: words.Text{Zh: "系统曾中断，投诉期限已重新开始计算", En: "After an outage the complaint's time began anew"}},
}
