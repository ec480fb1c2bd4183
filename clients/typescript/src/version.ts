// Generated from docs/openapi.json by scripts/generate-api-client; do not edit.
/** The version of the API that the client is of. */
export const VERSION = "0.1.0";
