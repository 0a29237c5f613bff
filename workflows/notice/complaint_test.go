package notice

import (
	"testing"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/words"
)

// A notice says who complained, how to reach them, about which job, and what they wrote last.
func TestDetailsOfAComplaint(t *testing.T) {
	t.Parallel()
	who := customer.Addressee{Of: "长城印务", Contact: customer.Contact{Name: "周兰",
		Phones: []customer.Reach{{Value: "+8613800138000"}}, Emails: []customer.Reach{{Value: "z@x.example"}}}}
	job := complaint.Job{Ref: "J-118", Class: defect.ClassHardback}
	for _, c := range []struct {
		name   string
		of     complaint.Complaint
		who    customer.Addressee
		said   string
		zh, en string
	}{
		{"all", complaint.Complaint{Job: job, Affected: 40, Words: "封面偏红",
			Defects: []defect.Kind{defect.ColourDeviation}}, who,
			"还没\n收到",
			"客户：周兰（长城印务）\n电话：138 0013 8000\n邮箱：z@x.example\n投诉：色差\n订单：J-118\n产品：" +
				defect.ProductClasses[defect.ClassHardback].Zh + "\n有问题的数量：40\n问题：封面偏红\n客户写道：还没 收到",
			"Customer: 周兰 (长城印务)\nPhone: +86 138 0013 8000\nE-mail: z@x.example\n" +
				"Complaint: colour deviation\nJob: J-118\nProduct: " +
				defect.ProductClasses[defect.ClassHardback].En + "\nFaulty pieces: 40\nProblem: 封面偏红\nThe customer wrote: 还没 收到"},
		{"an erased person", complaint.Complaint{ID: "cmp_1"}, customer.Addressee{}, "",
			"投诉：" + words.Reference("cmp_1"),
			"Complaint: " + words.Reference("cmp_1")},
	} {
		zh, en := details(c.of, c.who, c.said, words.Zh), details(c.of, c.who, c.said, words.En)
		if zh != c.zh || en != c.en {
			t.Errorf("%s:\n%s\n%s", c.name, zh, en)
		}
	}
}
