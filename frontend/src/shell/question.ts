// One question with one line for the answer.

import { signal } from '@preact/signals';

export interface Question {
  title: string;
  value: string;
  button: string;
  answer: (text: string | null) => void;
}

export const question = signal<Question | null>(null);

/** Resolves with what was typed, or null when it was called off or nothing was changed. */
export function ask(title: string, value: string, button: string): Promise<string | null> {
  question.value?.answer(null);
  return new Promise((resolve) => {
    const answer = (text: string | null) => {
      question.value = null;
      const typed = text?.trim() ?? '';
      resolve(typed && typed !== value ? typed : null);
    };
    question.value = { title, value, button, answer };
  });
}
