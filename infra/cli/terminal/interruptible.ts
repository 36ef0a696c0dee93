import { interruptedCode } from './usage-error.ts';

/** Waits for what goes on without this command; interrupted meanwhile, it says how to go on following and exits. */
export const interruptible = async <Result>(follow: Promise<Result>, sayNext: () => void): Promise<Result> => {
  const leave = () => {
    sayNext();
    process.exit(interruptedCode);
  };
  process.once('SIGINT', leave);
  try {
    return await follow;
  } finally {
    process.off('SIGINT', leave);
  }
};
