import { createContext, useContext, useEffect, useState } from "react";

export type ThemeChoice = "auto" | "light" | "dark";
interface Theme {
  choice: ThemeChoice;
  dark: boolean;
  choose: (choice: ThemeChoice) => void;
}

const STORED = "deskhand.theme";
export const ThemeContext = createContext<Theme>({ choice: "auto", dark: false, choose: () => {} });
export const useTheme = (): Theme => useContext(ThemeContext);

/** The theme in force: the person's choice, kept in this browser, else the system's. Sets `data-theme` on the page. */
export function useThemeState(): Theme {
  const [choice, setChoice] = useState<ThemeChoice>(
    () => (localStorage.getItem(STORED) as ThemeChoice | null) ?? "auto",
  );
  const [systemDark, setSystemDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const listen = () => setSystemDark(query.matches);
    query.addEventListener("change", listen);
    return () => query.removeEventListener("change", listen);
  }, []);
  const dark = choice === "dark" || (choice === "auto" && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  const choose = (next: ThemeChoice) => {
    localStorage.setItem(STORED, next);
    setChoice(next);
  };
  return { choice, dark, choose };
}
