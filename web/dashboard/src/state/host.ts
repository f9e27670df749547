/** Whether a browser shows the page; else its text is made ahead, without one. */
export const isInBrowser = typeof window !== 'undefined';
