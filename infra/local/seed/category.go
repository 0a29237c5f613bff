package seed

import (
	"time"

	"afterpress/shared/crm"
)

// categories are the tree by which the shop classes its customers: who sells on, who uses the print himself, and among the latter the firms by how they buy.
func categories(now time.Time) []crm.Category {
	var out []crm.Category
	add := func(parent string, nodes ...[3]string) {
		for i, n := range nodes {
			out = append(out, crm.Category{ID: n[0], Version: 1, CreatedAt: now, UpdatedAt: now, Parent: parent, Name: crm.Text{Zh: n[1], En: n[2]}, Order: i + 1})
		}
	}
	add("", [3]string{"channel", "渠道客户", "Sales channels"}, [3]string{"end-user", "终端用户", "End users"})
	add("channel", [3]string{"distributor", "分销商", "Distributor"}, [3]string{"regional-distributor", "区域分销商", "Regional distributor"},
		[3]string{"agent", "代理商", "Agent"}, [3]string{"dealer", "经销商", "Dealer"}, [3]string{"exclusive-shop", "专卖店", "Exclusive shop"})
	add("end-user", [3]string{"commercial", "商用客户", "Commercial customers"}, [3]string{"consumer", "消费客户", "Consumers"})
	add("consumer", [3]string{"person", "个人", "Person"}, [3]string{"household", "家庭", "Household"})
	add("commercial", [3]string{"order", "订单客户", "Order customers"}, [3]string{"opportunity", "商机客户", "Opportunity customers"},
		[3]string{"lead", "线索客户", "Lead customers"}, [3]string{"one-off", "一次性客户", "One-off customers"})
	add("order", [3]string{"direct-key-account", "直接的指名大客户", "Direct named key account"},
		[3]string{"indirect-key-account", "间接（渠道）的指名大客户", "Indirect (channel) named key account"},
		[3]string{"regional-key-account", "区域大客户", "Regional key account"})
	return out
}
