package cloud

import (
	"encoding/json"
	"net/http"
)

// Secrets plays Secrets Manager as far as the functions ask it: GetSecretValue by ARN, under the signer's role.
// value gives the text of a secret.
func (c *Cloud) Secrets(value func(arn string) (string, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := signer(r.Header.Get("Authorization"))
		var in struct{ SecretId string }
		if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || json.NewDecoder(r.Body).Decode(&in) != nil {
			failSecret(w, "InvalidRequestException", "the local cloud knows GetSecretValue alone")
			return
		}
		a := ask{action: "secretsmanager:GetSecretValue", resource: in.SecretId}
		statement, ok := allowed(c.roles[name], a)
		if !ok {
			c.refused(Refusal{Role: name, Action: a.action, Resource: a.resource, Call: "GetSecretValue"})
			failSecret(w, "AccessDeniedException", "User: "+name+" is not authorized to perform: "+a.action)
			return
		}
		c.used.note(name, statement, a.action, a.resource)
		text, ok := value(in.SecretId)
		if !ok {
			failSecret(w, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]string{"ARN": in.SecretId, "SecretString": text}) // the caller may be gone
	})
}

func failSecret(w http.ResponseWriter, code, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message}) // the caller may be gone
}
