import { lazy, StrictMode, Suspense, useState } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "./chat/Chat";
import "./styles/base.css";
import "./styles/chat.css";
import "./styles/blocks.css";
import { ThemeContext, useThemeState } from "./theme";

const Inspector = lazy(() => import("./inspector/Inspector"));
const STORED = "deskhand.person";

/** Who one is: named by the address, else as last chosen in this browser, else ana. */
function initialPerson(): string {
  return new URLSearchParams(window.location.search).get("user") || localStorage.getItem(STORED) || "ana";
}

function Page() {
  const theme = useThemeState();
  const [handle, setHandle] = useState(initialPerson);
  const choose = (next: string) => {
    localStorage.setItem(STORED, next);
    window.history.replaceState(null, "", `/?user=${encodeURIComponent(next)}`);
    setHandle(next);
  };
  return (
    <ThemeContext value={theme}>
      {window.location.pathname === "/inspector" ? (
        <Suspense>
          <Inspector />
        </Suspense>
      ) : (
        <Chat key={handle} handle={handle} onPerson={choose} />
      )}
    </ThemeContext>
  );
}

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
