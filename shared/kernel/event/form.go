package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about forms, submissions and files.
const (
	SubmissionReleased  Type = "submission.released"
	SubmissionDiscarded Type = "submission.discarded"
	ArtworkAttached     Type = "artwork.attached"
	FormOpened          Type = "form.opened"
	FormChanged         Type = "form.changed"
	FormClosed          Type = "form.closed"
)

// formEvents are the entries of the catalogue for forms, submissions and files.
var formEvents = map[Type]Entry{
	SubmissionReleased:  {Words: words.Text{Zh: "放行了被隔离的提交", En: "A quarantined submission was released"}},
	SubmissionDiscarded: {Words: words.Text{Zh: "丢弃了被隔离的提交", En: "A quarantined submission was discarded"}},
	ArtworkAttached:     {Words: words.Text{Zh: "客户上传了文件", En: "The person sent a file"}},
	FormOpened:          {Words: words.Text{Zh: "新建了表单", En: "A form was made"}},
	FormChanged:         {Words: words.Text{Zh: "修改了表单", En: "A form was changed"}},
	FormClosed:          {Words: words.Text{Zh: "停用了表单", En: "A form was taken out of use"}},
}
