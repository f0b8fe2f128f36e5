/**
 * A stand-in for Supabase's management API on loopback, for one project, so that the official CLI can be run without an account. It demands
 * the access token, stores what it is given, and answers 404 to whatever it does not know.
 */

import { join } from "node:path";
import { randomText } from "../../../local/keys.ts";
import { answer, type ApiKey, type ProjectState, refuse } from "./api.ts";
import { writeUpload } from "./upload.ts";

export interface ManagementApiOptions {
  apiKeys?: ApiKey[];
  query?: ProjectState["query"];
  /** Where deployed functions are written, each into a folder of its own; by default nowhere. */
  functionsDirectory?: string;
}

export interface ManagementApi extends ProjectState {
  readonly url: string;
  /** A token that is accepted, in the form that the CLI demands. */
  readonly accessToken: string;
  /** Method and path of each request, oldest first. */
  readonly requests: readonly string[];
  /** Writes a profile that directs the CLI to this server, and returns its path. */
  writeProfile(folder: string): Promise<string>;
  close(): Promise<void>;
}

export function startManagementApi(options: ManagementApiOptions = {}): ManagementApi {
  const accessToken = `sbp_${randomText()}${randomText().slice(0, 8)}`;
  const requests: string[] = [];
  const state: ProjectState = {
    projectRef: "abcdefghijklmnopqrst",
    apiKeys: options.apiKeys ?? [],
    secrets: new Map(),
    uploads: new Map(),
    functions: new Map(),
    deploy: async (upload) => {
      const { functionsDirectory: directory } = options;
      if (directory !== undefined) await writeUpload(upload, join(directory, upload.slug));
    },
    query: options.query ?? (() => Promise.reject(new Error("This project has no database"))),
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const name = `${request.method} ${new URL(request.url).pathname}`;
      requests.push(name);
      if (request.headers.get("authorization") !== `Bearer ${accessToken}`) {
        return refuse(401, "Unauthorized");
      }
      return await answer(state, request) ?? refuse(404, `Cannot ${name}`);
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    ...state,
    url,
    accessToken,
    requests,
    writeProfile: async (folder) => {
      const path = join(folder, "profile.json");
      const profile = {
        name: "local",
        api_url: url,
        dashboard_url: url,
        project_host: "127.0.0.1",
      };
      await Deno.writeTextFile(path, JSON.stringify(profile));
      return path;
    },
    close: () => server.shutdown(),
  };
}
