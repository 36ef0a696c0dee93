import { existsSync } from 'node:fs';
import { Command, type CommanderError, Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { visibleText } from '../../shared/words/escaping.ts';
import { nearestName } from '../../shared/words/nearest-name.ts';
import { UsageError } from './terminal/usage-error.ts';
import type {
  DoctorOptions,
  ImportOptions,
  LeadsOptions,
  MapOptions,
  PlaceOptions,
  ReportOptions,
  SandboxOptions,
  Verbs,
} from './verbs.ts';

const gather = (value: string, all: readonly string[]): string[] => [...all, value];

const apiUrl = ['--api-url <url>', 'the Leads API; credentials in LUMI_USERNAME and LUMI_PASSWORD'] as const;
const json = (what: string) => ['--json', `print ${what}, and nothing else, on standard output`] as const;

const forImport = (command: Command): Command =>
  command
    .option(...apiUrl)
    .option('--documents <dir>', 'where the documents are that rows name (default: documents/ beside the CSV)')
    .option('--out <dir>', 'where the report goes (default: out/<import id>/)')
    .option('--mapping <file>', "how the file's headers map to lumi's")
    .option('--dry-run', 'check everything, send nothing')
    .option('--no-enforce-mandatories', 'only first name and e-mail are required')
    .option('--max-rejected <n>', 'refuse the file above so many rejected rows (10) or such a share (5%)')
    .option('--first <n>', 'send only so many good rows, to try a new file; the others are in retry.csv')
    .option('--give-up-after <time>', 'when to stop trying, such as 24h')
    .option('--encoding <name>', 'how the file is encoded, where that is not found rightly')
    .addOption(
      new Option(
        '--reference <where>',
        'notes: append a reference to the notes of every lead, so that a lost answer can always be settled',
      ),
    )
    .option('--concurrency <n>', 'leads in flight (default: 10)')
    .option('--state <dir>', 'keep everything there: go on after an interruption, know duplicates from run to run')
    .option('--stack <name>', 'import through a deployed stack: upload, follow, and fetch the report')
    .option('--yes', 'ask nothing')
    .option(...json('summary.json'));

const forPlace = (command: Command): Command =>
  command
    .option('--state <dir>', 'the imports of a state directory')
    .option('--stack <name>', 'the imports of a deployed stack, with the AWS credentials of this terminal')
    .option(...json('JSON'));

const examples = (...lines: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...lines.map(([command]) => command.length));
  return ['', 'Examples:', ...lines.map(([command, what]) => `  npm start -- ${command.padEnd(width)}  ${what}`)].join(
    '\n',
  );
};

/** Makes an action of a verb. */
type Run = <Parameters extends readonly unknown[]>(
  verb: (...parameters: Parameters) => Promise<number>,
) => (...parameters: Parameters) => Promise<void>;

const addImport = (program: Command, verbs: Verbs, run: Run): void => {
  forImport(program.command('import [files...]', { isDefault: true }))
    .description('import files one after the other; - is standard input, no file is samples/leads.csv')
    .addHelpText(
      'after',
      examples(
        [
          'import leads.csv --api-url https://api.lumi.com.au --state state',
          'an import that can go on after an interruption',
        ],
        ['import leads.csv --dry-run', 'check everything, send nothing'],
      ),
    )
    .action(run((files: string[], options: ImportOptions) => verbs.import(files, options)));
  forImport(program.command('check <files...>'))
    .description('the same as import --dry-run')
    .action(run((files: string[], options: ImportOptions) => verbs.check(files, options)));
  program
    .command('map <file>')
    .description('ask what the columns of a file mean, and write <name>.mapping.json beside it')
    .option('--out <file>', 'where the mapping goes')
    .option('--yes', 'take every proposal that needs no judgement, and list what is left')
    .option('--column <header=column>', 'decide a column without being asked', gather, [])
    .option('--value <column:text=value>', 'decide a value without being asked', gather, [])
    .addHelpText(
      'after',
      examples(
        ['map leads.csv --yes', 'what can be told by itself'],
        ['leads.csv --mapping leads.mapping.json', 'use it'],
      ),
    )
    .action(run((file: string, options: MapOptions) => verbs.map(file, options)));
  program
    .command('template')
    .description('print a CSV with every column and an example row')
    .action(run(() => verbs.template()));
  program
    .command('schema')
    .description('print the JSON Schema of a mapping file')
    .action(run(() => verbs.schema()));
};

const addPlace = (program: Command, verbs: Verbs, run: Run): void => {
  forPlace(program.command('imports'))
    .description('list imports, the latest first: file, state, rows, how they ended')
    .option('--all', 'all of them, not only the latest twenty')
    .action(run((options: PlaceOptions & { all?: boolean }) => verbs.imports(options)));
  forPlace(program.command('status [id]'))
    .description('how far an import is, and why it waits; without an id the latest')
    .option('--watch', 'stay until its end, and end as it does: 0, 1 or 2')
    .action(run((id: string | undefined, options: PlaceOptions) => verbs.status(id, options)));
  forPlace(program.command('cancel <id>'))
    .description('send nothing more of an import; what is under way is settled, and the report follows')
    .action(run((id: string, options: PlaceOptions) => verbs.cancel(id, options)));
  forPlace(program.command('report [id]'))
    .description('fetch the report of an import; without an id the latest')
    .option('--out <dir>', 'where it goes (default: out/<import id>/)')
    .option('--statuses', 'add statuses.csv: what became of each created lead at lumi since')
    .option(...apiUrl)
    .action(run((id: string | undefined, options: ReportOptions) => verbs.report(id, options)));
};

const addUpkeep = (program: Command, verbs: Verbs, run: Run): void => {
  forPlace(program.command('doctor'))
    .description('look for what is wrong with a stack or the set-up of this machine, and say how it is mended')
    .option(...apiUrl)
    .action(run((options: DoctorOptions) => verbs.doctor(options)));
  program
    .command('redrive')
    .description('put the dead letters of a stack back into their queues')
    .option('--stack <name>', 'the deployed stack')
    .option(...json('how many'))
    .action(run((options: PlaceOptions) => verbs.redrive(options)));
};

const addLeads = (program: Command, verbs: Verbs, run: Run): void => {
  program
    .command('leads')
    .description('the leads at lumi, all pages of them')
    .option(...apiUrl)
    .option('--state <dir>', 'what the built-in sandbox keeps there')
    .option('--status <status>', 'only leads with this status')
    .option('--application-status <status>', 'only leads whose application has this status')
    .option('--from <day>', 'created on or after a day (2026-11-24) or moment')
    .option('--to <day>', 'created on or before a day or moment')
    .option('--id <id>', 'only this lead')
    .option('--csv', 'as CSV, with our own columns')
    .option(...json('one lead a line'))
    .addHelpText(
      'after',
      examples(['leads --api-url https://api.lumi.com.au --status FUNDED --csv > funded.csv', 'into a spreadsheet']),
    )
    .action(run((options: LeadsOptions) => verbs.leads(options)));
  program
    .command('lead <id>')
    .description('everything that lumi says of one lead')
    .option(...apiUrl)
    .option('--state <dir>', 'what the built-in sandbox keeps there')
    .option(...json('the lead'))
    .action(run((id: string, options: LeadsOptions) => verbs.lead(id, options)));
  program
    .command('sandbox')
    .description('serve the built-in sandbox of the Leads API alone')
    .option('--port <n>', 'where it listens', '8080')
    .option('--username <name>', 'what it lets in', 'sandbox')
    .option('--password <word>', 'with this password', 'sandbox')
    .option('--faults <script>', 'what goes wrong, such as create:3=reset_after', '')
    .option('--rate <share>', 'share of requests that go wrong by chance, 0 to 1', '0')
    .option('--seed <n>', 'the same seed, the same chance', '1')
    .option('--file <path>', 'keep the leads there')
    .action(run((options: SandboxOptions) => verbs.sandbox(options)));
};

/** The command line: every verb with its options, their help, and what each does. */
export const programOf = (verbs: Verbs, end: (code: number) => void): Command => {
  const program = new Command('npm start --');
  const run: Run =
    (verb) =>
    async (...parameters) =>
      end(await verb(...parameters));
  program
    .description('Imports CSV files of leads into the Leads API of lumi, on this machine or through a deployed stack.')
    .usage('[verb] [options] [file.csv ...]')
    .version(packageFile.version, '--version')
    .helpOption('-h, --help')
    .helpCommand('help [verb]')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText(
      'after',
      examples(
        ['leads.csv', 'import a file; without --api-url into the built-in sandbox'],
        ['leads.csv --api-url https://api.lumi.com.au --first 5', 'try a new file with five leads'],
        ['help import', 'all options of a verb'],
      ),
    );

  addImport(program, verbs, run);
  addPlace(program, verbs, run);
  addUpkeep(program, verbs, run);
  addLeads(program, verbs, run);
  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .helpOption('-h, --help');
  return program;
};

const optionPattern = /'(--?[^' ]+)[^']*'/;

/** An option of another verb is not merely unknown: something else was meant. */
const unknownOption = (program: Command, { message }: CommanderError, argv: readonly string[]): string => {
  const [, option = ''] = optionPattern.exec(message) ?? [];
  const owners = program.commands.filter(({ options }) => options.some(({ long }) => long === option));
  const verb = program.commands.find((command) => command.name() === argv[0])?.name() ?? 'import';
  if (owners.length > 0)
    return `${option} is an option of ${owners.map((owner) => owner.name()).join(', ')} and not of ${verb}.`;
  const [, hint] = /\(Did you mean (.*)\?\)/.exec(message) ?? [];
  return `Unknown option '${option}'.${hint === undefined ? '' : ` Was ${hint} meant?`}`;
};

const unknownVerb = (program: Command, word: string): string => {
  const meant = mistyped(word, program);
  return `There is no verb ${visibleText(word)}.${meant === undefined ? ' npm start -- help lists them.' : ` Was ${meant} meant?`}`;
};

/** What a person reads where the command line cannot be understood; undefined where help or the version was asked for. */
export const usageErrorOf = (
  program: Command,
  error: CommanderError,
  argv: readonly string[],
): UsageError | undefined => {
  if (error.exitCode === 0) return undefined;
  const verb = argv.find((word) => !word.startsWith('-')) ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return new UsageError(unknownOption(program, error, argv));
    case 'commander.missingArgument':
      return new UsageError(
        `Expected ${/'(\w+)'/.exec(error.message)?.[1] === 'files' ? 'a file' : `one ${/'(\w+)'/.exec(error.message)?.[1]}`}: npm start -- help ${verb}.`,
      );
    // Help was asked for, and there is no such verb.
    case 'commander.help':
      return new UsageError(unknownVerb(program, argv[1] ?? ''));
    default: {
      const [first = ''] = error.message.replace(/^error: /, '').split('\n');
      return new UsageError(`${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`);
    }
  }
};

/** A first word that is nearly a verb, and no file that is there. */
export const mistyped = (word: string, program: Command): string | undefined => {
  if (/[./\\]/.test(word) || existsSync(word)) return undefined;
  return nearestName(word, [...program.commands.map((command) => command.name()), 'help']);
};
