/** A flat array that is twice as long once it is full. */
export const grown = <Numbers extends Uint8Array | Uint32Array>(numbers: Numbers, least: number): Numbers => {
  if (numbers.length >= least) return numbers;
  const larger = new (numbers.constructor as new (length: number) => Numbers)(Math.max(least, numbers.length * 2));
  larger.set(numbers);
  return larger;
};
