package event

import "afterpress/shared/kernel/words"

// Types of events about the erasure of a contact.
const (
	EraseAsked     Type = "erase.asked"
	EraseConfirmed Type = "erase.confirmed"
	EraseTakenBack Type = "erase.taken-back"
	EraseBegun     Type = "erase.begun"
	EraseDone      Type = "erase.done"
)

// eraseEvents are the entries of the catalogue for erasures.
var eraseEvents = map[Type]Entry{
	EraseAsked: {Process: "erase", Words: words.Text{Zh: "申请删除一位联系人的信息", En: "The erasure of a contact was asked for"}},
	EraseConfirmed: {Process: "erase", Search: true,
		Words: words.Text{Zh: "删除已由另一位同事确认", En: "A second person confirmed the erasure"}},
	EraseTakenBack: {Process: "erase", Search: true,
		Words: words.Text{Zh: "删除已撤回", En: "The erasure was taken back"}},
	EraseBegun: {Process: "erase", Words: words.Text{Zh: "开始删除联系人的信息", En: "The contact is being erased"}},
	EraseDone: {Process: "erase", Search: true,
		Words: words.Text{Zh: "联系人的信息已删除", En: "The contact was erased"}},
}
