// Runs in the browser: draws each image as a dot, by the day of its push, and what has become of it on a day to come.
(() => {
    const { now, rules, images } = JSON.parse(document.getElementById('data').textContent);
    const colours = new Map(rules);
    const canvas = document.getElementById('images');
    const slider = document.getElementById('days');
    const shown = document.getElementById('shown');
    const pointed = document.getElementById('pointed');
    const buttons = [...document.querySelectorAll('.marks button')];
    const DAY = 86_400_000;
    const LANE_TITLE = 18;
    const AXIS = 24;
    const hint = pointed.textContent;
    let dots = [];

    const oldest = Math.min(now - DAY, ...images.slice(-1).map(({ pushed }) => pushed));
    const lanes = [...colours.keys()].filter((priority) => images.some(({ rule }) => rule === priority));

    function outcome({ steps }, days) {
        return steps.filter(([at]) => at <= days).at(-1)?.[1] ?? 'kept';
    }

    function day(time) {
        return new Date(time).toISOString().slice(0, 10);
    }

    // Images of one lane and about one day stand on each other; the fuller the lane, the smaller the dots.
    function layout(width) {
        const size = width < 600 ? 7 : 9;
        const columns = Math.max(1, Math.floor(width / size));
        const stacks = lanes.map((lane) => {
            const stack = Array.from({ length: columns }, () => []);
            for (const image of images.filter(({ rule }) => rule === lane)) {
                const share = (image.pushed - oldest) / (now - oldest);
                stack[Math.min(columns - 1, Math.max(0, Math.floor(share * columns)))].push(image);
            }
            return stack;
        });
        let top = 0;
        dots = [];
        const titles = stacks.map((stack, index) => {
            const highest = Math.max(1, ...stack.map(({ length }) => length));
            const height = Math.min(180, highest * size);
            const pitch = height / highest;
            const title = { lane: lanes[index], y: top + 13 };
            const floor = top + LANE_TITLE + height;
            stack.forEach((column, x) => {
                column.forEach((image, place) => {
                    const radius = Math.max(0.7, Math.min(size, pitch) / 2 - 0.75);
                    dots.push({ image, x: (x + 0.5) * size, y: floor - (place + 0.5) * pitch, radius });
                });
            });
            top = floor + 8;
            return { ...title, floor };
        });
        return { titles, height: top + AXIS };
    }

    function draw() {
        const days = Number(slider.value);
        const width = canvas.clientWidth;
        const { titles, height } = layout(width);
        const scale = window.devicePixelRatio || 1;
        canvas.style.height = `${height}px`;
        canvas.width = width * scale;
        canvas.height = height * scale;
        const pen = canvas.getContext('2d');
        pen.scale(scale, scale);
        pen.font = '12px system-ui, sans-serif';
        for (const { lane, y, floor } of titles) {
            const own = images.filter(({ rule }) => rule === lane);
            const left = own.filter((image) => outcome(image, days) !== 'expired').length;
            pen.fillStyle = '#59636e';
            pen.fillText(`${lane === 0 ? 'no rule' : `rule ${lane}`}: ${left} of ${own.length} left`, 0, y);
            pen.fillStyle = '#d8dce2';
            pen.fillRect(0, floor + 1, width, 1);
        }
        for (const dot of dots) {
            drawDot(pen, dot, outcome(dot.image, days));
        }
        drawAxis(pen, width, height);
        const date = day(now + days * DAY);
        shown.textContent =
            days === 0 ? `today, ${date}` : `${date}, in ${days} ${days === 1 ? 'day' : 'days'}`;
        for (const button of buttons) {
            button.setAttribute('aria-pressed', String(Number(button.dataset.days) === days));
        }
    }

    function drawDot(pen, { image, x, y, radius }, state) {
        const colour = colours.get(image.rule);
        pen.beginPath();
        pen.arc(x, y, radius, 0, 2 * Math.PI);
        pen.globalAlpha = state === 'expired' ? 0.45 : 1;
        pen.strokeStyle = colour;
        pen.lineWidth = 1;
        if (state === 'kept') {
            pen.fillStyle = colour;
            pen.fill();
        } else {
            pen.stroke();
        }
        if (state === 'archived') {
            pen.beginPath();
            pen.arc(x, y, radius, Math.PI / 2, (3 * Math.PI) / 2);
            pen.fillStyle = colour;
            pen.fill();
        }
        pen.globalAlpha = 1;
    }

    function drawAxis(pen, width, height) {
        const marks = width < 600 ? 2 : 6;
        pen.fillStyle = '#59636e';
        for (let mark = 0; mark <= marks; mark += 1) {
            pen.textAlign = mark === 0 ? 'left' : mark === marks ? 'right' : 'center';
            const text = mark === marks ? 'pushed today' : day(oldest + ((now - oldest) * mark) / marks);
            pen.fillText(text, (width * mark) / marks, height - 6);
        }
        pen.textAlign = 'left';
    }

    canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
        const near = dots
            .map((dot) => ({ dot, distance: Math.hypot(dot.x - offsetX, dot.y - offsetY) }))
            .sort((a, b) => a.distance - b.distance)[0];
        const image = near && near.distance < 12 ? near.dot.image : undefined;
        pointed.textContent = image ? `${image.name}, pushed ${day(image.pushed)}: ${image.why}` : hint;
    });
    slider.addEventListener('input', draw);
    for (const button of buttons) {
        button.addEventListener('click', () => {
            slider.value = button.dataset.days;
            draw();
        });
    }
    window.addEventListener('resize', draw);
    window.addEventListener('beforeprint', draw);
    draw();
})();
