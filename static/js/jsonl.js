// Pure: JSON Lines out of text that arrives in pieces, cut anywhere.

/** @returns {{push: (text: string) => any[], end: () => any[]}} */
export function createLineReader() {
  let rest = "";
  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
    },
    /** What stands after the last line feed: a whole line, or nothing where the sender was cut off inside one. */
    end() {
      const line = rest.trim();
      rest = "";
      if (!line) return [];
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    },
  };
}
