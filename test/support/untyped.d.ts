/** What the tests use of libraries that come without types. */
declare module 'google-libphonenumber' {
  interface ParsedNumber {
    readonly brand: 'parsed';
  }
  interface Util {
    parse(text: string, region: string): ParsedNumber;
    isValidNumber(number: ParsedNumber): boolean;
    format(number: ParsedNumber, format: number): string;
  }
  export const PhoneNumberUtil: { getInstance(): Util };
  export const PhoneNumberFormat: { readonly E164: number };
}

declare module 'csv-spectrum' {
  export default function spectrum(
    done: (error: Error | null, cases: { name: string; csv: Buffer; json: Buffer }[]) => void,
  ): void;
}
