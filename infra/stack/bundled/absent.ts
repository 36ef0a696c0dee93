/**
 * Replaces, in the bundles, parts of libraries that the importer never reaches: undici's bodies of `FormData` (documents
 * are written by hand, with their length known), its parser for processors without SIMD (Lambda's arm64 has it), and
 * event streams of AWS (S3 Select).
 */
throw new Error('This part of a library is not in the bundle; see infra/stack/bundle.ts.');
