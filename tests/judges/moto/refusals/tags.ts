/** Tags, all different. */
export const tags = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
