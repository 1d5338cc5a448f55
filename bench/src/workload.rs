//! What is measured, how long and how often: every number that a result depends on.

use std::time::Duration;

/// How often the subject and what it is compared with take turns.
pub(crate) const ROUNDS: usize = 5;
/// How long each turn is.
pub(crate) const ROUND: Duration = Duration::from_millis(1500);
/// How long each is warmed up before the first turn.
pub(crate) const WARM_UP: Duration = Duration::from_millis(500);

/// Keep-alive connections in the HTTP measurement, each with a thread of its own.
pub(crate) const CONNECTIONS: usize = 4;
/// Workers of a bare server's runtime: as many as a node has.
pub(crate) const WORKERS: usize = 2;

/// Connections that add instances at the same time, and the least that their rate is of one connection's.
pub(crate) const WRITERS: usize = 32;
pub(crate) const LEAST_WRITERS_GAIN: f64 = 5.0;

/// Instances of the large node and of the small one, and how many containers of the large one hold them. One of
/// them holds a tenth.
pub(crate) const MANY: usize = 1_000_000;
pub(crate) const FEW: usize = 1_000;
pub(crate) const MANY_CONTAINERS: usize = 91;
/// Instances that are asked for, spread over all.
pub(crate) const SAMPLES: usize = 100_000;
/// The results of a discovery.
pub(crate) const DISCOVERED: usize = 100;
/// The least share of the small node's rate, and the most that a discovery may take of the small node's time.
pub(crate) const LEAST_SCALE_SHARE: f64 = 0.8;
pub(crate) const MOST_DISCOVERY_TIMES: f64 = 2.0;

/// The message of the digest.
pub(crate) const DIGEST_BYTES: usize = 1024;
/// Records that are opened between two looks at the clock, and the most that one may take, in bare openings.
pub(crate) const OPENINGS: usize = 16;
pub(crate) const MOST_OPEN_TIMES: f64 = 2.0;
/// What is signed: a digest.
pub(crate) const SIGNED_BYTES: usize = 32;

/// How long a node is left alone before it counts as idle, and how long it is then watched.
pub(crate) const SETTLE: Duration = Duration::from_secs(2);
pub(crate) const IDLE: Duration = Duration::from_secs(3);

/// How often a start is measured.
pub(crate) const STARTS: usize = 11;
/// What stands in the state directory of a start that is not the first: containers, and lines of the audit log.
pub(crate) const CONTAINERS: usize = 200;
pub(crate) const AUDIT_LINES: usize = 10_000;

/// The least share of a bare handler's rate.
pub(crate) const LEAST_RETRIEVE_SHARE: f64 = 0.4;
/// The most that a digest may take, in echoes.
pub(crate) const MOST_DIGEST_ECHOES: f64 = 2.5;
/// The most that an operation with a key may take, in echoes with the bare operation each.
pub(crate) const MOST_OPERATION_ECHOES: f64 = 2.5;
/// Clients that ask at the same time, and the least that their rate is of one client's.
pub(crate) const PIPELINED_CLIENTS: usize = 4;
pub(crate) const LEAST_CLIENTS_GAIN: f64 = 1.6;
/// The most clock ticks of an idle node: the clock may tick at a bad moment.
pub(crate) const MOST_IDLE_TICKS: f64 = 1.0;
/// The largest program, in megabytes.
pub(crate) const MOST_MEGABYTES: f64 = 25.0;
/// The longest time from start to the first answer, in milliseconds.
pub(crate) const MOST_START_MILLIS: f64 = 200.0;

/// How often each command of the tool is run, and the longest that half of its runs may take, in milliseconds.
pub(crate) const RUNS: usize = 41;
pub(crate) const MOST_COMMAND_MILLIS: f64 = 50.0;
/// The longest that half of the explanations over a thousand rules may take, in microseconds.
pub(crate) const MOST_EXPLAIN_MICROS: f64 = 1000.0;
/// The least share of its rate that a node keeps when each request leaves an audit record.
pub(crate) const LEAST_AUDITED_SHARE: f64 = 0.9;
/// How long is waited between two looks at the health of a node under load, and the longest that all but a hundredth
/// of them may take, in microseconds.
pub(crate) const HEALTH_PAUSE: Duration = Duration::from_millis(2);
pub(crate) const MOST_HEALTH_MICROS: f64 = 10_000.0;

/// Policies of which a random one is asked about.
pub(crate) const MANY_POLICIES: usize = 1_000_000;
/// The longest times of a decision over a thousand rules, half of them and all but a hundredth, in microseconds.
pub(crate) const MOST_DECISION_MICROS: f64 = 1.0;
pub(crate) const MOST_DECISION_TAIL_MICROS: f64 = 4.0;
/// The same about a random one of the many.
pub(crate) const MOST_RANDOM_MICROS: f64 = 3.0;
pub(crate) const MOST_RANDOM_TAIL_MICROS: f64 = 15.0;
/// The longest that the many take to be loaded, in seconds, and the most memory that they take then.
pub(crate) const MOST_LOAD_SECONDS: f64 = 20.0;
pub(crate) const MOST_MEMORY_MEGABYTES: f64 = 1074.0;
/// The least that the peer takes of the time of a decision over a thousand rules.
pub(crate) const LEAST_DECISION_GAIN: f64 = 3.0;

/// Tokens that come in turn, so many more than a node keeps that each comes as if for the first time; and the most that
/// one which it kept may add to a request, in microseconds.
pub(crate) const FRESH_TOKENS: usize = 8192;
pub(crate) const MOST_CACHED_TOKEN_MICROS: f64 = 1.0;
