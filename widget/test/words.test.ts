import { describe, expect, it } from 'vitest';
import { words as ar } from '../src/frame/words/ar.ts';
import { words as en } from '../src/frame/words/en.ts';
import { words as es } from '../src/frame/words/es.ts';
import { words as fr } from '../src/frame/words/fr.ts';
import { words as hi } from '../src/frame/words/hi.ts';
import { words as ur } from '../src/frame/words/ur.ts';
import { chooseLanguage, directionOf, spoken } from '../src/language.ts';
import { words as launcher } from '../src/loader/words.ts';

const places = (sentence: string) => [...sentence.matchAll(/\{\w+\}|#/g)].map(([place]) => place).sort();

describe.each(Object.entries({ ar, hi, fr, es, ur }))('the words of %s', (lang, words) => {
  it('are all there, with the places of the English ones', () => {
    expect(Object.keys(words)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(words[key], key).toMatch(/\S/);
      expect(places(words[key]), key).toEqual(places(en[key]));
    }
  });

  it('are spoken, by the launcher, too', () => {
    expect(spoken).toContain(lang);
    expect(launcher[lang]).toHaveLength(2);
  });
});

describe('a language is chosen', () => {
  it('by the first wish that the site offers', () => {
    expect(chooseLanguage(['de-DE', 'ar-EG', 'en'], ['en', 'ar'])).toBe('ar');
    expect(chooseLanguage(['fr'], ['en', 'ar'])).toBe('en');
    expect(chooseLanguage([undefined, ''], ['hi', 'en'])).toBe('hi');
  });

  it('and is English where the site offers nothing that we speak', () => {
    expect(chooseLanguage(['xx'], ['xx'])).toBe('en');
    expect(chooseLanguage(['en'], [])).toBe('en');
  });

  it('with its direction', () => {
    expect(['ar', 'ur', 'en', 'hi'].map(directionOf)).toEqual(['rtl', 'rtl', 'ltr', 'ltr']);
  });
});
