import { type FileFault, fileFault } from '../words/file-fault.ts';

/** Thrown wherever a file turns out not to be readable, with the fault that it comes to. */
export class TableFault extends Error {
  override readonly name = 'TableFault';
  readonly fault: FileFault;

  constructor(...[code, what, line, tip]: Parameters<typeof fileFault>) {
    super(what);
    this.fault = fileFault(code, what, line, tip);
  }
}
