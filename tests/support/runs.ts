/** How often a law is tried: few times in the fast tier, ten times as often where every fault is tried. */
export const runs = (few: number): number => (process.env['SWEEP'] ? 10 * few : few);
