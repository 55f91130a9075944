CREATE TABLE "installation" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" "bytea" NOT NULL,
	CONSTRAINT "installation_one" CHECK ("installation"."one"),
	CONSTRAINT "installation_id_size" CHECK (octet_length("installation"."id") = 16)
);
