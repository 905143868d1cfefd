import { expect, it } from 'vitest';
import { costCsv } from './cost-csv.ts';

it('writes rows a spreadsheet reads as they are, and no formula', () => {
  const part = { tokens: 1_200, unpricedTokens: 0, sessions: 2 };
  expect(
    costCsv('user', [
      { ...part, key: 'slack:T1:U1', label: '=HYPERLINK("x")', usd: 1.2345678 },
      { ...part, key: 'web:local', label: 'Lee, who "owns" it', usd: null, unpricedTokens: 1_200 },
    ]),
  ).toBe(
    'user,name,usd,tokens,unpriced_tokens,sessions\r\n' +
      'slack:T1:U1,"\'=HYPERLINK(""x"")",1.234568,1200,0,2\r\n' +
      'web:local,"Lee, who ""owns"" it",,1200,1200,2\r\n',
  );
  expect(costCsv('day', [{ ...part, key: '2026-11-01', label: '2026-11-01', usd: 0.5 }])).toBe(
    'day,usd,tokens,unpriced_tokens,sessions\r\n2026-11-01,0.5,1200,0,2\r\n',
  );
});
