/** Stands for zod's JSON Schema in the bundles: only the command line prints one. */
const absent = (): never => {
  throw new Error('JSON Schema is not in the bundle; see infra/bundle.ts.');
};

export const createToJSONSchemaMethod = () => absent;
export const createStandardJSONSchemaMethod = () => absent;

export { absent as toJSONSchema };
