package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about forms, submissions and files.
const (
	SubmissionReleased  Type = "submission.released"
	SubmissionDiscarded Type = "submission.discarded"
	ArtworkAttached     Type = "artwork.attached"
	ArtworkReceived     Type = "artwork.received"
	ArtworkHeld         Type = "artwork.held"
	ArtworkReleased     Type = "artwork.released"
	ArtworkDiscarded    Type = "artwork.discarded"
	ArtworkInfected     Type = "artwork.infected"
	FormOpened          Type = "form.opened"
	FormChanged         Type = "form.changed"
	FormClosed          Type = "form.closed"
	DrawClosed          Type = "draw.closed"
	DrawFrozen          Type = "draw.frozen"
	DrawSeeded          Type = "draw.seeded"
	DrawHeld            Type = "draw.held"
)

// formEvents are the entries of the catalogue for forms, submissions and files.
var formEvents = map[Type]Entry{
	SubmissionReleased:  {Words: words.Text{Zh: "放行了被隔离的提交", En: "A quarantined submission was released"}},
	SubmissionDiscarded: {Words: words.Text{Zh: "丢弃了被隔离的提交", En: "A quarantined submission was discarded"}},
	ArtworkAttached:     {Words: words.Text{Zh: "客户上传了文件", En: "The person sent a file"}},
	ArtworkReceived:     {Process: "scan", Words: words.Text{Zh: "收到文件，正在查毒", En: "A file came and is being scanned"}},
	ArtworkHeld: {Words: words.Text{Zh: "文件查毒没有结果，等待同事决定",
		En: "The scan of a file has no result: a colleague has to decide"}},
	ArtworkReleased:  {Words: words.Text{Zh: "放行了未能查毒的文件", En: "A file without a result of the scan was released"}},
	ArtworkDiscarded: {Words: words.Text{Zh: "丢弃了未能查毒的文件", En: "A file without a result of the scan was discarded"}},
	ArtworkInfected: {Process: "notice", Words: words.Text{Zh: "文件中发现恶意软件，已删除",
		En: "Malware was found in a file, which is deleted"}},
	// the process of a prize draw hears of forms that have one (Form.Reshape)
	FormOpened:  {Process: "draw", Words: words.Text{Zh: "新建了表单", En: "A form was made"}},
	FormChanged: {Process: "draw", Words: words.Text{Zh: "修改了表单", En: "A form was changed"}},
	FormClosed:  {Process: "draw", Words: words.Text{Zh: "停用了表单", En: "A form was taken out of use"}},
	DrawClosed:  {Words: words.Text{Zh: "抽奖已截止", En: "A prize draw closed"}},
	DrawFrozen:  {Words: words.Text{Zh: "抽奖名单已冻结", En: "The entries of a prize draw were frozen"}},
	DrawSeeded:  {Words: words.Text{Zh: "抽奖种子已产生", En: "The seed of a prize draw was made"}},
	DrawHeld:    {Process: "notice", Words: words.Text{Zh: "抽奖已开奖", En: "The winners of a prize draw were drawn"}},
}
