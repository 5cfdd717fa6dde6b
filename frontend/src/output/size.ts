/** What fits into the output pane, as last measured; the width is what programs are told. */
export const paneSize = { columns: 80, rows: 24 };
