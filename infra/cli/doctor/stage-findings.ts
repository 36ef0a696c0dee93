import { parseJson } from '../../../shared/parse-json.ts';
import { readSettings, type Settings, SettingsError, stageFileOf } from '../../stack/settings.ts';
import { outputOf } from '../places/stack.ts';
import { type Finding, fine } from './finding.ts';

type Name = keyof Settings;

/** What another value of a setting would change, in words that follow `: then`. */
const changes: Readonly<Record<Name, string>> = {
  stage: 'all names are others',
  lumiApiUrl: 'leads go to another API',
  apiConcurrency: 'another number of leads is in flight',
  requestsPerSecond: 'the API is asked at another pace',
  duplicateWindowDays: 'leads are remembered for another time, and those that are forgotten would be sent again',
  retentionDays: 'files, documents, reports and memory expire at another time',
  giveUpAfterHours: 'imports give up at another time',
  logRetentionDays: 'logs expire at another time',
  timeZone: 'reports tell moments in another time zone',
  notificationEmail: 'alarms and reports go to somebody else, or to nobody',
};

/** What is lost where a number becomes smaller. */
const losses: Readonly<Partial<Record<Name, string>>> = {
  duplicateWindowDays: 'leads that are older are forgotten, and would be sent again',
  retentionDays: 'files, documents, reports and memory that are older are deleted',
  logRetentionDays: 'logs that are older are deleted',
};

const shown = (value: unknown): string => (value === undefined ? 'none' : String(value));

const keep = (name: Name, value: unknown, place: string): string =>
  value === undefined ? `take ${name} out of ${place}` : `write "${name}": ${JSON.stringify(value)} into ${place}`;

/**
 * What the next deployment would change of what is deployed.
 * @param next the settings that it would have
 * @param file that they are from; undefined where there is none, so that all are defaults
 */
export const settingsFindings = (
  deployed: Readonly<Partial<Settings>>,
  next: Settings,
  file: string | undefined,
): readonly Finding[] => {
  const stage = deployed.stage ?? next.stage;
  const place = file ?? `infra/stages/${stage}.json`;
  const names = Object.keys(changes) as Name[];
  const differing = names.filter((name) => deployed[name] !== next[name]);
  if (differing.length === 0) return [fine(`the deployed settings are those of ${file ?? 'the defaults'}`)];
  return differing.map((name) => {
    const [is, becomes] = [deployed[name], next[name]];
    const isLess = typeof is === 'number' && typeof becomes === 'number' && becomes < is;
    const then = (isLess ? losses[name] : undefined) ?? changes[name];
    const said = file === undefined ? `${place} is not there` : `${place} says ${shown(becomes)}`;
    return {
      what: `the setting ${name}`,
      wrong: `${shown(is)} is deployed, and ${said}: after the next deployment it is ${shown(becomes)}; ${then}`,
      mend: `${keep(name, is, place)} to keep it, or npx cdk deploy -c stage=${stage} to change it`,
    };
  });
};

/** Compares the settings of a deployed stack with the file of its stage. */
export const stageFindings = async (stack: string, region: string): Promise<readonly Finding[]> => {
  const deployed = parseJson(await outputOf(stack, 'Settings', region)) as Partial<Settings>;
  const { stage = 'prod' } = deployed;
  try {
    const file = stageFileOf(stage);
    // A stage without a file says its API when it is deployed: that much is assumed.
    const assumed = file === undefined && stage !== 'prod' ? { lumiApiUrl: deployed.lumiApiUrl } : {};
    return settingsFindings(deployed, readSettings({ stage, ...assumed }), file?.name);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [{ what: `the settings of the stage ${stage}`, wrong: error.message, mend: 'correct the file' }];
  }
};
