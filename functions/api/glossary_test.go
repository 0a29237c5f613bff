package api_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// glossary says what fields mean whose name alone does not, wherever no tag says it: "English · 中文".
var glossary = map[string]string{
	"about":              "Which record's process it belongs to: kind/id/round · 所属记录：类型/编号/轮次",
	"account":            "The customer's number in the shop's own books · 客户在本厂账册中的编号",
	"actions":            "What you may do with it now, or why not · 您现在可做的操作，或不可做的原因",
	"answered_by":        "Id of the contact that answered · 作出答复的联系记录编号",
	"approval":           "The question to an approver, and the answer · 审批的申请和结果",
	"approvals":          "How many approvals were asked for in all · 累计申请审批的次数",
	"asks":               "What the customer waits to have answered, the newest last · 客户等待答复的事项，最新的在最后",
	"branch":             "Id of the branch · 网点编号",
	"by":                 "Id of the colleague, or link where the customer did it · 操作人编号；客户通过链接操作时为 link",
	"cause":              "Why, as a word for programs · 原因（供程序读取）",
	"clock_from":         "From when working time counts · 工作时间的起算时间",
	"closes_at":          "Until when it takes entries · 截止时间",
	"contact":            "Id of the contact · 联系人编号",
	"counts":             "True for the newest answer, which holds · 是否为有效的最新答复",
	"customer":           "Id of the customer · 客户编号",
	"draw":               "The prize draw of the form · 表单的抽奖",
	"due_at":             "Until when the owner should act, in working time · 负责人应处理的期限（按工作时间）",
	"earlier":            "Rounds before it was reopened · 重新打开之前的各轮",
	"enquired_at":        "When the enquiry came, where that was earlier · 询价到达的时间（早于建立时）",
	"fate":               "What other servers reported of it · 对方服务器的回报",
	"frozen_at":          "When the list of entries was frozen · 名单冻结的时间",
	"head_office":        "True where it belongs to no branch · 是否属于总部",
	"heard_from":         "Where the customer heard of the shop · 客户从何处得知本厂",
	"internal_reason":    "For colleagues; no customer sees it · 内部原因，客户看不到",
	"internal_text":      "For colleagues; no customer sees it · 内部说明，客户看不到",
	"joined_into":        "Id of the complaint that this one is part of now · 已并入的投诉编号",
	"kind_text":          "The kind in your language · 类型名称",
	"letter":             "Id of the letter as it came · 来信编号",
	"may":                "How this contact may be reached · 可用的联系方式",
	"minor":              "Amount in the smallest unit: 1250 is 12.50 · 以最小货币单位计的金额：1250 即 12.50",
	"next":               "Cursor of the next page; null on the last one · 下一页的游标，最后一页为 null",
	"no":                 "Number within the record, from 1 · 记录内的序号，从 1 起",
	"number":             "Number of the entry · 参与号码",
	"our_share":          "Percent of the liability that is ours · 本厂承担的责任比例（%）",
	"owner":              "Id of the colleague who answers for it · 负责人编号",
	"owners":             "How many owners it has had · 曾有过的负责人数",
	"person":             "What the customer entered about themselves · 客户填写的本人信息",
	"policy":             "Name and version of the policy that holds for it · 适用规则的名称和版本",
	"prize":              "What can be won · 奖品",
	"public_text":        "What the customer reads · 客户看到的文字",
	"record":             "Id of the record that it is about · 相关记录编号",
	"requirement":        "True where it must be so, not only should · 是否为硬性要求",
	"resolve_due":        "Until when it should be resolved · 应解决的期限",
	"round":              "From 1; one more each time it is reopened · 第几轮，从 1 起，每次重新打开加一",
	"run":                "From 1; one more each time its process starts anew · 流程第几次运行，从 1 起",
	"rungs":              "Reminders and escalations, in their order · 依次的提醒和升级",
	"seeded_at":          "When the seed was made · 产生随机种子的时间",
	"sessions_since":     "Sign-ins before this time have ended · 此前的登录均已失效",
	"source":             "Where it comes from · 来源",
	"stage":              "How far it has come · 进行到哪一步",
	"stale":              "True where nobody has confirmed it for long · 是否久未确认",
	"stood":              "True where the verdict stayed as it was · 判定是否维持",
	"turn":               "From 1; one more with each new owner or deadline · 更换负责人或期限时加一，从 1 起",
	"unanswered_replies": "Letters of the customer that nobody has answered · 尚未回复的客户来信数",
	"unverified":         "True where nobody has proved that it is this person · 身份是否尚未核实",
	"version":            "The version for If-Match, as a number · 版本号，用于 If-Match",
	"winners":            "How many people win · 中奖人数",
	"won":                "Who won, in the order drawn · 中奖者，按抽出顺序",
	"yes_by":             "Until when the customer's yes keeps the promised day · 客户须在此前同意，方能按期交付",
	"zone":               "Name of the time zone, as in IANA's list · 时区名（IANA）",
}

// undescribed keeps the names of fields that nothing describes, one a line. A new name needs words in the glossary or
// in a tag `description`, so the list only shrinks.
const undescribed = "testdata/undescribed.txt"

// TestEveryFieldIsDescribed reads all types of the description.
func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, s := range parsed().Components.Schemas {
		for name, property := range s.Properties {
			if property.Words == "" {
				named[name] = true
			}
		}
	}
	text, err := os.ReadFile(undescribed)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(text))
	for _, name := range known {
		if !named[name] {
			t.Errorf("%s is described, or gone: take it out of %s", name, undescribed)
		}
	}
	for name := range named {
		if !slices.Contains(known, name) {
			t.Errorf("nothing says what %s means: give the field a tag `description`, or the name a line in the glossary", name)
		}
	}
	for name, text := range glossary {
		if en, zh, both := strings.Cut(text, " · "); !both || en == "" || zh == "" {
			t.Errorf("%s: %q is not in both languages", name, text)
		}
	}
}
