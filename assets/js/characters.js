// How long a text is.

/** Characters as the server counts them. */
export const count = (text) => [...text].length;
