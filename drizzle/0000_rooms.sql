-- Edited by hand after drizzle-kit wrote it: drizzle has no words for partitions, so PARTITION BY, the fillfactor and the
-- function stand here only. A partition is made apart and then attached, which lets posts into the other days go on meanwhile.
CREATE TABLE "envelopes" (
	"day" integer NOT NULL,
	"room" bigint NOT NULL,
	"seq" integer NOT NULL,
	"mid" "bytea" NOT NULL,
	"t" integer NOT NULL,
	"burn_at" timestamp with time zone,
	"env" "bytea",
	CONSTRAINT "envelopes_pkey" PRIMARY KEY("day","room","seq"),
	CONSTRAINT "envelopes_mid_unique" UNIQUE("day","room","mid")
) PARTITION BY LIST ("day");
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rooms_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"ref" "bytea" NOT NULL,
	"epoch" integer NOT NULL,
	"day" integer NOT NULL,
	"byte0" smallint NOT NULL,
	"slot" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"next_seq" integer DEFAULT 1 NOT NULL,
	"used" integer DEFAULT 0 NOT NULL,
	"cap" integer,
	"plan" smallint NOT NULL,
	"people" smallint NOT NULL,
	"empty_policy" smallint DEFAULT 0 NOT NULL,
	"card" "bytea" NOT NULL,
	CONSTRAINT "rooms_ref_unique" UNIQUE("ref")
);
--> statement-breakpoint
-- Every post rewrites its room's row of 1.7 KB: with space on the same page all of these updates are heap-only.
ALTER TABLE "rooms" SET (fillfactor = 50);
--> statement-breakpoint
CREATE INDEX "rooms_expires_at_index" ON "rooms" USING btree ("expires_at");
--> statement-breakpoint
CREATE FUNCTION "ensure_envelope_partition"("wanted" integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	partition text := 'envelopes_' || wanted;
BEGIN
	IF to_regclass(quote_ident(partition)) IS NOT NULL THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TABLE %I (LIKE envelopes INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
	EXECUTE format('ALTER TABLE envelopes ATTACH PARTITION %I FOR VALUES IN (%s)', partition, wanted);
END
$$;
