/** What a user gave is wrong: one sentence with the place and what was expected. Commands turn it into exit code 2. */
export class InputError extends Error {}
