import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// Development: `npm run dev` beside `deskhand local --port 3000`. The server refuses a foreign Origin, so the
// proxy speaks with the server's own.
const server = "http://127.0.0.1:3000";
const proxied = { target: server, changeOrigin: true, ws: true, headers: { origin: server } };

// A second wall behind React's escaping: nothing but the page's own scripts may run, and nothing but the server
// may be asked. Pictures in messages may come from anywhere, as in Slack.
const policy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      injectTo: "head-prepend",
      attrs: {
        "http-equiv": "Content-Security-Policy",
        content:
          "default-src 'self'; img-src * data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'",
      },
    },
  ],
};

export default defineConfig({
  plugins: [react(), policy],
  build: { target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": proxied, "/workspace": proxied } },
});
