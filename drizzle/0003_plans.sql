CREATE TABLE "nullifiers" (
	"period" integer NOT NULL,
	"type" smallint NOT NULL,
	"n" "bytea" NOT NULL,
	CONSTRAINT "nullifiers_pkey" PRIMARY KEY("period","type","n")
) PARTITION BY LIST ("period");
--> statement-breakpoint
CREATE FUNCTION "ensure_nullifier_partition"("wanted" integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	partition text := 'nullifiers_' || wanted;
BEGIN
	IF to_regclass(quote_ident(partition)) IS NOT NULL THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TABLE %I (LIKE nullifiers INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
	EXECUTE format('ALTER TABLE nullifiers ATTACH PARTITION %I FOR VALUES IN (%s)', partition, wanted);
END
$$;
--> statement-breakpoint
CREATE TABLE "accounts" (
	"h" "bytea" PRIMARY KEY NOT NULL,
	"paid_until" date,
	"period" integer DEFAULT 0 NOT NULL,
	"issued" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vouchers" (
	"h" "bytea" PRIMARY KEY NOT NULL,
	"days" integer NOT NULL
);
