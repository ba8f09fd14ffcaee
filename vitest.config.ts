import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts"], setupFiles: ["properties/setup/no-ambient.ts"], testTimeout: 60_000 } },
      { test: { name: "properties", include: ["properties/**/*.property.ts", "properties/**/*.test.ts"], setupFiles: ["properties/setup/no-ambient.ts"], testTimeout: 600_000, hookTimeout: 300_000 } },
    ],
  },
});
