package checks

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"afterpress/infra/local/sam"

	"go.yaml.in/yaml/v3"
)

// walled are values of template.yaml that guard the shop and that nothing on a developer's machine would miss: where
// they stand, and what stands there.
var walled = map[string]string{
	"Stream > Properties > Events > Appended > Properties > FunctionResponseTypes":      "[ReportBatchItemFailures]",
	"Stream > Properties > Events > Appended > Properties > BisectBatchOnFunctionError": "true",
	"Stream > Properties > Events > Appended > Properties > DestinationConfig": "" +
		"{OnFailure: {Destination: !GetAtt DeadLetters.Arn, Type: SQS}}",
	"Api > DependsOn":    "Stream", // readers of events go before their writers
	"Intake > DependsOn": "Stream",
	"Intake > Properties > ReservedConcurrentExecutions": "" +
		"!If [BoundIntake, !Ref IntakeConcurrency, !Ref AWS::NoValue]",
	"Stream > Properties > ReservedConcurrentExecutions": "" +
		"!If [BoundStream, !Ref StreamConcurrency, !Ref AWS::NoValue]",

	// without it a host's word that a letter is forged counts for nothing
	"Intake > Properties > Environment > Variables > REPLY_DOMAIN": "!Ref ReplyDomain",
	"Intake > Properties > Environment > Variables > MAIL_HOSTS":   "!Ref MailHosts",

	// what breaks into the worker finds no right of the machine's, and writes no file
	"WorkerTask > Properties > ContainerDefinitions > 0 > LinuxParameters":        "{Capabilities: {Drop: [ALL]}}",
	"WorkerTask > Properties > ContainerDefinitions > 0 > ReadonlyRootFilesystem": "true",

	"StaffPool > Properties > MfaConfiguration":      "ON",
	"StaffPool > Properties > EnabledMfas":           "[SOFTWARE_TOKEN_MFA]",
	"StaffPool > Properties > UserPoolTier":          "ESSENTIALS",
	"StaffPool > Properties > DeletionProtection":    "ACTIVE",
	"StaffPool > Properties > AdminCreateUserConfig": "{AllowAdminCreateUserOnly: true}",
	"StaffClient > Properties > ExplicitAuthFlows": "" +
		"[ALLOW_USER_SRP_AUTH, ALLOW_USER_AUTH, ALLOW_REFRESH_TOKEN_AUTH]",
	"StaffClient > Properties > AccessTokenValidity":  "15",
	"StaffClient > Properties > TokenValidityUnits":   "{AccessToken: minutes, IdToken: minutes, RefreshToken: hours}",
	"Gateway > Properties > Auth > DefaultAuthorizer": "Staff",
	// without it an ID token of an issuer that does not say what it is opens the API
	"Gateway > Properties > Auth > Authorizers > Staff > AuthorizationScopes": "" +
		"[!If [MakePool, aws.cognito.signin.user.admin, !Ref TokenScope]]",
	"DeadLetters > Properties > MessageRetentionPeriod": "1209600", // 14 days, the longest

	// without it no alarm and no notice of a mail is delivered
	"AlarmTopic > Properties > KmsMasterKeyId":  "!Ref TopicKey",
	"SesTopic > Properties > KmsMasterKeyId":    "!Ref TopicKey",
	"TopicKey > Properties > EnableKeyRotation": "true",
	"AlarmMail > Properties > TopicArn":         "!Ref AlarmTopic",
	"SesSet > Properties > DeliveryOptions":     "{TlsPolicy: REQUIRE}",
	"Artwork > Properties > BucketEncryption": "" +
		"{ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}",
	"Artwork > Properties > VersioningConfiguration":   "{Status: Enabled}",
	"SesIdentity > Properties > DkimSigningAttributes": "{NextSigningKeyLength: RSA_2048_BIT}",
	"ArtworkAccess > Properties > PolicyDocument > Statement": "" +
		"[{Action: s3:*, Condition: {Bool: {aws:SecureTransport: false}}, Effect: Deny, Principal: *, " +
		"Resource: [!GetAtt Artwork.Arn, !Sub ${Artwork.Arn}/*], Sid: OnlyOverTls}, " +
		"{Action: s3:*, Condition: {NumericLessThan: {s3:TlsVersion: 1.2}}, Effect: Deny, Principal: *, " +
		"Resource: [!GetAtt Artwork.Arn, !Sub ${Artwork.Arn}/*], Sid: OnlyFromTls12}, " +
		"!If [HasSesMail, {Action: s3:PutObject, Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}, " +
		"Effect: Allow, Principal: {Service: ses.amazonaws.com}, Resource: !Sub ${Artwork.Arn}/letters/in/ses/*, " +
		"Sid: SesPutsLetters}, !Ref AWS::NoValue]]",

	// a letter's notice outlives its tries, and its letter outlives the notice
	"Arrivals > Properties > MessageRetentionPeriod":     "1209600",
	"LostArrivals > Properties > MessageRetentionPeriod": "1209600",
	"Arrivals > Properties > RedrivePolicy": "" +
		"{deadLetterTargetArn: !GetAtt LostArrivals.Arn, maxReceiveCount: 60}",
	"Intake > Properties > Events > Arrived > Properties > FunctionResponseTypes": "[ReportBatchItemFailures]",
	"Artwork > DeletionPolicy":                        "Retain",
	"Messages > Properties > TimeToLiveSpecification": "{AttributeName: ttl, Enabled: true}",
	"Records > Properties > TimeToLiveSpecification":  "{AttributeName: ttl, Enabled: true}",
	"Events > Properties > StreamSpecification":       "{StreamViewType: NEW_IMAGE}",
}

// keptTables are the tables; what is written there outlives the stack, and can be had back.
var keptTables = []string{"Records", "Events", "Messages"}

// wallFaults lists values that no longer stand where they should.
func wallFaults(template string, walled map[string]string) []string {
	var doc struct {
		Resources yaml.Node `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(template), &doc); err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for _, where := range slices.Sorted(maps.Keys(walled)) {
		if got := written(find(&doc.Resources, strings.Split(where, " > "))); got != walled[where] {
			faults = append(faults, fmt.Sprintf("%s is %s, not %s", where, got, walled[where]))
		}
	}
	return faults
}

// find goes down mappings by their keys, and lists by places from 0; nil where one is missing.
func find(node *yaml.Node, keys []string) *yaml.Node {
	if len(keys) == 0 || node == nil {
		return node
	}
	if node.Kind == yaml.SequenceNode {
		at, err := strconv.Atoi(keys[0])
		if err != nil || at < 0 || at >= len(node.Content) {
			return nil
		}
		return find(node.Content[at], keys[1:])
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == keys[0] {
			return find(node.Content[i+1], keys[1:])
		}
	}
	return nil
}

// written is a node in one line, with the keys of mappings in order.
func written(node *yaml.Node) string {
	if node == nil {
		return "missing"
	}
	var parts []string
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			parts = append(parts, node.Content[i].Value+": "+written(node.Content[i+1]))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range node.Content {
			parts = append(parts, written(item))
		}
		return tagged(node) + "[" + strings.Join(parts, ", ") + "]"
	}
	return tagged(node) + node.Value
}

// tagged is the function of CloudFormation that a node calls, with a space behind it.
func tagged(node *yaml.Node) string {
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		return node.Tag + " "
	}
	return ""
}

func TestTheWallStands(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(walled)
	for _, name := range keptTables {
		all[name+" > DeletionPolicy"], all[name+" > UpdateReplacePolicy"] = "Retain", "Retain"
		all[name+" > Properties > DeletionProtectionEnabled"] = "true"
		all[name+" > Properties > PointInTimeRecoverySpecification"] = "{PointInTimeRecoveryEnabled: true}"
		all[name+" > Properties > SSESpecification"] = "{SSEEnabled: true}"
	}
	holds(t, wallFaults(string(text), all))
}

func TestWallFaultsAreFound(t *testing.T) {
	finds(t, wallFaults("Resources:\n  A: {Properties: {B: [x, !Ref Y], C: {E: 1, D: 2}, F: !GetAtt Z.Arn, G: off}}\n",
		map[string]string{"A > Properties > B": "[x, !Ref Y]", "A > Properties > C": "{D: 2, E: 1}",
			"A > Properties > F": "!GetAtt Z.Arn", "A > Properties > G": "ON", "A > Properties > H": "1", "I > J": "2",
			"A > Properties > B > K": "3"}),
		"A > Properties > G is off, not ON", "A > Properties > H is missing, not 1", "I > J is missing",
		"A > Properties > B > K is missing")
	finds(t, wallFaults("Resources: [", nil), "yaml:")
}

// limit is how many requests a route takes.
type limit struct {
	Rate  float64 `yaml:"ThrottlingRateLimit"`
	Burst float64 `yaml:"ThrottlingBurstLimit"`
}

// limitFaults lists public routes without a tighter limit than the whole gateway has. It also lists limits of routes
// that are not there: CloudFormation refuses those.
func limitFaults(routes []sam.Route, every limit, each map[string]limit) []string {
	var faults []string
	known := map[string]bool{}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		known[name] = true
		own := each[name]
		tight := own.Rate > 0 && own.Rate < every.Rate && own.Burst >= own.Rate && own.Burst < every.Burst
		if r.JWT == nil && !tight {
			faults = append(faults, fmt.Sprintf("%s is open to anybody and takes %v of %v", name, own, every))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(each)) {
		if !known[name] {
			faults = append(faults, name+" has a limit and is no route")
		}
	}
	return faults
}

func TestOpenRoutesHaveTighterLimits(t *testing.T) {
	template, err := sam.Load(filepath.Join(root, "template.yaml"), shopParameters)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Resources struct {
			Gateway struct {
				Properties struct {
					DefaultRouteSettings limit            `yaml:"DefaultRouteSettings"`
					RouteSettings        map[string]limit `yaml:"RouteSettings"`
				} `yaml:"Properties"`
			} `yaml:"Gateway"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	gateway := doc.Resources.Gateway.Properties
	holds(t, limitFaults(template.Routes, gateway.DefaultRouteSettings, gateway.RouteSettings))
}

func TestLimitFaultsAreFound(t *testing.T) {
	open := func(path string) sam.Route { return sam.Route{Method: "ANY", Path: path} }
	guarded := sam.Route{Method: "ANY", Path: "/e", JWT: &sam.JWT{}}
	finds(t, limitFaults([]sam.Route{open("/a"), open("/b"), open("/c"), open("/d"), guarded}, limit{100, 200},
		map[string]limit{"ANY /a": {10, 20}, "ANY /b": {100, 150}, "ANY /c": {10, 5}, "ANY /f": {1, 1}}),
		"ANY /b is open", "ANY /c is open", "ANY /d is open", "ANY /f has a limit and is no route")
}

// alarmRow is a row of the run-book's table.
var alarmRow = regexp.MustCompile("(?m)^\\| `([A-Z][A-Za-z]+)` \\|[^|]+\\|[^|]+\\|$")

// alarmFaults lists alarms of which the run-book does not say what to do, and rows of alarms that are not there.
func alarmFaults(alarms []sam.Alarm, runBook string) []string {
	var faults []string
	told := firsts(alarmRow.FindAllStringSubmatch(runBook, -1))
	for _, a := range alarms {
		if !slices.Contains(told, a.ID) {
			faults = append(faults, "the run-book says nothing of "+a.ID)
		}
	}
	for _, name := range told {
		if !slices.ContainsFunc(alarms, func(a sam.Alarm) bool { return a.ID == name }) {
			faults = append(faults, "the run-book tells of "+name+", which is no alarm")
		}
	}
	return faults
}

func TestTheRunBookTellsOfEveryAlarm(t *testing.T) {
	parameters := maps.Clone(shopParameters)
	parameters["WorkerVpc"] = "vpc"
	template, err := sam.Load(filepath.Join(root, "template.yaml"), parameters)
	if err != nil {
		t.Fatal(err)
	}
	if len(template.Alarms) < 15 {
		t.Errorf("%d alarms", len(template.Alarms))
	}
	holds(t, alarmFaults(template.Alarms, read(t, "infra/DEPLOY.md").text))
}

func TestAlarmFaultsAreFound(t *testing.T) {
	finds(t, alarmFaults([]sam.Alarm{{ID: "Full"}, {ID: "Half"}, {ID: "Never"}},
		"| `Full` | is full | empty it |\n| `Half` | is half |\n| `Gone` | is gone | look for it |\n"),
		"nothing of Half", "nothing of Never", "tells of Gone")
}
