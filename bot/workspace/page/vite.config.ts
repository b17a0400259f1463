import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Development: `npm run dev` beside `deskhand local --port 3000`. The server refuses a foreign Origin, so the
// proxy speaks with the server's own.
const server = "http://127.0.0.1:3000";
const proxied = { target: server, changeOrigin: true, ws: true, headers: { origin: server } };

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": proxied, "/workspace": proxied } },
});
