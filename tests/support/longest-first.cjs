const { default: Sequencer } = require('@jest/test-sequencer');

/** Jest goes by the size of a file until it knows how long it takes; the fault sweeps are small and take longest. */
module.exports = class LongestFirst extends Sequencer {
    sort(tests) {
        const isLong = ({ path }) => /faults[^/]*$/.test(path);
        return super.sort(tests).toSorted((a, b) => isLong(b) - isLong(a));
    }
};
