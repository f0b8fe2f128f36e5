/** The same as echo, but without verify_jwt (see ../../config.toml). */
export { default } from "../echo/index.ts";
