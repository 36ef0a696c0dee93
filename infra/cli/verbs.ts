import { addDoctor } from './doctor/doctor.ts';
import { addRedrive } from './doctor/redrive.ts';
import { addErase } from './erase/erase.ts';
import { addCancel } from './imports/cancel.ts';
import { addCheck } from './imports/check.ts';
import { addImport } from './imports/import.ts';
import { addImports } from './imports/imports.ts';
import { addReport } from './imports/report.ts';
import { addStatus } from './imports/status.ts';
import { addLead } from './leads/lead.ts';
import { addLeads } from './leads/leads.ts';
import { addMap } from './map/map.ts';
import { addSchema } from './map/schema.ts';
import { addTemplate } from './map/template.ts';
import { addSandbox } from './sandbox.ts';
import type { AddVerb } from './verb.ts';

/** Every verb, in the order in which help lists them. */
export const verbs: readonly AddVerb[] = [
  addImport,
  addCheck,
  addMap,
  addTemplate,
  addSchema,
  addImports,
  addStatus,
  addCancel,
  addReport,
  addDoctor,
  addRedrive,
  addErase,
  addLeads,
  addLead,
  addSandbox,
];
