package crm

// What happens to forms, what came through them and files.
const (
	SubmissionFreed   EventType = "submission.released"
	SubmissionDropped EventType = "submission.discarded"
	ArtworkKept       EventType = "artwork.attached"
	FormOpened        EventType = "form.opened"
	FormChanged       EventType = "form.changed"
	FormClosed        EventType = "form.closed"
)

// formEvents are the entries of the catalogue for forms, what came through them and files.
var formEvents = map[EventType]EventEntry{
	SubmissionFreed:   {Words: Text{Zh: "放行了被隔离的提交", En: "A quarantined submission was released"}},
	SubmissionDropped: {Words: Text{Zh: "丢弃了被隔离的提交", En: "A quarantined submission was discarded"}},
	ArtworkKept:       {Words: Text{Zh: "客户上传了文件", En: "The person sent a file"}},
	FormOpened:        {Words: Text{Zh: "新建了表单", En: "A form was made"}},
	FormChanged:       {Words: Text{Zh: "修改了表单", En: "A form was changed"}},
	FormClosed:        {Words: Text{Zh: "停用了表单", En: "A form was taken out of use"}},
}
