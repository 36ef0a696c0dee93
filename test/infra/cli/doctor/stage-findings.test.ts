import { describe, expect, it } from 'vitest';
import { settingsFindings } from '../../../../infra/cli/doctor/stage-findings.ts';
import { readSettings } from '../../../../infra/stack/settings.ts';

const deployed = readSettings({ retentionDays: '365', notificationEmail: 'ops@example.com' });

describe('the settings of a deployed stack', () => {
  it('are those of the file of its stage', () => {
    expect(settingsFindings(deployed, deployed, 'infra/stages/prod.json')).toEqual([
      { what: 'the deployed settings are those of infra/stages/prod.json' },
    ]);
  });

  it('that the next deployment would change are told, each with what is lost, and how it is kept', () => {
    expect(settingsFindings(deployed, readSettings({}), undefined)).toEqual([
      {
        what: 'the setting duplicateWindowDays',
        wrong:
          '365 is deployed, and infra/stages/prod.json is not there: after the next deployment it is 90; leads that are older are forgotten, and would be sent again',
        mend: 'write "duplicateWindowDays": 365 into infra/stages/prod.json to keep it, or npx cdk deploy -c stage=prod to change it',
      },
      expect.objectContaining({
        what: 'the setting retentionDays',
        wrong: expect.stringContaining('files, documents, reports and memory that are older are deleted'),
      }),
      expect.objectContaining({
        what: 'the setting notificationEmail',
        wrong: expect.stringContaining('after the next deployment it is none; alarms and reports go to somebody else'),
      }),
    ]);
  });

  it('that a file adds are taken out of it to keep what is deployed', () => {
    const next = { ...deployed, requestsPerSecond: 20 };
    const [finding] = settingsFindings(deployed, next, 'infra/stages/prod.json');
    expect(finding).toMatchObject({
      wrong:
        'none is deployed, and infra/stages/prod.json says 20: after the next deployment it is 20; the API is asked at another pace',
      mend: expect.stringContaining('take requestsPerSecond out of infra/stages/prod.json to keep it'),
    });
  });
});
