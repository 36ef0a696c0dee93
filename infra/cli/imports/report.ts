import { terminal } from '../terminal/output.ts';
import { type AddVerb, apiUrlFlag, exits, withPlace } from '../verb.ts';

export const addReport: AddVerb = (program) =>
  withPlace(program.command('report [id]'))
    .description('fetch the report of an import; without an id the latest')
    .option('--out <dir>', 'where it goes (default: out/<import id>/)')
    .option('--statuses', 'add statuses.csv: what became of each created lead at lumi since')
    .option('--verify', 'compare the created leads with the list at lumi anew')
    .option(...apiUrlFlag)
    .action(
      exits(async (id, options) => {
        const { readApiUrl } = await import('../places/open-api.ts');
        const given = { ...options, apiUrl: readApiUrl(options.apiUrl) };
        return (await import('./fetch-report.ts')).fetchReport(id, given, terminal);
      }),
    );
