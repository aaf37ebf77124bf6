/* One repository's life by the bundle's testEntrypoint, under whichever Node runs this; prints how each event ended. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');
const { testEntrypoint } = require(join(ROOT, 'dist', 'handlers.js'));

async function run(file) {
    let event = JSON.parse(readFileSync(join(ROOT, 'sam-tests', `${file}.json`), 'utf8'));
    for (;;) {
        const { callbackContext, resourceModel, status } = await testEntrypoint(event, {});
        if (status !== 'IN_PROGRESS') {
            return `${file} ${status}`;
        }
        const request = { ...event.request, desiredResourceState: resourceModel };
        event = { ...event, callbackContext, request };
    }
}

(async () => {
    const ends = [];
    for (const file of ['create', 'read', 'update', 'list', 'delete']) {
        ends.push(await run(file));
    }
    console.log(JSON.stringify({ node: process.versions.node, ends }));
})();
