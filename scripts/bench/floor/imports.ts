/** What the cold start of a tool endpoint is measured against: zod, and the smallest library that can make its rpc. */
import "@supabase/postgrest-js";
import "zod";
