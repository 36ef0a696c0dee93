import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits } from '../verb.ts';

export const addSchema: AddVerb = (program) =>
  program
    .command('schema')
    .description('print the JSON Schema of a mapping file')
    .action(
      exits(async () => {
        const { mappingJsonSchema } = await import('./mapping-json-schema.ts');
        await terminal.write(`${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
        return 0;
      }),
    );
