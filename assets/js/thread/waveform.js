// The shape of a sound as bars: pure, so that it can be tested without a browser.

/** Bars of one sound. */
export const barCount = 44;

/**
 * The loudness of equal parts of a sound, from 0 to 1, the loudest being 1.
 * @param {Float32Array} samples
 * @returns {number[]}
 */
export function loudness(samples, count = barCount) {
    const bars = [];
    for (let bar = 0; bar < count; bar++) {
        const start = Math.floor((bar * samples.length) / count);
        const end = Math.max(start + 1, Math.floor(((bar + 1) * samples.length) / count));
        let sum = 0;
        for (let place = start; place < end; place++) sum += (samples[place] ?? 0) ** 2;
        bars.push(Math.sqrt(sum / (end - start)));
    }
    const most = Math.max(...bars);
    // Silence stays silence, and isn't blown up to a noise.
    return bars.map((bar) => (most > 0.001 ? bar / most : 0));
}

/** The path of bars, in a box of three units a bar and 24 in height. */
export function path(bars) {
    return bars
        .map((bar, place) => {
            const half = 1 + bar * 10;
            return `M${place * 3 + 1.5} ${(12 - half).toFixed(1)}V${(12 + half).toFixed(1)}`;
        })
        .join("");
}
