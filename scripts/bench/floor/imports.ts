/** What the cold start of a tool endpoint is compared with: zod, and the smallest library that can make its rpc. */
import "@supabase/postgrest-js";
import "zod";
