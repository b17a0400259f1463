import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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
  // The bundle holds other people's code, whose licences ask to be named beside it.
  build: { target: "es2022", chunkSizeWarningLimit: 1500, license: { fileName: "licenses.md" } },
});
