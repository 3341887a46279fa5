// Small numbers and nouns as a sentence has them. Pure: texts and numbers in, words out.
import { thousands } from "./scales.js";

const COUNT = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
export const count = (n) => COUNT[n] ?? thousands(n);
export const many = (n, word, plural = `${word}s`) => `${n === 1 ? "one" : thousands(n)} ${n === 1 ? word : plural}`;
export const capital = (text) => text[0].toUpperCase() + text.slice(1);
