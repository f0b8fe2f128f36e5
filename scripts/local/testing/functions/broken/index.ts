/** Fails while it is loaded. */
throw new Error("This function is broken on purpose");
