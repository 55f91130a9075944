/** By itself, so that a page can ask whether there is one without the code that opens it. */
export const databaseName = 'epr1';
