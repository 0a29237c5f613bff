// The Temporal worker: a long-lived process, in a container or on any machine that reaches the tables, Temporal and
// the mail server.
package main

import (
	"context"
	"log/slog"
	netmail "net/mail"
	"os"
	"os/signal"
	"syscall"
	"time"

	"afterpress/functions/worker"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/token"
	"afterpress/shared/notify"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
	"afterpress/workflows"
	"afterpress/workflows/dial"
	"afterpress/workflows/ending"
	"afterpress/workflows/notice"
	"afterpress/workflows/raffle"
	"afterpress/workflows/scan"
)

// pace lets the nightly look at the processes read 20 records a second, and no more.
const pace = 50 * time.Millisecond

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("the worker ends", "error", err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	settings, err := boot.Load(ctx, boot.Keys, boot.Temporal, boot.Mail, boot.Artwork)
	if err != nil {
		return err
	}
	log := boot.Logger(os.Stdout, settings)
	temporal, err := dial.Connect(dial.Server{
		Address: settings.TemporalAddress, Namespace: settings.TemporalNamespace, APIKey: settings.TemporalAPIKey,
		Plain: settings.TemporalPlain, Certificate: settings.TemporalCertificate, Authorities: settings.TemporalAuthorities,
	}, log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	kept, err := facts(ctx, settings)
	if err != nil {
		return err
	}
	runs := workflows.NewClient(temporal)
	runs.Epoch = settings.RestoreEpoch
	work, err := wire(ctx, settings, log, kept, runs)
	if err != nil {
		return err
	}
	defer returnReserved(context.WithoutCancel(ctx), kept, log)
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		for ticks := time.Tick(reservedFor); ; {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
				returnReserved(ctx, kept, log)
			}
		}
	}()
	return worker.Run(ctx, temporal, work)
}

// reservedFor is how long this worker keeps messages that it has reserved and does not send, at most.
const reservedFor = 10 * time.Minute

// returnReserved leaves to other workers the SMS and automatic letters that this one has reserved and not sent.
func returnReserved(ctx context.Context, kept *store.Store, log *slog.Logger) {
	brief, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := kept.ReturnReserved(brief); err != nil {
		log.WarnContext(ctx, "reserved messages stay unused until midnight (UTC)", "error", err.Error())
	}
}

func facts(ctx context.Context, settings boot.Config) (*store.Store, error) {
	aws, err := boot.AWS(ctx)
	if err != nil {
		return nil, err
	}
	bucket, err := table.NewBucket(boot.Service(aws, "S3"), settings.ArtworkBucket, boot.Now)
	if err != nil {
		return nil, err
	}
	return store.New(table.Config{
		DB: boot.Dynamo(aws), Bucket: bucket,
		Tables: table.Tables{Records: settings.RecordsTable, Events: settings.EventsTable,
			Messages: settings.MessagesTable},
		Ring: settings.Ring, NewID: boot.NewID, Now: boot.Now,
	})
}

func wire(ctx context.Context, settings boot.Config, log *slog.Logger, kept *store.Store,
	runs *workflows.Client) (workflows.Work, error) {
	aws, err := boot.AWS(ctx)
	if err != nil {
		return workflows.Work{}, err
	}
	channels, err := notify.ReadChannels(settings.Channels, settings.OutboundAllow)
	if err != nil {
		return workflows.Work{}, err
	}
	var sender notify.Sender = notify.NewSES(boot.Service(aws, "SESV2"), settings.SESConfigurationSet)
	if settings.SMTPURL != "" {
		if sender, err = notify.NewSMTP(settings.SMTPURL); err != nil {
			return workflows.Work{}, err
		}
	}
	outbound := notify.Outbound(settings.OutboundAllow)
	texts := channels.Texter(outbound, boot.Service(aws, "SNS"), boot.Now)
	from, err := netmail.ParseAddress(settings.SenderAddress)
	if err != nil {
		return workflows.Work{}, err
	}
	current := kept.Current()
	replies := token.NewReplyAddresses(settings.Ring)
	tokens := token.NewTokens(settings.Ring)
	chats := channels.Group(outbound, boot.Now)
	chats.Turns = kept // other workers post as the same robots
	mail := &worker.Mail{
		Sender: sender, From: notify.Address{Name: from.Name, Email: from.Address}, Texts: texts, Chats: chats, Log: log,
		Policies: kept,
		Reply:    worker.ReplyTo(replies, settings.ReplyDomain), Choices: worker.ChoicesAt(tokens, settings.PublicURL, kept),
	}
	return workflows.Work{
		Lead: &workflows.LeadWork{
			Leads: current, Ledger: kept, Mail: mail, Channels: runs, SMS: texts != nil, Now: boot.Now,
			URL: settings.PublicURL + "/console/leads/", Site: settings.PublicURL, Tokens: tokens,
		},
		Task: &workflows.TaskWork{Tasks: current, Ledger: kept, Mail: mail, Channels: runs, Now: boot.Now,
			URL: settings.PublicURL + "/tasks/"},
		Complaint: &workflows.ComplaintWork{
			Complaints: current, Ledger: kept, Mail: mail, Channels: runs, SMS: texts != nil, Now: boot.Now,
			URL: settings.PublicURL + "/complaints/", Site: settings.PublicURL, Tokens: tokens,
		},
		Hold: &workflows.HoldWork{
			Holds: current, Ledger: kept, Mail: mail, Channels: runs, SMS: texts != nil, Now: boot.Now,
			URL: settings.PublicURL + "/holds/", Site: settings.PublicURL, Tokens: tokens,
		},
		Erase:  &workflows.EraseWork{Erases: current, Now: boot.Now},
		Shop:   &workflows.ShopWork{Records: kept, Runs: runs, Now: boot.Now, Pace: pace},
		Ending: &ending.Work{Store: kept, Now: boot.Now},
		Scan:   &scan.Work{Store: kept},
		Raffle: &raffle.Work{Store: kept, Now: boot.Now},
		Notice: &notice.Work{Store: kept, Wrote: kept, Handed: kept, Drawn: kept,
			Post: workflows.Post{Ledger: kept, Mail: mail}, Tokens: tokens, Now: boot.Now, Site: settings.PublicURL},
	}, nil
}
