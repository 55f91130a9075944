/** The words of one page, which no other is to carry. */
export { how } from './en/how.ts';
