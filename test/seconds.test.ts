import { expect, test } from 'vitest';
import { secondsReport } from '../scripts/seconds.ts';

test('a run says what its slowest suites took, which of them took too long, and the whole', () => {
  const suites = [
    { name: '/r/src/a.test.ts', startTime: 1_000, endTime: 4_500 },
    { name: '/r/e2e/b.test.ts', startTime: 0, endTime: 29_000 },
    { name: '/r/src/c.test.ts', startTime: 0, endTime: 12_100 },
  ];
  expect(secondsReport(suites, '/r', 400).split('\n')).toEqual([
    '   29.0 s of  30        e2e/b.test.ts',
    '   12.1 s of  12  OVER  src/c.test.ts',
    '    3.5 s of  12        src/a.test.ts',
    '  400.0 s of 360  OVER  all 3 suites; 1 over their seconds',
  ]);
});
