/** Whether a statement failed because what it would insert is there already. */
import postgres from 'postgres';

const uniqueViolation = '23505';

/** `table`: the table, or what the names of its partitions begin with. */
export function isConflict(error: unknown, table: string): boolean {
	return (
		error instanceof postgres.PostgresError && error.code === uniqueViolation && error.table_name?.startsWith(table) === true
	);
}
