/** The routes of Supabase's management API that the CLI uses to deploy, over state in memory. */

import { z } from "zod";
import { readUpload, type Upload } from "./upload.ts";

export interface ApiKey {
  name: string;
  type: "publishable" | "secret" | "legacy";
  api_key: string;
}

export interface ProjectState {
  projectRef: string;
  apiKeys: ApiKey[];
  /** Values by name. */
  secrets: Map<string, string>;
  /** What was uploaded last; the CLI first uploads all functions, then activates them at once. */
  uploads: Map<string, Upload>;
  /** Active functions, by slug. */
  functions: Map<string, Upload>;
  /** Activates an upload. */
  deploy: (upload: Upload) => Promise<void>;
  /** Runs the statements of `POST …/database/query`. */
  query: (statement: string) => Promise<unknown[]>;
}

const secretsSchema = z.array(z.object({ name: z.string(), value: z.string() }));
const switchSchema = z.array(z.object({ slug: z.string() }));
const querySchema = z.object({ query: z.string() });

/** Answers an authenticated request; null for a route that this stand-in does not know. */
export async function answer(state: ProjectState, request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  const project = `/v1/projects/${state.projectRef}`;
  if (!url.pathname.startsWith(project)) return null;
  switch (`${request.method} ${url.pathname.slice(project.length)}`) {
    case "GET ":
      return Response.json(describeProject(state));
    case "GET /api-keys":
      return Response.json(state.apiKeys.map((key) => describeKey(key, url)));
    case "GET /secrets":
      return Response.json(
        [...state.secrets].map(([name]) => ({ name, value: "digest", updated_at: createdAt })),
      );
    case "POST /secrets": {
      const secrets = secretsSchema.parse(await request.json());
      if (secrets.some(({ name }) => name.startsWith("SUPABASE_"))) {
        return refuse(400, "Secret names must not start with the SUPABASE_ prefix");
      }
      for (const { name, value } of secrets) state.secrets.set(name, value);
      return new Response(null, { status: 201 });
    }
    case "POST /functions/deploy": {
      const slug = url.searchParams.get("slug") ?? "";
      const upload = await readUpload(slug, await request.formData());
      state.uploads.set(slug, upload);
      if (url.searchParams.get("bundleOnly") !== "true") await use(state, [slug]);
      return Response.json(describeFunction(upload), { status: 201 });
    }
    case "PUT /functions": {
      await use(state, switchSchema.parse(await request.json()).map(({ slug }) => slug));
      return Response.json({ functions: [...state.functions.values()].map(describeFunction) });
    }
    case "POST /database/query": {
      const { query } = querySchema.parse(await request.json());
      try {
        return Response.json(await state.query(query), { status: 201 });
      } catch (error) {
        const { message } = error instanceof Error ? error : new Error(String(error));
        return refuse(400, `Failed to run sql query: ERROR: ${message}`);
      }
    }
    default:
      return null;
  }
}

export function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

const createdAt = "2026-01-01T00:00:00.000Z";

async function use(state: ProjectState, slugs: readonly string[]): Promise<void> {
  for (const slug of slugs) {
    const upload = state.uploads.get(slug);
    if (upload === undefined) continue;
    await state.deploy(upload);
    state.functions.set(slug, upload);
  }
}

function describeProject({ projectRef }: ProjectState): unknown {
  return {
    id: projectRef,
    ref: projectRef,
    organization_id: "example",
    organization_slug: "example",
    name: "Example",
    region: "eu-central-1",
    created_at: createdAt,
    status: "ACTIVE_HEALTHY",
    database: {
      host: `db.${projectRef}.example.test`,
      version: "17.6.1",
      postgres_engine: "17",
      release_channel: "ga",
    },
  };
}

/** Secret keys are shown only with `reveal=true`. */
function describeKey(key: ApiKey, url: URL): unknown {
  const hidden = key.type === "secret" && url.searchParams.get("reveal") !== "true";
  return {
    id: key.name,
    ...key,
    api_key: hidden ? `${key.api_key.slice(0, 15)}······` : key.api_key,
  };
}

function describeFunction({ slug, metadata }: Upload): unknown {
  return {
    id: slug,
    slug,
    name: metadata.name,
    status: "ACTIVE",
    version: 1,
    created_at: Date.parse(createdAt),
    updated_at: Date.parse(createdAt),
    verify_jwt: metadata.verify_jwt ?? true,
    import_map: metadata.import_map_path !== undefined,
    entrypoint_path: metadata.entrypoint_path,
  };
}
