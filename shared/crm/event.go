package crm

import "time"

// EventType names what happened, as noun.participle. Adding one means adding it to the catalogue below.
type EventType string

const (
	LeadCaptured  EventType = "lead.captured"
	LeadTaken     EventType = "lead.assigned"
	LeadAttempted EventType = "lead.attempted"
	LeadReached   EventType = "lead.contacted"
	LeadWon       EventType = "lead.qualified"
	LeadGivenUp   EventType = "lead.lost"
	LeadRecycled  EventType = "lead.recycled"
	LeadClaimed   EventType = "lead.claimed"
	LeadReplied   EventType = "lead.replied"
	MessageStuck  EventType = "message.unknown"
	MessageClosed EventType = "message.settled"
	MessageBounce EventType = "message.bounced"
	MessageSpam   EventType = "message.complained"

	SubmissionFreed   EventType = "submission.released"
	SubmissionDropped EventType = "submission.discarded"
	ArtworkKept       EventType = "artwork.attached"
	FormOpened        EventType = "form.opened"
	FormChanged       EventType = "form.changed"
	FormClosed        EventType = "form.closed"
	ConsentConfirmed  EventType = "consent.confirmed"
	ConsentWithdrawn  EventType = "consent.withdrawn"
	ConsentRecorded   EventType = "consent.recorded"

	CustomerOpened   EventType = "customer.opened"
	CustomerChanged  EventType = "customer.changed"
	CustomerMoved    EventType = "customer.moved"
	CustomerAged     EventType = "customer.aged"
	CustomerTouched  EventType = "customer.touched"
	CustomerArchived EventType = "customer.archived"
	ContactAdded     EventType = "contact.added"
	ContactChanged   EventType = "contact.changed"
	ContactLeft      EventType = "contact.left"
	PreferenceSet    EventType = "preference.set"
	PreferenceGone   EventType = "preference.removed"
	LeadReplanned    EventType = "lead.replanned"
	TaskOpened       EventType = "task.opened"
	TaskChanged      EventType = "task.changed"
	TaskHanded       EventType = "task.handed"
	TaskCommented    EventType = "task.commented"
	TaskDone         EventType = "task.done"
	TaskCancelled    EventType = "task.cancelled"
	TaskReopened     EventType = "task.reopened"
	TaskReplanned    EventType = "task.replanned"
	CategoryOpened   EventType = "category.opened"
	CategoryChanged  EventType = "category.changed"
	StaffOpened      EventType = "staff.opened"
	StaffChanged     EventType = "staff.changed"
	BranchOpened     EventType = "branch.opened"
	BranchChanged    EventType = "branch.changed"
	CalendarOpened   EventType = "calendar.opened"
	CalendarChanged  EventType = "calendar.changed"
	PolicyOpened     EventType = "policy.opened"
	PolicyChanged    EventType = "policy.changed"

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
	HoldOpenedEvent         EventType = "hold.opened"
	HoldAnsweredEvent       EventType = "hold.answered"
	HoldEscalatedEvent      EventType = "hold.escalated"
	HoldWithdrawnEvent      EventType = "hold.withdrawn"
	HoldReplannedEvent      EventType = "hold.replanned"
)

// Event is one line of a customer's log: timeline, audit trail and outbox in one. It carries ids, states, amounts and times; no names and
// no free text. It is written in the transaction of the change that it tells of, and never changed but for losing its pending mark.
type Event struct {
	ID       string            `json:"id"` // evt_… by time
	Type     EventType         `json:"type"`
	V        int               `json:"v"`
	Customer string            `json:"customer"` // whose log it stands in; a record that belongs to nobody has a log of its own
	Record   string            `json:"record"`   // id of the record that changed
	Seq      int64             `json:"seq"`      // the record's version after it
	At       time.Time         `json:"at"`
	Day      string            `json:"day"` // yyyy-mm-dd, UTC
	Branch   string            `json:"branch"`
	Cause    string            `json:"cause"` // who or which process
	Progress *Progress         `json:"progress,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Wakes    bool              `json:"wakes,omitempty"` // the process of the catalogue is to hear it
	Pending  bool              `json:"-"`               // its process was not woken, or its search rows not written
}

// EventEntry is what the catalogue says of one type: which process hears it ("" for none), whether search rows follow from it, and how the
// timeline puts it. Word marks a type that tells of a word between the shop and a customer which their history does not note:
// about a complaint, or a question about a job.
type EventEntry struct {
	Process string
	Words   Text
	Search  bool
	Word    bool
}

// IsWord reports whether the event tells that the customer and the shop spoke about a complaint or a running job.
func (e Event) IsWord() bool { return EventCatalogue[e.Type].Word }

// EventCatalogue lists every type of event.
var EventCatalogue = map[EventType]EventEntry{
	LeadCaptured:  {Process: "lead", Words: Text{Zh: "收到询价", En: "Enquiry received"}, Search: true},
	LeadTaken:     {Process: "lead", Words: Text{Zh: "线索已分配", En: "Lead assigned"}},
	LeadAttempted: {Words: Text{Zh: "联系未成功", En: "Tried to reach, without success"}},
	LeadReached:   {Process: "lead", Words: Text{Zh: "已联系客户", En: "Customer contacted"}, Search: true}, // it may give the customer his own person
	LeadWon:       {Process: "lead", Words: Text{Zh: "线索已转为商机", En: "Lead qualified"}},
	LeadGivenUp:   {Process: "lead", Words: Text{Zh: "线索已流失", En: "Lead lost"}},
	LeadRecycled:  {Process: "lead", Words: Text{Zh: "线索已退回公海", En: "Lead returned to the pool"}},
	LeadClaimed:   {Process: "lead", Words: Text{Zh: "从公海领取了线索", En: "Lead claimed from the pool"}},
	LeadReplied:   {Process: "lead", Words: Text{Zh: "客户回复了邮件", En: "The person wrote back"}},
	LeadReplanned: {Process: "lead", Words: Text{Zh: "规则或日历变更，线索期限已重算", En: "A rule or calendar changed; the lead's deadline was computed anew"}},
	MessageStuck:  {Words: Text{Zh: "一条消息是否送达不明", En: "A message may or may not have been sent"}},
	MessageClosed: {Words: Text{Zh: "已确认消息结果", En: "The outcome of a message was confirmed"}},
	MessageBounce: {Words: Text{Zh: "消息被退回，该渠道已停用", En: "A message came back; the channel is blocked"}},
	MessageSpam:   {Words: Text{Zh: "客户投诉为垃圾邮件，该渠道已停用", En: "Reported as unwanted; the channel is blocked"}},

	SubmissionFreed:   {Words: Text{Zh: "放行了被隔离的提交", En: "A quarantined submission was released"}},
	SubmissionDropped: {Words: Text{Zh: "丢弃了被隔离的提交", En: "A quarantined submission was discarded"}},
	ArtworkKept:       {Words: Text{Zh: "客户上传了文件", En: "The person sent a file"}},
	FormOpened:        {Words: Text{Zh: "新建了表单", En: "A form was made"}},
	FormChanged:       {Words: Text{Zh: "修改了表单", En: "A form was changed"}},
	FormClosed:        {Words: Text{Zh: "停用了表单", En: "A form was taken out of use"}},
	ConsentConfirmed:  {Words: Text{Zh: "客户同意接收一类信息", En: "Consent given"}},
	ConsentWithdrawn:  {Words: Text{Zh: "客户不再接收一类信息", En: "Consent withdrawn"}},
	ConsentRecorded:   {Words: Text{Zh: "补录了客户以前的答复，较新的答复仍然有效", En: "An earlier answer was recorded; the newer one stands"}},

	CustomerOpened:   {Words: Text{Zh: "建立了客户档案", En: "Customer file opened"}, Search: true},
	CustomerChanged:  {Words: Text{Zh: "修改了客户资料", En: "Customer's data changed"}, Search: true},
	CustomerMoved:    {Words: Text{Zh: "客户归入其他类别", En: "Customer moved to another category"}, Search: true},
	CustomerAged:     {Words: Text{Zh: "客户生命周期阶段变化", En: "Customer entered another stage of the life cycle"}, Search: true},
	CustomerTouched:  {Words: Text{Zh: "与客户有一次接触", En: "A touch with the customer"}},
	CustomerArchived: {Words: Text{Zh: "客户档案已归档", En: "Customer file archived"}, Search: true},
	ContactAdded:     {Words: Text{Zh: "新增了联系人", En: "Contact added"}, Search: true},
	ContactChanged:   {Words: Text{Zh: "修改了联系人", En: "Contact changed"}, Search: true},
	ContactLeft:      {Words: Text{Zh: "联系人已离开该客户", En: "Contact left the customer"}, Search: true},
	PreferenceSet:    {Words: Text{Zh: "登记了偏好或特殊要求", En: "Preference or requirement recorded"}},
	PreferenceGone:   {Words: Text{Zh: "移除了偏好或特殊要求", En: "Preference or requirement removed"}},
	TaskOpened:       {Process: "task", Words: Text{Zh: "新建了任务", En: "Task opened"}},
	TaskChanged:      {Process: "task", Words: Text{Zh: "修改了任务", En: "Task changed"}},
	TaskHanded:       {Process: "task", Words: Text{Zh: "任务已转交", En: "Task handed on"}},
	TaskCommented:    {Process: "task", Words: Text{Zh: "任务有新评论", En: "Comment on a task"}},
	TaskDone:         {Process: "task", Words: Text{Zh: "任务已完成", En: "Task done"}},
	TaskCancelled:    {Process: "task", Words: Text{Zh: "任务已取消", En: "Task cancelled"}},
	TaskReopened:     {Process: "task", Words: Text{Zh: "任务已重新打开", En: "Task reopened"}},
	TaskReplanned:    {Process: "task", Words: Text{Zh: "规则或日历变更，任务期限已重算", En: "A rule or calendar changed; the task's deadline was computed anew"}},
	CategoryOpened:   {Words: Text{Zh: "新建了客户类别", En: "Category opened"}},
	CategoryChanged:  {Process: "replan", Words: Text{Zh: "修改了客户类别", En: "Category changed"}},
	StaffOpened:      {Words: Text{Zh: "新增了员工", En: "Staff member added"}},
	StaffChanged:     {Words: Text{Zh: "修改了员工资料", En: "Staff member changed"}},
	BranchOpened:     {Words: Text{Zh: "新增了网点", En: "Branch added"}},
	BranchChanged:    {Process: "replan", Words: Text{Zh: "修改了网点", En: "Branch changed"}},
	CalendarOpened:   {Words: Text{Zh: "新增了日历", En: "Calendar added"}},
	CalendarChanged:  {Process: "replan", Words: Text{Zh: "修改了日历", En: "Calendar changed"}},
	PolicyOpened:     {Words: Text{Zh: "新增了规则", En: "Policy added"}},
	PolicyChanged:    {Process: "replan", Words: Text{Zh: "修改了规则", En: "Policy changed"}},

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
	HoldOpenedEvent:         {Process: "hold", Words: Text{Zh: "印刷中有问题需客户确认", En: "Question during production"}},
	HoldAnsweredEvent:       {Process: "hold", Words: Text{Zh: "客户已答复生产问题", En: "Production question answered"}, Word: true},
	HoldEscalatedEvent:      {Process: "hold", Words: Text{Zh: "生产问题已上报", En: "Production question escalated"}},
	HoldWithdrawnEvent:      {Process: "hold", Words: Text{Zh: "生产问题已撤回", En: "Production question withdrawn"}},
	HoldReplannedEvent:      {Process: "hold", Words: Text{Zh: "规则或日历变更，生产问题期限已重算", En: "A rule or calendar changed; the question's deadline was computed anew"}},
}

// tell makes the event of a change to a record that a process accompanies.
func tell(kind EventType, by Actor, before, after Progress, customer, branch string, at time.Time, data map[string]string) Event {
	e := news(kind, by, customer, after.ID, after.Seq, branch, at, data)
	e.Progress = &after
	if before.Closed && after.Closed && before.Run == after.Run { // nothing was to do, and nothing is
		e.Wakes, e.Pending = false, EventCatalogue[kind].Search
	}
	return e
}

// news makes the event of a change. It is pending while its process was not woken, unless that process caused it, or its search rows were not written.
func news(kind EventType, by Actor, log, record string, seq int64, branch string, at time.Time, data map[string]string) Event {
	entry := EventCatalogue[kind]
	wakes := entry.Process != "" && by.ID != Process(entry.Process).ID
	return Event{
		Type: kind, V: 1, Customer: log, Record: record, Seq: seq, At: at, Day: at.UTC().Format(time.DateOnly), Branch: branch, Cause: by.ID, Data: data,
		Wakes: wakes, Pending: wakes || entry.Search,
	}
}
