//! Roles and tokens, request by request: the purposes ROL and TKN, and everything that is no token (TS-0003 7.3, 7.4).
//!
//! ```text
//!   scenery ─── Cmeter's container, Creader who may not read it, an issuer that is trusted
//!   roles ───── ROL/01 to ROL/03
//!   tokens ──── TKN/01 to TKN/08
//!   issued ──── tokens that the node makes
//!   bad ─────── what is refused, and bounded
//!   restored ── what was issued before a restore
//!   addresses ─ what the addresses in a token lead to
//!   lasting ─── how long a token counts that the node knows
//! ```

#![expect(clippy::unwrap_used, reason = "what a test arranges has to be well formed")]

mod addresses;
mod bad;
mod explained;
mod issued;
mod lasting;
mod local_names;
mod many;
mod protection;
mod restored;
mod roles;
mod scenery;
mod tokens;
