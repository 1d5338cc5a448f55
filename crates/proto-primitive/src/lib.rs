//! oneM2M primitives as they travel: in JSON or CBOR, and in the messages of the HTTP binding.
//!
//! Bytes become [`csf_api`] types here and nowhere else, and what is malformed stops here. Everything is
//! a pure function: no socket, clock or state, so an HTTP server of any make can call it.
//!
//! ```text
//!   node      head, body ── decode_request ──▶ Request ──▶ … ──▶ Response ── encode_response ──▶ HTTP
//!                             │  │ Malformed ────────────────────────▲            ▲   (a refusal is an answer too)
//!                             └────── AnswerForm ─────────────────────────────────┘   (JSON or CBOR, and ETag)
//!
//!   client    Request ── encode_request ──▶ HTTP ──▶ … ──▶ HTTP ── decode_response ──▶ Response
//! ```
//!
//! ```
//! use csf_api::{Operation, Response, Status, Value};
//! use proto_primitive::{RequestHead, decode_request, encode_response};
//!
//! let head = RequestHead {
//!     method: "POST",
//!     target: "/cse-mn?rcn=0",
//!     headers: [
//!         ("X-M2M-Origin", &b"Cmeter"[..]),
//!         ("X-M2M-RI", b"r1"),
//!         ("X-M2M-RVI", b"3"),
//!         ("Content-Type", b"application/json;ty=3"),
//!     ],
//! };
//! let (request, form) = decode_request(head, br#"{"m2m:cnt":{"rn":"readings"}}"#)?;
//! assert_eq!(request.operation, Operation::Create);
//!
//! let response = Response::new(Status::Created, request.request_id, Some(request.release));
//! let http = encode_response(&response, &form);
//! assert_eq!(http.status, 201);
//! assert_eq!(http.headers[0], ("x-m2m-rsc", "2001".into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Parameters
//!
//! TS-0004 7.3.2.1 has a hosting CSE refuse a parameter that it does not support, so none is dropped in
//! silence unless it asks for nothing.
//!
//! | parameter | where | treatment |
//! | --- | --- | --- |
//! | op, to, pc, ty | method, path, body, `Content-Type` | read |
//! | fr, rqi, rvi | `X-M2M-Origin`, `X-M2M-RI`, `X-M2M-RVI` | read; without rvi 4001, the rest 4000 |
//! | rcn | query | read; not allowed for the operation: 4000 |
//! | cra, crb, ms, us, exa, exb, stb, sts, sza, szb, fo | query | read, each once |
//! | ty, chty, pty, lbl, clbl, palb, cty | query | read; with CREATE or NOTIFY, as every condition, 4000 |
//! | any name not in this table, also behind `c.` or `p.` | query | a condition on that attribute; ct, lt, st, et, lbl, ty, cs and cnf by that way 4000 |
//! | lim, lvl, ofst | query | read with RETRIEVE, else 4000 |
//! | fu | query | 1: a discovery; 2 or none: a condition on the target; 3: 5001 |
//! | smf, cfs, cfq, lbq, arp | query | 5001 |
//! | atrl | query | read: the attributes to retrieve |
//! | drt | query | 1 or 2, with a RETRIEVE |
//! | rt | query | 3, the default; other values 5001 |
//! | rids, tids, ltids | query | read as lists; believed by nobody here |
//! | tqi | query | read: true, false, 1 or 0 |
//! | rp, da, auri, sqi | query | 5001 |
//! | asi | query | ignored, as TS-0004 says |
//! | rqet, rset | `X-M2M-RET`, `X-M2M-RST` | read: a timestamp, or milliseconds from now |
//! | oet, nu of rt, ec | `X-M2M-OET`, `-RTU`, `-EC` | 5001 |
//! | gid | `X-M2M-GID` | 5001: ignoring it would carry out a request twice |
//! | tkns | `Authorization` | read: tokens in compact form, `+` between them, perhaps behind `Bearer`; whatever else stands there 5001 |
//! | aus, and tokens for a registrar | `X-M2M-AS`, `Proxy-Authorization` | 5001 |
//! | ati | `X-M2M-ATI` of a response | written and read |
//! | ot, vsi | `X-M2M-OT`, `X-M2M-VSI` | ignored: they only inform |
//! | any other header line, but for those below | | ignored |
//!
//! What breaks a rule (4xxx, 5207) is answered before what is merely not supported (5001).
//!
//! # Serialisations
//!
//! | what | treatment |
//! | --- | --- |
//! | `Content-Type` | `application/json`, `application/cbor`, `application/vnd.onem2m-res` and `-ntfy` with `+json` or `+cbor`; else 4015 |
//! | `Accept` | with weights: of JSON and CBOR the one wanted more; neither: 5207. Refusals are written alike |
//! | no `Accept`, or both wanted alike | as the request is written (its `Content-Type`), else JSON |
//! | `Content-Type` of answers | the general name. A vendor name in `Accept` asks for its serialisation, and a weight of the general name goes before one of a vendor name |
//! | CBOR: names and texts | of major type 3; byte strings 4000, though TS-0004 8.5.2 shows them |
//! | CBOR: tags, `undefined`, integers outside `i64`, infinite floats, names given twice | 4000: JSON has no such thing |
//! | CBOR: indefinite lengths | read: devices that write as they measure need them, and bytes that came bound them as they bound a count. Never written |
//! | CBOR: floats | of 16, 32 and 64 bits read; of 32 written where exact, else of 64 |
//!
//! # Conditional requests
//!
//! The answer to a RETRIEVE, of a resource or a discovery, has an `ETag`: a strong validator of its bytes, so each
//! serialisation has its own. It is no protection against whoever writes the resource: its hash has no secret.
//!
//! | header line | treatment |
//! | --- | --- |
//! | `If-None-Match` with RETRIEVE | read; a match gives HTTP 304, no body, and the `X-M2M-RSC` 2000 of the result |
//! | `If-None-Match` with any other operation | 5001 |
//! | `If-Match`, `If-Unmodified-Since` | 5001: evaluated here, before the write, they would not be atomic with it |
//! | `If-Modified-Since`, `If-Range` | ignored, as RFC 9110 asks where there is no `Last-Modified` and no range |
//!
//! # Security information
//!
//! A hosting CSE asks an authorization server by a Notify whose content is [`DasRequest::content`]; [`DasResponse::read`]
//! reads what the server answers, in the spellings that servers use.
//!
//! What it refuses to be: a judge. Whether the originator is who it says, and whether it may, is decided
//! by `csf-service`; whether the attributes are right, by `csf-tree`.

mod bounds;
mod cbor;
mod http;
mod json;
mod security_info;
mod serialization;

pub use bounds::{MAX_BODY_BYTES, MAX_OBJECT_MEMBERS, MAX_ROOT_NAME_BYTES};
pub use cbor::{
    ByteStrings, CborError, CborFault, content_from_cbor, content_from_cbor_where, content_to_cbor,
    value_from_cbor, value_to_cbor,
};
pub use http::{
    AnswerForm, Dialect, EncodeError, HttpRequest, HttpResponse, MAX_HEADERS, MAX_LIST_ENTRIES,
    MAX_QUERY_PARAMETERS, MAX_TARGET_BYTES, Malformed, RequestHead, ResponseError, Silence, decode_request,
    decode_request_where, decode_response, encode_request, encode_response, http_status,
};
pub use json::{JsonError, JsonFault, content_from_json, content_to_json, value_from_json, value_to_json};
pub use security_info::{DasRequest, DasResponse, Granted, Lifetime, SECURITY_INFO_ROOT, SecurityInfoError};
pub use serialization::{BodyError, Serialization};
