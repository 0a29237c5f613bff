package stack

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"

	"afterpress/shared/crm"
)

// ChoicesLink is the address at which a customer of the stack in dir chooses what he is sent, as a mail to him would hold it.
func ChoicesLink(dir, customer string) (string, error) {
	if !strings.HasPrefix(customer, "cus_") {
		return "", fmt.Errorf("%q is no customer's id: a lead names his as customer", customer)
	}
	at, err := addressesIn(dir)
	if err != nil {
		return "", err
	}
	text, err := secret(filepath.Join(dir, "data", "seal-key"))
	if err != nil {
		return "", err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	tokens, err := crm.NewTokens(key)
	if err != nil {
		return "", err
	}
	return at.API + "/u/" + tokens.SignUnsubscribing(crm.Unsubscribing{Person: customer, Channel: crm.ChannelEmail}), nil
}
