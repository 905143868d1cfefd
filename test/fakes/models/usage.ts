/** What every answer of the fake Anthropic model costs; tests compute with it. */
export const FAKE_USAGE = {
  input_tokens: 100,
  cache_creation_input_tokens: 2000,
  cache_read_input_tokens: 3000,
  output_tokens: 50,
} as const;

/** What every answer of the fake OpenAI model costs: 1000 in (400 of them cached), 50 out. */
export const FAKE_TOKENS = { input: 1000, cached: 400, output: 50 } as const;
