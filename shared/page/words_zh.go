package page

import (
	"fmt"

	"afterpress/shared/kernel/words"
)

var wordsZh = Words{
	OtherLang: words.En, OtherName: "English",
	Optional: "选填", Choose: "请选择",
	Trap:       "此项请留空",
	FaultTitle: func(n int) string { return fmt.Sprintf("有 %d 处需要修改", n) },
	FaultMark:  "有误：", Says: "：",
	Call:       "电话",
	Privacy:    "隐私说明",
	Reference:  "受理编号",
	Missing:    Notice{"没有找到这个页面", "链接可能不完整，或者表单已经停用。请核对网址，或从我们的网站重新进入。"},
	Unreadable: Notice{"无法读取您的提交", "请返回表单页面重新提交。如果内容很长，请缩短后再试。"},
	Busy:       Notice{"系统暂时繁忙", "请过一两分钟再试。"},
	Broken:     Notice{"我们这边出了问题", "您填写的内容没有问题，请过几分钟再试。"},
	Flooded:    Notice{"您的网络提交得过于频繁", "这次没有提交成功。请一小时后再试，急事请直接致电。"},
	SendAgain:  "再次发送询价", StillThere: "您填写的内容还在这个页面里，不用重新填写。",
	RequestName: "请求编号",
}
