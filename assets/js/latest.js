// Work that shows how something is, where answers may come in another order than they were asked for.

/**
 * Does the work once at a time, and once more when it was asked for meanwhile: what is shown last is what was asked for last.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>} asks for it; done when nothing is asked for any more
 */
export function latest(work) {
    let isAsked = false;
    let underWay;
    const run = async () => {
        while (isAsked) {
            isAsked = false;
            try {
                await work();
            } catch (error) {
                // One that is followed by another doesn't matter.
                if (!isAsked) throw error;
            }
        }
    };
    return () => {
        isAsked = true;
        underWay ??= run().finally(() => {
            underWay = undefined;
        });
        return underWay;
    };
}
