/** What is fetched when it is first looked at: in one file, since who looks at one part looks at others. */

export { Keys } from "./screens/keys.js";
export { PayByPhone } from "./screens/pay-by-phone.js";
export { Requests } from "./screens/requests.js";
export { Settings } from "./screens/settings.js";
export { Usage } from "./screens/usage.js";
