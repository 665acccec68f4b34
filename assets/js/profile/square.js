// The square that is cut out of a picture, in the picture's own pixels; nothing here needs a browser.

/** Pixels on a side of what is uploaded, at most: WhatsApp shows it smaller. */
export const longestSide = 1024;

/** The largest square, from the middle. */
export function middle({ width, height }) {
    const side = Math.min(width, height);
    return { left: (width - side) / 2, top: (height - side) / 2, side };
}

/** Moved by so many pixels, as far as the picture goes. */
export function moved(square, size, right, down) {
    return {
        left: clamp(square.left + right, size.width - square.side),
        top: clamp(square.top + down, size.height - square.side),
        side: square.side,
    };
}

/**
 * Enlarged about its own middle.
 * @param {number} part from 0, the largest square, to 1, the smallest that is sharp enough
 */
export function zoomed(square, size, part, shortestSide) {
    const largest = Math.min(size.width, size.height);
    const side = largest - (largest - Math.min(largest, shortestSide)) * part;
    const shift = (square.side - side) / 2;
    return moved({ left: square.left + shift, top: square.top + shift, side }, size, 0, 0);
}

/** Pixels on a side of what is uploaded. */
export function outputSide(square, shortestSide) {
    return Math.round(Math.min(longestSide, Math.max(shortestSide, square.side)));
}

function clamp(value, most) {
    return Math.min(Math.max(0, value), Math.max(0, most));
}
