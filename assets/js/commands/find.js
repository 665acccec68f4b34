// Which commands fit what is typed. No DOM here; tested by `node --test`.

/** For comparing: small letters without accents. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const wordsOf = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Of fewer letters or digits in one word the server finds too much. */
const shortestWord = 2;

/** Whether the server has something to look for. */
export const isSearchable = (text) => wordsOf(text).some((word) => word.length >= shortestWord);

/**
 * Those in whose names each typed word begins a word, first those whose names begin with what is typed. Without any, all that stand there by themselves.
 * @template {{name: string, onlySought?: boolean}} Entry
 * @param {Entry[]} entries
 * @param {string} text
 * @returns {Entry[]}
 */
export function fitting(entries, text) {
    const sought = wordsOf(text);
    if (sought.length === 0) return text.trim() ? [] : entries.filter((entry) => !entry.onlySought);
    const found = entries.filter(({ name }) => {
        const words = wordsOf(name);
        return sought.every((part) => words.some((word) => word.startsWith(part)));
    });
    const isFirst = ({ name }) => wordsOf(name).join(" ").startsWith(sought.join(" "));
    return [...found.filter(isFirst), ...found.filter((entry) => !isFirst(entry))];
}
