package sam

import (
	"errors"
	"fmt"
	"strings"
)

// Queue is one queue of SQS.
type Queue struct {
	ID       string // logical id
	Receives int    // how often a message is handed over before it counts as dead; 0: without end
}

// QueueSource hands the messages of a queue to a function, one at a time.
type QueueSource struct {
	ID       string // Intake/Arrived
	Function string // logical id
	Queue    string // logical id
}

// Notice is what a bucket tells a queue.
type Notice struct {
	Event  string // s3:ObjectCreated:*
	Prefix string // of the objects that it tells of
	Queue  string // logical id
}

type queueProperties struct {
	RedrivePolicy struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"` // locally it is a file
		MaxReceiveCount     int    `json:"maxReceiveCount"`
	}

	MessageRetentionPeriod any
	SqsManagedSseEnabled   any
	VisibilityTimeout      any // locally a message that failed comes again sooner
}

func (r *reader) readQueue(res resource) error {
	var p queueProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	r.out.Queues = append(r.out.Queues, Queue{ID: res.id, Receives: p.RedrivePolicy.MaxReceiveCount})
	return nil
}

type queueSourceProperties struct {
	Queue                 string
	BatchSize             int
	FunctionResponseTypes []string
	ScalingConfig         any
}

func (r *reader) readQueueSource(id, function string, e event) error {
	var p queueSourceProperties
	if err := fill(&p, e.Properties); err != nil {
		return err
	}
	if p.BatchSize != 1 || len(p.FunctionResponseTypes) != 1 || p.FunctionResponseTypes[0] != "ReportBatchItemFailures" {
		return errors.New("the local stack hands over one message at a time, and reads which one failed")
	}
	queue, err := r.queueOf(p.Queue)
	if err != nil {
		return err
	}
	r.out.Messages = append(r.out.Messages, QueueSource{ID: id, Function: function, Queue: queue})
	return nil
}

// queueOf reads the queue off ${Arrivals.Arn}.
func (r *reader) queueOf(value string) (string, error) {
	id, ok := strings.CutSuffix(strings.TrimPrefix(value, "${"), ".Arn}")
	if !ok || r.scope.types[id] != "AWS::SQS::Queue" {
		return "", fmt.Errorf("property Queue: the local stack knows !GetAtt <queue>.Arn, not %s", value)
	}
	return id, nil
}
