package screen

import (
	"fmt"
	"time"

	"afterpress/shared/page"
)

var wordsZh = Words{
	Console: "工作台", Skip: "跳到正文", AreasName: "栏目",
	Areas:  map[string]string{Desk: "我的桌面", Leads: "线索", Customers: "客户"},
	SignIn: "登录", SignOut: "退出登录", SignOutEverywhere: "在所有设备上退出", Account: "我的账号",
	SignedOut: page.Note("您已退出登录", "用完公用电脑后，请同时关闭浏览器。"),
	Stranger: page.Note("此账号没有对应的在职员工",
		"登录成功，但这里没有与此账号对应的在职员工。请联系管理员为您建立账号，或换一个账号登录。"),
	Expired: page.Note("登录已过期",
		"您填写的内容还在这个页面里。请先在新标签页中重新登录，再回到这里点“再次提交”。"),
	SignInFirst: "在新标签页中登录", SendAgain: "再次提交", StillThere: "您填写的内容还在这个页面里，不用重新填写。",
	Titles: map[int]string{400: "无法读取这次请求", 403: "没有权限", 404: "没有找到", 405: "此处不支持这样的操作",
		409: "现在不能这样做", 413: "内容过长", 415: "无法读取这次请求", 422: "内容需要修改", 429: "操作过于频繁",
		500: "我们这边出了问题", 503: "系统暂时繁忙"},
	Stale:      "在您填写期间，这条记录有了改动。下面是最新内容，您填写的内容还在，请看过之后再提交。",
	SentBefore: "这张表单已经提交过一次。请先看下面的最新内容；如仍要提交，请再点一次。",
	Nowhere:    "没有这个页面。请核对网址，或从我的桌面重新进入。",
	StartAgain: "重新登录", ToDesk: "回到我的桌面",
	Left: func(d time.Duration) string { return "还有 " + spanZh(d) },
	Over: func(d time.Duration) string { return "已超时 " + spanZh(d) },
	More: "下一页", Nobody: "暂无", Yes: "是", No: "否",
}

func spanZh(d time.Duration) string {
	hours, minutes := span(d)
	switch {
	case hours == 0:
		return fmt.Sprintf("%d 分钟", minutes)
	case minutes == 0:
		return fmt.Sprintf("%d 小时", hours)
	}
	return fmt.Sprintf("%d 小时 %d 分钟", hours, minutes)
}
