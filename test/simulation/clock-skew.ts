/** Clocks of functions disagree by less than this, either way. */
export const maxSkewMs = 5_000;
