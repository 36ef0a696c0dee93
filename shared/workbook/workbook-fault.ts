import { type FaultCode, type FileFault, fileFault } from '../words/file-fault.ts';

/** Thrown wherever a workbook turns out not to be readable, with the fault that it comes to. */
export class WorkbookFault extends Error {
  override readonly name = 'WorkbookFault';
  readonly fault: FileFault;

  constructor(code: FaultCode, what: string, tip?: string) {
    super(what);
    this.fault = fileFault(code, what, null, tip);
  }
}

/** A workbook of which a part is not what it has to be. */
export const damaged = (what: string): WorkbookFault => new WorkbookFault('workbook_damaged', what);

/** A workbook that would take more than there is to read it. */
export const tooLarge = (what: string): WorkbookFault => new WorkbookFault('file_too_large', what);
