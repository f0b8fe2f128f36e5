/** What no tool endpoint can do without: loading these two is the floor of its cold start. */
import "@supabase/postgrest-js";
import "zod";
