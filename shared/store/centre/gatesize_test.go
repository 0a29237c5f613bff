package centre_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"pgregory.net/rapid"
)

// gateMost is how large a gate may be, in bytes: a claim writes one unit of it then, twice in its transaction.
const gateMost = 700

// Whatever is said, reported, frozen and sent: the gate that is kept of it stays small. One gate in ten has all of it.
func TestTheGateStaysSmall(t *testing.T) {
	largest := 0
	rapid.Check(t, func(rt *rapid.T) {
		full := rapid.IntRange(0, 9).Draw(rt, "full") == 0
		some := func(label string) bool { return full || rapid.Bool().Draw(rt, label) }
		at := func(label string) time.Time {
			return time.Unix(0, rapid.Int64Range(1e18, 4e18).Draw(rt, label)).UTC() // from 2001 to 2096
		}
		g := gate.Gate{Person: storetest.NewID("con"), Customer: storetest.NewID("cus"), CreatedAt: at("created"),
			UpdatedAt: at("updated"), Version: rapid.Int64Range(1, 1e9).Draw(rt, "version")}
		for _, c := range gate.Choices {
			if some(c.Key()) {
				g = g.Answer(c, gate.Consent{Yes: !full && rapid.Bool().Draw(rt, "yes"), At: at("said"),
					Text:  strings.Repeat("我同意接收优惠信息。", 200),
					Proof: strings.Repeat("纸质表单", 100), Source: "paper"}, clerk, at("now"))
			}
		}
		for _, channel := range gate.ChoiceChannels {
			if some("blocked") {
				g, _ = g.Heed(message.Report{Fate: message.FateComplained, At: at("reported")}, channel)
			}
		}
		if some("left") {
			g = g.Part(at("left"))
		}
		freeze := gate.Freeze{}
		for n := range rapid.IntRange(0, 9).Draw(rt, "complaints") {
			freeze = freeze.Follow(g.Customer, fmt.Sprint("cmp_", n), true, at("complained"))
		}
		if full {
			freeze.Complaints = []string{"a", "b", "c", "d", "e"}
		}
		g = g.Under(freeze, at("frozen"))
		for n := range 20 {
			if some("message") {
				g = g.Sending(fmt.Sprint("campaign/", n), at("sent"))
			}
		}
		it, err := table.Encode(g.Row(), table.GateKey(g.Person),
			table.Item{table.CommitAttr: table.Text("0123456789abcdef")})
		if err != nil {
			rt.Fatal(err)
		}
		size := storetest.Size(rt, it)
		if largest = max(largest, size); size > gateMost {
			rt.Fatalf("%d bytes: %v", size, it)
		}
	})
	if largest < gateMost*9/10 {
		t.Errorf("the largest gate that was drawn has %d bytes", largest)
	}
}
