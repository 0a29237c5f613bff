package api_test

import (
	"net/http"
	"slices"
	"testing"

	"afterpress/shared/crm"
)

func TestTouchesAreReadNewestFirst(t *testing.T) {
	b := start(t)
	lead := b.lead(crm.LeadContacted, b.staff("sales"))
	other := b.lead(crm.LeadNew, b.staff("sales"))
	var want []string
	for _, text := range []string{"one", "<script>two</script>", "three", "four", "five"} {
		if err := b.Reply(t.Context(), lead.ID, crm.Reporter("mail"), crm.Touch{Channel: crm.ChannelEmail, Kind: crm.MailPerson, From: "lina@example.com", Text: text}); err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
	}
	slices.Reverse(want)
	for _, limit := range []int{1, 2, 5} {
		if got := b.ids("sales", "/leads/"+lead.ID+"/touches", "text", limit); !slices.Equal(got, want) {
			t.Errorf("by %d: %q", limit, got)
		}
	}
	if got := b.ids("sales", "/leads/"+other.ID+"/touches", "text", 5); len(got) != 0 {
		t.Errorf("another lead's: %q", got)
	}
	first := into[page](b.call("sales", "GET /leads/"+lead.ID+"/touches?limit=2", nil).want(http.StatusOK))
	b.call("sales", "GET /leads/"+other.ID+"/touches?cursor="+*first.Next, nil).want(http.StatusBadRequest)
	b.call("manager", "GET /leads/"+lead.ID+"/touches?cursor="+*first.Next, nil).want(http.StatusBadRequest)
	b.call("sales", "GET /leads/lead_none/touches", nil).want(http.StatusNotFound)

	read := into[fields](b.call("sales", "GET /leads/"+lead.ID, nil).want(http.StatusOK))
	if read["unanswered_replies"] != 5.0 || read["state"] != crm.LeadContacted {
		t.Errorf("lead %v", read)
	}
	b.call("sales", "POST /leads/"+lead.ID+"/contact", fields{"channel": "call", "outcome": "interested"}).want(http.StatusOK)
	if read := into[fields](b.call("sales", "GET /leads/"+lead.ID, nil).want(http.StatusOK)); read["unanswered_replies"] != 0.0 || read["replies"] != 5.0 {
		t.Errorf("after speaking with him: %v", read)
	}
}
