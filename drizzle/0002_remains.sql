CREATE TABLE "remains" (
	"room" bigint PRIMARY KEY NOT NULL,
	"day" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "envelopes_burn_at_index" ON "envelopes" USING btree ("burn_at") WHERE burn_at is not null and env is not null;