CREATE TABLE "subscriptions" (
	"account" "bytea" PRIMARY KEY NOT NULL,
	"customer" text NOT NULL,
	"subscription" text NOT NULL,
	"state" text NOT NULL,
	"paid_until" date NOT NULL,
	"vouchers_after" date,
	CONSTRAINT "subscriptions_subscription_unique" UNIQUE("subscription"),
	CONSTRAINT "subscriptions_state" CHECK ("state" IN ('active', 'failed', 'ending'))
);
--> statement-breakpoint
CREATE TABLE "checkouts" (
	"ref" "bytea" PRIMARY KEY NOT NULL,
	"account" "bytea" NOT NULL,
	"session" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "checkouts_ref_size" CHECK (octet_length("ref") = 16)
);
--> statement-breakpoint
CREATE INDEX "checkouts_account_index" ON "checkouts" USING btree ("account");
--> statement-breakpoint
CREATE TABLE "stripe_events" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
