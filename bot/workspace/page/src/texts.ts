import catalog from "./texts.json";

/** Every string of the page, in both languages, lies in texts.json: `{key: {"en": …, "zh": …}}`. */
export type TextKey = keyof typeof catalog;
export type Language = "en" | "zh";
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

/** The page's language for a person's Slack locale: Chinese for `zh-…`, else English. */
export function languageOf(locale: string | undefined): Language {
  return locale?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Texts of one language; `{name}` in a text is filled from `values`. */
export function translator(language: Language): Translate {
  return (key, values = {}) =>
    catalog[key][language].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
