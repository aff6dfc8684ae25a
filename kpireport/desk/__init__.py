"""The desk: a page in the browser, on this computer alone, in which a reading is confirmed and letters are released."""
