package crm

// What happens to complaints.
const (
	ComplaintOpenedEvent    EventType = "complaint.opened"
	ComplaintAssignedEvent  EventType = "complaint.assigned"
	ComplaintTriagedEvent   EventType = "complaint.triaged"
	ComplaintAskedEvent     EventType = "complaint.evidence-requested"
	ComplaintMeasuredEvent  EventType = "complaint.measured"
	ComplaintPausedEvent    EventType = "complaint.paused"
	ComplaintResumedEvent   EventType = "complaint.resumed"
	ComplaintJudgedEvent    EventType = "complaint.judged"
	ComplaintOverruledEvent EventType = "complaint.overruled"
	ComplaintProposedEvent  EventType = "complaint.proposed"
	ComplaintApprovedEvent  EventType = "complaint.approved"
	ComplaintRejectedEvent  EventType = "complaint.rejected"
	ComplaintExpiredEvent   EventType = "complaint.approval-expired"
	ComplaintAgreedEvent    EventType = "complaint.agreed"
	ComplaintDeclinedEvent  EventType = "complaint.declined"
	ComplaintCarriedEvent   EventType = "complaint.carried-out"
	ComplaintPromisedEvent  EventType = "complaint.promised"
	ComplaintCompletedEvent EventType = "complaint.completed"
	ComplaintVerifiedEvent  EventType = "complaint.verified"
	ComplaintExplainedEvent EventType = "complaint.cause-found"
	ComplaintCorrectedEvent EventType = "complaint.corrected"
	ComplaintCheckedEvent   EventType = "complaint.effect-checked"
	ComplaintClosedEvent    EventType = "complaint.closed"
	ComplaintReopenedEvent  EventType = "complaint.reopened"
	ComplaintWithdrawnEvent EventType = "complaint.withdrawn"
	ComplaintSilentEvent    EventType = "complaint.unanswered"
	ComplaintRepliedEvent   EventType = "complaint.replied"
	ComplaintNotedEvent     EventType = "complaint.noted"
	ComplaintJoinedEvent    EventType = "complaint.joined"
	ComplaintExtendedEvent  EventType = "complaint.extended"
	ComplaintReplannedEvent EventType = "complaint.replanned"
)

// complaintEvents are the entries of the catalogue for complaints.
var complaintEvents = map[EventType]EventEntry{
	ComplaintOpenedEvent:    {Process: "complaint", Words: Text{Zh: "收到投诉", En: "Complaint received"}, Word: true},
	ComplaintAssignedEvent:  {Process: "complaint", Words: Text{Zh: "投诉已分配", En: "Complaint assigned"}},
	ComplaintTriagedEvent:   {Process: "complaint", Words: Text{Zh: "投诉已受理", En: "Complaint triaged"}},
	ComplaintAskedEvent:     {Process: "complaint", Words: Text{Zh: "请客户提供证据", En: "Evidence asked for"}},
	ComplaintMeasuredEvent:  {Process: "complaint", Words: Text{Zh: "已测量", En: "Pieces measured"}},
	ComplaintPausedEvent:    {Process: "complaint", Words: Text{Zh: "投诉已暂停计时", En: "Complaint's clock stopped"}},
	ComplaintResumedEvent:   {Process: "complaint", Words: Text{Zh: "投诉已恢复计时", En: "Complaint's clock goes on"}},
	ComplaintJudgedEvent:    {Process: "complaint", Words: Text{Zh: "已判定责任", En: "Liability judged"}},
	ComplaintOverruledEvent: {Process: "complaint", Words: Text{Zh: "提出改判", En: "Another verdict asked for"}},
	ComplaintProposedEvent:  {Process: "complaint", Words: Text{Zh: "已选择补救办法", En: "Remedies chosen"}},
	ComplaintApprovedEvent:  {Process: "complaint", Words: Text{Zh: "已批准", En: "Approved"}},
	ComplaintRejectedEvent:  {Process: "complaint", Words: Text{Zh: "未获批准", En: "Approval refused"}},
	ComplaintExpiredEvent:   {Process: "complaint", Words: Text{Zh: "审批过期", En: "Approval expired"}},
	ComplaintAgreedEvent:    {Process: "complaint", Words: Text{Zh: "客户接受方案", En: "Customer accepted the offer"}, Word: true},
	ComplaintDeclinedEvent:  {Process: "complaint", Words: Text{Zh: "客户拒绝方案", En: "Customer declined the offer"}, Word: true},
	ComplaintCarriedEvent:   {Process: "complaint", Words: Text{Zh: "开始补救", En: "Remedy under way"}},
	ComplaintPromisedEvent:  {Process: "complaint", Words: Text{Zh: "已告知客户新的时间", En: "Customer told of a later day"}},
	ComplaintCompletedEvent: {Process: "complaint", Words: Text{Zh: "补救已完成", En: "Remedy done"}},
	ComplaintVerifiedEvent:  {Process: "complaint", Words: Text{Zh: "客户已反馈处理结果", En: "Customer said whether it is settled"}, Word: true},
	ComplaintExplainedEvent: {Process: "complaint", Words: Text{Zh: "已查明原因", En: "Cause found"}},
	ComplaintCorrectedEvent: {Process: "complaint", Words: Text{Zh: "已登记纠正措施", En: "Corrective action recorded"}},
	ComplaintCheckedEvent:   {Process: "complaint", Words: Text{Zh: "已检查纠正效果", En: "Effect of the correction checked"}},
	ComplaintClosedEvent:    {Process: "complaint", Words: Text{Zh: "投诉已关闭", En: "Complaint closed"}},
	ComplaintReopenedEvent:  {Process: "complaint", Words: Text{Zh: "投诉重新打开", En: "Complaint reopened"}, Word: true},
	ComplaintWithdrawnEvent: {Process: "complaint", Words: Text{Zh: "客户撤回投诉", En: "Complaint withdrawn"}, Word: true},
	ComplaintSilentEvent:    {Process: "complaint", Words: Text{Zh: "客户未答复，投诉已关闭", En: "Closed without an answer"}},
	ComplaintRepliedEvent:   {Process: "complaint", Words: Text{Zh: "与客户往来", En: "Word to or from the customer"}, Word: true},
	ComplaintNotedEvent:     {Process: "complaint", Words: Text{Zh: "内部备注", En: "Internal note"}},
	ComplaintJoinedEvent:    {Process: "complaint", Words: Text{Zh: "投诉已并入另一起", En: "Complaint joined into another"}},
	ComplaintExtendedEvent:  {Process: "complaint", Words: Text{Zh: "另一起投诉并入", En: "Another complaint joined in"}},
	ComplaintReplannedEvent: {Process: "complaint", Words: Text{Zh: "规则或日历变更，投诉期限已重算", En: "A rule or calendar changed; the complaint's deadlines were computed anew"}},
}
