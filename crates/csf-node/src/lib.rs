//! The Security CSF as a node: profiles as data, assembly, sockets, clocks, lanes.
//!
//! ```text
//!   listen ── bytes, peer ──▶ http ── Request ──▶ csf-service ──▶ Response ──▶ http ──▶ bytes
//!                                                     │ Outside
//!                              node::outside ─────────┴─▶ reader lane · writer lane · SE lanes · audit log
//! ```
//!
//! This is the one crate that knows a runtime, a socket and a clock. It puts the layers together once, at
//! start, from a [`config::Config`]; nothing below it knows which profile runs.
//!
//! The programs `csf-asn`, `csf-mn` and `csf-in` differ in their profile alone; `csf` is the tool for people.
//!
//! What it refuses to be: a second service layer. It decides nothing about requests except how many there
//! may be at once and how long they may take.
//!
//! ```no_run
//! use csf_node::config::{Config, Sources};
//! use csf_node::{node::Node, profile::MN};
//!
//! let config = Config::load(&MN, Sources::of_process())?;
//! let node = Node::assemble(&config)?;
//! # drop(node);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod associations;
pub mod audit_log;
mod backup;
pub mod cli;
pub mod config;
mod doctor;
mod error;
mod hardening;
mod health;
mod hints;
mod http;
mod listen;
mod logging;
mod management;
mod metrics;
pub mod node;
mod passphrase;
pub mod profile;
mod progress;
mod request;
pub mod run;
mod workers;

pub use error::NodeError;
